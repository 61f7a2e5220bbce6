using System.CommandLine;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Documents;

/// <summary><c>docex search</c>: the hub's archive, as far as this node's offices are party to it.</summary>
internal sealed class SearchVerb : NodeVerb
{
    private readonly SearchOptions search;

    public SearchVerb(Terminal terminal)
        : base(terminal, "search", "检索档案", "Search the archive") =>
        search = new SearchOptions(terminal, this);

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation) =>
        SearchOptions.Show(screen, await desk.SearchAsync(search.Read(parse), cancellationToken: cancellation));
}
