using System.Text.Json.Serialization;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Validation;

/// <summary>A time-stamp that came with a signature, as it was found.</summary>
/// <param name="Attribute">The object identifier of the attribute that holds it.</param>
/// <param name="Token">The TimeStampToken (RFC 3161) as encoded.</param>
/// <param name="CoversItsObject">Whether its imprint is the digest of what it should cover; null where that was not measured.</param>
public sealed record TimestampFacts(string Attribute, ReadOnlyMemory<byte> Token, bool? CoversItsObject)
{
    /// <summary>Of an archive time-stamp: what its hash index names.</summary>
    public HashIndexFacts? HashIndex { get; init; }
}

/// <summary>The hash index of an archive time-stamp, compared with the signature it is in (ETSI EN 319 122-1 §5.5.2).</summary>
/// <param name="IsReadable">False where there is none, too.</param>
/// <param name="Missing">What it names and the signature does not hold: certificates, revocation lists, unsigned attributes.</param>
/// <param name="NotCovered">How many certificates, revocation lists and attributes it does not name.</param>
/// <param name="Timestamps">The places of the signer's other time-stamps that it names.</param>
public sealed record HashIndexFacts(bool IsReadable, IReadOnlyList<string> Missing, int NotCovered, IReadOnlyList<int> Timestamps)
{
    /// <summary>The places of the signer's counter-signatures that it names; null in facts of older versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? CounterSignatures { get; init; }

    /// <summary>The SHA-256 values of the lists and answers that it names, and of those in attributes that it names; null in facts of older versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Revocations { get; init; }

    /// <summary>What names the parts; null where that is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DigestAlgorithm? Algorithm { get; init; }

    /// <summary>The object identifier of a digest that is not known, with which nothing could be compared.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UnknownAlgorithm { get; init; }
}

/// <summary>The verdict on a time-stamp, and what it proves; null where it proves nothing.</summary>
public sealed record JudgedTimestamp(SignatureVerdict Verdict, ProofOfExistence? Proof)
{
    /// <summary>Of a good one over the content: before it there was no signature. Null of any other.</summary>
    public DateTimeOffset? SignedAfter { get; init; }
}

/// <summary>What time-stamps are judged by.</summary>
/// <param name="Certificates">Those that came with the signature.</param>
/// <param name="At">The time of judgement.</param>
/// <param name="Budget">How many more time-stamps of this CMS may be judged.</param>
internal sealed record TimestampDemands(TrustStore Store, IReadOnlyList<Certificate> Certificates, ValidationPolicy Policy, DateTimeOffset At, int Budget)
{
    /// <summary>When the signature with its time-stamps is proven to have existed, from outside it; null where nothing proves it.</summary>
    public DateTimeOffset? ProvenAt { get; init; }

    /// <summary>What all searches of the CMS draw on; null where each has its own.</summary>
    public FileWork? Work { get; init; }
}

/// <summary>Measures the time-stamps of a signer once, and judges them from what was measured. Safe for concurrent use.</summary>
internal interface ISignatureTimestamps
{
    /// <summary>Of each signer, in their order. The only step that sees the signature; throws nothing for what is in it.</summary>
    IReadOnlyList<IReadOnlyList<TimestampFacts>> Gather(CmsSignedData signed, ContentDigests? content, CmsLimits limits);

    /// <summary>Of a counter-signature.</summary>
    /// <param name="countersigned">The signature value it signs.</param>
    /// <param name="budget">How many are measured.</param>
    IReadOnlyList<TimestampFacts> Gather(CmsSignerInfo counter, ReadOnlyMemory<byte> countersigned, int budget);

    /// <summary>One verdict a time-stamp, in the order of the facts, with the time each of them proves; as many as the budget allows.</summary>
    IReadOnlyList<JudgedTimestamp> Judge(SignerFacts signer, TimestampDemands demands);
}

/// <summary>Keeps signature time-stamps as facts and proves nothing by them.</summary>
internal sealed class UnjudgedTimestamps : ISignatureTimestamps
{
    public static readonly UnjudgedTimestamps Instance = new();

    public IReadOnlyList<IReadOnlyList<TimestampFacts>> Gather(CmsSignedData signed, ContentDigests? content, CmsLimits limits) => [.. signed.Signers.Select(Gather)];

    public IReadOnlyList<TimestampFacts> Gather(CmsSignerInfo counter, ReadOnlyMemory<byte> countersigned, int budget) => Gather(counter);

    public IReadOnlyList<JudgedTimestamp> Judge(SignerFacts signer, TimestampDemands demands) => [];

    private static IReadOnlyList<TimestampFacts> Gather(CmsSignerInfo signer) =>
        [.. from attribute in signer.UnsignedAttributes?.All ?? []
            where attribute.Oid == Oids.SignatureTimestamp
            from value in attribute.Values
            select new TimestampFacts(attribute.Oid, value, null)];
}
