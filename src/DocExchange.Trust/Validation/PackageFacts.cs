using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Validation;

/// <summary>What was measured of a package: its container and parts, the issuers' CMS, and the seals as found.</summary>
/// <param name="Findings">Of the container, of its parts, and of what should be a CMS and is none.</param>
/// <param name="PackageId">SHA-256 of the file; null where it is no package.</param>
/// <param name="Manifest">Null where the file is no package.</param>
/// <param name="Metadata">metadata.xml as found; empty where the file is no package.</param>
/// <param name="Cms">Null where there is none that can be read.</param>
/// <param name="Seals">Each SES_Signature as encoded.</param>
public sealed record PackageFacts(
    IReadOnlyList<Finding> Findings,
    Digest? PackageId,
    PackageManifest? Manifest,
    ReadOnlyMemory<byte> Metadata,
    CmsFacts? Cms,
    IReadOnlyList<ReadOnlyMemory<byte>> Seals)
{
    /// <summary>The same in the form that is kept.</summary>
    internal FileFacts ToFileFacts(FileDemands demands) => new()
    {
        Kind = SignedFileKind.Package,
        Sha256 = PackageId?.ToString(),
        GatheredAt = demands.At,
        IsOwn = demands.Policy.RequiresOwnForm,
        Usage = CertificateUsage.DocumentSigning,
        Findings = Findings,
        Cms = Cms,
        Seals = [.. Seals.Select((seal, index) => new SealFacts(EntryNames.Seal(index + 1), seal, Manifest is { } manifest ? manifest.Bytes : default(ReadOnlyMemory<byte>?)))],
        Proofs = demands.Proofs,
        Trust = demands.Store,
    };
}
