namespace DocExchange.Cli;

/// <summary>Where a verb prints, in which language, and what it takes the time from.</summary>
internal sealed record Terminal(TextWriter Output, TextWriter Error, TimeProvider Clock, bool IsEnglish, bool IsInteractive)
{
    private const string LanguageVariable = "DOCEX_LANG";

    /// <summary>The terminal of this process. The language must be known before the verbs describe themselves.</summary>
    public static Terminal Of(IReadOnlyList<string> args)
    {
        var isEnglish = AsksForEnglish(args) ?? Environment.GetEnvironmentVariable(LanguageVariable) == "en";
        return new Terminal(Console.Out, Console.Error, TimeProvider.System, isEnglish, !Console.IsOutputRedirected);
    }

    public string Say(string chinese, string english) => IsEnglish ? english : chinese;

    private static bool? AsksForEnglish(IReadOnlyList<string> args)
    {
        for (var at = args.Count - 1; at >= 0; at--)
        {
            var value = args[at].StartsWith("--lang=", StringComparison.Ordinal) ? args[at]["--lang=".Length..]
                : args[at] == "--lang" && at + 1 < args.Count ? args[at + 1]
                : null;
            if (value is not null)
            {
                return value == "en";
            }
        }

        return null;
    }
}
