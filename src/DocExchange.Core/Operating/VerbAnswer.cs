using System.Text.Encodings.Web;
using System.Text.Json;

namespace DocExchange.Core.Operating;

/// <summary>How a verb of the hub's or the node's executable answers on the output: in lines for people, or as one JSON value.</summary>
public sealed class VerbAnswer(bool isJson, bool isEnglish)
{
    /// <summary>What <c>--format</c> takes, the default first.</summary>
    public static readonly string[] Formats = ["text", "json"];

    /// <summary>What <c>--lang</c> takes, the default first.</summary>
    public static readonly string[] Languages = ["zh", "en"];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What a process says of a fault of its own before it ends with 70 (sysexits.h).</summary>
    public static string InternalError(Exception fault) => $"内部错误，请将以下内容交给维护人员。 / An internal error; hand this to whoever maintains the program.\n{fault}";

    public bool IsJson { get; } = isJson;

    public static VerbAnswer Of(string? format, string? language) => new(format == Formats[1], language == Languages[1]);

    public string Say(string chinese, string english) => isEnglish ? english : chinese;

    /// <summary>Why a verb did nothing, with its stable reason: on the error stream, with JSON on the output too.</summary>
    /// <returns>The exit code.</returns>
    public int Complain(Complaint complaint)
    {
        var sentence = Say(complaint.Chinese, complaint.English);
        Console.Error.WriteLine($"{sentence} [{complaint.Reason}]");
        if (IsJson)
        {
            Show(new { error = complaint.Reason, message = sentence });
        }

        return complaint.ExitCode;
    }

    /// <summary>The result of a verb: <paramref name="value"/> as JSON, or the lines.</summary>
    public void Show(object value, params IEnumerable<string> lines)
    {
        foreach (var line in IsJson ? [JsonSerializer.Serialize(value, Json)] : lines)
        {
            Console.WriteLine(line);
        }
    }
}
