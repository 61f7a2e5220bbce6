using System.Text.Json.Serialization;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Pdf;

namespace DocExchange.Trust.Validation;

/// <summary>A seal, or a seal signature with what it covers.</summary>
/// <param name="Path">The entry of a package; null where the file itself is it.</param>
/// <param name="Encoded">SESeal or SES_Signature as encoded.</param>
/// <param name="Covered">What a seal signature protects; null for a seal, and where the content is not at hand.</param>
public sealed record SealFacts(string? Path, ReadOnlyMemory<byte> Encoded, ReadOnlyMemory<byte>? Covered);

/// <summary>
/// Everything there is to know about a file in order to judge it, at any time and under any policy, without the file: what
/// was measured of its signatures, its seals, and the certificates and revocation data that were at hand. Kept as JSON by
/// <see cref="FactsText"/>.
/// </summary>
public sealed record FileFacts
{
    public required SignedFileKind Kind { get; init; }

    /// <summary>SHA-256 of the file in lower-case hexadecimal; null where it was not read to its end.</summary>
    public required string? Sha256 { get; init; }

    public required DateTimeOffset GatheredAt { get; init; }

    /// <summary>Whether the file should be in this product's own form.</summary>
    public required bool IsOwn { get; init; }

    public required CertificateUsage Usage { get; init; }

    /// <summary>What was found that depends neither on time nor on policy: the container, the digests of its parts.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    public CmsFacts? Cms { get; init; }

    public IReadOnlyList<SealFacts> Seals { get; init; } = [];

    /// <summary>Where the file is a time-stamp, or an answer that holds one: the token, and whether its imprint is the digest of the content that was handed over.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimestampFacts? Timestamp { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OfdFacts? Ofd { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PdfFacts? Pdf { get; init; }

    /// <summary>Of the existence of the whole file, from outside it.</summary>
    public IReadOnlyList<ProofOfExistence> Proofs { get; init; } = [];

    /// <summary>What was trusted and known when the facts were gathered.</summary>
    public required TrustStore Trust { get; init; }
}
