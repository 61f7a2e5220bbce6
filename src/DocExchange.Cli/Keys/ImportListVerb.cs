using System.CommandLine;
using DocExchange.Protocol.V1;
using Google.Protobuf;

namespace DocExchange.Cli.Keys;

/// <summary><c>docex hub import-crl</c>: revocation lists of an outside authority.</summary>
internal sealed class ImportListVerb : HubKeyVerb
{
    // What the hub takes as one message.
    private const int MaxSize = 7 * 1024 * 1024;

    private readonly Argument<string> file;

    public ImportListVerb(Terminal terminal)
        : base(terminal, "import-crl", "导入外部证书颁发机构的吊销列表，所吊销的证书随即失效", "Import revocation lists of an outside authority; what they revoke counts no longer")
    {
        file = Argument("FILE", "吊销列表文件（PEM 或 DER）", "File with revocation lists (PEM or DER)");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, KeyAdministration.KeyAdministrationClient hub, CancellationToken cancellation)
    {
        var request = new ImportRevocationListsRequest { Lists = ByteString.CopyFrom(BoundedFile.Read(parse.GetRequiredValue(file), MaxSize)) };
        var reply = await hub.ImportRevocationListsAsync(request, cancellationToken: cancellation);
        screen.Show(
            new { issuers = reply.Issuers, revoked = reply.Revoked },
            [
                screen.Say($"已导入 {reply.Issuers.Count} 份吊销列表，{reply.Revoked.Count} 张证书由此失效。", $"Imported {reply.Issuers.Count} revocation lists; {reply.Revoked.Count} certificates lost their place."),
                .. reply.Revoked.Select(fingerprint => "  " + fingerprint),
            ]);
        return ExitCode.Ok;
    }
}
