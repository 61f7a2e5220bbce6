using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;

namespace DocExchange.Tests.Hub.Operations;

/// <summary>A finished package, and the Dispatched that promises it.</summary>
internal sealed record TestPackage(byte[] Bytes, DocumentId Document, DispatchBody Dispatch)
{
    public PackageId Id => Dispatch.Package;

    public static DocumentMetadata Metadata(string number = "京政发〔2026〕1号") => new()
    {
        Type = DocumentType.Notice,
        Title = "北京市人民政府关于做好防汛工作的通知",
        Number = DocumentNumber.Parse(number),
        Issuers = [new Issuer(ExchangeSite.Government.ToString(), "北京市人民政府", SealPlacement.Container)],
        Date = new DateOnly(2026, 3, 2),
        DispatchedBy = ExchangeSite.GeneralOffice.ToString(),
    };

    /// <summary>Signed and sealed by 市政府 unless told otherwise.</summary>
    /// <param name="text">The body, which tells packages apart.</param>
    /// <param name="isSealed">Whether the container has the issuer's seal.</param>
    /// <param name="signers">Of a joint document; instead of <paramref name="signer"/>.</param>
    /// <param name="body">Instead of <paramref name="text"/>.</param>
    /// <param name="issuer">Whose key and seal are used; 市政府 for null.</param>
    /// <param name="at">When the issuers say they signed and sealed; null for <see cref="ExchangeSite.Start"/>.</param>
    public static async Task<TestPackage> MakeAsync(
        DocumentMetadata? metadata = null, string text = "body", RecipientList? recipients = null, bool isSealed = true, ISigningKey? signer = null, Func<Stream>? attachment = null, long directoryVersion = 5, IReadOnlyList<ISigningKey>? signers = null, (string Name, byte[] Bytes)? body = null, string attachmentName = "附件.bin", PartyId? issuer = null, DateTimeOffset? at = null)
    {
        var site = await ExchangeSite.GetAsync();
        var office = site.Offices[issuer ?? ExchangeSite.Government];
        metadata ??= Metadata();
        var signedAt = at ?? ExchangeSite.Start;
        List<PackagePart> parts = [PackagePart.Metadata(metadata.ToXml()), PackagePart.Body(body?.Name ?? "通知.pdf", () => new MemoryStream(body?.Bytes ?? System.Text.Encoding.UTF8.GetBytes("%PDF-1.7 " + text)))];
        if (attachment is not null)
        {
            parts.Add(PackagePart.Attachment(1, attachmentName, attachment));
        }

        var manifest = await PackageManifest.CreateAsync(parts, withSm3: true, CancellationToken.None);
        signers ??= [signer ?? office.Key];
        var signature = await CmsSigner.SignAsync(manifest.Bytes, signers[0], signedAt, CmsForm.Detached, CancellationToken.None);
        foreach (var further in signers.Skip(1))
        {
            signature = await CmsSigner.AddSignerAsync(signature, ContentDigests.Of(manifest.Bytes), further, signedAt, CancellationToken.None);
        }

        var seal = await SealApplication.ApplyAsync(office.Seal, office.SealKey, manifest.Bytes, EntryNames.Manifest, signedAt, CancellationToken.None);
        using var output = new MemoryStream();
        var written = await PackageWriter.WriteAsync(output, manifest, parts, signature, isSealed ? [seal] : [], CancellationToken.None);
        return new TestPackage(output.ToArray(), new DocumentId(manifest.DocumentId), new DispatchBody
        {
            Package = new PackageId(written.PackageId),
            PackageSize = written.Size,
            Title = metadata.Title,
            Number = metadata.Number?.ToString() ?? metadata.PrintedNumber,
            DocumentType = metadata.Type.Code() ?? "",
            Urgency = metadata.Urgency == Urgency.None ? null : metadata.Urgency.Chinese(),
            SignBy = metadata.SignBy,
            ReplyBy = metadata.ReplyBy,
            DirectoryVersion = directoryVersion,
            Issuers = [.. metadata.Issuers.Select(issuer => PartyId.Parse(issuer.OfficeId))],
            Recipients = recipients ?? new RecipientList([ExchangeSite.Dongcheng], [ExchangeSite.Xicheng]),
            Replaces = metadata.Relations.FirstOrDefault(relation => relation.Kind == RelationKind.Replaces)?.Document,
        });
    }
}
