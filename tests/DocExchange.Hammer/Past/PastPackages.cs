using System.Security.Cryptography;
using DocExchange.Core.Documents;
using DocExchange.Core.Statements;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;

namespace DocExchange.Hammer.Past;

/// <summary>A document of the past: what it is, and the promise its Dispatched makes.</summary>
internal sealed record PastDocument(int Number, DocumentId Id, DispatchBody Dispatch);

/// <summary>Makes packages as a desk does: signed and sealed by their issuer, 100 KB with an attachment. Safe for concurrent use.</summary>
internal sealed class PastPackages(PastOffices past, long directoryVersion)
{
    private const int DocumentSize = 100_000;

    // Of a decade: no number stands twice.
    private const int Years = 10;

    public static string NumberOf(int number, DateTimeOffset at) => DocumentNumber.Of(PastOffices.AgencyCode, at.Year - (number % Years), number).ToString();

    public async Task<(PastDocument Document, byte[] Package)> MakeAsync(int number, DateTimeOffset at, CancellationToken cancellation)
    {
        var metadata = MetadataOf(number, at);
        var body = PastText.BodyOf(number);
        var attachment = RandomNumberGenerator.GetBytes(DocumentSize - body.Length);
        List<PackagePart> parts =
        [
            PackagePart.Metadata(metadata.ToXml()), PackagePart.Body("正文.pdf", () => new MemoryStream(body)), PackagePart.Attachment(1, "附件.dat", () => new MemoryStream(attachment)),
        ];
        var manifest = await PackageManifest.CreateAsync(parts, withSm3: true, cancellation);
        var keys = past.SenderNode.Keys;
        var signature = await CmsSigner.SignAsync(manifest.Bytes, keys.SigningKeyOf(past.Sender), at, CmsForm.Detached, cancellation);
        var (sealKey, seal) = keys.SealOf(past.Sender);
        var applied = await SealApplication.ApplyAsync(seal, sealKey, manifest.Bytes, PackageManifest.Path, at, cancellation);
        using var package = new MemoryStream(DocumentSize + (DocumentSize / 2));
        var written = await PackageWriter.WriteAsync(package, manifest, parts, signature, [applied], cancellation);
        var dispatch = new DispatchBody
        {
            Package = new PackageId(written.PackageId),
            PackageSize = written.Size,
            Title = metadata.Title,
            Number = metadata.Number!.ToString(),
            DocumentType = metadata.Type.Code()!,
            DirectoryVersion = directoryVersion,
            Issuers = [past.Sender],
            Recipients = past.Addressed,
        };
        return (new PastDocument(number, new DocumentId(manifest.DocumentId), dispatch), package.ToArray());
    }

    private DocumentMetadata MetadataOf(int number, DateTimeOffset at) => new()
    {
        Type = PastText.TypeOf(number),
        Title = PastText.TitleOf(number),
        Number = DocumentNumber.Parse(NumberOf(number, at)),
        Issuers = [new Issuer(past.Sender.ToString(), PastOffices.SenderName, SealPlacement.Container)],
        Date = DateOnly.FromDateTime(at.UtcDateTime),
        DispatchedBy = past.Sender.ToString(),
    };
}
