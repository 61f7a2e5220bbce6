using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace DocExchange.Core.Operating;

/// <summary>What is wrong with a command line, in both languages.</summary>
public sealed record UsageSentence(string Chinese, string English)
{
    public static UsageSentence NotKnown(string word) => new($"不认识“{word}”。", $"Unrecognized command or argument '{word}'.");

    /// <summary>The same where it may have been meant as the value of the option before it.</summary>
    public static UsageSentence NotKnown(string word, string option) =>
        new($"不认识“{word}”。如果它是 {option} 的值，请写作 {option}={word}。", $"Unrecognized command or argument '{word}'. If it is the value of {option}, write {option}={word}.");
}

/// <summary>A command line that cannot be carried out as it was typed.</summary>
/// <param name="Verb">Whose help explains more, as it is called: <c>docex hub init</c>.</param>
public sealed record WrongCommandLine(IReadOnlyList<UsageSentence> Messages, string Verb)
{
    /// <param name="calledAs">What people call the program: <c>docex hub</c>.</param>
    /// <returns>Null where nothing is wrong, or help is asked for.</returns>
    public static WrongCommandLine? Of(IReadOnlyList<string> args, ParseResult parsed, string calledAs)
    {
        var symbols = parsed.CommandResult.Children;
        return parsed.Action is HelpAction ? null : Of(
            args,
            parsed.Action is ParseErrorAction ? Complaints(parsed) : [],
            symbols.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value),
            symbols.OfType<OptionResult>().SelectMany(option => option.Tokens).Select(token => token.Value),
            string.Join(' ', PathOf(parsed.CommandResult, calledAs)));
    }

    /// <param name="errors">What the library found; options it took for values are found here.</param>
    /// <param name="words">What it took for words that stand by themselves.</param>
    /// <param name="values">What it took for values of options.</param>
    /// <returns>Null where nothing is wrong.</returns>
    internal static WrongCommandLine? Of(IReadOnlyList<string> args, IEnumerable<UsageSentence> errors, IEnumerable<string> words, IEnumerable<string> values, string verb)
    {
        // What follows from a word that was misunderstood would only lead astray.
        var taken = values.ToList();
        var stray = StrayOptions.In(args, words, taken);
        IReadOnlyList<UsageSentence> messages = stray.Count > 0
            ? [.. stray.Select(word => taken.Contains(word) && OptionBefore(args, word) is { } option ? UsageSentence.NotKnown(word, option) : UsageSentence.NotKnown(word))]
            : [.. errors];
        return messages.Count > 0 ? new WrongCommandLine(messages, verb) : null;
    }

    /// <summary>Whether the line asks for JSON; of one that is wrong the library knows no options.</summary>
    public static bool AsksForJson(IReadOnlyList<string> args) => args.Contains("--format=json") || args.Zip(args.Skip(1)).Contains(("--format", "json"));

    public IEnumerable<string> Sentences(VerbLanguage language) => Messages.Select(message => language.Say(message.Chinese, message.English));

    public string SeeHelp(VerbLanguage language) => language.Say($"用法见 {Verb} --help。", $"See {Verb} --help.");

    /// <summary>For the verbs of hub and node: on the error stream, with JSON on the output too.</summary>
    /// <returns>The exit code.</returns>
    public int Complain(IReadOnlyList<string> args, VerbLanguage language) => new VerbAnswer(AsksForJson(args), language.IsEnglish).Complain(
        new Complaint(UsageException.ExitCode, UsageException.Name, Joined(new VerbLanguage(IsEnglish: false)), Joined(new VerbLanguage(IsEnglish: true))));

    // After an unknown verb nothing that follows can be known either: one sentence will do.
    private static IEnumerable<UsageSentence> Complaints(ParseResult parsed) =>
        parsed is { CommandResult.Command.Subcommands.Count: > 0, UnmatchedTokens: [var unknown, ..] }
            ? [UsageSentence.NotKnown(unknown)]
            : parsed.Errors.Select(error => UsageWords.Of(error.Message));

    private static IEnumerable<string> PathOf(CommandResult command, string calledAs) =>
        command.Parent is CommandResult above ? PathOf(above, calledAs).Append(command.Command.Name) : [calledAs];

    private static string? OptionBefore(IReadOnlyList<string> args, string word) =>
        args.Zip(args.Skip(1)).Where(pair => pair.Second == word && pair.First.StartsWith("--", StringComparison.Ordinal)).Select(pair => pair.First).FirstOrDefault();

    private string Joined(VerbLanguage language) => string.Join('\n', Sentences(language).Append(SeeHelp(language)));
}
