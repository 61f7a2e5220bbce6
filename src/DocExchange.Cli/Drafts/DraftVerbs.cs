using System.CommandLine;
using DocExchange.Protocol.Local.V1;
using Grpc.Core;

namespace DocExchange.Cli.Drafts;

/// <summary>The verbs of 拟稿.</summary>
internal static class DraftVerbs
{
    public static Command All(Terminal terminal) => new VerbGroup(
        terminal, "draft", "拟稿、定稿和发送（以收发台用户登录）", "Drafts, from the first word to dispatch (with an account of the desk)",
        new DraftListVerb(terminal),
        new DraftActVerb(terminal, "show", "草稿、行文规则提示和签署进度", "A draft, what the rules say of it, and who has signed", async (node, draft, cancellation) => await Client(node).ShowDraftAsync(draft, cancellationToken: cancellation)),
        new DraftNewVerb(terminal),
        new DraftEditVerb(terminal),
        new DraftDetachVerb(terminal),
        new DraftReviseVerb(terminal, isCorrection: true),
        new DraftReviseVerb(terminal, isCorrection: false),
        new DraftNumbersVerb(terminal),
        new DraftActVerb(terminal, "freeze", "定稿并送会签用印", "Freeze a draft and ask its issuers for signature and seal", async (node, draft, cancellation) => await Client(node).FreezeDraftAsync(draft, cancellationToken: cancellation)),
        new DraftActVerb(terminal, "take-back", "撤回定稿，恢复为草稿", "Make a frozen draft a draft again", async (node, draft, cancellation) => await Client(node).TakeBackDraftAsync(draft, cancellationToken: cancellation)),
        new DraftSaveVerb(terminal, isAsked: false),
        new DraftTakeInVerb(terminal),
        new DraftSendVerb(terminal),
        new DraftDiscardVerb(terminal));

    private static Drafting.DraftingClient Client(CallInvoker node) => new(node);
}

/// <summary><c>docex draft list</c></summary>
internal sealed class DraftListVerb : SignedInVerb
{
    private readonly PageOptions pages;

    public DraftListVerb(Terminal terminal)
        : base(terminal, "list", "草稿列表", "The drafts of an office") =>
        pages = new PageOptions(terminal, this);

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var request = new ListDraftsRequest { Office = Office(parse), Limit = pages.Limit(parse), Page = pages.Page(parse) };
        var reply = await new Drafting.DraftingClient(node).ListDraftsAsync(request, cancellationToken: cancellation);
        screen.Show(
            new { drafts = reply.Drafts.Select(DraftScreens.Value), next = reply.Next },
            [
                .. reply.Drafts.Count == 0 ? [screen.Say("没有草稿。", "No drafts.")] : reply.Drafts.Select(line => DraftScreens.Line(screen, line)),
                .. screen.Onwards(reply.Next),
            ]);
        return ExitCode.Ok;
    }
}

/// <summary><c>docex draft numbers</c>: the next 发文字号 of a 机关代字, and 断号.</summary>
internal sealed class DraftNumbersVerb : SignedInVerb
{
    private readonly Option<string> agency;
    private readonly Option<uint> year;

    public DraftNumbersVerb(Terminal terminal)
        : base(terminal, "numbers", "某机关代字的下一个发文字号和断号", "The next number of an agency code, and the gaps")
    {
        agency = Required<string>("--agency", "机关代字，如 京政发", "Agency code, such as 京政发");
        year = Option("--year", "年份，默认今年", "The year; this one by default", 0u);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var request = new NumberSeriesRequest { Office = Office(parse), AgencyCode = parse.GetRequiredValue(agency), Year = parse.GetValue(year) };
        var series = await new Drafting.DraftingClient(node).GetNumberSeriesAsync(request, cancellationToken: cancellation);
        screen.Show(DraftScreens.Value(series), DraftScreens.Line(screen, series));
        return ExitCode.Ok;
    }
}
