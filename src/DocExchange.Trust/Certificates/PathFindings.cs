using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

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
        $"证书“{certificate.Subject}”已被吊销，自 {since:u} 起无效（原因：{entry.Reason.ToChinese()}）。",
        $"The certificate {certificate} is revoked, with effect from {since:u} ({entry.Reason.ToEnglish()}).");

    public static Finding ListMissing(Certificate certificate, RevocationDemand demand) => ByDemand(
        demand, "CRL_MISSING",
        $"没有证书“{certificate.Subject}”颁发者的吊销列表，无法确认其是否被吊销。",
        $"There is no revocation list of the issuer of {certificate}: whether it was revoked is not known.");

    public static Finding ListStale(Certificate certificate, DateTimeOffset? due, RevocationDemand demand) => ByDemand(
        demand, "CRL_STALE",
        $"证书“{certificate.Subject}”颁发者的吊销列表或 OCSP 应答不适用于此时间（最新的有效至 {due:u}）。",
        $"No revocation list of the issuer of {certificate}, and no OCSP answer, speaks for this time; the newest was current until {due:u}.");

    public static Finding AnswerStale(Certificate certificate, DateTimeOffset? due, RevocationDemand demand) => ByDemand(
        demand, "OCSP_STALE",
        $"关于证书“{certificate.Subject}”的 OCSP 应答不适用于此时间（最新应答有效至 {due:u}）。",
        $"No OCSP answer about {certificate} speaks for this time; the newest was current until {due:u}.");

    public static Finding ReasonsMissing(Certificate certificate, RevocationDemand demand) => ByDemand(
        demand, "CRL_REASONS",
        $"适用于此时间的吊销列表只说明部分吊销原因，不能据此认定证书“{certificate.Subject}”未被吊销。",
        $"The revocation lists that speak for this time do so for some reasons only: whether {certificate} was revoked for another is not known.");

    public static Finding ListIssuerMayNotSign(Certificate issuer) => Finding.Remark(
        "CRL_ISSUER_USAGE",
        $"证书“{issuer.Subject}”不得签发吊销列表（缺少 cRLSign），其列表未采用。",
        $"The certificate {issuer} may not sign revocation lists (cRLSign is missing); its list was not used.");

    public static Finding ListScope(RevocationList list) => Finding.Remark(
        "CRL_SCOPE",
        $"“{list.Issuer}”的吊销列表（{list.ThisUpdate:u}）不涵盖该证书或含有无法识别的内容，未采用。",
        $"The revocation list of {list.Issuer} of {list.ThisUpdate:u} does not cover the certificate or holds what is not understood; it was not used.");

    public static Finding ListProfile(RevocationList list) => Finding.Remark(
        "CRL_PROFILE",
        $"“{list.Issuer}”的吊销列表（{list.ThisUpdate:u}）缺少 RFC 5280 要求的内容、所写密钥不是其签发者的、有重复条目，或所写的两个签名算法不一致，不能据此认定证书未吊销。",
        $"The revocation list of {list.Issuer} of {list.ThisUpdate:u} lacks what RFC 5280 demands, names another key than its signer's, names a certificate twice, or names two different signature algorithms; it clears nobody.");

    public static Finding StatusSignerUntrusted(Certificate signer) => Finding.Remark(
        "STATUS_SIGNER_UNTRUSTED",
        $"“{signer.Subject}”签发的吊销列表或 OCSP 应答未采用：其证书在此时间不可信。",
        $"A revocation list or OCSP answer signed by {signer} was not used: its certificate cannot be relied upon at this time.");

    /// <summary>Why: what is wrong with the signer fails its list or answer, not the certificate that is judged.</summary>
    public static Finding OfStatusSigner(Finding finding) => Finding.Remark(
        "STATUS_SIGNER_" + finding.Code, "吊销列表或 OCSP 应答的签发者：" + finding.Chinese, "The signer of a revocation list or OCSP answer: " + finding.English);

    public static Finding OcspUnknown(Certificate certificate) => Finding.Remark(
        "OCSP_UNKNOWN", $"OCSP 应答称不知道证书“{certificate.Subject}”。", $"The OCSP responder does not know the certificate {certificate}.");

    public static Finding OcspExtension(Certificate certificate) => Finding.Remark(
        "OCSP_EXTENSION",
        $"关于证书“{certificate.Subject}”的 OCSP 应答含有无法处理的关键扩展，不能据此认定证书未吊销。",
        $"The OCSP answer about {certificate} has a critical extension that cannot be processed; it clears nobody.");

    public static Finding TooManyLists(Certificate certificate, int max) => Chain(
        "CRL_LIMIT", SubIndication.TryLater,
        $"证书“{certificate.Subject}”颁发者名下的吊销列表超过 {max} 份，未全部查看。",
        $"Under the name of the issuer of {certificate} there are more than {max} revocation lists; not all were looked at.");

    /// <summary>Whether something was left undone: then what is not told may be there all the same.</summary>
    public static bool IsOfLimit(Finding finding) => finding is { Code: "CRL_LIMIT" or "PATH_SEARCH_LIMIT", Indication: not Indication.TotalPassed };

    public static Finding StatusWork(Certificate certificate) => Chain(
        "CRL_LIMIT", SubIndication.TryLater,
        $"核验与证书“{certificate.Subject}”有关的吊销列表和 OCSP 应答所需的计算量超过上限，未全部核验。",
        $"To verify all revocation lists and OCSP answers that may concern {certificate} takes more work than is done for one judgement; not all were verified.");

    public static Finding IssuerUnknown(Certificate certificate) => Chain(
        "CERT_ISSUER_UNKNOWN", SubIndication.NoCertificateChainFound,
        $"找不到证书“{certificate.Subject}”的颁发者“{certificate.Issuer}”，或其不受信任。",
        $"The issuer {certificate.Issuer} of the certificate {certificate} is not known or not trusted.");

    /// <summary>Not all that may lead from it to an anchor was tried.</summary>
    public static Finding IssuerNotReached(Certificate certificate) => Chain(
        "CERT_ISSUER_UNKNOWN", SubIndication.NoCertificateChainFound,
        $"证书“{certificate.Subject}”的颁发者“{certificate.Issuer}”是否受信任尚不清楚：证书链搜索已在限额处停止。",
        $"Whether the issuer {certificate.Issuer} of the certificate {certificate} is trusted is not known: the search for a chain stopped at its limit.");

    public static Finding IssuerSignature(Certificate certificate) => Chain(
        "CERT_SIGNATURE", SubIndication.NoCertificateChainFound,
        $"证书“{certificate.Subject}”不是由名为“{certificate.Issuer}”的已知证书签发的。",
        $"The certificate {certificate} is not signed by any known certificate under the name {certificate.Issuer}.");

    public static Finding SelfSignedNotTrusted(Certificate certificate) => Chain(
        "CERT_ROOT_NOT_TRUSTED", SubIndication.NoCertificateChainFound,
        $"自签名证书“{certificate.Subject}”不在信任列表中。", $"The self-signed certificate {certificate} is not among the trust anchors.");

    public static Finding SearchLimited() => Chain(
        "PATH_SEARCH_LIMIT", SubIndication.CertificateChainGeneralFailure,
        "可能在证书链上的证书过多，或本文件的其他签名已用去计算量，证书链搜索已在限额处停止。",
        "There are too many certificates that may be in a chain, or the other signatures of the file have taken the work that is done for one; the search for a chain stopped at its limit.");

    public static Finding CertificatesIgnored(int ignored) => Finding.Remark(
        "PATH_CERTIFICATES_IGNORED", $"附带的证书过多，有 {ignored} 张未予考虑。", $"{ignored} of the certificates that came along were not looked at: there are too many.");

    /// <summary>A proof that a signature is old enough says nothing of when the certificates above it were made.</summary>
    public static Finding UnknownAlgorithm(Certificate certificate) => SignatureScheme.IsBroken(certificate.Inner.CertificateStructure.SignatureAlgorithm) ? Chain(
        "CERT_ALGORITHM", SubIndication.CryptoConstraintsFailure,
        $"证书“{certificate.Subject}”以 MD5 或 SHA-1 签发，此类签名已不可信；签名本身的时间证明不能证明证书的时间。",
        $"The certificate {certificate} is signed with MD5 or SHA-1, which are no longer trusted in certificates; a proof of the signature's age is none of the certificate's.") : Chain(
        "CERT_ALGORITHM", SubIndication.CryptoConstraintsFailure,
        $"证书“{certificate.Subject}”的签名算法 {certificate.Inner.SigAlgOid} 不被支持。",
        $"The certificate {certificate} is signed by the algorithm {certificate.Inner.SigAlgOid}, which is not supported.");

    public static Finding AlgorithmsDiffer(Certificate certificate) => Chain(
        "CERT_ALGORITHM_MISMATCH", SubIndication.ChainConstraintsFailure,
        $"证书“{certificate.Subject}”内外两处签名算法不一致。", $"The certificate {certificate} names two different signature algorithms.");

    public static Finding WeakKey(Certificate certificate, int minRsaBits)
    {
        var info = certificate.Inner.CertificateStructure.SubjectPublicKeyInfo;
        var (chinese, english) = certificate.KeyAlgorithm is null
            ? ($"不支持其算法或曲线（{KindOf(info.Algorithm)}）", $"its algorithm or curve ({KindOf(info.Algorithm)}) is not supported")
            : CmsAlgorithms.RsaBits(info) is { } bits && bits < minRsaBits
                ? ($"RSA 只有 {bits} 位，少于 {minRsaBits} 位", $"its RSA modulus has {bits} bits, fewer than {minRsaBits}")
                : ("公钥无法读取，或不能用于验签（点不在曲线上，或 RSA 模数、指数为偶数、负数或 1）",
                    "it cannot be read, or verifies nothing: a point that is not on the curve, or an RSA modulus or exponent that is even, negative or 1");
        return Chain("CERT_KEY_WEAK", SubIndication.CryptoConstraintsFailure, $"证书“{certificate.Subject}”的密钥不被接受：{chinese}。", $"The key of the certificate {certificate} is not accepted: {english}.");
    }

    public static Finding DsaUsed(Certificate certificate) => Finding.Remark(
        "CERT_DSA",
        $"证书“{certificate.Subject}”的密钥或签名使用 DSA，此处仅按 RFC 5280 核对证书链；此类签名不得再用于公文。",
        $"The certificate {certificate} has a DSA key or signature. It counts for the path of RFC 5280 alone; such signatures are no longer to be trusted for documents.");

    public static Finding ListDsaUsed(RevocationList list) => Finding.Remark(
        "CRL_DSA",
        $"“{list.Issuer}”的吊销列表（{list.ThisUpdate:u}）使用 DSA 签名，此处仅按 RFC 5280 核对证书链；此类签名不得再用于公文。",
        $"The revocation list of {list.Issuer} of {list.ThisUpdate:u} is signed by DSA. It counts for the path of RFC 5280 alone; such signatures are no longer to be trusted for documents.");

    public static Finding NotAuthority(Certificate certificate) => Chain(
        "CERT_NOT_AUTHORITY", SubIndication.ChainConstraintsFailure,
        $"证书“{certificate.Subject}”不是证书颁发机构的证书（cA），却签发了证书。",
        $"The certificate {certificate} has issued a certificate but is not one of an authority (cA).");

    public static Finding MayNotSignCertificates(Certificate certificate) => Chain(
        "CERT_MAY_NOT_ISSUE", SubIndication.ChainConstraintsFailure,
        $"证书“{certificate.Subject}”不得签发证书（缺少 keyCertSign）。", $"The certificate {certificate} may not sign certificates (keyCertSign is missing).");

    public static Finding PathTooLong(Certificate certificate, int allowed) => Chain(
        "CERT_PATH_LENGTH", SubIndication.ChainConstraintsFailure,
        $"证书“{certificate.Subject}”之下最多允许 {allowed} 级颁发机构，实际超出。",
        $"Below the certificate {certificate} at most {allowed} authorities are allowed (pathLenConstraint); there are more.");

    public static Finding CriticalExtension(Certificate certificate, string oid) => Chain(
        "CERT_CRITICAL_EXTENSION", SubIndication.ChainConstraintsFailure,
        $"证书“{certificate.Subject}”含有无法处理的关键扩展 {oid}。", $"The certificate {certificate} has the critical extension {oid}, which cannot be processed.");

    public static Finding KeyIdentifier(Certificate certificate) => Chain(
        "CERT_KEY_IDENTIFIER", SubIndication.ChainConstraintsFailure,
        $"证书“{certificate.Subject}”的颁发者密钥标识（或其中的颁发者名称、序列号）与其颁发者不符。", $"The authority key identifier of {certificate}, or the name and number in it, is not that of its issuer.");

    public static Finding IssuerRenewed(Certificate certificate) => Finding.Remark(
        "CERT_ISSUER_RENEWED",
        $"证书“{certificate.Subject}”所载颁发者证书的名称或序列号与其颁发者不同，密钥标识相同：颁发者可能以同一密钥换发过证书。",
        $"{certificate} names another certificate of its issuer, by name or number, with the same key: the issuer may have been certified anew.");

    public static Finding KeyUsage(Certificate certificate, CertificateUsage usage) => Chain(
        "CERT_KEY_USAGE", SubIndication.ChainConstraintsFailure,
        $"证书“{certificate.Subject}”的密钥用法不允许用于{usage.ToChinese()}。", $"The keyUsage of the certificate {certificate} does not allow {usage.ToEnglish()}.");

    public static Finding Purpose(Certificate certificate, CertificateUsage usage) => Chain(
        "CERT_PURPOSE", SubIndication.ChainConstraintsFailure,
        $"证书“{certificate.Subject}”的扩展密钥用法不允许用于{usage.ToChinese()}。", $"The extended key usage of the certificate {certificate} does not allow {usage.ToEnglish()}.");

    public static Finding PolicyMissing(Certificate certificate) => Chain(
        "CERT_POLICY", SubIndication.ChainConstraintsFailure,
        $"至证书“{certificate.Subject}”为止，没有一项可接受的证书策略贯穿证书链。", $"No acceptable certificate policy is valid along the chain down to {certificate}.");

    public static Finding PolicyMappingOfAny(Certificate certificate) => Chain(
        "CERT_POLICY_MAPPING", SubIndication.ChainConstraintsFailure,
        $"证书“{certificate.Subject}”映射了 anyPolicy，这是不允许的。", $"The certificate {certificate} maps anyPolicy, which is not allowed.");

    public static Finding TooManyPolicies(Certificate certificate) => Chain(
        "CERT_POLICY_LIMIT", SubIndication.CertificateChainGeneralFailure,
        $"证书“{certificate.Subject}”的证书策略过多，未予处理。", $"The certificate {certificate} names too many policies; they were not processed.");

    public static Finding NameOutside(Certificate certificate, Certificate authority, string name) => Chain(
        "CERT_NAME_CONSTRAINTS", SubIndication.ChainConstraintsFailure,
        $"证书“{certificate.Subject}”的名称 {name} 超出颁发机构“{authority.Subject}”的名称限制。",
        $"The name {name} of the certificate {certificate} is outside what the name constraints of {authority} allow.");

    public static Finding NameConstraintsUnusable(Certificate authority, string chinese, string english) => Chain(
        "CERT_NAME_CONSTRAINTS_MALFORMED", SubIndication.ChainConstraintsFailure,
        $"颁发机构“{authority.Subject}”的名称限制无法使用：{chinese}。", $"The name constraints of {authority} cannot be used: {english}.");

    public static Finding TooManyNames(Certificate certificate) => Chain(
        "CERT_NAME_LIMIT", SubIndication.CertificateChainGeneralFailure,
        $"证书“{certificate.Subject}”的名称与名称限制过多，核对已在限额处停止。", $"The certificate {certificate} has too many names to hold against the name constraints above it.");

    public static Finding Profile(Certificate certificate, string code, string chinese, string english) => Chain(
        code, SubIndication.ChainConstraintsFailure,
        $"证书“{certificate.Subject}”不符合 RFC 5280：{chinese}。", $"The certificate {certificate} is not as RFC 5280 demands: {english}.");

    public static Finding DefaultsWritten(Certificate certificate) => Finding.Remark(
        "CERT_DEFAULT_WRITTEN",
        $"证书“{certificate.Subject}”写出了 DER 编码应省略的缺省值（critical 或 cA 为 FALSE）。",
        $"The certificate {certificate} writes a default that DER leaves out (critical or cA as FALSE).");

    /// <param name="oid">Of the extension; null where it is not known which.</param>
    public static Finding Malformed(Certificate certificate, string? oid = null) => Chain(
        "CERT_MALFORMED", SubIndication.CertificateChainGeneralFailure,
        oid is null ? $"证书“{certificate.Subject}”的扩展格式错误。" : $"证书“{certificate.Subject}”的扩展 {oid} 格式错误。",
        oid is null ? $"An extension of the certificate {certificate} is malformed." : $"The extension {oid} of the certificate {certificate} is malformed.");

    /// <summary>
    /// Where no chain leads to an anchor, the period of the leaf, and a list of who issued it, is only what somebody wrote: ETSI EN 319 102-1
    /// §5.2.6 builds the chain first. It is still told, but does not fail the signature.
    /// </summary>
    public static IEnumerable<Finding> WithoutAnchor(IReadOnlyList<Finding> findings) =>
        findings.All(finding => finding.SubIndication != SubIndication.NoCertificateChainFound)
            ? findings
            : findings.Select(finding => finding is { Indication: Indication.TotalFailed, Code: "CERT_EXPIRED" or "CERT_NOT_YET_VALID" or "CERT_REVOKED" }
                ? finding with { Indication = Indication.Indeterminate, SubIndication = finding.Code == "CERT_REVOKED" ? SubIndication.RevokedNoPoe : SubIndication.OutOfBoundsNoPoe }
                : finding);

    private static string KindOf(AlgorithmIdentifier key) => key.Parameters is DerObjectIdentifier curve ? curve.Id : key.Algorithm.Id;

    internal static Finding Chain(string code, SubIndication sub, string chinese, string english) => Finding.Indeterminate(code, sub, chinese, english);

    /// <summary>At a proven time the leaf's own state is final; that of an authority leaves room for proof of existence.</summary>
    private static Finding OfLeaf(bool isLeaf, string code, SubIndication leaf, SubIndication authority, string chinese, string english) =>
        isLeaf ? Finding.Failed(code, leaf, chinese, english) : Finding.Indeterminate(code, authority, chinese, english);

    internal static Finding ByDemand(RevocationDemand demand, string code, string chinese, string english, SubIndication sub = SubIndication.TryLater) =>
        demand == RevocationDemand.Required
            ? Finding.Indeterminate(code, sub, chinese, english)
            : Finding.Remark(code, chinese, english);
}
