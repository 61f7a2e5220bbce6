using System.CommandLine;

namespace DocExchange.Cli;

/// <summary>A long list a page at a time: <c>--limit</c>, and <c>--page</c> with the mark that the last page gave.</summary>
internal sealed class PageOptions
{
    private const uint LinesAPage = 100;

    private readonly Option<uint> limit;
    private readonly Option<string> page;

    public PageOptions(Terminal terminal, Command verb, uint linesAPage = LinesAPage)
    {
        limit = new Option<uint>("--limit") { Description = terminal.Say("条数", "How many"), DefaultValueFactory = _ => linesAPage };
        page = new Option<string>("--page") { Description = terminal.Say("上次给出的下一页标记", "What the last page gave as next") };
        verb.Add(limit);
        verb.Add(page);
    }

    public uint Limit(ParseResult parse) => parse.GetValue(limit);

    public string Page(ParseResult parse) => parse.GetValue(page) ?? "";
}
