namespace DocExchange.Core.Operating;

/// <summary>A command line that cannot be carried out as it was typed.</summary>
/// <param name="Messages">What is wrong, as the command line library says it.</param>
/// <param name="Verb">Whose help explains more, as it is called: <c>docex hub init</c>.</param>
public sealed record WrongCommandLine(IReadOnlyList<string> Messages, string Verb)
{
    private const int ExitCode = 64;

    /// <param name="errors">What the library found; options it took for values are found here.</param>
    /// <param name="words">What it took for words that stand by themselves.</param>
    /// <param name="values">What it took for values of options.</param>
    /// <returns>Null where nothing is wrong.</returns>
    public static WrongCommandLine? Of(IReadOnlyList<string> args, IEnumerable<string> errors, IEnumerable<string> words, IEnumerable<string> values, string verb)
    {
        // What follows from a word that was misunderstood would only lead astray.
        var taken = values.ToList();
        var stray = StrayOptions.In(args, words, taken);
        IReadOnlyList<string> messages = stray.Count > 0
            ? [.. stray.Select(word => taken.Contains(word) && OptionBefore(args, word) is { } option ? UsageWords.NotKnown(word, option) : UsageWords.NotKnown(word))]
            : [.. errors];
        return messages.Count > 0 ? new WrongCommandLine(messages, verb) : null;
    }

    /// <summary>Whether the line asks for JSON; of one that is wrong the library knows no options.</summary>
    public static bool AsksForJson(IReadOnlyList<string> args) => args.Contains("--format=json") || args.Zip(args.Skip(1)).Contains(("--format", "json"));

    public IEnumerable<string> Sentences(VerbLanguage language) => Messages.Select(message => UsageWords.Of(message, language));

    public string SeeHelp(VerbLanguage language) => language.Say($"用法见 {Verb} --help。", $"See {Verb} --help.");

    /// <summary>For the verbs of hub and node: on the error stream, with JSON on the output too.</summary>
    /// <returns>The exit code.</returns>
    public int Complain(IReadOnlyList<string> args, VerbLanguage language) => new VerbAnswer(AsksForJson(args), language.IsEnglish).Complain(
        new Complaint(ExitCode, UsageException.Name, Joined(new VerbLanguage(IsEnglish: false)), Joined(new VerbLanguage(IsEnglish: true))));

    private static string? OptionBefore(IReadOnlyList<string> args, string word) =>
        args.Zip(args.Skip(1)).Where(pair => pair.Second == word && pair.First.StartsWith("--", StringComparison.Ordinal)).Select(pair => pair.First).FirstOrDefault();

    private string Joined(VerbLanguage language) => string.Join('\n', Sentences(language).Append(SeeHelp(language)));
}
