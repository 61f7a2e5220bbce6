using System.Text.Json.Serialization;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Validation;

/// <summary>What verifying the signature value with the signer's key gave.</summary>
public enum SignatureCheck
{
    /// <summary>No certificate was found to verify with, or the content a value without attributes covers is not at hand.</summary>
    NotMade,

    /// <summary>The algorithm, its parameters or the key are not supported: nothing was verified.</summary>
    Unsupported,

    Invalid,
    Valid,

    /// <summary>It takes more work than was left for the file.</summary>
    BeyondLimit,
}

/// <summary>How the signed attributes refer to the signer's certificate (RFC 5035).</summary>
public enum CertificateReference
{
    Absent,
    Repeated,
    Unreadable,
    OfAnother,
    OfTheSigner,
}

/// <summary>Whether the algorithms are those that were signed (RFC 6211).</summary>
public enum AlgorithmProtection
{
    Absent,
    Differs,
    Agrees,
}

/// <summary>The policy a signer says to have signed under (RFC 5126 §5.8.1).</summary>
/// <param name="Oid">Null where it is implied by something outside the signature.</param>
/// <param name="DigestAlgorithm">The object identifier; null where the signature gives no digest of the policy.</param>
public sealed record SignaturePolicyFacts(string? Oid, string? DigestAlgorithm, ReadOnlyMemory<byte>? Digest)
{
    public static readonly SignaturePolicyFacts Implied = new(null, null, null);
}

/// <summary>An attribute and how many values it has.</summary>
public sealed record AttributeFacts(string Oid, int Values);

/// <summary>What was measured of the signature value.</summary>
/// <param name="Algorithms">Everything the signature rests on, in the names the algorithm policy uses.</param>
/// <param name="RsaBits">The size of an RSA key; null for other keys.</param>
/// <param name="IsInRange">Of r and s; null where the key makes no such values, false where they cannot be read.</param>
/// <param name="IsDer">Whether r and s are a DER sequence.</param>
/// <param name="IsOwnForm">Whether the product itself would write the same bytes for the same facts.</param>
public sealed record ValueFacts(SignatureCheck Check, IReadOnlyList<string> Algorithms, int? RsaBits, bool? IsInRange, bool IsDer, bool HasLowS, bool IsOwnForm);

/// <summary>
/// What was measured of one signer: bytes compared, values verified, nothing judged. Neither time nor policy has any
/// influence on it, so it can be kept and judged again later.
/// </summary>
public sealed record SignerFacts
{
    public required int Version { get; init; }

    public required bool IsNamedByKeyIdentifier { get; init; }

    /// <summary>Another signer is named the same way.</summary>
    public required bool IsRepeated { get; init; }

    /// <summary>It signs another signature's value (RFC 5652 §11.4), not the content.</summary>
    public required bool IsCounterSignature { get; init; }

    public required string DigestAlgorithm { get; init; }

    public required string SignatureAlgorithm { get; init; }

    /// <summary>The digest the signature algorithm itself names; null where it names none, or one that is not known.</summary>
    public required DigestAlgorithm? DigestOfSignatureAlgorithm { get; init; }

    /// <summary>Whether the digest algorithm is in the list at the head of the CMS.</summary>
    public required bool IsDigestListed { get; init; }

    /// <summary>Null where there are none, which is something other than an empty set.</summary>
    public required IReadOnlyList<AttributeFacts>? SignedAttributes { get; init; }

    public required IReadOnlyList<AttributeFacts> UnsignedAttributes { get; init; }

    /// <summary>No indefinite and no padded length in the signed attributes.</summary>
    public required bool HasDerLengths { get; init; }

    public required bool AreAttributesSorted { get; init; }

    /// <summary>The value of the contentType attribute; null where it is absent, repeated or unreadable.</summary>
    public required string? SignedContentType { get; init; }

    /// <summary>What the signer claims; null where the attribute is absent, repeated or unreadable.</summary>
    public required DateTimeOffset? SigningTime { get; init; }

    public required AlgorithmProtection AlgorithmProtection { get; init; }

    /// <summary>Null where the attribute is absent, repeated or unreadable.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SignaturePolicyFacts? SignaturePolicy { get; init; }

    /// <summary>The attribute is there once and cannot be read; false also where nobody has looked, as in facts of older versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsSignaturePolicyUnreadable { get; init; }

    /// <summary>messageDigest; null where it is absent, repeated or unreadable.</summary>
    public required ReadOnlyMemory<byte>? SignedDigest { get; init; }

    /// <summary>The digest of the content inside, and of the content that was handed over; null for what is not at hand.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>?> ContentDigests { get; init; }

    /// <summary>The content reads like what another signature covers.</summary>
    public required bool IsContentLikeAttributes { get; init; }

    /// <summary>How many certificates bear the signer's name and number.</summary>
    public required int NamedCertificates { get; init; }

    public required CertificateReference Reference { get; init; }

    /// <summary>By which digests the signed attributes refer to the signer's certificate; null where they do not, and in facts of older versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DigestAlgorithm>? ReferenceDigests { get; init; }

    /// <summary>The one referred to, otherwise the first that is named; null where none is.</summary>
    public required Certificate? Certificate { get; init; }

    public required ValueFacts Value { get; init; }

    public required IReadOnlyList<TimestampFacts> Timestamps { get; init; }

    public required IReadOnlyList<SignerFacts> CounterSignatures { get; init; }

    /// <summary>Of a counter-signature: its place among those of the signature it signs, unreadable ones counted; null in facts of older versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Place { get; init; }

    /// <summary>Counter-signatures that are no SignerInfo.</summary>
    public required int UnreadableCounterSignatures { get; init; }

    /// <summary>Why the unsigned attributes, or counter-signatures among them, were not all read; null where they were, or there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Finding? LeftOut { get; init; }

    [JsonIgnore]
    internal DigestAlgorithm? Digest => DigestAlgorithms.Of(DigestAlgorithm);

    [JsonIgnore]
    internal KeyAlgorithm? Key => Certificate?.KeyAlgorithm;

    internal int Count(string oid) => SignedAttributes?.Count(attribute => attribute.Oid == oid) ?? 0;

    /// <summary>There once, with one value.</summary>
    internal bool IsSingle(string oid) => SignedAttributes?.Where(attribute => attribute.Oid == oid).ToList() is [{ Values: 1 }];
}
