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
            Terminal.Output.WriteLine(Text(line));
        }
    }

    /// <summary>
    /// One line, whatever names of strangers are in it: characters that would command the terminal, begin another line or turn the
    /// direction of writing are shown by their number.
    /// </summary>
    public static string OneLine(string line) => Harmless(line, _ => false);

    // Lines may be several: a text that was asked for, a table.
    private static string Text(string lines) => Harmless(lines, letter => letter is '\n' or '\t');

    private static string Harmless(string line, Func<char, bool> isKept) => line.All(letter => !IsHarmful(letter) || isKept(letter))
        ? line
        : string.Concat(line.Select(letter => IsHarmful(letter) && !isKept(letter) ? $"\\u{(int)letter:X4}" : letter.ToString()));

    // Cc, the line separators, and the marks that turn the direction of writing (Unicode Bidi_Control).
    private static bool IsHarmful(char letter) =>
        char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    /// <summary>A sentence on the way; silent with JSON.</summary>
    public void Tell(string chinese, string english)
    {
        if (!IsJson)
        {
            Terminal.Output.WriteLine(Text(Terminal.Say(chinese, english)));
        }
    }

    /// <summary>Why something was not done, with its stable reason; on the error stream, with JSON on the output too.</summary>
    public void Complain(string reason, string chinese, string english)
    {
        var sentence = Terminal.Say(chinese, english);
        Terminal.Error.WriteLine(Text($"{sentence} [{reason}]"));
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
