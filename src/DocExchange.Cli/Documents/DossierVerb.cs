using System.CommandLine;
using DocExchange.Core.Dossiers;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;
using Grpc.Core;

namespace DocExchange.Cli.Documents;

/// <summary><c>docex dossier</c>: a document with everything needed to verify it offline, as one file.</summary>
internal sealed class DossierVerb : NodeVerb
{
    private readonly Argument<string> document;
    private readonly Option<string> office;
    private readonly Option<string> output;

    public DossierVerb(Terminal terminal)
        : base(terminal, "dossier", "另存证据卷宗：公文及离线验证所需的一切", "Save the dossier: the document and everything needed to verify it offline")
    {
        document = Argument("DOCUMENT", "公文的系统标识（64 位十六进制）", "The document's id (64 hexadecimal characters)");
        office = Option("--office", "为哪个单位：只含与其有关的凭证；默认为本节点的全部单位", "The office it is for: only what concerns it; all of this node's by default", "");
        output = Required<string>("--out", "新文件", "The new file");
    }

    protected override Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation) => DossierFile.SaveAsync(
        screen,
        () => desk.SaveDossier(new GetDossierRequest { DocumentId = TypedValue.Document(parse.GetRequiredValue(document)), Office = parse.GetValue(office) ?? "" }, cancellationToken: cancellation),
        parse.GetRequiredValue(output),
        cancellation);
}

/// <summary>A dossier on its way into a file.</summary>
internal static class DossierFile
{
    /// <summary>A file that did not come whole is removed again.</summary>
    public static async Task<int> SaveAsync(Screen screen, Func<AsyncServerStreamingCall<ArchiveChunk>> ask, string path, CancellationToken cancellation)
    {
        NewFile.Require(path);
        using var call = ask();
        try
        {
            await LongWork.WatchAsync(screen, "保存卷宗", "Saving the dossier", work => Chunks.SaveAsync(call.ResponseStream, path, work, cancellation));
        }
        catch
        {
            File.Delete(path);
            throw;
        }

        var size = new FileInfo(path).Length;
        var witnesses = await DossierWitnesses.CountAsync(File.OpenRead(path), cancellation);
        screen.Show(
            new { file = path, size, cosignatures = witnesses?.Cosignatures, quorum = witnesses?.Quorum },
            [screen.Say($"卷宗已保存为 {path}，{size} 字节。用 docex verify 验证，或照其中 README.txt 用 OpenSSL 验证。", $"The dossier is saved as {path}, {size} bytes. Verify it with docex verify, or with OpenSSL as its README.txt says."),
            .. witnesses is { IsWitnessed: false } ? [Unwitnessed(screen, witnesses)] : Array.Empty<string>()]);
        return ExitCode.Ok;
    }

    private static string Unwitnessed(Screen screen, DossierWitnesses witnesses) => screen.Say(
        $"卷宗的检查点只有 {witnesses.Cosignatures} 份见证，需 {witnesses.Quorum} 份：目前只有中心一方为它作证。见证通常几分钟内到齐，请届时再取一次卷宗，以见证齐全的为准。",
        $"The dossier's checkpoint has {witnesses.Cosignatures} cosignatures of the {witnesses.Quorum} needed: so far the hub alone vouches for it. Cosignatures mostly come within minutes: make the dossier again then, and keep the one that has them all.");
}
