using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>What is found of the signatures on revocation lists and OCSP answers, and of how much they say. The codes are stable.</summary>
internal static class StatusSignatureFindings
{
    public static bool IsVerifiable(RevocationList list, CertificatePathOptions options) =>
        IsKnown(list.Inner.CertificateList.SignatureAlgorithm) || (options.AcceptsDsa && DsaSignatures.IsOn(list));

    public static bool IsVerifiable(OcspResponse answer) => IsKnown(answer.SignatureAlgorithm);

    /// <summary>Nobody known signed it, or the algorithm is none that can be verified: then nobody can say who did.</summary>
    public static Finding NotSigned(RevocationList list, Certificate issuer, CertificatePathOptions options) =>
        IsVerifiable(list, options) ? Finding.Remark(
            "CRL_SIGNATURE",
            $"名为“{list.Issuer}”的吊销列表（{list.ThisUpdate:u}）不是由证书“{issuer.Subject}”签发的，未采用。",
            $"The revocation list of {list.ThisUpdate:u} under the name {list.Issuer} is not signed by {issuer}; it was not used.") : Finding.Remark(
            "CRL_ALGORITHM",
            $"名为“{list.Issuer}”的吊销列表（{list.ThisUpdate:u}）的签名算法 {list.Inner.SigAlgOid} 不被支持，未采用。",
            $"The revocation list of {list.ThisUpdate:u} under the name {list.Issuer} is signed by the algorithm {list.Inner.SigAlgOid}, which is not supported; it was not used.");

    public static Finding BrokenAlgorithm(RevocationList list) => Finding.Remark(
        "CRL_ALGORITHM",
        $"“{list.Issuer}”的吊销列表（{list.ThisUpdate:u}）以 MD5 或 SHA-1 签名，此类签名已不可信：其中列出的证书视为已吊销，但不能据此认定证书未吊销。",
        $"The revocation list of {list.Issuer} of {list.ThisUpdate:u} is signed with MD5 or SHA-1, which are no longer trusted: what it names is revoked, but it clears nobody.");

    /// <inheritdoc cref="NotSigned(RevocationList, Certificate, CertificatePathOptions)"/>
    public static Finding NotSigned(OcspResponse answer, Certificate certificate) => IsVerifiable(answer) ? Finding.Remark(
        "OCSP_SIGNATURE",
        $"关于证书“{certificate.Subject}”的 OCSP 应答不是由其颁发者或其授权的应答者签发的，未采用。",
        $"The OCSP answer about {certificate} is not signed by its issuer or a responder the issuer authorized; it was not used.") : Finding.Remark(
        "OCSP_ALGORITHM",
        $"关于证书“{certificate.Subject}”的 OCSP 应答的签名算法 {answer.SignatureAlgorithm.Algorithm.Id} 不被支持，未采用。",
        $"The OCSP answer about {certificate} is signed by the algorithm {answer.SignatureAlgorithm.Algorithm.Id}, which is not supported; it was not used.");

    /// <summary>Of an answer whose signer is known.</summary>
    public static Finding BrokenAlgorithm(Certificate certificate) => Finding.Remark(
        "OCSP_ALGORITHM",
        $"关于证书“{certificate.Subject}”的 OCSP 应答以 MD5 或 SHA-1 签名，此类签名已不可信：应答称已吊销的视为已吊销，但不能据此认定证书未吊销。",
        $"The OCSP answer about {certificate} is signed with MD5 or SHA-1, which are no longer trusted: what it calls revoked is revoked, but it clears nobody.");

    /// <summary>An answer says more about the certificate than was read.</summary>
    public static Finding TooManyStatements(Certificate certificate) => Limit(
        $"一份 OCSP 应答就证书“{certificate.Subject}”所作的说明超过 {OcspResponse.MaxAbout} 项，未全部查看。",
        $"One OCSP answer says more than {OcspResponse.MaxAbout} things about {certificate}; not all were looked at.");

    public static Finding TooManyPoints(Certificate certificate) => Limit(
        $"证书“{certificate.Subject}”所列的吊销列表发布点或其中的名称超过 {PublicationPoints.Max} 个，未全部查看。",
        $"The certificate {certificate} has more than {PublicationPoints.Max} distribution points, or names in them; not all were looked at.");

    public static Finding TooManyResponders(Certificate certificate, int max) => Limit(
        $"关于证书“{certificate.Subject}”的 OCSP 应答，其应答者同一密钥的有效证书超过 {max} 张，未全部查看。",
        $"The responder that answered about {certificate} has more than {max} certificates of one key that were valid at once; not all were looked at.");

    private static bool IsKnown(AlgorithmIdentifier algorithm) => SignatureScheme.OfAnyAge(algorithm, null) is not null;

    private static Finding Limit(string chinese, string english) => Finding.Indeterminate("CRL_LIMIT", SubIndication.TryLater, chinese, english);
}
