using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Seals;

/// <summary>
/// A seal applied to bytes (SES_Signature): the seal, the time, the SM3 value of what it protects, and the signature of
/// one of the seal's holders over these. Kept as the bytes it came in.
/// </summary>
public sealed class SealSignature
{
    internal SealSignature()
    {
    }

    public required ReadOnlyMemory<byte> Der { get; init; }

    /// <summary>1, 4 or 5 as for <see cref="Seal.Version"/>.</summary>
    public required int Version { get; init; }

    public required Seal Seal { get; init; }

    /// <summary>The time the signer states; null where a version 1 signature holds none that can be read.</summary>
    public required DateTimeOffset? SignedAt { get; init; }

    /// <summary>SM3 of the protected bytes; SHA-256 or SHA-1 in old signatures made with RSA.</summary>
    public required ReadOnlyMemory<byte> DataHash { get; init; }

    /// <summary>Names the protected bytes, in general by their path.</summary>
    public required string PropertyInfo { get; init; }

    public required IReadOnlyList<SealExtension> Extensions { get; init; }

    public required Certificate SignerCertificate { get; init; }

    public required string SignatureAlgorithm { get; init; }

    /// <summary>What the holder signed (toSign), byte for byte.</summary>
    public required ReadOnlyMemory<byte> SignedBytes { get; init; }

    /// <summary>Bytes after the seal signature that are no padding with zeros; only in what <see cref="ParseForeign"/> read.</summary>
    public required int TrailingBytes { get; init; }

    /// <summary>A DER SEQUENCE of r and s, or 64 raw bytes.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>The signature value as it came, before other makers' forms of it were brought into one.</summary>
    internal ReadOnlyMemory<byte> SignatureAsFound { get; init; }

    /// <summary>A time-stamp token over the signature value, or null.</summary>
    public required ReadOnlyMemory<byte>? Timestamp { get; init; }

    /// <summary>
    /// A time-stamp token in the place of the time, inside what is signed, as old seals have it; or null. Being signed, it
    /// is older than the signature and proves nothing of it.
    /// </summary>
    public ReadOnlyMemory<byte>? TimeToken { get; init; }

    /// <inheritdoc cref="Seal.UnsignedBytes"/>
    internal int UnsignedBytes { get; init; }

    /// <inheritdoc cref="Seal.Slack"/>
    internal int Slack { get; init; }

    /// <inheritdoc cref="Seal.UnknownParts"/>
    internal int UnknownParts { get; init; }

    /// <summary>The version that toSign states.</summary>
    internal int StatedVersion { get; init; }

    /// <summary>SHA-256 over the DER bytes.</summary>
    public Digest Fingerprint => Digest.Of(Der.Span);

    /// <exception cref="SealFormatException">The bytes are not exactly one seal signature, or exceed a limit.</exception>
    public static SealSignature Parse(ReadOnlyMemory<byte> der) => SealSignatureReader.Read(der.ToArray(), isForeign: false);

    /// <summary>The same for what another maker wrote, see <see cref="Seal.ParseForeign"/>.</summary>
    /// <exception cref="SealFormatException">The bytes do not begin with a seal signature, or exceed a limit.</exception>
    public static SealSignature ParseForeign(ReadOnlyMemory<byte> encoded) => SealSignatureReader.Read(encoded.ToArray(), isForeign: true);
}
