using DocExchange.Core.Operating;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DocExchange.Protocol;

namespace DocExchange.Cli;

/// <summary>Prints results: lines for people, or one JSON value and nothing else.</summary>
internal sealed class Screen(Terminal terminal, bool isJson)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    public bool IsJson { get; } = isJson;

    public Terminal Terminal { get; } = terminal;

    /// <summary>The result of a verb: <paramref name="value"/> as JSON, or the lines.</summary>
    public void Show(object value, params IEnumerable<string> lines)
    {
        if (IsJson)
        {
            Terminal.Output.WriteLine(JsonSerializer.Serialize(value, Json));
            return;
        }

        foreach (var line in lines)
        {
            Terminal.Output.WriteLine(HarmlessText.Lines(line));
        }
    }

    /// <summary>
    /// One line, whatever names of strangers are in it: characters that would command the terminal, begin another line or turn the
    /// direction of writing are shown by their number.
    /// </summary>
    public static string OneLine(string line) => HarmlessText.OneLine(line);

    /// <summary>A sentence on the way; silent with JSON.</summary>
    public void Tell(string chinese, string english)
    {
        if (!IsJson)
        {
            Terminal.Output.WriteLine(HarmlessText.Lines(Terminal.Say(chinese, english)));
        }
    }

    /// <summary>Told before something is done all the same; on the error stream, with JSON too.</summary>
    public void Warn(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Terminal.Error.WriteLine(HarmlessText.Lines(line));
        }
    }

    /// <summary>Why something was not done, with its stable reason; on the error stream, with JSON on the output too.</summary>
    public void Complain(string reason, string chinese, string english)
    {
        var sentence = Terminal.Say(chinese, english);
        Terminal.Error.WriteLine(HarmlessText.Lines($"{sentence} [{reason}]"));
        if (IsJson)
        {
            Terminal.Output.WriteLine(JsonSerializer.Serialize(new { error = reason, message = sentence }, Json));
        }
    }

    /// <summary>How to ask for the page that follows.</summary>
    /// <param name="next">Its mark; empty where there is none.</param>
    public IEnumerable<string> Onwards(string next) => next.Length > 0 ? [Say($"下一页：--page {next}", $"Next page: --page {next}")] : [];

    public string Say(string chinese, string english) => Terminal.Say(chinese, english);

    /// <summary>Sentences that a hub or node gives in both languages, in one order.</summary>
    public IReadOnlyList<string> Say(IEnumerable<string> chinese, IEnumerable<string> english) => [.. BothLanguages.Of([.. chinese], [.. english]).Select(each => Say(each.Chinese, each.English))];
}
