namespace DocExchange.Core.Operating;

/// <summary>The language a program answers its command line in. It must be known before the verbs describe themselves.</summary>
public sealed record VerbLanguage(bool IsEnglish)
{
    /// <summary>The option that names it, <c>zh</c> or <c>en</c>.</summary>
    public const string OptionName = "--lang";

    private const string Variable = "DOCEX_LANG";

    /// <summary>What the last <c>--lang</c> says, else the environment variable DOCEX_LANG; without both, or with any other word, Chinese.</summary>
    public static VerbLanguage Of(IReadOnlyList<string> args) => new((AskedFor(args) ?? Environment.GetEnvironmentVariable(Variable)) == VerbAnswer.Languages[1]);

    public string Say(string chinese, string english) => IsEnglish ? english : chinese;

    private static string? AskedFor(IReadOnlyList<string> args)
    {
        const string Joined = OptionName + "=";
        for (var at = args.Count - 1; at >= 0; at--)
        {
            if (args[at].StartsWith(Joined, StringComparison.Ordinal))
            {
                return args[at][Joined.Length..];
            }

            if (args[at] == OptionName && at + 1 < args.Count)
            {
                return args[at + 1];
            }
        }

        return null;
    }
}
