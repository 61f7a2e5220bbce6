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

    private readonly TimestampValidator ofAny = new(store, new TimestampPolicy
    {
        RevocationRequired = options.Revocation == RevocationDemand.Required,
        MaxListAge = options.MaxListAge,
        MinRsaBits = options.MinRsaBits,
        Algorithms = algorithms,
    });

    /// <param name="work">What those of the file draw on; null where each has its own.</param>
    /// <returns>Null where there is none.</returns>
    public TimestampVerdict? Judge(SealSignature signature, DateTimeOffset at, FileWork? work) => LeftOut(Judge(signature.Timestamp, signature.SignatureAsFound, at, work));

    /// <param name="isSigned">Whether the seal stands in a seal signature, which covers its time-stamp.</param>
    /// <inheritdoc cref="Judge(SealSignature, DateTimeOffset, FileWork)"/>
    public TimestampVerdict? Judge(Seal seal, DateTimeOffset at, bool isSigned, FileWork? work) =>
        Judge(seal.Timestamp, seal.SignatureAsFound, at, work) is var stamp && isSigned ? stamp : LeftOut(stamp);

    /// <summary>What the time-stamps mean for the seal signature itself.</summary>
    /// <param name="ofSeal">That of the seal inside.</param>
    public static IEnumerable<Finding> FindingsOf(SealSignature signature, TimestampVerdict? stamp, TimestampVerdict? ofSeal)
    {
        if (ofSeal is { Signature.IsLeftOut: true })
        {
            yield return SealFindings.TimestampOfSealLeftOut;
        }

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

    private TimestampVerdict? Judge(ReadOnlyMemory<byte>? token, ReadOnlyMemory<byte> value, DateTimeOffset at, FileWork? work)
    {
        if (token is not { } encoded)
        {
            return null;
        }

        var validator = ofAny.For(work);
        return TimestampToken.TryParse(encoded) is { } parsed ? Judge(validator, parsed, IsOver(parsed.Info.Imprint, value), at) : validator.Judge(encoded, ContentDigests.Of(value), at);
    }

    // Nobody signs it: anybody can add one that does not pass, which proves nothing and fails nothing.
    private static TimestampVerdict? LeftOut(TimestampVerdict? stamp) => stamp is { IsPassed: false } ? stamp with { Signature = stamp.Signature with { IsLeftOut = true } } : stamp;

    private static TimestampVerdict Judge(TimestampValidator validator, TimestampToken token, bool? isOver, DateTimeOffset at)
    {
        var stamp = validator.Judge(token, isOver, at);
        return isOver is not false ? stamp : stamp with
        {
            Signature = stamp.Signature with
            {
                Findings = [.. stamp.Signature.Findings.Select(finding => finding == TimestampFindings.ImprintMismatch ? SealFindings.TimestampOfOther : finding)],
                IsLeftOut = true,
            },
        };
    }

    // The text of GM/T 0031-2025 was not at hand: the value alone is taken, or the string of bits or octets that holds it. Each names
    // this signature and no other. What is over other bytes may be over what the standard means, so nothing is failed for it.
    private static bool? IsOver(MessageImprint imprint, ReadOnlyMemory<byte> value)
    {
        var (bits, octets) = (new AsnWriter(AsnEncodingRules.DER), new AsnWriter(AsnEncodingRules.DER));
        bits.WriteBitString(value.Span);
        octets.WriteOctetString(value.Span);
        return TimestampValidator.IsOver(imprint, ContentDigests.Of(value)) is { } isOver
            ? isOver || new[] { bits, octets }.Any(writer => TimestampValidator.IsOver(imprint, ContentDigests.Of(writer.Encode())) == true)
            : null;
    }
}
