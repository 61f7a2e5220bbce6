using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Seals;

namespace DocExchange.Trust.Validation;

/// <param name="Path">The entry in the package.</param>
/// <param name="Signature">What was found; null where the bytes are no seal signature.</param>
public sealed record JudgedSeal(string Path, SealSignature? Signature, SignatureVerdict Verdict);

/// <summary>
/// The judgement of a package, and what was found in it. <paramref name="Manifest"/> and <paramref name="PackageId"/>
/// are null where the file is no package or could not be read to its end.
/// </summary>
/// <param name="Verdict">Over container, parts, signatures and seals together.</param>
/// <param name="PackageId">SHA-256 of the file.</param>
/// <param name="Metadata">metadata.xml as found; empty where the file is no package.</param>
public sealed record PackageVerdict(
    Verdict Verdict, Digest? PackageId, PackageManifest? Manifest, ReadOnlyMemory<byte> Metadata, IReadOnlyList<JudgedSeal> Seals)
{
    /// <summary>The body and its own signatures; null where it is no OFD or PDF, or was not looked into.</summary>
    public SignedDocument? Body { get; init; }

    /// <summary>What was found of the body's own signatures; these are among the findings of the verdict too.</summary>
    public IReadOnlyList<Finding> BodyFindings { get; init; } = [];

    /// <summary>The same without the policy's demand for revocation data; null where no such data is wanting.</summary>
    public PackageVerdict? WithoutLists { get; init; }

    /// <summary>SHA-256 of the manifest.</summary>
    public Digest? DocumentId => Manifest?.DocumentId;

    /// <summary>The issuers' signatures over the manifest.</summary>
    public IEnumerable<SignatureVerdict> Issuers => Verdict.Signatures.Where(signature => signature.Kind == SignatureKind.Cms && signature.Of is null);
}
