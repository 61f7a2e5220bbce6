using System.CommandLine;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Documents;

/// <summary><c>docex compose</c>: makes a joint document and saves it as a draft package, for the other issuers to countersign.</summary>
internal sealed class ComposeVerb : NodeVerb
{
    private readonly DispatchOptions draft;
    private readonly Option<string> body;
    private readonly Option<string[]> attachments;
    private readonly Option<string> output;

    public ComposeVerb(Terminal terminal)
        : base(terminal, "compose", "拟制联合发文：制作公文包，交各署名机关依次签署", "Make a joint document: a package for the issuers to countersign in turn")
    {
        draft = new DispatchOptions(terminal, this);
        body = Required<string>("--body", "正文文件（PDF、OFD）", "The body (PDF, OFD)");
        attachments = Repeated("--attach", "附件文件，可多次给出", "An attachment, may be given several times");
        output = Required<string>("--out", "新公文包文件", "The new package file");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation)
    {
        var path = parse.GetRequiredValue(output);
        NewFile.Require(path);
        IReadOnlyList<string> files = [parse.GetRequiredValue(body), .. parse.GetValue(attachments) ?? []];
        var order = draft.Read(parse);
        order.Files.AddRange(files.Select(Chunks.NameOf));

        using var call = desk.Compose(cancellationToken: cancellation);
        var standing = await LongWork.WatchAsync(screen, "制作公文包", "Making the package", async work =>
        {
            var isWhole = await Chunks.SendAsync(call.RequestStream, new SendRequest { Draft = order }, files, chunk => new SendRequest { Chunk = chunk }, work, cancellation);
            return await DraftPackages.SaveAsync(call.ResponseStream, isWhole, path, cancellation);
        });
        DraftPackages.Show(screen, standing, path);
        return ExitCode.Ok;
    }
}
