using DocExchange.Trust.Timestamps;

namespace DocExchange.Trust.Validation;

/// <summary>What judged time-stamps mean for the signature they are in.</summary>
internal static class SignatureTimestampRules
{
    /// <summary>
    /// Says what the time-stamp is over, and leaves out what anybody could have added. Two good ones in an impossible order
    /// count: a token of an authority that is trusted cannot be made for the past.
    /// </summary>
    public static JudgedTimestamp Place(JudgedTimestamp judged, TimestampFacts facts)
    {
        var verdict = judged.Verdict;
        var isUnsigned = facts.Attribute != TimestampOids.ContentTimestamp;
        var isOwnFault = verdict.Findings.Any(finding => finding.Indication != Indication.TotalPassed && finding != TimestampFindings.BeforeContent && finding != TimestampFindings.BeforeItsObject);
        return judged with { Verdict = verdict with { Stamps = KindOf(facts.Attribute), IsLeftOut = isUnsigned && isOwnFault } };
    }

    /// <param name="hasStatusInside">Whether what came inside tells the state of the signer's certificate.</param>
    public static SignatureLevel? LevelOf(SignerCase it, IReadOnlyList<JudgedTimestamp> timestamps, Func<bool> hasStatusInside)
    {
        var signer = it.Signer;
        if (signer.IsCounterSignature || signer.Reference != CertificateReference.OfTheSigner || it.HasEndedReference)
        {
            return null;
        }

        var proving = timestamps.Where(stamp => stamp.Proof is not null).Select(stamp => stamp.Verdict.Stamps).ToHashSet();
        return proving.Count == 0 ? SignatureLevel.Basic
            : !hasStatusInside() ? SignatureLevel.Time
            : proving.Contains(TimestampKind.Archive) ? SignatureLevel.LongTermArchive
            : SignatureLevel.LongTerm;
    }

    private static TimestampKind KindOf(string attribute) => attribute switch
    {
        TimestampOids.ContentTimestamp => TimestampKind.Content,
        TimestampOids.SignatureTimestamp => TimestampKind.Signature,
        _ => TimestampKind.Archive,
    };
}
