using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Durability;
using DocExchange.Node.Offices;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Validation;
using Google.Protobuf;
using Grpc.Core;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Desk;

/// <summary>A draft package that is sound as far as it goes, and who has signed it.</summary>
internal sealed record DraftStanding(PackageManifest Manifest, DocumentMetadata Metadata, IReadOnlyList<IssuerStanding> Issuers, long Size)
{
    public Local.DraftStanding ToWire() => new()
    {
        DocumentId = Manifest.DocumentId.ToString(),
        Title = Metadata.Title,
        Number = Metadata.Number?.ToString() ?? Metadata.PrintedNumber ?? "",
        DispatchedBy = Metadata.DispatchedBy,
        Size = (ulong)Size,
        Issuers =
        {
            Issuers.Select(standing => new Local.DraftIssuer
            {
                Office = standing.Issuer.OfficeId,
                Name = standing.Issuer.PrintedName,
                HasSigned = standing.HasSigned,
                NeedsSeal = standing.Issuer.Seal == SealPlacement.Container,
                HasSealed = standing.HasSealed,
            }),
        },
        Parts =
        {
            Manifest.Entries.Select(entry => new Local.PartInfo
            {
                Path = entry.Path,
                MediaType = entry.MediaType,
                Size = (ulong)(entry.Size ?? 0),
                Sha256 = ByteString.CopyFrom(entry.Sha256.Span),
            }),
        },
    };
}

/// <summary>Looks at draft packages as they pass from issuer to issuer: whatever is in one must be sound, though not yet complete.</summary>
internal sealed class DraftStandings(TrustedAuthorities authorities, DirectoryCopy directories, SitePolicy policy, TimeProvider time)
{
    /// <summary>A package that nobody has signed yet is one, too.</summary>
    public static readonly PackageLimits Limits = PackageLimits.Default with { AllowUnsigned = true };

    /// <exception cref="RefusedException">A part, a signature or a seal does not verify, somebody signed who is no issuer, or it is 涉密.</exception>
    public async Task<DraftStanding> JudgeAsync(string path, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var size = new FileInfo(path).Length;
        var found = await new PackageValidator(authorities.Store, policy.Own with { BodySignatures = BodySignatures.Remark, VerifiedAt = now }, Limits).ValidateAsync(File.OpenRead(path), now, cancellation);

        // That nobody has signed is no fault of a draft; whatever else is found is.
        var faults = found.Verdict.Faults.Where(fault => fault.SubIndication != SubIndication.SignedDataNotFound).ToList();
        if (found.Manifest is not { } manifest || faults.Count > 0)
        {
            throw new RefusedException(
                found.Manifest is null ? Refusal.FormatFailure : Refusal.NotAuthentic,
                "公文包未通过验证：" + string.Concat(faults.Select(fault => fault.Chinese)),
                "The package did not pass: " + string.Join(" ", faults.Select(fault => $"{fault.Code}: {fault.English}")));
        }

        var metadata = DocumentMetadata.Parse(found.Metadata.Span);
        RefuseClassified(metadata);
        var standings = IssuerStandings.Of(found, metadata, directories.Newest(), now);
        if (standings.Issuers.Select(standing => standing.BodySealMissing).FirstOrDefault(reason => reason is not null) is { } missing)
        {
            throw new RefusedException(Refusal.NotAuthentic, missing.Chinese, missing.English);
        }

        return standings.HasStranger ? throw Stranger() : new DraftStanding(manifest, metadata, standings.Issuers, size);
    }

    /// <summary>First what it is, then its bytes.</summary>
    public static async Task HandOutAsync(Local.DraftStanding standing, string path, IServerStreamWriter<Local.DraftPackage> replies, CancellationToken cancellation)
    {
        await replies.WriteAsync(new Local.DraftPackage { Standing = standing }, cancellation);
        await using var file = File.OpenRead(path);
        await foreach (var chunk in FileChunks.ReadAsync(file, cancellation))
        {
            await replies.WriteAsync(new Local.DraftPackage { Chunk = chunk }, cancellation);
        }
    }

    private static void RefuseClassified(DocumentMetadata metadata)
    {
        if (metadata.Security.IsClassified)
        {
            throw new RefusedException(Refusal.Classified, "涉密公文不得通过本系统传输。请按保密规定办理。", "Classified documents do not travel on this system. Follow the rules for classified documents.");
        }
    }

    private static RefusedException Stranger() => new(
        Refusal.Disagreement,
        "公文包带有署名机关以外的签名，或印章多于署名机关。请向主办机关索取未经改动的公文包。",
        "Somebody who is no issuer has signed the package, or it has more seals than issuers. Ask the host for the package as it was.");
}
