using System.CommandLine;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Registers;

/// <summary>A register of a node, a page of it at a time, newest first.</summary>
/// <typeparam name="TLine">A line of it.</typeparam>
internal abstract class RegisterVerb<TLine>(Terminal terminal, string name, string chinese, string english) : NodeVerb(terminal, name, chinese, english)
{
    private PageOptions pages = null!;

    /// <summary>The options every register ends with; called last.</summary>
    protected void AddPages() => pages = new PageOptions(Terminal, this);

    protected sealed override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation)
    {
        var (lines, next) = await AskAsync(parse, desk, pages.Limit(parse), pages.Page(parse), cancellation);
        string[] shown = [.. lines.Select(line => string.Join("  ", Columns(screen, line).Where(column => column.Length > 0)))];
        screen.Show(new { lines = lines.Select(ToJson), next }, shown.Length == 0 && next.Length == 0 ? [screen.Say("没有记录。", "Nothing here.")] : [.. shown, .. screen.Onwards(next)]);
        return ExitCode.Ok;
    }

    /// <returns>A page, and the mark of the next; empty where there is no more.</returns>
    protected abstract Task<(IReadOnlyList<TLine> Lines, string Next)> AskAsync(ParseResult parse, Desk.DeskClient desk, uint limit, string page, CancellationToken cancellation);

    protected abstract object ToJson(TLine line);

    /// <summary>For people; what is empty is left out.</summary>
    protected abstract IEnumerable<string> Columns(Screen screen, TLine line);
}
