using DocExchange.Core.Operating;

namespace DocExchange.Cli;

/// <summary>Where a verb prints, in which language, and what it takes the time from.</summary>
internal sealed record Terminal(TextWriter Output, TextWriter Error, TimeProvider Clock, bool IsEnglish, bool IsInteractive)
{
    /// <summary>The terminal of this process.</summary>
    public static Terminal Of(IReadOnlyList<string> args) => new(Console.Out, Console.Error, TimeProvider.System, VerbLanguage.Of(args).IsEnglish, !Console.IsOutputRedirected);

    public string Say(string chinese, string english) => IsEnglish ? english : chinese;
}
