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
        PassThrough.RunAsync(program(), [Name, .. HandedOn(parse)], cancellation);

    /// <summary>What stands after the verb, as it was given.</summary>
    internal IEnumerable<string> HandedOn(ParseResult parse) =>
        parse.Tokens.Select(token => token.Value).SkipWhile(token => token != Name).Skip(1);
}
