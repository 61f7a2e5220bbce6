using DocExchange.Trust.Certificates;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Seals;

/// <summary>
/// What can be found of a seal and its use. The sentences keep apart what clerks must not confuse: content altered
/// (内容被篡改), seal not genuine (印章无效), seal out of its period (有效期), certificate.
/// </summary>
internal static class SealFindings
{
    public static Finding Format(SealFormatException fault) => fault.Code switch
    {
        "SEAL_CERTIFICATE_UNREADABLE" => Finding.Indeterminate(
            fault.Code, SubIndication.NoSigningCertificateFound, "印章无法判定：" + fault.Chinese, "The seal cannot be judged: " + fault.English),
        "SEAL_TOO_LARGE" => Finding.Indeterminate(fault.Code, SubIndication.Generic, "印章未作验证：" + fault.Chinese, "The seal was not judged: " + fault.English),
        _ => Finding.Failed(fault.Code, SubIndication.FormatFailure, "印章无法识别：" + fault.Chinese, "The seal cannot be read: " + fault.English),
    };

    public static readonly Finding ContentMissing = Finding.Indeterminate(
        "SEAL_CONTENT_MISSING", SubIndication.SignedDataNotFound, "缺少被盖章的内容，只判断了其余各项。", "The content that was sealed is not at hand; all else was judged.");

    public static readonly Finding TimestampOfOther = Finding.Indeterminate(
        "SEAL_TIMESTAMP_OTHER", SubIndication.SigConstraintsFailure,
        "时间戳所涉的不是签名值，可能另有所指；不能认定它证明什么，不作为存在证明。",
        "The time-stamp is over other bytes than the signature value. It may be over something else that its maker means; what it proves is not known, so it proves nothing here.");

    public static readonly Finding TimestampOfSealLeftOut = Finding.Remark(
        "SEAL_TIMESTAMP_OTHER", "印章自带的时间戳所涉的不是制章人的签名值，判断时未予采用。", "The time-stamp of the seal is over other bytes than its maker's signature value; the signature was judged without it.");

    public static Finding MakerSignature(Seal seal) => Finding.Failed(
        "SEAL_MAKER_SIGNATURE",
        SubIndication.SigCryptoFailure,
        $"印章无效：印章“{seal}”的制章人签名不正确，印章图像、名称或签章人列表可能被替换。",
        $"The seal {seal} is not genuine: its maker's signature does not fit, so its picture, name or list of holders may have been replaced.");

    public static Finding MakerAlgorithm(Seal seal) => Finding.Indeterminate(
        "SEAL_MAKER_ALGORITHM",
        SubIndication.CryptoConstraintsFailure,
        $"印章“{seal}”的制章人签名算法是 {seal.SignatureAlgorithm}，不是 SM2，无法判定。",
        $"The maker of the seal {seal} signed with {seal.SignatureAlgorithm}, not with SM2; this cannot be judged.");

    public static Finding MakerAlgorithmNotSm2(Seal seal) => Finding.Indeterminate(
        "SEAL_MAKER_ALGORITHM_NOT_SM2",
        SubIndication.CryptoConstraintsFailure,
        $"印章“{seal}”的制章人签名正确，但算法是 {seal.SignatureAlgorithm}，不是标准规定的 SM2。",
        $"The maker's signature of the seal {seal} fits, but was made with {seal.SignatureAlgorithm}, not with SM2 as the standard demands.");

    public static Finding Expired(Seal seal, DateTimeOffset at) => Finding.Failed(
        "SEAL_EXPIRED",
        SubIndication.Expired,
        $"印章已过期：印章“{seal}”有效期至 {seal.ValidUntil:u}，所判时间为 {at:u}。",
        $"The seal {seal} has expired: it was valid until {seal.ValidUntil:u}, the time in question is {at:u}.");

    public static Finding NotYetValid(Seal seal, DateTimeOffset at) => Finding.Failed(
        "SEAL_NOT_YET_VALID",
        SubIndication.NotYetValid,
        $"印章尚未生效：印章“{seal}”自 {seal.ValidFrom:u} 起有效，所判时间为 {at:u}。",
        $"The seal {seal} is not valid yet: it is from {seal.ValidFrom:u}, the time in question is {at:u}.");

    public static Finding TimeOutsidePeriod(Seal seal, DateTimeOffset signedAt) => Finding.Failed(
        "SEAL_TIME_OUTSIDE_PERIOD",
        signedAt < seal.ValidFrom ? SubIndication.NotYetValid : SubIndication.Expired,
        $"签章时间不在印章有效期内：签章于 {signedAt:u}，印章“{seal}”的有效期为 {seal.ValidFrom:u} 至 {seal.ValidUntil:u}。",
        $"The seal was applied outside its period: at {signedAt:u}, while the seal {seal} is valid from {seal.ValidFrom:u} to {seal.ValidUntil:u}.");

    public static Finding TimeZoneUnclear(Seal seal, DateTimeOffset signedAt) => Finding.Indeterminate(
        "SEAL_TIME_ZONE",
        SubIndication.TimestampOrderFailure,
        $"签章时间 {signedAt:u} 与印章“{seal}”的有效期（{seal.ValidFrom:u} 至 {seal.ValidUntil:u}）相差不到八小时，可能把北京时间写成了 UTC，无法判定。",
        $"The seal was applied at {signedAt:u}, less than eight hours off the period of the seal {seal} ({seal.ValidFrom:u} to {seal.ValidUntil:u}): China's time may have been written as UTC.");

    public static Finding ExpiredSince(Seal seal) => Finding.Remark(
        "SEAL_EXPIRED_SINCE",
        $"签章时印章“{seal}”在有效期内，此后已于 {seal.ValidUntil:u} 到期，不影响本签章。",
        $"The seal {seal} was valid when applied and expired since, at {seal.ValidUntil:u}; this does not touch the signature.");

    public static Finding ExpiredSinceUnproven(Seal seal, DateTimeOffset signedAt) => Finding.Remark(
        "SEAL_EXPIRED_SINCE_UNPROVEN",
        $"注意：印章“{seal}”已于 {seal.ValidUntil:u} 到期，签章时间 {signedAt:u} 只是签章人所称，未经证明；签章也可能是到期后补盖并倒填时间的。",
        $"Beware: the seal {seal} expired at {seal.ValidUntil:u}. That it was applied at {signedAt:u} is its signer's word only and not proven: it may have been applied since and dated back.");

    public static Finding TimeInFuture(DateTimeOffset signedAt, DateTimeOffset at) => Finding.Remark(
        "SEAL_TIME_IN_FUTURE",
        $"签章时间 {signedAt:u} 晚于验证时间 {at:u}，签章方时钟可能有误。",
        $"The seal states {signedAt:u} as its time, later than the time of judgement, {at:u}; the signer's clock may be wrong.");

    public static Finding TimeBeforeSealMade(Seal seal, DateTimeOffset signedAt) => Finding.Indeterminate(
        "SEAL_TIME_BEFORE_MADE",
        SubIndication.TimestampOrderFailure,
        $"签章时间 {signedAt:u} 早于印章“{seal}”的制作时间 {seal.CreatedAt:u}：印章制成之前不可能用来签章。",
        $"The seal states {signedAt:u} as its time, but the seal {seal} was made only at {seal.CreatedAt:u}, which is impossible.");

    public static Finding TimeUnknown() => Finding.Indeterminate(
        "SEAL_TIME_UNKNOWN", SubIndication.NoPoe, "签章中没有可读取的签章时间，无法判定签章是否在有效期内。", "The seal signature states no time that can be read, so its period cannot be judged.");

    public static Finding DataHash(string propertyInfo) => Finding.Failed(
        "SEAL_DATA_HASH",
        SubIndication.HashFailure,
        $"内容被篡改，或签章属于另一份文件：受保护内容（{propertyInfo}）与签章时的内容不一致。",
        $"The content was altered, or the seal belongs to another document: the protected bytes ({propertyInfo}) are not those that were sealed.");

    public static Finding PropertyInfo(string found, string expected) => Finding.Failed(
        "SEAL_PROPERTY_INFO",
        SubIndication.SigConstraintsFailure,
        $"签章不是为此内容所盖：签章指向“{found}”，应为“{expected}”。",
        $"The seal was not applied to this: it names '{found}', expected is '{expected}'.");

    public static Finding Signature(Certificate signer) => Finding.Failed(
        "SEAL_SIGNATURE",
        SubIndication.SigCryptoFailure,
        $"签章无效：签章人 {signer} 的签名值不正确，签章数据可能被改动。",
        $"The seal signature is not valid: the value does not fit the signer {signer}; the signature data may have been altered.");

    public static Finding Algorithm(string algorithm) => Finding.Indeterminate(
        "SEAL_ALGORITHM", SubIndication.CryptoConstraintsFailure, $"签章算法是 {algorithm}，不是 SM2，无法判定。", $"The seal was applied with {algorithm}, not with SM2; this cannot be judged.");

    public static Finding AlgorithmNotSm2(string algorithm) => Finding.Indeterminate(
        "SEAL_ALGORITHM_NOT_SM2", SubIndication.CryptoConstraintsFailure, $"签名值正确，但签章算法是 {algorithm}，不是标准规定的 SM2。", $"The signature value fits, but the seal was applied with {algorithm}, not with SM2 as the standard demands.");

    public static Finding AlgorithmNotAllowed(string name) => Finding.Indeterminate(
        "SEAL_ALGORITHM_NOT_ALLOWED", SubIndication.CryptoConstraintsFailure, $"验证策略不允许使用算法 {name}。", $"The policy does not allow the algorithm {name}.");

    public static Finding AlgorithmExpired(string name, DateTimeOffset end, bool claimsEarlier) => Finding.Indeterminate(
        "SEAL_ALGORITHM_EXPIRED",
        claimsEarlier ? SubIndication.CryptoConstraintsFailureNoPoe : SubIndication.CryptoConstraintsFailure,
        $"签章算法 {name} 自 {end:yyyy-MM-dd} 起不再可信。",
        $"The algorithm {name} of the seal is no longer trusted since {end:yyyy-MM-dd}.");

    public static Finding SignerNotListed(Seal seal, Certificate signer) => Finding.Failed(
        "SEAL_SIGNER_NOT_LISTED",
        SubIndication.SigConstraintsFailure,
        $"印章被无权者使用：签章人证书 {signer} 不在印章“{seal}”的签章人列表中。",
        $"The seal was used without right: the signer's certificate {signer} is not among those that the seal {seal} lists.");

    public static Finding NumberOfAnother(string number, string name) => Finding.Remark(
        "SEAL_NUMBER_OF_ANOTHER",
        $"签章人证书的名称 {name} 形如印章编号，却不是本印章的编号 {number}；此证书能否使用本印章，以印章的签章人列表为准。",
        $"The sealing certificate is named by {name}, which looks like the number of a seal and is not this one's, {number}; whether it may apply this seal is for the seal's list to say.");

    public static Finding MadeByHolder(Seal seal) => Finding.Indeterminate(
        "SEAL_MADE_BY_HOLDER",
        SubIndication.SigConstraintsFailure,
        $"印章“{seal}”的制章人证书 {seal.MakerCertificate.Subject} 同时是签章人证书：印章是使用人自己制作的，其名称与图像无制章机构担保。",
        $"The certificate that made the seal {seal}, {seal.MakerCertificate.Subject}, is one of those that may apply it: nobody but its user vouches for its name and picture.");

    /// <param name="named">The makers that are trusted, or their authorities.</param>
    /// <param name="mayBeNamed">Whether trusting it may be the answer.</param>
    public static Finding MakerNotNamed(Seal seal, IReadOnlyList<Certificate> named, bool mayBeNamed)
    {
        var (advice, englishAdvice) = mayBeNamed
            ? ("请核对制章人；如其有权制章，请将其证书列入可信制章人（策略的 sealMakers；docex verify 也可用 --seal-maker-trust）。", " See whether it may make seals; if so, add its certificate to the trusted makers (sealMakers of the policy; for docex verify --seal-maker-trust too).")
            : ("", "");
        var some = named.Select(maker => maker.Subject.ToString()).Distinct().Take(3).ToList();
        return Finding.Indeterminate(
            "SEAL_MAKER_NOT_NAMED",
            SubIndication.NoCertificateChainFound,
            $"制章人不在指定的制章人之列：印章“{seal}”的制章人是“{seal.MakerCertificate.Subject}”，由“{seal.MakerCertificate.Issuer}”签发；指定的制章人：{(some.Count == 0 ? "无" : string.Join("、", some))}。{advice}",
            $"The maker of the seal is not among those that were named: {seal} was made by {seal.MakerCertificate.Subject}, certified by {seal.MakerCertificate.Issuer}; named as makers are {(some.Count == 0 ? "none" : string.Join(", ", some))}.{englishAdvice}");
    }

    public static Finding TrailingBytes(int count) => Finding.Failed(
        "SEAL_TRAILING_BYTES", SubIndication.FormatFailure, $"印章或签章数据之后还有 {count} 字节其他内容。", $"{count} bytes that are no padding follow the seal, or the seal signature.");

    public static Finding UnsignedTail(int count) => Finding.Failed(
        "SEAL_UNSIGNED_PART", SubIndication.FormatFailure,
        $"印章或签章数据在签名值之后还有 {count} 字节不受签名保护、标准中没有的内容。",
        $"{count} bytes that no signature covers and no standard knows stand behind the signature value inside the seal, or the seal signature.");

    public static Finding Slack(int count) => Finding.Remark(
        "SEAL_SLACK", $"印章或签章数据的证书、算法和签名值字段中另有 {count} 字节多余内容，不受签名保护，未予采用。",
        $"{count} bytes more than belong there stand in the fields of certificate, algorithm and signature value of the seal, or the seal signature; no signature covers them and they were not read.");

    public static Finding UnknownParts(int count) => Finding.Remark(
        "SEAL_UNKNOWN_PART", $"印章或签章数据中有 {count} 项标准之外的内容，受签名保护，含义不明，未予采用。",
        $"The seal, or the seal signature, holds {count} further elements that are signed and that no standard knows; they were not read.");

    public static Finding CriticalExtension(string oid) => Finding.Indeterminate(
        "SEAL_CRITICAL_EXTENSION", SubIndication.SigConstraintsFailure,
        $"印章或签章含有无法处理的关键扩展 {oid}。", $"The seal, or the seal signature, has the critical extension {oid}, which cannot be processed.");

    public static Finding VersionUnknown(int version) => Finding.Indeterminate(
        "SEAL_VERSION_UNKNOWN", SubIndication.SigConstraintsFailure,
        $"印章或签章所称的版本 {version} 未知，不能确定其中各项的含义。", $"The seal, or the seal signature, says that it is of version {version}, which is not known: what its parts mean is not certain.");

    public static Finding TimestampNotJudged() => Finding.Remark(
        "SEAL_TIMESTAMP_NOT_JUDGED", "签章时间以被签名的时间戳给出，不能证明签章何时存在，未作验证。", "The seal states its time by a time-stamp inside what is signed; it proves nothing of the signature and is not judged here.");

    public static Finding TimeAfterTimestamp(DateTimeOffset signedAt, DateTimeOffset stamped) => Finding.Indeterminate(
        "SEAL_TIME_AFTER_TIMESTAMP",
        SubIndication.TimestampOrderFailure,
        $"签章时间 {signedAt:u} 晚于签章时间戳的时间 {stamped:u}。",
        $"The seal states {signedAt:u} as its time, later than its time-stamp of {stamped:u}.");

    /// <summary>A finding about a certificate, with whose certificate it is.</summary>
    public static Finding OfMaker(Finding finding) => finding with { Chinese = "制章人证书：" + finding.Chinese, English = "The seal maker's certificate: " + finding.English };

    public static Finding OfSigner(Finding finding) => finding with { Chinese = "签章人证书：" + finding.Chinese, English = "The sealing certificate: " + finding.English };
}
