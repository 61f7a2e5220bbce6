using System.CommandLine;
using DocExchange.Cli.Documents;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;
using Grpc.Core;

namespace DocExchange.Cli.Drafts;

/// <summary><c>docex draft new</c></summary>
internal sealed class DraftNewVerb : SignedInVerb
{
    private static readonly TimeSpan DiscardPatience = TimeSpan.FromSeconds(5);

    private readonly DraftOptions fields;
    private readonly Option<string?> body;
    private readonly Option<string[]> attachments;

    public DraftNewVerb(Terminal terminal)
        : base(terminal, "new", "拟稿：新建草稿", "Begin a draft")
    {
        fields = new DraftOptions(terminal, this);
        body = Option<string?>("--body", "正文文件（PDF、OFD）", "The body (PDF, OFD)");
        attachments = Repeated("--attach", "附件文件，可多次给出", "An attachment, may be given several times");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var (file, more) = (parse.GetValue(body), parse.GetValue(attachments) ?? []);
        foreach (var path in more.Append(file).OfType<string>())
        {
            Chunks.Require(path);
        }

        // 通知, as at the desk.
        var typed = new Draft { DocumentType = "08" };
        fields.ApplyTo(parse, typed);
        var drafting = new Drafting.DraftingClient(node);
        var sheet = await drafting.OpenDraftAsync(new OpenDraftRequest { Office = Office(parse), Fields = typed }, cancellationToken: cancellation);
        try
        {
            sheet = await DraftUpload.AddAllAsync(screen, node, sheet, file, more, cancellation);
        }
        catch
        {
            await DiscardAsync(drafting, new DraftRequest { Office = Office(parse), Draft = sheet.Line.Draft });
            throw;
        }

        screen.Show(DraftScreens.Value(sheet), DraftScreens.Lines(screen, sheet));
        return ExitCode.Ok;
    }

    // Nobody knows of it yet. Where it cannot be discarded, why its file was refused is still what there is to be said.
    private async Task DiscardAsync(Drafting.DraftingClient drafting, DraftRequest draft)
    {
        using var patience = new CancellationTokenSource(DiscardPatience, Terminal.Clock);
        try
        {
            await drafting.DiscardDraftAsync(draft, cancellationToken: patience.Token);
        }
        catch (Exception fault) when (fault is RpcException or OperationCanceledException)
        {
            // The draft stays in the list.
        }
    }
}

/// <summary><c>docex draft edit</c>: what is given changes, everything else stays.</summary>
internal sealed class DraftEditVerb : DraftVerb
{
    private readonly DraftOptions fields;
    private readonly Option<string?> body;
    private readonly Option<string[]> attachments;

    public DraftEditVerb(Terminal terminal)
        : base(terminal, "edit", "修改草稿：只改给出的各项，值为空即清除", "Change a draft: what is given changes, an empty value takes away")
    {
        fields = new DraftOptions(terminal, this);
        body = Option<string?>("--body", "换正文文件（PDF、OFD）", "Another body (PDF, OFD)");
        attachments = Repeated("--attach", "增加附件文件，可多次给出", "A further attachment, may be given several times");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var (file, more, named) = (parse.GetValue(body), parse.GetValue(attachments) ?? [], Named(parse));
        foreach (var path in more.Append(file).OfType<string>())
        {
            Chunks.Require(path);
        }

        var drafting = new Drafting.DraftingClient(node);
        // Files first: where one is refused nothing else has changed.
        var sheet = await DraftUpload.AddAllAsync(screen, node, await drafting.ShowDraftAsync(named, cancellationToken: cancellation), file, more, cancellation);
        if (fields.IsAnyGiven(parse))
        {
            fields.ApplyTo(parse, sheet.Fields);
            sheet = await drafting.ChangeDraftAsync(new ChangeDraftRequest { Office = named.Office, Draft = named.Draft, Version = sheet.Version, Fields = sheet.Fields }, cancellationToken: cancellation);
        }

        Show(screen, sheet);
        return ExitCode.Ok;
    }
}

/// <summary><c>docex draft correct</c> and <c>docex draft again</c>: a draft from a document that was sent.</summary>
internal sealed class DraftReviseVerb : SignedInVerb
{
    private readonly Argument<string> document;
    private readonly Option<string>? reason;

    public DraftReviseVerb(Terminal terminal, bool isCorrection)
        : base(
            terminal,
            isCorrection ? "correct" : "again",
            isCorrection ? "拟更正重印件：沿用字号，发出后替换原件" : "重新拟发：沿用原件各项",
            isCorrection ? "Begin a corrected reprint: it keeps the number and replaces the document once it is accepted" : "Begin another draft with the fields of a document that was sent")
    {
        document = Argument("DOCUMENT", "已发公文的标识（64 位十六进制）", "Id of the document that was sent (64 hexadecimal characters)");
        reason = isCorrection ? Required<string>("--reason", "更正理由", "Why it is replaced") : null;
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        // Nothing but spaces is no reason, and must not make another draft of a correction.
        var why = reason is null ? "" : parse.GetRequiredValue(reason) is { Length: > 0 } given ? given : " ";
        var request = new ReviseDocumentRequest { Office = Office(parse), DocumentId = TypedValue.Document(parse.GetRequiredValue(document)), Reason = why };
        var sheet = await new Drafting.DraftingClient(node).ReviseDocumentAsync(request, cancellationToken: cancellation);
        screen.Show(DraftScreens.Value(sheet), DraftScreens.Lines(screen, sheet));
        return ExitCode.Ok;
    }
}
