using DocExchange.Trust.Certificates;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Signatures;

/// <summary>Every finding a CMS can give rise to, with its stable code.</summary>
internal static class CmsFindings
{
    // Structure.
    public static readonly Finding NoSigner = Format("CMS_NO_SIGNER", "签名数据中没有签名人。", "The CMS has no signer.");
    public static readonly Finding NonMinimalLength = Format("CMS_NON_MINIMAL_LENGTH", "存在非最短的长度编码。", "A length is not encoded in its shortest form.");
    public static readonly Finding NotDer = Format("CMS_NOT_DER", "签名数据不是 DER 编码。", "The CMS is not encoded in DER.");
    public static readonly Finding IndefiniteLength = Finding.Remark("CMS_INDEFINITE_LENGTH", "签名数据采用不定长编码。", "The CMS uses indefinite lengths outside its signed part.");
    public static readonly Finding DuplicateSigner = Finding.Indeterminate(
        "CMS_SIGNER_DUPLICATE", SubIndication.SigConstraintsFailure, "同一签名人出现多次。", "The same signer appears more than once.");

    public static readonly Finding NotOwnForm = Format(
        "CMS_NOT_OWN_FORM", "签名数据与本系统的编码形式不一致。", "The bytes are not those this product writes for the same facts.");

    public static readonly Finding NotDetached = Format("CMS_NOT_DETACHED", "应为分离式签名，却含有正文。", "The signature should be detached, and holds content.");
    public static readonly Finding UnreadableCertificates = Format("CMS_CERTIFICATE_UNREADABLE", "含有无法读取的证书。", "A certificate in it cannot be read.");
    public static readonly Finding SignerVersion = Format("CMS_SIGNER_VERSION", "签名人信息的版本与标识方式不符。", "The SignerInfo version does not fit how the signer is named.");

    public static readonly Finding SignerVersionRemark = Finding.Remark("CMS_SIGNER_VERSION", "签名人信息的版本与标识方式不符。", "The SignerInfo version does not fit how the signer is named.");

    public static readonly Finding SignedPartNotDer = Format(
        "CMS_SIGNED_PART_NOT_DER", "签名属性采用不定长或非最短编码。", "The signed attributes use indefinite or padded lengths.");

    // Signed attributes.
    public static readonly Finding NoSignedAttributes = Constraint("CMS_NO_SIGNED_ATTRIBUTES", "没有签名属性。", "There are no signed attributes.");

    public static readonly Finding NoSignedAttributesRemark = Finding.Remark("CMS_NO_SIGNED_ATTRIBUTES", "没有签名属性。", "There are no signed attributes.");

    public static readonly Finding AttributesAsContent = Finding.Failed(
        "CMS_ATTRIBUTES_AS_CONTENT", SubIndication.SigCryptoFailure, "把另一签名的签名属性冒充为正文。", "The signed attributes of another signature are passed off as the content.");

    public static readonly Finding ContentTypeMismatch = Format(
        "CMS_CONTENT_TYPE_MISMATCH", "签名属性中的内容类型与正文不符。", "The signed content type is not that of the content.");

    public static readonly Finding ContentTypeNotData = Format("CMS_CONTENT_TYPE_NOT_DATA", "内容类型不是 id-data。", "The content type is not id-data.");
    public static readonly Finding UnsortedStrict = Format("CMS_ATTRIBUTES_UNSORTED", "签名属性未按 DER 排序。", "The signed attributes are not in DER order.");
    public static readonly Finding Unsorted = Constraint("CMS_ATTRIBUTES_UNSORTED", "签名属性未按 DER 排序。", "The signed attributes are not in DER order.");
    public static readonly Finding UnsortedRemark = Finding.Remark("CMS_ATTRIBUTES_UNSORTED", "签名属性未按 DER 排序。", "The signed attributes are not in DER order.");
    public static readonly Finding ContentTypeInCounterSignature = Format(
        "CMS_COUNTER_SIGNATURE_CONTENT_TYPE", "副署签名不得含有内容类型属性。", "A counter-signature must not have a content type among its attributes.");

    public static readonly Finding NoSigningTime = Constraint("CMS_SIGNING_TIME_MISSING", "签名属性中没有签名时间。", "The signed attributes hold no signing time.");
    public static readonly Finding NoSigningTimeRemark = Finding.Remark("CMS_SIGNING_TIME_MISSING", "签名属性中没有签名时间。", "The signed attributes hold no signing time.");
    public static readonly Finding SigningTimeUnreadable = Format("CMS_SIGNING_TIME_UNREADABLE", "签名时间无法读取。", "The signing time cannot be read.");

    public static readonly Finding DigestMismatch = Finding.Failed(
        "CMS_DIGEST_MISMATCH", SubIndication.HashFailure, "正文已被改动：摘要与签名中的不符。", "The content was altered: its digest is not the signed one.");

    public static readonly Finding CountersignsAnother = Finding.Failed(
        "CMS_COUNTER_SIGNATURE_OF_ANOTHER", SubIndication.HashFailure, "副署签名不是对该签名值作出的：摘要不符。", "The counter-signature is not over the value of this signature: its digest is another.");

    public static readonly Finding ContentMissing = Finding.Indeterminate(
        "CMS_CONTENT_MISSING", SubIndication.SignedDataNotFound, "缺少被签名的内容。", "The content that was signed is not at hand.");

    public static readonly Finding ContentOnlyByDigest = Finding.Indeterminate(
        "CMS_CONTENT_MISSING", SubIndication.SignedDataNotFound, "签名没有签名属性，直接覆盖正文本身，而所给的只是正文的摘要。",
        "Without signed attributes the value covers the content itself, and no more than a digest of it is at hand.");

    public static readonly Finding ValueBeyondLimit = Finding.Indeterminate(
        "CMS_VALUE_LIMIT", SubIndication.Generic, "核验本文件全部签名值所需的计算量超过上限（估计 1.2 秒，卷宗中每份凭证另加 1 毫秒；时间戳和副署签名另为 0.5 秒），此签名值未核验。",
        "To verify all signature values of this file takes more work than is done for one (an estimated 1.2 s, in a dossier 1 ms more for each statement, and 0.5 s for time-stamps and counter-signatures); this value was not verified.");

    // Algorithms.
    public static readonly Finding DigestAlgorithmMismatch = Format(
        "CMS_DIGEST_ALGORITHM_MISMATCH", "摘要算法与签名算法不一致。", "The digest algorithm and the signature algorithm contradict each other.");

    public static readonly Finding DigestAlgorithmUnlisted = Finding.Remark(
        "CMS_DIGEST_ALGORITHM_UNLISTED", "签名人的摘要算法未列在签名数据中。", "The signer's digest algorithm is not listed in the CMS.");

    public static readonly Finding NoAlgorithmProtection = Constraint(
        "CMS_ALGORITHM_PROTECTION_MISSING", "缺少算法保护属性（RFC 6211）。", "The algorithm protection attribute (RFC 6211) is missing.");

    public static readonly Finding AlgorithmProtectionMismatch = Finding.Failed(
        "CMS_ALGORITHM_PROTECTION_MISMATCH", SubIndication.SigCryptoFailure, "算法与被保护的算法不符（RFC 6211）。",
        "The algorithms are not those that were signed (RFC 6211).");

    public static readonly Finding SignatureOutOfRange = Finding.Failed(
        "CMS_SIGNATURE_OUT_OF_RANGE", SubIndication.SigCryptoFailure, "签名值的 r 或 s 超出范围或无法读取。", "r or s of the signature is out of range or cannot be read.");

    public static readonly Finding SignatureNotDer = Format("CMS_SIGNATURE_NOT_DER", "签名值不是 DER 编码。", "The signature value is not encoded in DER.");
    public static readonly Finding SignatureHighS = Format("CMS_SIGNATURE_HIGH_S", "签名值 s 不在下半区间。", "s of the signature is not in its lower half.");

    public static readonly Finding SignatureInvalid = Finding.Failed(
        "CMS_SIGNATURE_INVALID", SubIndication.SigCryptoFailure, "签名值无效。", "The signature value is not the signer's.");

    // The signer's certificate.
    public static readonly Finding NoSigningCertificate = Finding.Indeterminate(
        "CMS_SIGNING_CERTIFICATE_NOT_FOUND", SubIndication.NoSigningCertificateFound, "找不到签名证书。", "The signer's certificate is not found.");

    public static readonly Finding SigningCertificateMismatch = Finding.Indeterminate(
        "CMS_SIGNING_CERTIFICATE_MISMATCH", SubIndication.NoSigningCertificateFound, "签名证书与签名属性所指的不符。",
        "The certificate is not the one the signed attributes refer to.");

    public static readonly Finding NoSigningCertificateReference = Constraint(
        "CMS_SIGNING_CERTIFICATE_REFERENCE_MISSING", "签名属性未指明签名证书。", "The signed attributes do not say which certificate signs.");

    public static readonly Finding NoSigningCertificateReferenceRemark = Finding.Remark(
        "CMS_SIGNING_CERTIFICATE_REFERENCE_MISSING", "签名属性未指明签名证书。", "The signed attributes do not say which certificate signs.");

    public static readonly Finding CertificateAmbiguous = Constraint(
        "CMS_CERTIFICATE_AMBIGUOUS", "有多张证书的颁发者和序列号相同。", "Several certificates have the signer's issuer and serial number.");

    public static readonly Finding CertificateUnrelated = Constraint(
        "CMS_CERTIFICATE_UNRELATED", "含有与签名人证书链无关的证书。", "There is a certificate in it that belongs to no signer's path.");

    public static Finding ReferenceDigestEnded(IReadOnlyList<string> digests, bool isDemanded)
    {
        var (code, names) = ("CMS_SIGNING_CERTIFICATE_REFERENCE_DIGEST", string.Join(", ", digests));
        var chinese = $"签名属性只以 {names} 摘要指明签名证书，此类摘要已不可信，等同于未指明。";
        var english = $"The signed attributes say which certificate signs by {names} alone, which is no longer trusted: it counts as if they did not say it.";
        // The first version of the attribute has SHA-1 alone (RFC 2634 §5.4), and to name another certificate by it would take a second preimage.
        return isDemanded && !digests.Contains("SHA-1") ? Finding.Indeterminate(code, SubIndication.CryptoConstraintsFailure, chinese, english) : Finding.Remark(code, chinese, english);
    }

    public static Finding TrailingBytes(int count) => Format("CMS_TRAILING_BYTES", $"签名数据之后还有 {count} 字节。", $"{count} bytes follow the CMS.");

    public static Finding LeftOut(int limit, (string Chinese, string English) what) => Finding.Remark(
        "CMS_VALUES_LEFT_OUT", $"{what.Chinese}超过 {limit} 个，超出部分未予考虑。", $"There are more than {limit} {what.English}; those beyond were not looked at.");

    public static Finding Version(int version) => Format("CMS_VERSION_UNKNOWN", $"签名数据的版本 {version} 未知。", $"The SignedData version {version} is not known.");

    public static Finding AttributeMissing(string name) => Format("CMS_ATTRIBUTE_MISSING", $"缺少签名属性 {name}。", $"The signed attribute {name} is missing.");

    public static Finding AttributeNotSingle(string name) => Format(
        "CMS_ATTRIBUTE_NOT_SINGLE", $"签名属性 {name} 重复或不止一个值。", $"The signed attribute {name} is repeated or has not exactly one value.");

    public static Finding AttributeUnreadable(string name) => Format("CMS_ATTRIBUTE_UNREADABLE", $"签名属性 {name} 无法读取。", $"The signed attribute {name} cannot be read.");

    public static Finding AttributeUnsigned(string name) => Constraint(
        "CMS_ATTRIBUTE_UNSIGNED", $"属性 {name} 未受签名保护。", $"The attribute {name} is not covered by the signature.");

    public static Finding UnsignedAttribute(string oid) => Constraint(
        "CMS_UNSIGNED_ATTRIBUTE", $"不允许的未签名属性 {oid}。", $"The unsigned attribute {oid} is not allowed.");

    public static Finding UnsignedAttributeUnknown(string oid) => Finding.Remark(
        "CMS_UNSIGNED_ATTRIBUTE_UNKNOWN", $"含有用途不明的未签名属性 {oid}，任何人都可以附加，未予考虑。", $"There is an unsigned attribute of unknown purpose, {oid}: anybody can add one, and it was left out.");

    public static Finding SignaturePolicyNotAvailable(string oid) => Finding.Indeterminate(
        "CMS_SIGNATURE_POLICY_UNKNOWN", SubIndication.SignaturePolicyNotAvailable, $"签名所依据的签名策略 {oid} 不在验证策略所列之内，是否符合其要求无从判断。",
        $"The signature was made under the signature policy {oid}, which the validation policy does not name: whether it meets its demands cannot be told.");

    public static Finding SignaturePolicyDiffers(string oid) => Finding.Indeterminate(
        "CMS_SIGNATURE_POLICY_DIFFERS", SubIndication.PolicyProcessingError, $"签名策略 {oid} 的摘要与验证策略所列的不符，或签名中没有该摘要。",
        $"The digest of the signature policy {oid} is not the one the validation policy names, or the signature has none.");

    public static Finding SignaturePolicyAccepted(string oid) => Finding.Remark(
        "CMS_SIGNATURE_POLICY_ACCEPTED", $"签名依据签名策略 {oid}，验证策略认可该策略。", $"The signature was made under the signature policy {oid}, which the validation policy accepts.");

    public static Finding AlgorithmUnknown(string oid) => Finding.Indeterminate(
        "CMS_ALGORITHM_UNKNOWN", SubIndication.CryptoConstraintsFailure, $"算法 {oid} 或其参数不受支持，未作验证。",
        $"The algorithm {oid}, or its parameters, are not supported; nothing was verified with it.");

    public static Finding AlgorithmNotAllowed(string name) => Finding.Indeterminate(
        "CMS_ALGORITHM_NOT_ALLOWED", SubIndication.CryptoConstraintsFailure, $"验证策略不允许使用算法 {name}。", $"The policy does not allow the algorithm {name}.");

    public static Finding SigningTimeOutsideValidity(DateTimeOffset claimed, Certificate certificate) => Constraint(
        "CMS_SIGNING_TIME_OUTSIDE_VALIDITY",
        $"签名时间 {claimed:u} 不在签名证书的有效期（{certificate.NotBefore:u} 至 {certificate.NotAfter:u}）内。",
        $"The claimed signing time {claimed:u} is outside the validity of the signer's certificate ({certificate.NotBefore:u} to {certificate.NotAfter:u}).");

    public static Finding SigningTimeLater(DateTimeOffset claimed, DateTimeOffset at) => Finding.Remark(
        "CMS_SIGNING_TIME_LATER", $"签名人所称的签名时间 {claimed:u} 晚于验证所依据的时间 {at:u}。", $"The claimed signing time {claimed:u} is later than the time of judgement, {at:u}.");

    public static Finding UnsignedUnreadable(int count) => Finding.Remark(
        "CMS_UNSIGNED_ATTRIBUTE_UNREADABLE", $"有 {count} 个未签名属性格式错误，未予考虑：任何人都可以附加。", $"{count} unsigned attributes are malformed and were not looked at; anybody can add one.");

    public static bool IsOfUnsignedUnreadable(Finding finding) => finding.Code == "CMS_UNSIGNED_ATTRIBUTE_UNREADABLE";

    public static Finding CounterSignatureUnreadable(int count) => Finding.Remark(
        "CMS_COUNTER_SIGNATURE_UNREADABLE", $"有 {count} 个副署签名无法读取，未予采用：签名之后任何人都可以附加。", $"{count} counter-signatures cannot be read and were left out; anybody can add one.");

    public static Finding CounterSignaturesLeftOut(int count) => Finding.Remark(
        "COUNTER_SIGNATURE_LEFT_OUT",
        $"有 {count} 个副署签名未通过验证，判断时未予采用：签名之后任何人都可以附加副署签名。",
        $"{count} counter-signatures do not pass; the signature was judged without them, since anybody can add one.");

    public static Finding ProofBeforeContent(ProofOfExistence proof, DateTimeOffset content) => Finding.Indeterminate(
        "PROOF_BEFORE_CONTENT", SubIndication.TimestampOrderFailure,
        $"有证据称签名在 {proof.Time:u} 已经存在（{proof.ChineseSource}），而签名所含的内容时间戳晚于此时（{content:u}），不可能成立，该证据未采用。",
        $"The signature is said to have existed at {proof.Time:u} ({proof.Source}) and contains a time-stamp over its content that is later ({content:u}), which is impossible; the proof was not used.");

    public static Finding TimestampsLeftOut(int count) => Finding.Remark(
        "TIMESTAMP_LEFT_OUT",
        $"有 {count} 个附加的时间戳未通过验证，不作为存在证明，判断时未予采用：签名之后任何人都可以附加时间戳。",
        $"{count} time-stamps that were added do not pass and prove nothing; the signature was judged without them, since anybody can add one.");

    public static Finding Proven(ProofOfExistence proof) => Finding.Remark(
        "PROOF_OF_EXISTENCE", $"签名至迟在 {proof.Time:u} 已经存在（{proof.ChineseSource}），以此时间判断。",
        $"The signature existed at {proof.Time:u} at the latest ({proof.Source}) and is judged at that time.");

    public static Finding TimestampsNotJudged(int count) => Finding.Remark(
        "TIMESTAMP_NOT_JUDGED", $"签名所附的 {count} 个时间戳未作验证，不作为时间证明。", $"{count} time-stamps of the signature were not judged and prove nothing here.");

    public static Finding ProofNotJudged(string name, int count) => Finding.Remark(
        "PROOF_FORM_NOT_JUDGED", $"签名附有 {count} 个 {name}，本产品不验证这种形式，不作为时间证明。",
        $"The signature has {count} of {name}, a form that is not judged here and proves nothing here.");

    public static Finding TooManyTimestamps(int count, int limit) => Finding.Indeterminate(
        "TIMESTAMP_LIMIT", SubIndication.Generic, $"签名所附的时间戳过多：至多验证 {limit} 个，此签名有 {count} 个未作验证。",
        $"Not all time-stamps were checked: {count} of this signature are beyond the {limit} that are judged.");

    /// <summary>The same without the certainty that the signature came too late.</summary>
    public static Finding WithoutProof(Finding finding, SubIndication sub) => Finding.Indeterminate(
        finding.Code, sub, finding.Chinese + "没有证据证明签名在此之前已经存在。", finding.English + " Nothing proves that the signature existed before.");

    public static Finding AlgorithmExpired(string name, DateTimeOffset end, bool claimsEarlier) => Finding.Indeterminate(
        "CMS_ALGORITHM_EXPIRED",
        claimsEarlier ? SubIndication.CryptoConstraintsFailureNoPoe : SubIndication.CryptoConstraintsFailure,
        $"算法 {name} 自 {end:yyyy-MM-dd} 起不再可信。",
        $"The algorithm {name} is no longer trusted since {end:yyyy-MM-dd}.");

    private static Finding Format(string code, string chinese, string english) => Finding.Failed(code, SubIndication.FormatFailure, chinese, english);

    private static Finding Constraint(string code, string chinese, string english) =>
        Finding.Indeterminate(code, SubIndication.SigConstraintsFailure, chinese, english);
}
