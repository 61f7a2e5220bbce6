using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Seals;

/// <summary>How a seal names the certificates that may apply it (GB/T 38540-2020, certListType).</summary>
public enum CertificateListType
{
    Certificates = 1,
    Digests = 2,
}

/// <summary>The digest of a signer's certificate as a seal lists it; <paramref name="Type"/> is the maker's word for the algorithm.</summary>
public sealed record SealCertificateDigest(string Type, ReadOnlyMemory<byte> Value);

/// <summary>Further data of a maker, carried and never interpreted.</summary>
public sealed record SealExtension(string Oid, bool Critical, ReadOnlyMemory<byte> Value);

/// <summary>
/// An electronic seal (SESeal): a unit's seal picture, the certificates that may apply it and its period, signed by
/// the seal's maker. Kept as the bytes it came in, nothing is encoded again. Reading checks the form only; whether the
/// seal is valid is for the seal validator to say.
/// </summary>
public sealed class Seal : IEquatable<Seal>
{
    /// <summary>The largest seal, and the largest seal signature, that is read: 4 MiB.</summary>
    public const int MaxSize = 4 * 1024 * 1024;

    /// <summary>The most certificates or digests a seal may list.</summary>
    public const int MaxSigners = 256;

    public const int MaxExtensions = 64;

    internal Seal()
    {
    }

    public required ReadOnlyMemory<byte> Der { get; init; }

    /// <summary>1 for GM/T 0031-2014, 4 for GB/T 38540-2020, 5 for GM/T 0031-2025.</summary>
    public required int Version { get; init; }

    /// <summary>The seal's number (印章编码).</summary>
    public required string EsId { get; init; }

    public required string VendorId { get; init; }

    /// <summary>The seal's name, in general that of the unit.</summary>
    public required string Name { get; init; }

    /// <summary>The maker's number for the kind of seal. Seen are 3, 4, 6 and 15 besides 1 (unit) and 2 (person).</summary>
    public required int Type { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ValidFrom { get; init; }

    public required DateTimeOffset ValidUntil { get; init; }

    public required SealPicture Picture { get; init; }

    public required CertificateListType CertificateListType { get; init; }

    /// <summary>Empty when the seal lists digests.</summary>
    public required IReadOnlyList<Certificate> Signers { get; init; }

    /// <summary>Empty when the seal lists certificates.</summary>
    public required IReadOnlyList<SealCertificateDigest> SignerDigests { get; init; }

    public required IReadOnlyList<SealExtension> Extensions { get; init; }

    public required Certificate MakerCertificate { get; init; }

    public required string SignatureAlgorithm { get; init; }

    /// <summary>What the maker signed, byte for byte.</summary>
    public required ReadOnlyMemory<byte> SignedBytes { get; init; }

    /// <summary>
    /// What other makers are met to have signed in its place, in a seal read by <see cref="ParseForeign"/>: all of the
    /// seal's information too, with or without certificate and algorithm.
    /// </summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> OtherSignedBytes { get; init; } = [];

    /// <summary>The maker's signature: a DER SEQUENCE of r and s, or 64 raw bytes.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>The maker's signature as it came, before other makers' forms of it were brought into one.</summary>
    internal ReadOnlyMemory<byte> SignatureAsFound { get; init; }

    /// <summary>A time-stamp token over the maker's signature; only in version 5.</summary>
    public required ReadOnlyMemory<byte>? Timestamp { get; init; }

    /// <summary>Bytes after the seal that are no padding with zeros; only in what <see cref="ParseForeign"/> read.</summary>
    public int TrailingBytes { get; internal init; }

    /// <summary>How many bytes stand behind the signature value and are covered by no signature; only in what <see cref="ParseForeign"/> read.</summary>
    internal int UnsignedBytes { get; init; }

    /// <summary>How many bytes stand beside the maker's certificate, algorithm and signature value in the fields of these, where nobody reads them.</summary>
    internal int Slack { get; init; }

    /// <summary>How many elements behind the last known one are signed and not understood.</summary>
    internal int UnknownParts { get; init; }

    /// <summary>eSealInfo as it came, which the maker signs in all versions.</summary>
    internal ReadOnlyMemory<byte> InfoBytes { get; init; }

    /// <summary>The version that the header states, which other makers write as they please.</summary>
    internal int StatedVersion { get; init; }

    /// <summary>SHA-256 over the DER bytes.</summary>
    public Digest Fingerprint => Digest.Of(Der.Span);

    /// <exception cref="SealFormatException">The bytes are not exactly one seal, or exceed a limit.</exception>
    public static Seal Parse(ReadOnlyMemory<byte> der) => SealReader.ReadSeal(der.ToArray(), isForeign: false);

    /// <summary>
    /// The same for a seal of another maker: BER, other string types, times without a zone (taken as China's), bytes after
    /// the seal and certificates in the list that cannot be read are forgiven. What the maker signed is still judged over
    /// the bytes as they came.
    /// </summary>
    /// <exception cref="SealFormatException">The bytes do not begin with a seal, or exceed a limit.</exception>
    public static Seal ParseForeign(ReadOnlyMemory<byte> encoded) => SealReader.ReadSeal(encoded.ToArray(), isForeign: true);

    /// <summary>Whether the seal lists exactly this certificate.</summary>
    public bool Lists(Certificate certificate) => CertificateListType == CertificateListType.Certificates
        ? Signers.Contains(certificate)
        : SignerDigests.Any(digest => digest.Value.Span.SequenceEqual(DigestOf(certificate, digest.Type)));

    public bool IsInPeriod(DateTimeOffset at) => ValidFrom <= at && at <= ValidUntil;

    public bool Equals(Seal? other) => other is not null && Der.Span.SequenceEqual(other.Der.Span);

    public override bool Equals(object? obj) => Equals(obj as Seal);

    public override int GetHashCode() => Fingerprint.GetHashCode();

    public override string ToString() => $"{Name} ({EsId})";

    // The list's type field is a free string in the standard; SM3 is inferred where it says nothing else.
    private static byte[] DigestOf(Certificate certificate, string type) => type.Trim().ToUpperInvariant() switch
    {
        "SHA256" or "SHA-256" or SealOids.Sha256 => certificate.Fingerprint.ToArray(),
        _ => Sm3.Hash(certificate.Der),
    };
}
