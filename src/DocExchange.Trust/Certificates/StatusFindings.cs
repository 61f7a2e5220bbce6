using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Certificates;

/// <summary>The findings of path validation about suspension, and about whose word on revocation counts. The codes are stable.</summary>
internal static class StatusFindings
{
    /// <summary>A hold ends: either the certificate is revoked for good, or it was never (EN 319 102-1 §5.2.6.4).</summary>
    public static Finding OnHold(Certificate certificate, DateTimeOffset since, DateTimeOffset? due) => PathFindings.Chain(
        "CERT_ON_HOLD", SubIndication.TryLater,
        $"证书“{certificate.Subject}”自 {since:u} 起被暂停使用，尚未恢复或吊销" + (due is { } next ? $"；预计 {next:u} 前有新的状态信息。" : "。"),
        $"The certificate {certificate} is on hold since {since:u}; whether it will be revoked or released is open" + (due is { } day ? $", and newer word is due by {day:u}." : "."));

    public static Finding WasOnHold(Certificate certificate, DateTimeOffset since, bool isLeaf) => PathFindings.Chain(
        "CERT_WAS_ON_HOLD", isLeaf ? SubIndication.RevokedNoPoe : SubIndication.RevokedCaNoPoe,
        $"证书“{certificate.Subject}”在此时间处于暂停使用期间（自 {since:u} 起，其后已恢复），无法证明签名作于暂停之前或恢复之后。",
        $"The certificate {certificate} was on hold at this time, from {since:u} until it was released; nothing proves that the signature was made before or after.");

    public static Finding HeldThenRevoked(Certificate certificate, DateTimeOffset since, DateTimeOffset revoked, bool isLeaf) => PathFindings.Chain(
        "CERT_WAS_ON_HOLD", isLeaf ? SubIndication.RevokedNoPoe : SubIndication.RevokedCaNoPoe,
        $"证书“{certificate.Subject}”在此时间处于暂停使用期间（自 {since:u} 起，未曾恢复，后自 {revoked:u} 起被吊销），无法证明签名作于暂停之前。",
        $"The certificate {certificate} was on hold at this time, from {since:u}; it was never released but revoked with effect from {revoked:u}, and nothing proves that the signature was made before.");

    /// <summary>Whether or not it ended since: somebody else may have said so.</summary>
    public static Finding WasHeldInDoubt(Certificate certificate, RevocationStatement by, bool isLeaf) => InDoubt(
        "CERT_WAS_ON_HOLD", by.IsOfStranger ? SubIndication.TryLater : isLeaf ? SubIndication.RevokedNoPoe : SubIndication.RevokedCaNoPoe,
        $"有吊销列表或 OCSP 应答称证书“{certificate.Subject}”在此时间处于暂停使用期间（自 {by.Entry!.Since:u} 起），{WhyDoubtfulChinese(by)}，当时是否暂停无法确定。",
        $"A revocation list or OCSP answer says that the certificate {certificate} was on hold at this time, from {by.Entry.Since:u}, but {WhyDoubtfulEnglish(by)}: whether it was on hold is not known.");

    public static Finding Revoked(ExaminedCertificate certificate, RevocationStatement by) =>
        by.Entry!.IsHold ? by.IsInDoubt ? HeldInDoubt(certificate.Certificate, by) : OnHold(certificate.Certificate, by.Entry.Since, by.NextUpdate)
        : by.IsInDoubt ? RevokedInDoubt(certificate.Certificate, by, certificate.IsLeaf)
        : PathFindings.Revoked(certificate.Certificate, by.Entry, by.Entry.Since, certificate.IsLeaf);

    /// <summary>Whoever stole the key of an authority may say of any certificate below it that it was revoked, and so may an authority below another anchor: that fails nobody for good.</summary>
    private static Finding RevokedInDoubt(Certificate certificate, RevocationStatement by, bool isLeaf) => InDoubt(
        "CERT_REVOKED", by.IsOfStranger ? SubIndication.TryLater : isLeaf ? SubIndication.RevokedNoPoe : SubIndication.RevokedCaNoPoe,
        $"有吊销列表或 OCSP 应答称证书“{certificate.Subject}”自 {by.Entry!.Since:u} 起被吊销（原因：{by.Entry.Reason.ToChinese()}），"
            + WhyDoubtfulChinese(by) + "，是否吊销无法确定。",
        $"A revocation list or OCSP answer says that the certificate {certificate} is revoked, with effect from {by.Entry.Since:u} ({by.Entry.Reason.ToEnglish()}), but "
            + WhyDoubtfulEnglish(by) + ": whether it is revoked is not known.");

    private static Finding HeldInDoubt(Certificate certificate, RevocationStatement by) => InDoubt(
        "CERT_ON_HOLD", SubIndication.TryLater,
        $"有吊销列表或 OCSP 应答称证书“{certificate.Subject}”自 {by.Entry!.Since:u} 起被暂停使用，{WhyDoubtfulChinese(by)}，是否暂停无法确定。",
        $"A revocation list or OCSP answer says that the certificate {certificate} is on hold since {by.Entry.Since:u}, but {WhyDoubtfulEnglish(by)}: whether it is on hold is not known.");

    private static Finding InDoubt(string code, SubIndication sub, string chinese, string english) => PathFindings.Chain(code, sub, chinese, english) with { IsDoubtful = true };

    public static string WhyDoubtfulChinese(RevocationStatement by) => by.IsOfStranger
        ? "但签发者属于另一信任锚，该证书的证书链不通向它"
        : by.IsOfOtherIssuer ? "但其中列明的是另一机构为同一密钥签发的另一证书"
        : "但签发者自身、同一密钥的其他证书或其上级机构的证书已被吊销或暂停，不能证明是在此之前签发的，或其证书格式有误";

    public static string WhyDoubtfulEnglish(RevocationStatement by) => by.IsOfStranger
        ? "its signer is below another trust anchor, to which no chain of the certificate leads"
        : by.IsOfOtherIssuer ? "it names another certificate of the same key, made by another authority"
        : "its signer's own certificate, another of the same key or one above is revoked or on hold and nothing shows that it was signed before, or is made wrong";

    /// <summary>That it was revoked or put on hold after the time of judgement, or is said to have been.</summary>
    public static Finding Later(Certificate certificate, RevocationStatement by)
    {
        var (isHold, since) = (by.Entry!.IsHold, by.Entry.Since);
        var (chinese, english) = isHold ? ("暂停使用", "put on hold") : ("吊销", "revoked");
        return Finding.Remark(
            isHold ? "CERT_HELD_LATER" : "CERT_REVOKED_LATER",
            by.IsInDoubt ? $"有吊销列表或 OCSP 应答称证书“{certificate.Subject}”在此时间之后（{since:u}）被{chinese}，{WhyDoubtfulChinese(by)}，无法确定。"
                : $"证书“{certificate.Subject}”在此时间之后（{since:u}）被{chinese}。",
            by.IsInDoubt ? $"A revocation list or OCSP answer says that the certificate {certificate} was {english} after this time, at {since:u}, but {WhyDoubtfulEnglish(by)}: whether it was is not known."
                : $"The certificate {certificate} was {english} after this time, at {since:u}.");
    }

    /// <summary>EN 319 102-1 §5.6.2.1: what an authority signs when its own certificate has ended says nothing, nor what may be dated back by whoever has its key.</summary>
    public static Finding StatusAfterEnd(Certificate certificate, StatusEnd issuer, RevocationDemand demand) => issuer.RevokedBy is { } by ? IssuerRevoked(certificate, by, demand) : PathFindings.ByDemand(
        demand, "CRL_ISSUER_EXPIRED",
        $"证书“{certificate.Subject}”的颁发机构的证书已于 {issuer.NotAfter:u} 过期，吊销列表或 OCSP 应答是其后签发的，不予采信。",
        $"The certificate of the authority above {certificate} expired at {issuer.NotAfter:u}; the revocation lists and OCSP answers were signed after that and are not believed.");

    private static Finding IssuerRevoked(Certificate certificate, RevocationStatement by, RevocationDemand demand)
    {
        var revoked = by.Entry!.Since;
        var finding = PathFindings.ByDemand(
            demand, "CRL_ISSUER_REVOKED",
            $"证书“{certificate.Subject}”的颁发机构" + (by.IsInDoubt ? $"据称于 {revoked:u} 被吊销（{WhyDoubtfulChinese(by)}）" : $"于 {revoked:u} 被吊销") + "，没有可证明在此之前签发的吊销列表或 OCSP 应答，无法确认该证书是否被吊销。",
            (by.IsInDoubt ? $"The authority above {certificate} is said to have been revoked at {revoked:u} (but {WhyDoubtfulEnglish(by)})" : $"The authority above {certificate} was revoked at {revoked:u}")
                + ", and no revocation list or OCSP answer is shown to be older: whether the certificate was revoked is not known.",
            SubIndication.RevokedCaNoPoe);
        return finding with { IsDoubtful = by.IsInDoubt };
    }

    public static Finding ListUnread(Certificate certificate, DateTimeOffset thisUpdate, RevocationDemand demand) => PathFindings.ByDemand(
        demand, "CRL_UNREAD",
        $"可能涉及证书“{certificate.Subject}”的吊销列表（{thisUpdate:u}）签名有效但内容格式错误，无法确认该证书是否在其中。",
        $"A revocation list of {thisUpdate:u} that may name {certificate} is rightly signed but malformed: whether it names it is not known.");

    public static Finding ListIssuerOnlyRevokes(Certificate issuer) => Finding.Remark(
        "CRL_ISSUER_USAGE",
        $"证书“{issuer.Subject}”不得签发吊销列表（缺少 cRLSign），不能据其列表认定证书未吊销；其中列明的证书仍视为已吊销。",
        $"The certificate {issuer} may not sign revocation lists (cRLSign is missing): its list clears nobody, but what it names counts as revoked.");

    public static Finding Ahead(DateTimeOffset thisUpdate) => Finding.Remark(
        "CRL_AHEAD",
        $"一份吊销列表或 OCSP 应答所写的时间（{thisUpdate:u}）尚未到来，不能据此认定证书未吊销或已恢复；其中列明的证书仍视为已吊销。",
        $"A revocation list or OCSP answer says to be of {thisUpdate:u}, which has not come: it clears nobody and lifts no hold, but what it names counts as revoked.");

    public static Finding SignerEnded(Certificate signer, DateTimeOffset signedAt) => Finding.Remark(
        "STATUS_SIGNER_ENDED",
        $"“{signer.Subject}”签发的吊销列表或 OCSP 应答所写的签发时间（{signedAt:u}）在其证书失效之后，或不能证明在此之前，未予采信。",
        $"The revocation list or OCSP answer of {signer} says to be signed at {signedAt:u}, after the end of its certificate, or is not shown to be older; it is not believed.");

    /// <summary>What it says may have been dated back; a signature that carries no archive time-stamp cannot do better.</summary>
    public static Finding StatusUnproven(Certificate certificate) => Finding.Remark(
        "STATUS_UNPROVEN",
        $"关于证书“{certificate.Subject}”吊销状态的说明由证书其后已过期的签发者签发，没有归档时间戳等证明其早于过期。",
        $"What is told of the revocation of {certificate} was signed by a certificate that has expired since, and nothing, such as an archive time-stamp, proves that it is older.");

    public static Finding ListOtherKey(RevocationList list, Certificate issuer) => Finding.Remark(
        "CRL_OTHER_KEY",
        $"“{list.Issuer}”的吊销列表（{list.ThisUpdate:u}）由同名的另一证书以另一密钥签发，不是由证书“{issuer.Subject}”的密钥签发的。",
        $"The revocation list of {list.Issuer} of {list.ThisUpdate:u} is signed by another certificate of that name with another key, not with the key of {issuer}.");

    public static Finding ListNotUnderstood(RevocationList list) => Finding.Remark(
        "CRL_EXTENSION",
        $"“{list.Issuer}”的吊销列表（{list.ThisUpdate:u}）含有无法识别的关键内容，不能据此认定证书未吊销；其中列明的证书仍视为已吊销。",
        $"The revocation list of {list.Issuer} of {list.ThisUpdate:u} holds critical content that is not understood; it clears nobody, but what it names counts as revoked.");

    /// <summary>That there is no word on a certificate's revocation, be it a fault or, where none is demanded, a remark.</summary>
    public static bool IsOfMissingStatus(Finding finding) =>
        finding.Code is "CRL_MISSING" or "CRL_STALE" or "OCSP_STALE" or "CRL_REASONS" or "CRL_UNREAD" or "CRL_ISSUER_REVOKED" or "CRL_ISSUER_EXPIRED";

    /// <summary>Nobody tells the state of a signer of lists or answers.</summary>
    public static bool IsOfUnknownStatus(Finding finding) =>
        finding.Code != "CRL_ISSUER_REVOKED" && !IsOfHold(finding) && (IsOfMissingStatus(finding) || finding.SubIndication == SubIndication.TryLater);

    /// <summary>Somebody speaks against a signer of lists or answers, or against the authority above, and it may turn out either way.</summary>
    public static bool IsOfDoubtfulStatus(Finding finding) =>
        finding.IsDoubtful || finding.Code is "CRL_ISSUER_REVOKED" or "CERT_WAS_ON_HOLD" || IsOfHold(finding) || finding.SubIndication == SubIndication.RevokedNoPoe;

    /// <summary>A signer of lists or answers whose certificate is made wrong, or was not looked at in full, has said it all the same.</summary>
    public static bool IsOfForm(Finding finding) => finding.Code is "CERT_KEY_WEAK" or "CERT_CRITICAL_EXTENSION" or "CERT_KEY_IDENTIFIER" or "CERT_ALGORITHM_MISMATCH" or "CERT_MALFORMED"
        or "CERT_NAME_LIMIT" or "CERT_POLICY_LIMIT";

    public static bool IsOfHold(Finding finding) => finding.Code == "CERT_ON_HOLD";

    public static bool IsOfRevocation(Finding finding) =>
        finding.SubIndication is SubIndication.Revoked or SubIndication.RevokedNoPoe or SubIndication.RevokedCaNoPoe || finding.Code is "CERT_REVOKED" or "CERT_ON_HOLD" or "CERT_WAS_ON_HOLD";
}
