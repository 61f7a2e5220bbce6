using System.CommandLine;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Documents;

/// <summary><c>docex send</c>: makes, signs, seals and queues a document.</summary>
internal sealed class SendVerb : NodeVerb
{
    private readonly DispatchOptions draft;
    private readonly Option<string> body;
    private readonly Option<string[]> attachments;

    public SendVerb(Terminal terminal)
        : base(terminal, "send", "发文：制作、签名、盖章并发送", "Dispatch: make, sign, seal and send a document")
    {
        draft = new DispatchOptions(terminal, this);
        body = Required<string>("--body", "正文文件（PDF、OFD）", "The body (PDF, OFD)");
        attachments = Repeated("--attach", "附件文件，可多次给出", "An attachment, may be given several times");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation)
    {
        Show(screen, await SendAsync(screen, desk, parse, [parse.GetRequiredValue(body), .. parse.GetValue(attachments) ?? []], cancellation));
        return ExitCode.Ok;
    }

    public static void Show(Screen screen, SendReply reply) =>
        screen.Show(
            new { documentId = reply.DocumentId, packageId = reply.PackageId, number = reply.Number, main = reply.Main, copies = reply.Copies, warnings = screen.Say(reply.Warnings, reply.WarningsEnglish) },
            [
                screen.Say($"已提交{(reply.Number.Length > 0 ? " " + reply.Number : "，无发文字号")}，主送 {reply.Main}、抄送 {reply.Copies} 个单位。", $"Queued {(reply.Number.Length > 0 ? reply.Number : "without a number")} for {reply.Main} main and {reply.Copies} copy recipients."),
                screen.Say($"系统标识 {reply.DocumentId}", $"Document id {reply.DocumentId}"),
                .. screen.Say(reply.Warnings, reply.WarningsEnglish).Select(warning => "! " + warning),
            ]);

    private async Task<SendReply> SendAsync(Screen screen, Desk.DeskClient desk, ParseResult parse, IReadOnlyList<string> files, CancellationToken cancellation)
    {
        var order = draft.Read(parse);
        order.Files.AddRange(files.Select(Chunks.NameOf));
        using var call = desk.Send(cancellationToken: cancellation);
        return await LongWork.WatchAsync(screen, "提交", "Handing in", async work =>
        {
            return await Chunks.SendAsync(call, new SendRequest { Draft = order }, files, chunk => new SendRequest { Chunk = chunk }, work, cancellation);
        });
    }
}
