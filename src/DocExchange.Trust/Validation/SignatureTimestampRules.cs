using DocExchange.Trust.Certificates;
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

    public static SignatureLevel? LevelOf(SignerCase it, IReadOnlyList<JudgedTimestamp> timestamps)
    {
        var (signer, facts) = (it.Signer, it.Cms);
        if (signer.IsCounterSignature || signer.Reference != CertificateReference.OfTheSigner || it.HasEndedReference)
        {
            return null;
        }

        var proving = timestamps.Where(stamp => stamp.Proof is not null).Select(stamp => stamp.Verdict.Stamps).ToHashSet();
        return proving.Count == 0 ? SignatureLevel.Basic
            : signer.Certificate is not { } certificate || !HasStatusOf(certificate, facts) ? SignatureLevel.Time
            : proving.Contains(TimestampKind.Archive) ? SignatureLevel.LongTermArchive
            : SignatureLevel.LongTerm;
    }

    /// <summary>Whether a list of its issuer, or an answer about it, is inside.</summary>
    private static bool HasStatusOf(Certificate certificate, CmsFacts facts) =>
        facts.RevocationLists.Any(list => CertificateNames.KeyOf(list.Inner.IssuerDN) == certificate.IssuerKey)
        || facts.Certificates.Where(issuer => issuer.SubjectKey == certificate.IssuerKey).Select(issuer => new IssuerHashes(certificate, issuer))
            .Any(hashes => facts.OcspResponses.Any(answer => answer.Singles.Any(single => single.IsAbout(certificate, hashes))));

    private static TimestampKind KindOf(string attribute) => attribute switch
    {
        TimestampOids.ContentTimestamp => TimestampKind.Content,
        TimestampOids.SignatureTimestamp => TimestampKind.Signature,
        _ => TimestampKind.Archive,
    };
}
