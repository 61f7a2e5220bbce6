using System.CommandLine;
using DocExchange.Cli.Documents;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;
using Grpc.Core;

namespace DocExchange.Cli.Drafts;

/// <summary>A verb on one draft of an office.</summary>
internal abstract class DraftVerb : SignedInVerb
{
    private readonly Argument<string> draft;

    protected DraftVerb(Terminal terminal, string name, string chinese, string english)
        : base(terminal, name, chinese, english) =>
        draft = Argument("DRAFT", "草稿编号，见 draft list 或 sealing list", "The draft's id, as draft list or sealing list shows it");

    protected DraftRequest Named(ParseResult parse) => new() { Office = Office(parse), Draft = parse.GetRequiredValue(draft) };

    protected static void Show(Screen screen, DraftSheet sheet) => screen.Show(DraftScreens.Value(sheet), DraftScreens.Lines(screen, sheet));
}

/// <summary>One call on a draft, whose answer is the draft as it is then.</summary>
internal sealed class DraftActVerb(Terminal terminal, string name, string chinese, string english, Func<CallInvoker, DraftRequest, CancellationToken, Task<DraftSheet>> act)
    : DraftVerb(terminal, name, chinese, english)
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        Show(screen, await act(node, Named(parse), cancellation));
        return ExitCode.Ok;
    }
}

/// <summary><c>docex draft discard</c></summary>
internal sealed class DraftDiscardVerb(Terminal terminal) : DraftVerb(terminal, "discard", "删除草稿及其文件", "Throw a draft away, with its files")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var named = Named(parse);
        await new Drafting.DraftingClient(node).DiscardDraftAsync(named, cancellationToken: cancellation);
        screen.Show(new { discarded = named.Draft }, screen.Say($"已删除草稿 {named.Draft}。", $"The draft {named.Draft} is thrown away."));
        return ExitCode.Ok;
    }
}

/// <summary><c>docex draft send</c>: 确认发送.</summary>
internal sealed class DraftSendVerb : DraftVerb
{
    private readonly Option<string> document;

    public DraftSendVerb(Terminal terminal)
        : base(terminal, "send", "确认发送已签署齐全的公文", "Dispatch a frozen draft that all issuers have signed") =>
        document = Required<string>("--document", "核对过的系统标识，见 draft show", "Id of the document that was looked at, as draft show has it");

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var (drafting, named) = (new Drafting.DraftingClient(node), Named(parse));
        var shown = await drafting.ShowDraftAsync(named, cancellationToken: cancellation);
        var request = new SendDraftRequest { Office = named.Office, Draft = named.Draft, DocumentId = TypedValue.Document(parse.GetRequiredValue(document)), RecipientsMark = shown.RecipientsMark };
        SendVerb.Show(screen, await drafting.SendDraftAsync(request, cancellationToken: cancellation));
        return ExitCode.Ok;
    }
}
