using DocExchange.Trust.Certificates;

namespace DocExchange.Trust.Validation;

/// <summary>
/// One thing that was found, good or bad. <paramref name="Code"/> is stable (<c>CMS_DIGEST_MISMATCH</c>), the two
/// sentences say what is wrong and with what. A finding with <see cref="Indication.TotalPassed"/> is a remark.
/// </summary>
public sealed record Finding(string Code, Indication Indication, SubIndication SubIndication, string Chinese, string English)
{
    /// <summary>What is said against a certificate may turn out either way, by whose word it is.</summary>
    internal bool IsDoubtful { get; init; }

    public static Finding Remark(string code, string chinese, string english) =>
        new(code, Indication.TotalPassed, SubIndication.None, chinese, english);

    public static Finding Failed(string code, SubIndication sub, string chinese, string english) =>
        new(code, Indication.TotalFailed, sub, chinese, english);

    public static Finding Indeterminate(string code, SubIndication sub, string chinese, string english) =>
        new(code, Indication.Indeterminate, sub, chinese, english);
}

public enum SignatureKind
{
    Cms,
    Seal,
    Timestamp,
}

/// <summary>What was judged of one signature. Every finding is listed; the indication is that of the worst of them.</summary>
public sealed record SignatureVerdict(SignatureKind Kind, Certificate? Signer, DateTimeOffset? SignedAt, IReadOnlyList<Finding> Findings)
{
    public Indication Indication => Findings.Worst().Indication;

    public SubIndication SubIndication => Findings.Worst().SubIndication;

    /// <summary>What cryptography alone says of it.</summary>
    public SignatureIntegrity Integrity => Signer is null && DocumentSignature.IntegrityOf(Findings) == SignatureIntegrity.Intact
        ? SignatureIntegrity.Unknown
        : DocumentSignature.IntegrityOf(Findings);

    /// <summary>Of a time-stamp or a counter-signature: the place in the list of the signature it belongs to.</summary>
    public int? Of { get; init; }

    /// <summary>What proves that the signature existed when certificates and algorithms were judged; null where that is taken as given.</summary>
    public ProofOfExistence? Proof { get; init; }

    /// <summary>Of a time-stamp: what it is over; null where it stands by itself, or on a seal.</summary>
    public TimestampKind? Stamps { get; init; }

    /// <summary>
    /// Of a time-stamp or counter-signature that does not pass and stands where anybody could have put it: it proves nothing, and the file is
    /// judged without it (ETSI EN 319 102-1 §5.6).
    /// </summary>
    public bool IsLeftOut { get; init; }

    /// <summary>Of a CMS signature; null where it has no level of CAdES.</summary>
    public SignatureLevel? Level { get; init; }

    /// <summary>Of a seal: what was found of its time-stamps. In the verdict on a file each follows it as one of its own.</summary>
    public IReadOnlyList<SignatureVerdict> Timestamps { get; init; } = [];

    /// <summary>Each verdict with those of its time-stamps behind it. What has none is not moved, unless one with some comes before.</summary>
    internal static IReadOnlyList<SignatureVerdict> WithTimestamps(IEnumerable<SignatureVerdict> verdicts)
    {
        var all = new List<SignatureVerdict>();
        foreach (var verdict in verdicts)
        {
            var of = all.Count;
            all.Add(verdict);
            all.AddRange(verdict.Timestamps.Select(stamp => stamp with { Of = of }));
        }

        return all;
    }
}

/// <summary>
/// The judgement of a whole file: its own findings and those of each signature in it. A verdict is a value: nothing
/// is thrown for content that fails. With no signature at all it is never TOTAL_PASSED.
/// </summary>
public sealed record Verdict(IReadOnlyList<SignatureVerdict> Signatures, IReadOnlyList<Finding> Findings)
{
    private static readonly Finding NoSignature = Finding.Indeterminate(
        "NO_SIGNATURE", SubIndication.SignedDataNotFound, "文件中没有签名。", "There is no signature in the file.");

    public Indication Indication => WorstFinding.Indication;

    public SubIndication SubIndication => WorstFinding.SubIndication;

    /// <summary>Every finding that keeps the verdict from TOTAL_PASSED, of the file first, then signature by signature.</summary>
    public IEnumerable<Finding> Faults => AllFindings.Where(finding => finding.Indication != Indication.TotalPassed);

    private IEnumerable<Finding> AllFindings =>
        Findings.Concat(Signatures.Where(signature => !signature.IsLeftOut).SelectMany(signature => signature.Findings)).Concat(Signatures.Count == 0 ? [NoSignature] : []);

    private Finding WorstFinding => AllFindings.Worst();
}

internal static class FindingOrder
{
    private static readonly Finding Passed = Finding.Remark("PASSED", "验证通过。", "Passed.");

    /// <summary>The first of the worst findings; a passed one when there is none.</summary>
    public static Finding Worst(this IEnumerable<Finding> findings) =>
        findings.Aggregate(Passed, (worst, next) => next.Indication > worst.Indication ? next : worst);
}
