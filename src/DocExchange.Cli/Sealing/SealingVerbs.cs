using System.CommandLine;
using DocExchange.Cli.Drafts;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;
using Grpc.Core;

namespace DocExchange.Cli.Sealing;

/// <summary>The verbs of seal keepers: 会签用印.</summary>
internal static class SealingVerbs
{
    public static Command All(Terminal terminal) => new VerbGroup(
        terminal, "sealing", "会签用印（以印章管理员的收发台用户登录）", "What waits for a signature and seal (with a seal keeper's account of the desk)",
        new SealingListVerb(terminal),
        new DraftActVerb(terminal, "show", "查看待签署的公文", "A document that waits, to the byte", async (node, draft, cancellation) => await new SealQueue.SealQueueClient(node).ShowWaitingAsync(draft, cancellationToken: cancellation)),
        new DraftSaveVerb(terminal, isAsked: true),
        new SealingApproveVerb(terminal),
        new SealingRefuseVerb(terminal),
        new SealingTakeInVerb(terminal),
        new SealingCloseVerb(terminal),
        new SealingRegisterVerb(terminal));
}

/// <summary><c>docex sealing list</c></summary>
internal sealed class SealingListVerb(Terminal terminal) : SignedInVerb(terminal, "list", "待签署、待用印的公文", "What waits for a signature or a seal")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var reply = await new SealQueue.SealQueueClient(node).ListWaitingAsync(new ListWaitingRequest { Office = Office(parse) }, cancellationToken: cancellation);
        screen.Show(
            new { waiting = reply.Waiting.Select(DraftScreens.Value), twoPersons = reply.TwoPersons },
            [
                .. reply.TwoPersons ? new[] { screen.Say("本节点规定用印须经两名印章管理员批准。", "A seal takes two seal keepers at this node.") } : [],
                .. reply.Waiting.Count == 0
                    ? [screen.Say("没有待签署的公文。", "Nothing waits.")]
                    : reply.Waiting.SelectMany(line => new[] { $"{line.Draft}  {line.Urgency}{line.Number}《{line.Title}》  {line.Office} {line.AskedBy}  {line.AskedAt}  {Approved(screen, line)}".TrimEnd() }.Concat(line.Warnings.Select(warning => "  " + DraftScreens.Line(screen, warning)))),
            ]);
        return ExitCode.Ok;
    }

    private static string Approved(Screen screen, DraftLine line) => line.WaitingFor.SelectMany(step => step.Approvals).ToList() is { Count: > 0 } names
        ? screen.Say($"{string.Join('、', names)} 已批准", $"approved by {string.Join(", ", names)}")
        : "";
}

/// <summary>A decision over a document that was looked at.</summary>
internal abstract class SealingDecisionVerb : DraftVerb
{
    private readonly Option<string> document;

    protected SealingDecisionVerb(Terminal terminal, string name, string chinese, string english)
        : base(terminal, name, chinese, english) =>
        document = Required<string>("--document", "核对过的系统标识：META-INF/ASiCManifest.xml 的 SHA-256", "Id of the document that was looked at: the SHA-256 of META-INF/ASiCManifest.xml");

    protected string Document(ParseResult parse) => TypedValue.Document(parse.GetRequiredValue(document));
}

/// <summary><c>docex sealing approve</c></summary>
internal sealed class SealingApproveVerb(Terminal terminal) : SealingDecisionVerb(terminal, "approve", "同意签署、用印", "Approve: sign, and seal where it takes a seal")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var (queue, named) = (new SealQueue.SealQueueClient(node), Named(parse));
        // A deadline that has passed is told before the seal is set; whether it is set is for the keeper to decide.
        var shown = await queue.ShowWaitingAsync(named, cancellationToken: cancellation);
        screen.Warn(shown.Remarks.Select(remark => DraftScreens.Line(screen, remark)));
        var reply = await queue.ApproveSealingAsync(new ApproveSealingRequest { Office = named.Office, Draft = named.Draft, DocumentId = Document(parse) }, cancellationToken: cancellation);
        screen.Show(
            new { draft = named.Draft, isDone = reply.IsDone, warnings = shown.Remarks.Select(DraftScreens.Value) },
            reply.IsDone
                ? screen.Say("已签署用印。", "Signed and sealed.")
                : screen.Say("已批准，须由另一名印章管理员再次批准后用印。", "Approved. Another seal keeper must approve it before it is sealed."));
        return ExitCode.Ok;
    }
}

/// <summary><c>docex sealing refuse</c></summary>
internal sealed class SealingRefuseVerb : SealingDecisionVerb
{
    private readonly Option<string> reason;

    public SealingRefuseVerb(Terminal terminal)
        : base(terminal, "refuse", "不同意，退回拟稿单位", "Refuse: the draft goes back with the reason") =>
        reason = Required<string>("--reason", "退回理由", "The reason why");

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var named = Named(parse);
        await new SealQueue.SealQueueClient(node).RefuseSealingAsync(
            new RefuseSealingRequest { Office = named.Office, Draft = named.Draft, DocumentId = Document(parse), Reason = parse.GetRequiredValue(reason) }, cancellationToken: cancellation);
        screen.Show(new { refused = named.Draft }, screen.Say("已退回。", "It went back."));
        return ExitCode.Ok;
    }
}

/// <summary><c>docex sealing take-in</c>: a joint document of another node.</summary>
internal sealed class SealingTakeInVerb : SignedInVerb
{
    private readonly Argument<string> package;

    public SealingTakeInVerb(Terminal terminal)
        : base(terminal, "take-in", "收入外单位送来会签的公文包", "Take in a joint document of another node, to sign it") =>
        package = Argument("FILE", "公文包文件", "The package file");

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var file = parse.GetRequiredValue(package);
        Chunks.Require(file);
        using var call = new SealQueue.SealQueueClient(node).TakeForeignPackage(cancellationToken: cancellation);
        var sheet = await LongWork.WatchAsync(screen, "收入", "Handing in", async work =>
        {
            return await Chunks.SendAsync(call, new TakeInPackageRequest { Order = new DraftRequest { Office = Office(parse) } }, [file], chunk => new TakeInPackageRequest { Chunk = chunk }, work, cancellation);
        });
        screen.Show(DraftScreens.Value(sheet), DraftScreens.Lines(screen, sheet));
        return ExitCode.Ok;
    }
}

/// <summary><c>docex sealing close</c></summary>
internal sealed class SealingCloseVerb(Terminal terminal) : DraftVerb(terminal, "close", "结束已会签并交还的外单位公文", "Put away a joint document of another node that is signed")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var named = Named(parse);
        await new SealQueue.SealQueueClient(node).CloseForeignPackageAsync(named, cancellationToken: cancellation);
        screen.Show(new { closed = named.Draft }, screen.Say("已结束。", "It is put away."));
        return ExitCode.Ok;
    }
}

/// <summary><c>docex sealing register</c>: the 用印登记簿.</summary>
internal sealed class SealingRegisterVerb : SignedInVerb
{
    private readonly SealUseFilter filter;
    private readonly PageOptions pages;

    public SealingRegisterVerb(Terminal terminal)
        : base(terminal, "register", "用印登记簿", "The register of the uses of seals") =>
        (filter, pages) = (new SealUseFilter(this), new PageOptions(terminal, this));

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var request = filter.Read(parse);
        (request.Office, request.Limit, request.Page) = (Office(parse), pages.Limit(parse), pages.Page(parse));
        var reply = await new SealQueue.SealQueueClient(node).ListSealUsesAsync(request, cancellationToken: cancellation);
        screen.Show(
            new
            {
                uses = reply.Uses.Select(use => new { at = use.At, number = use.Number, title = use.Title, seal = use.Seal, askedBy = use.AskedBy, approvedBy = use.ApprovedBy, documentId = use.DocumentId }),
                next = reply.Next,
            },
            [
                .. reply.Uses.Count == 0
                    ? [screen.Say("没有记录。", "Nothing here.")]
                    : reply.Uses.Select(use => screen.Say(
                        $"{use.At}  {use.Number}《{use.Title}》  {use.Seal}  申请 {use.AskedBy}  批准 {use.ApprovedBy}",
                        $"{use.At}  {use.Number}《{use.Title}》  {use.Seal}  asked by {use.AskedBy}  approved by {use.ApprovedBy}")),
                .. screen.Onwards(reply.Next),
            ]);
        return ExitCode.Ok;
    }
}
