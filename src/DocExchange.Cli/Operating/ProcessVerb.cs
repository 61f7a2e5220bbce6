using System.CommandLine;
using DocExchange.Cli.Processes;

namespace DocExchange.Cli.Operating;

/// <summary>A verb of the hub's or the node's own executable: all that follows is handed on to it.</summary>
internal sealed class ProcessVerb : Verb
{
    private readonly Func<Executable> program;

    public ProcessVerb(Terminal terminal, Func<Executable> program, string name, string chinese, string english)
        : base(terminal, name, chinese, english)
    {
        this.program = program;
        TreatUnmatchedTokensAsErrors = false;
    }

    protected override Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation) =>
        PassThrough.RunAsync(program(), [Name, .. OwnOptions(screen), .. HandedOn(parse)], cancellation);

    /// <summary>What every verb takes, as the other program takes it too.</summary>
    public static string[] OwnOptions(Screen screen) =>
        [Docex.FormatName, screen.IsJson ? "json" : "text", Docex.LanguageName, LanguageOf(screen.Terminal)];

    /// <summary>The options are the other program's, and so is their explanation.</summary>
    public Task<int> HelpAsync(ParseResult parse, CancellationToken cancellation) =>
        PassThrough.RunAsync(program(), [Name, .. HandedOn(parse).Where(token => !token.StartsWith('-')), "--help", Docex.LanguageName, LanguageOf(Terminal)], cancellation);

    /// <summary>What stands after the verb, as it was given, without the options that are docex's own.</summary>
    internal IEnumerable<string> HandedOn(ParseResult parse)
    {
        var isOwn = false;
        foreach (var token in parse.Tokens.Select(token => token.Value).SkipWhile(token => token != Name).Skip(1))
        {
            // The parser gives "--lang=en" as two tokens too.
            var isValue = isOwn;
            isOwn = !isValue && token is Docex.FormatName or Docex.LanguageName;
            if (!isOwn && !isValue)
            {
                yield return token;
            }
        }
    }

    private static string LanguageOf(Terminal terminal) => terminal.IsEnglish ? "en" : "zh";
}
