using System.CommandLine;
using DocExchange.Cli.Pki;
using DocExchange.Protocol.V1;
using Google.Protobuf;

namespace DocExchange.Cli.Keys;

/// <summary><c>docex hub import-certificate</c>: certificates of an outside authority for requests of nodes.</summary>
internal sealed class ImportCertificateVerb : HubKeyVerb
{
    private readonly Argument<string[]> files;

    public ImportCertificateVerb(Terminal terminal)
        : base(terminal, "import-certificate", "导入外部证书颁发机构为节点和单位签发的证书", "Import certificates of an outside authority for nodes and offices")
    {
        files = new Argument<string[]>("FILE") { Description = terminal.Say("证书文件（PEM 或 DER）", "Certificate files (PEM or DER)"), Arity = ArgumentArity.OneOrMore };
        Add(files);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, KeyAdministration.KeyAdministrationClient hub, CancellationToken cancellation)
    {
        var answered = new List<string>();
        IReadOnlyList<string> waiting = [];
        foreach (var file in parse.GetRequiredValue(files))
        {
            var reply = await hub.ImportCertificatesAsync(new ImportCertificatesRequest { Certificates = ByteString.CopyFrom(PkiVerbs.ReadFile(file)) }, cancellationToken: cancellation);
            answered.AddRange(reply.Answered);
            waiting = reply.Waiting;
        }

        screen.Show(
            new { answered, waiting },
            [
                screen.Say($"已导入 {answered.Count} 张证书，尚待签发 {waiting.Count} 张。", $"Imported {answered.Count} certificates; {waiting.Count} are still awaited."),
                .. waiting.Select(request => "  " + request),
            ]);
        return ExitCode.Ok;
    }
}
