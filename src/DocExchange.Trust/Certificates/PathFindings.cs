using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Certificates;

/// <summary>The findings of path validation. The codes are stable.</summary>
internal static class PathFindings
{
    public static Finding Expired(Certificate certificate, DateTimeOffset notAfter, bool isLeaf) => OfLeaf(
        isLeaf, "CERT_EXPIRED", SubIndication.Expired, SubIndication.CertificateChainGeneralFailure,
        $"证书“{certificate.Subject}”已于 {notAfter:u} 过期。", $"The certificate {certificate} expired at {notAfter:u}.");

    public static Finding NotYetValid(Certificate certificate, DateTimeOffset notBefore, bool isLeaf) => OfLeaf(
        isLeaf, "CERT_NOT_YET_VALID", SubIndication.NotYetValid, SubIndication.CertificateChainGeneralFailure,
        $"证书“{certificate.Subject}”自 {notBefore:u} 起才有效。", $"The certificate {certificate} is valid only from {notBefore:u}.");

    public static Finding Revoked(Certificate certificate, RevokedCertificate entry, DateTimeOffset since, bool isLeaf) => OfLeaf(
        isLeaf, "CERT_REVOKED", SubIndication.Revoked, SubIndication.RevokedCaNoPoe,
        $"证书“{certificate.Subject}”已被吊销,自 {since:u} 起无效(原因:{entry.Reason})。",
        $"The certificate {certificate} is revoked, with effect from {since:u} ({entry.Reason}).");

    public static Finding RevokedLater(Certificate certificate, DateTimeOffset since) => Finding.Remark(
        "CERT_REVOKED_LATER",
        $"证书“{certificate.Subject}”在此时间之后({since:u})被吊销。", $"The certificate {certificate} was revoked after this time, at {since:u}.");

    public static Finding ListMissing(Certificate certificate, RevocationDemand demand) => ByDemand(
        demand, "CRL_MISSING",
        $"没有证书“{certificate.Subject}”颁发者的吊销列表,无法确认其是否被吊销。",
        $"There is no revocation list of the issuer of {certificate}: whether it was revoked is not known.");

    public static Finding ListStale(Certificate certificate, DateTimeOffset? due, RevocationDemand demand) => ByDemand(
        demand, "CRL_STALE",
        $"证书“{certificate.Subject}”颁发者的吊销列表不适用于此时间(最新列表有效至 {due:u})。",
        $"No revocation list of the issuer of {certificate} speaks for this time; the newest was current until {due:u}.");

    public static Finding ListNotSigned(RevocationList list, Certificate issuer) => Finding.Remark(
        "CRL_SIGNATURE",
        $"名为“{list.Issuer}”的吊销列表({list.ThisUpdate:u})不是由证书“{issuer.Subject}”签发的,未采用。",
        $"The revocation list of {list.ThisUpdate:u} under the name {list.Issuer} is not signed by {issuer}; it was not used.");

    public static Finding ListIssuerMayNotSign(Certificate issuer) => Finding.Remark(
        "CRL_ISSUER_USAGE",
        $"证书“{issuer.Subject}”不得签发吊销列表(缺少 cRLSign),其列表未采用。",
        $"The certificate {issuer} may not sign revocation lists (cRLSign is missing); its list was not used.");

    public static Finding ListScope(RevocationList list) => Finding.Remark(
        "CRL_SCOPE",
        $"“{list.Issuer}”的吊销列表({list.ThisUpdate:u})不涵盖该证书或含有无法识别的内容,未采用。",
        $"The revocation list of {list.Issuer} of {list.ThisUpdate:u} does not cover the certificate or holds what is not understood; it was not used.");

    public static Finding TooManyLists(Certificate certificate, int max) => Chain(
        "CRL_LIMIT", SubIndication.TryLater,
        $"证书“{certificate.Subject}”颁发者名下的吊销列表超过 {max} 份,未全部查看。",
        $"Under the name of the issuer of {certificate} there are more than {max} revocation lists; not all were looked at.");

    public static Finding IssuerUnknown(Certificate certificate) => Chain(
        "CERT_ISSUER_UNKNOWN", SubIndication.NoCertificateChainFound,
        $"找不到证书“{certificate.Subject}”的颁发者“{certificate.Issuer}”,或其不受信任。",
        $"The issuer {certificate.Issuer} of the certificate {certificate} is not known or not trusted.");

    public static Finding IssuerSignature(Certificate certificate) => Chain(
        "CERT_SIGNATURE", SubIndication.NoCertificateChainFound,
        $"证书“{certificate.Subject}”不是由名为“{certificate.Issuer}”的已知证书签发的。",
        $"The certificate {certificate} is not signed by any known certificate under the name {certificate.Issuer}.");

    public static Finding SelfSignedNotTrusted(Certificate certificate) => Chain(
        "CERT_ROOT_NOT_TRUSTED", SubIndication.NoCertificateChainFound,
        $"自签名证书“{certificate.Subject}”不在信任列表中。", $"The self-signed certificate {certificate} is not among the trust anchors.");

    public static Finding SearchLimited() => Chain(
        "PATH_SEARCH_LIMIT", SubIndication.CertificateChainGeneralFailure,
        "附带的证书过多,证书链搜索已在限额处停止。", "There are too many certificates; the search for a chain stopped at its limit.");

    public static Finding CertificatesIgnored(int ignored) => Finding.Remark(
        "PATH_CERTIFICATES_IGNORED", $"附带的证书过多,有 {ignored} 张未予考虑。", $"{ignored} of the certificates that came along were not looked at: there are too many.");

    public static Finding UnknownAlgorithm(Certificate certificate) => Chain(
        "CERT_ALGORITHM", SubIndication.CryptoConstraintsFailure,
        $"证书“{certificate.Subject}”的签名算法 {certificate.Inner.SigAlgOid} 不被支持。",
        $"The certificate {certificate} is signed by the algorithm {certificate.Inner.SigAlgOid}, which is not supported.");

    public static Finding AlgorithmsDiffer(Certificate certificate) => Chain(
        "CERT_ALGORITHM_MISMATCH", SubIndication.ChainConstraintsFailure,
        $"证书“{certificate.Subject}”内外两处签名算法不一致。", $"The certificate {certificate} names two different signature algorithms.");

    public static Finding WeakKey(Certificate certificate, int minRsaBits) => Chain(
        "CERT_KEY_WEAK", SubIndication.CryptoConstraintsFailure,
        $"证书“{certificate.Subject}”的密钥不被接受:算法未知或 RSA 少于 {minRsaBits} 位。",
        $"The key of the certificate {certificate} is not accepted: of an unknown kind, or RSA under {minRsaBits} bits.");

    public static Finding NotAuthority(Certificate certificate) => Chain(
        "CERT_NOT_AUTHORITY", SubIndication.ChainConstraintsFailure,
        $"证书“{certificate.Subject}”不是证书颁发机构的证书(cA),却签发了证书。",
        $"The certificate {certificate} has issued a certificate but is not one of an authority (cA).");

    public static Finding MayNotSignCertificates(Certificate certificate) => Chain(
        "CERT_MAY_NOT_ISSUE", SubIndication.ChainConstraintsFailure,
        $"证书“{certificate.Subject}”不得签发证书(缺少 keyCertSign)。", $"The certificate {certificate} may not sign certificates (keyCertSign is missing).");

    public static Finding PathTooLong(Certificate certificate, int allowed) => Chain(
        "CERT_PATH_LENGTH", SubIndication.ChainConstraintsFailure,
        $"证书“{certificate.Subject}”之下最多允许 {allowed} 级颁发机构,实际超出。",
        $"Below the certificate {certificate} at most {allowed} authorities are allowed (pathLenConstraint); there are more.");

    public static Finding CriticalExtension(Certificate certificate, string oid) => Chain(
        "CERT_CRITICAL_EXTENSION", SubIndication.ChainConstraintsFailure,
        $"证书“{certificate.Subject}”含有无法处理的关键扩展 {oid}。", $"The certificate {certificate} has the critical extension {oid}, which cannot be processed.");

    public static Finding KeyIdentifier(Certificate certificate) => Chain(
        "CERT_KEY_IDENTIFIER", SubIndication.ChainConstraintsFailure,
        $"证书“{certificate.Subject}”的颁发者密钥标识与其颁发者不符。", $"The authority key identifier of {certificate} does not name the key of its issuer.");

    public static Finding KeyUsage(Certificate certificate, CertificateUsage usage) => Chain(
        "CERT_KEY_USAGE", SubIndication.ChainConstraintsFailure,
        $"证书“{certificate.Subject}”的密钥用法不允许用于 {usage}。", $"The keyUsage of the certificate {certificate} does not allow {usage}.");

    public static Finding Purpose(Certificate certificate, CertificateUsage usage) => Chain(
        "CERT_PURPOSE", SubIndication.ChainConstraintsFailure,
        $"证书“{certificate.Subject}”的扩展密钥用法不允许用于 {usage}。", $"The extended key usage of the certificate {certificate} does not allow {usage}.");

    public static Finding Malformed(Certificate certificate) => Chain(
        "CERT_MALFORMED", SubIndication.CertificateChainGeneralFailure,
        $"证书“{certificate.Subject}”的扩展格式错误。", $"An extension of the certificate {certificate} is malformed.");

    private static Finding Chain(string code, SubIndication sub, string chinese, string english) => Finding.Indeterminate(code, sub, chinese, english);

    /// <summary>At a proven time the leaf's own state is final; that of an authority leaves room for proof of existence.</summary>
    private static Finding OfLeaf(bool isLeaf, string code, SubIndication leaf, SubIndication authority, string chinese, string english) =>
        isLeaf ? Finding.Failed(code, leaf, chinese, english) : Finding.Indeterminate(code, authority, chinese, english);

    private static Finding ByDemand(RevocationDemand demand, string code, string chinese, string english) =>
        demand == RevocationDemand.Required
            ? Finding.Indeterminate(code, SubIndication.TryLater, chinese, english)
            : Finding.Remark(code, chinese, english);
}
