using System.Formats.Asn1;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Seals;

/// <summary>
/// The time-stamps that seals and seal signatures carry over their signature values (GM/T 0031-2025, and other makers' forms
/// of GB/T 38540: <c>timeStamp [0]</c>), judged as RFC 3161 tokens. Safe for concurrent use.
/// </summary>
internal sealed class SealTimestamps(TrustStore store, CertificatePathOptions options, AlgorithmPolicy algorithms)
{
    /// <summary>How much later than its time-stamp a seal signature may say it is: clocks differ.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromHours(1);

    private readonly TimestampValidator validator = new(store, new TimestampPolicy
    {
        RevocationRequired = options.Revocation == RevocationDemand.Required,
        MaxListAge = options.MaxListAge,
        MinRsaBits = options.MinRsaBits,
        Algorithms = algorithms,
    });

    /// <returns>Null where there is none.</returns>
    public TimestampVerdict? Judge(SealSignature signature, DateTimeOffset at) => LeftOut(Judge(signature.Timestamp, signature.SignatureAsFound, at));

    /// <param name="isSigned">Whether the seal stands in a seal signature, which covers its time-stamp.</param>
    /// <inheritdoc cref="Judge(SealSignature, DateTimeOffset)"/>
    public TimestampVerdict? Judge(Seal seal, DateTimeOffset at, bool isSigned) =>
        Judge(seal.Timestamp, seal.SignatureAsFound, at) is var stamp && isSigned ? stamp : LeftOut(stamp);

    /// <summary>What the time-stamps mean for the seal signature itself.</summary>
    public static IEnumerable<Finding> FindingsOf(SealSignature signature, TimestampVerdict? stamp)
    {
        if (signature.TimeToken is not null)
        {
            yield return SealFindings.TimestampNotJudged();
        }

        if (stamp is { IsPassed: false })
        {
            yield return CmsFindings.TimestampsLeftOut(1);
        }

        if (stamp?.ProvenAt is { } proven && signature.SignedAt is { } claimed && claimed - proven > Tolerance)
        {
            yield return SealFindings.TimeAfterTimestamp(claimed, proven);
        }

        if (stamp?.Proof is { } proof)
        {
            yield return CmsFindings.Proven(proof);
        }
    }

    private TimestampVerdict? Judge(ReadOnlyMemory<byte>? token, ReadOnlyMemory<byte> value, DateTimeOffset at) => token is not { } encoded
        ? null
        : TimestampToken.TryParse(encoded) is { } parsed
            ? validator.Judge(parsed, IsOver(parsed.Info.Imprint, value), at)
            : validator.Judge(encoded, ContentDigests.Of(value), at);

    // Nobody signs it: anybody can add one that does not pass, which proves nothing and fails nothing.
    private static TimestampVerdict? LeftOut(TimestampVerdict? stamp) => stamp is { IsPassed: false } ? stamp with { Signature = stamp.Signature with { IsLeftOut = true } } : stamp;

    // The text of GM/T 0031-2025 was not at hand: the value alone is taken, or the BIT STRING that holds it. Either names
    // this signature and no other.
    private static bool? IsOver(MessageImprint imprint, ReadOnlyMemory<byte> value)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteBitString(value.Span);
        return TimestampValidator.IsOver(imprint, ContentDigests.Of(value)) is { } isOver
            ? isOver || TimestampValidator.IsOver(imprint, ContentDigests.Of(writer.Encode())) == true
            : null;
    }
}
