using DocExchange.Trust.Certificates;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Ofd;

/// <summary>Judges one signature of an OFD by what was measured of it.</summary>
internal sealed class OfdSignatureJudge(SealValidator seals, OfdCms cms, ValidationPolicy policy)
{
    private static readonly TimeSpan ChinaOffset = TimeSpan.FromHours(8);

    /// <summary>What all signatures of one file draw on.</summary>
    public FileWork NewWork() => FileWork.Of(policy.PathOptions);

    /// <summary>One verdict; with a CMS of several signers one for each; time-stamps and counter-signatures have their own.</summary>
    /// <param name="work">Of the file.</param>
    public IReadOnlyList<DocumentSignature> Judge(OfdSignatureFacts facts, DateTimeOffset at, FileWork work) => [.. JudgeEach(facts, at, work).Select(judged => WithLeft(judged, facts.LeftToOthers))];

    /// <summary>Time-stamps and counter-signatures are about the signature alone.</summary>
    public static DocumentSignature WithLeft(DocumentSignature signature, Finding? leftToOthers) => leftToOthers is null || signature.Verdict.Of is not null
        ? signature
        : signature with { Verdict = signature.Verdict with { Findings = [.. signature.Verdict.Findings, leftToOthers] } };

    private IReadOnlyList<DocumentSignature> JudgeEach(OfdSignatureFacts facts, DateTimeOffset at, FileWork work)
    {
        if (facts.Value is not { } value)
        {
            return [new DocumentSignature(facts.Id, facts.Path, null, null, [], [], new SignatureVerdict(SignatureKind.Seal, null, null, facts.Findings))];
        }

        if (CmsSignedData.LooksLike(value.Span))
        {
            return JudgeCms(facts, value, at, work);
        }

        var judged = JudgeSeal(facts, value, at, work);
        return [judged, .. judged.Verdict.Timestamps.Select(stamp => OfAttached(facts, stamp with { Of = 0 }))];
    }

    private DocumentSignature JudgeSeal(OfdSignatureFacts facts, ReadOnlyMemory<byte> value, DateTimeOffset at, FileWork work)
    {
        SealSignature signature;
        try
        {
            signature = SealSignature.ParseForeign(value);
        }
        catch (SealFormatException fault)
        {
            var why = fault.Code == "SEAL_FORMAT" ? OfdFindings.SignedValueUnknown(facts.ValuePath ?? facts.Path) : SealFindings.Format(fault);
            return Of(facts, null, new SignatureVerdict(SignatureKind.Seal, null, facts.StatedAt, [.. facts.Findings, why]), at);
        }

        // Makers name the protected file in propertyInfo each in their own way: what counts is its digest.
        var verdict = seals.Validate(signature, ContentDigests.Of(facts.SignatureFile), expectedPropertyInfo: null, at, work: work);
        var judged = verdict.Findings.Select(finding => finding.Code switch
        {
            "SEAL_DATA_HASH" => OfdFindings.SignatureFileAltered(facts.Path),
            "SEAL_TIME_OUTSIDE_PERIOD" when IsZoneUnclear(signature) => SealFindings.TimeZoneUnclear(signature.Seal, signature.SignedAt!.Value),
            _ => finding,
        });
        return Of(facts, signature.Seal, verdict with { Findings = [.. facts.Findings, .. judged] }, at);
    }

    // Some makers write the time of China and call it UTC.
    private static bool IsZoneUnclear(SealSignature signature) =>
        signature.SignedAt is { } at && (signature.Seal.IsInPeriod(Shift(at, -ChinaOffset)) || signature.Seal.IsInPeriod(Shift(at, ChinaOffset)));

    // A signer may write the year 1 or 9999.
    private static DateTimeOffset Shift(DateTimeOffset at, TimeSpan by) =>
        new(Math.Clamp(at.UtcTicks + by.Ticks, DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);

    private List<DocumentSignature> JudgeCms(OfdSignatureFacts facts, ReadOnlyMemory<byte> value, DateTimeOffset at, FileWork work)
    {
        try
        {
            var verdicts = cms.Validate(CmsSignedData.Parse(value, policy.Limits), facts.SignatureFile, facts.Path, at, work);
            return [.. verdicts.Select(verdict => verdict.Of is null
                ? Of(facts, null, verdict with { SignedAt = verdict.SignedAt ?? facts.StatedAt, Findings = [.. facts.Findings, .. verdict.Findings] }, at)
                : OfAttached(facts, verdict))];
        }
        catch (CmsFormatException fault)
        {
            return [Of(facts, null, new SignatureVerdict(SignatureKind.Cms, null, facts.StatedAt, [.. facts.Findings, fault.ToFinding()]), at)];
        }
    }

    private DocumentSignature Of(OfdSignatureFacts facts, Seal? seal, SignatureVerdict verdict, DateTimeOffset at)
    {
        verdict = verdict with { Findings = [.. verdict.Findings, .. PartDigests(facts, verdict.Proof?.Time ?? at)] };
        var findings = facts is { IsDescribed: true, StatedAt: null } && verdict.SignedAt is null ? [.. verdict.Findings, OfdFindings.TimeNotStated] : verdict.Findings;
        var altered = findings.Any(finding => finding.Code == "OFD_SIGNATURE_XML_ALTERED") ? [.. facts.Altered, facts.Path] : facts.Altered;

        // What was altered comes before what could not be read because of it.
        findings = [.. DocumentFindings.WithResult(findings).OrderBy(finding => finding.SubIndication == SubIndication.HashFailure ? 0 : 1)];
        return new DocumentSignature(facts.Id, facts.Path, facts.Maker, seal, facts.Covered, altered, verdict with { Findings = findings });
    }

    // ETSI EN 319 102-1 §5.2.8.4.3, as for the digest that is signed.
    private IEnumerable<Finding> PartDigests(OfdSignatureFacts facts, DateTimeOffset provenAt)
    {
        foreach (var name in facts.PartDigests)
        {
            if (!policy.Algorithms.Ends.TryGetValue(name, out var end))
            {
                yield return OfdFindings.DigestNotAllowed(name);
            }
            else if (end is { } day && provenAt >= day)
            {
                yield return OfdFindings.DigestWeak(name, day, claimsEarlier: facts.StatedAt < day);
            }
        }
    }

    /// <summary>A time-stamp or a counter-signature: it protects no part by itself.</summary>
    private static DocumentSignature OfAttached(OfdSignatureFacts facts, SignatureVerdict verdict) =>
        new(facts.Id, facts.Path, null, null, [], [], verdict with { Findings = [.. PathFindings.WithoutAnchor(verdict.Findings)] });
}
