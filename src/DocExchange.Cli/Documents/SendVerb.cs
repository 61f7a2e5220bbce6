using System.CommandLine;
using DocExchange.Protocol.Local.V1;
using Google.Protobuf;

namespace DocExchange.Cli.Documents;

/// <summary><c>docex send</c>: makes, signs, seals and queues a document; or queues a package made before.</summary>
internal sealed class SendVerb : NodeVerb
{
    private const int ChunkSize = 512 * 1024;

    private readonly DraftOptions draft;
    private readonly Option<string?> body;
    private readonly Option<string[]> attachments;
    private readonly Option<string?> package;

    public SendVerb(Terminal terminal)
        : base(terminal, "send", "发文：制作、签名、盖章并发送", "Dispatch: make, sign, seal and send a document")
    {
        draft = new DraftOptions(terminal, this);
        body = Option<string?>("--body", "正文文件（PDF、OFD）", "The body (PDF, OFD)");
        attachments = Repeated("--attach", "附件文件，可多次给出", "An attachment, may be given several times");
        package = Option<string?>("--package", "发送已制作的公文包（联合发文），代替 --body", "Send a package made before (joint documents) instead of --body");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation)
    {
        var reply = (parse.GetValue(package), parse.GetValue(body)) switch
        {
            ({ } made, null) => await DispatchAsync(desk, parse, made, cancellation),
            (null, { } text) => await SendAsync(desk, parse, [text, .. parse.GetValue(attachments) ?? []], cancellation),
            _ => throw new UsageException("请给出 --body 或 --package 之一。", "Give either --body or --package."),
        };
        screen.Show(
            new { documentId = reply.DocumentId, packageId = reply.PackageId, number = reply.Number, main = reply.Main, copies = reply.Copies, warnings = reply.Warnings },
            [
                screen.Say($"已提交 {reply.Number}，主送 {reply.Main}、抄送 {reply.Copies} 个单位。", $"Queued {reply.Number} for {reply.Main} main and {reply.Copies} copy recipients."),
                screen.Say($"公文标识 {reply.DocumentId}", $"Document id {reply.DocumentId}"),
                .. reply.Warnings.Select(warning => "! " + warning),
            ]);
        return ExitCode.Ok;
    }

    private async Task<SendReply> SendAsync(Desk.DeskClient desk, ParseResult parse, IReadOnlyList<string> files, CancellationToken cancellation)
    {
        var order = draft.Read(parse);
        order.Files.AddRange(files.Select(file => new FileName { Name = Path.GetFileName(file), Size = (ulong)new FileInfo(file).Length }));
        using var call = desk.Send(cancellationToken: cancellation);
        await call.RequestStream.WriteAsync(new SendRequest { Draft = order }, cancellation);
        foreach (var file in files)
        {
            await foreach (var chunk in ReadAsync(file, cancellation))
            {
                await call.RequestStream.WriteAsync(new SendRequest { Chunk = chunk }, cancellation);
            }
        }

        await call.RequestStream.CompleteAsync();
        return await call;
    }

    private async Task<SendReply> DispatchAsync(Desk.DeskClient desk, ParseResult parse, string file, CancellationToken cancellation)
    {
        var read = draft.Read(parse);
        var order = new DispatchOrder { Office = read.Office, Addressing = read.Addressing, Person = read.Person };
        using var call = desk.Dispatch(cancellationToken: cancellation);
        await call.RequestStream.WriteAsync(new DispatchRequest { Order = order }, cancellation);
        await foreach (var chunk in ReadAsync(file, cancellation))
        {
            await call.RequestStream.WriteAsync(new DispatchRequest { Chunk = chunk }, cancellation);
        }

        await call.RequestStream.CompleteAsync();
        return await call;
    }

    private static async IAsyncEnumerable<ByteString> ReadAsync(string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        var buffer = new byte[ChunkSize];
        for (int read; (read = await file.ReadAsync(buffer, cancellation)) > 0;)
        {
            yield return ByteString.CopyFrom(buffer, 0, read);
        }
    }
}
