using System.Globalization;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Timestamps;

/// <summary>Every finding about a time-stamp beside those of its CMS and its certificate path. The codes are stable.</summary>
internal static class TimestampFindings
{
    // Of what an authority says.
    private const int MaxText = 200;

    public static readonly Finding ImprintMismatch = Finding.Failed(
        "TST_IMPRINT_MISMATCH", SubIndication.HashFailure, "时间戳不是为这些内容加盖的：摘要不符。", "The time-stamp is over other bytes: the digests differ.");

    public static readonly Finding ImprintLength = Finding.Failed(
        "TST_IMPRINT_LENGTH", SubIndication.FormatFailure, "时间戳中摘要的长度与其算法不符。", "The digest in the time-stamp is not as long as its algorithm makes it.");

    public static readonly Finding ContentMissing = Finding.Indeterminate(
        "TST_CONTENT_MISSING", SubIndication.SignedDataNotFound, "缺少加盖时间戳的内容。", "The bytes that were stamped are not at hand.");

    public static readonly Finding AccuracyMissing = Finding.Remark(
        "TST_ACCURACY_MISSING", "时间戳未说明其时钟的精度。", "The time-stamp does not say how accurate its clock is.");

    public static readonly Finding AuthorityName = Constraint(
        "TST_AUTHORITY_NAME", "时间戳中的机构名称与其证书不符。", "The name of the authority in the time-stamp is not one of its certificate.");

    public static readonly Finding GrantedWithMods = Finding.Remark(
        "TSR_GRANTED_WITH_MODS", "时间戳机构签发了时间戳，但与所请求的有出入。", "The authority gave a time-stamp other than the one that was asked for (grantedWithMods).");

    public static readonly Finding BuiltIn = Finding.Remark(
        "TST_BUILT_IN_AUTHORITY", "由本交换系统自备的时间戳服务签发：运行中心者可以倒签时间，不构成独立证明。",
        "Made by the exchange's own time-stamp service: whoever runs the hub can backdate it, so that it is no independent proof.");

    public static Finding NotGranted(TimestampResponse response) => Finding.Indeterminate(
        "TSR_NOT_GRANTED", SubIndication.SignedDataNotFound,
        $"时间戳机构没有签发时间戳（应答状态 {(int)response.Status}{Said(response, "，原因 ", "：“", "”")}），文件中没有可验证的内容。",
        $"The authority gave no time-stamp ({response.Status}{Said(response, ", ", ", '", "'")}); there is nothing to verify in the file.");

    /// <summary>What an answer with a token says beside it.</summary>
    public static IEnumerable<Finding> OfGranted(TimestampResponse response) =>
    [
        .. response.Status == TimestampStatus.GrantedWithMods ? [GrantedWithMods] : Array.Empty<Finding>(),
        .. response.Failures.Count > 0 ? [GrantedWithFailure(response)] : Array.Empty<Finding>(),
    ];

    // RFC 3161 §2.4.2: a failure is stated only where no token is given.
    private static Finding GrantedWithFailure(TimestampResponse response) => Finding.Remark(
        "TSR_FAILURE_STATED",
        $"时间戳机构签发了时间戳，应答中却又说明失败原因（{string.Join("、", response.Failures)}），自相矛盾；只依据时间戳本身判断。",
        $"The authority gave a time-stamp and names a failure beside it ({string.Join(", ", response.Failures)}), a contradiction; the time-stamp was judged by itself.");

    private static string Said(TimestampResponse response, string reason, string open, string close) =>
        (response.Failures.Count > 0 ? reason + string.Join(", ", response.Failures) : "") + (response.Text.Length > 0 ? open + Harmless(response.Text) + close : "");

    /// <summary>Short, on one line, without what turns or hides letters.</summary>
    private static string Harmless(string text) => new(
    [
        .. text.Take(MaxText).Select(letter => char.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse ? ' ' : letter),
    ]);

    public static readonly Finding HashIndexMissing = Finding.Failed(
        "ATS_HASH_INDEX_MISSING", SubIndication.FormatFailure, "归档时间戳没有可读的摘要索引（ats-hash-index）。",
        "The archive time-stamp has no hash index (ats-hash-index) that can be read.");

    public static readonly Finding BeforeContent = Finding.Indeterminate(
        "TST_BEFORE_CONTENT", SubIndication.TimestampOrderFailure, "签名或归档时间戳早于内容时间戳：签名不可能先于其内容。",
        "The time-stamp over the signature, or the archive time-stamp, is older than the one over the content, which is impossible.");

    public static readonly Finding BeforeItsObject = Finding.Indeterminate(
        "ATS_BEFORE_ITS_OBJECT", SubIndication.TimestampOrderFailure, "归档时间戳早于它所保护的时间戳。", "The archive time-stamp is older than a time-stamp it protects, which is impossible.");

    public static Finding Signers(int count) => Format(
        "TST_SIGNERS", $"时间戳应有一个签名人，实有 {count} 个。", $"A time-stamp has one signer; this has {count}.");

    public static Finding Version(int version) => Format("TST_VERSION", $"时间戳信息的版本 {version} 未知。", $"The TSTInfo version {version} is not known.");

    public static Finding ImprintAlgorithm(string oid) => Finding.Indeterminate(
        "TST_IMPRINT_ALGORITHM", SubIndication.CryptoConstraintsFailure, $"时间戳的摘要算法 {oid} 不受支持。", $"The digest algorithm {oid} of the time-stamp is not supported.");

    public static Finding AlgorithmExpired(string name, DateTimeOffset end) => Finding.Indeterminate(
        "TST_ALGORITHM_EXPIRED", SubIndication.CryptoConstraintsFailureNoPoe,
        $"时间戳所用的算法 {name} 自 {end:yyyy-MM-dd} 起不再可信，且无法证明该时间戳早于此日。",
        $"The time-stamp rests on {name}, no longer trusted since {end:yyyy-MM-dd}, and nothing proves that it is older.");

    public static Finding CriticalExtension(string oid) => Constraint(
        "TST_CRITICAL_EXTENSION", $"时间戳含有无法处理的关键扩展 {oid}。", $"The time-stamp has the critical extension {oid}, which cannot be processed.");

    public static Finding PolicyNotAccepted(string policy) => Constraint(
        "TST_POLICY_NOT_ACCEPTED", $"时间戳策略 {policy} 不在可接受之列。", $"The policy {policy} of the time-stamp is not among those accepted.");

    public static Finding Inaccurate(TimeSpan? accuracy, TimeSpan max) => Constraint(
        "TST_INACCURATE", $"时间戳的精度（{accuracy?.ToString() ?? "未说明"}）不满足要求（{max}）。",
        $"The accuracy of the time-stamp ({accuracy?.ToString() ?? "not stated"}) is not the {max} that is demanded.");

    public static Finding Ahead(DateTimeOffset genTime, DateTimeOffset at) => Finding.Indeterminate(
        "TST_IN_FUTURE", SubIndication.TimestampOrderFailure, $"时间戳的时间 {genTime:u} 晚于判断时间 {at:u}。", $"The time-stamp is of {genTime:u}, after the time of judgement, {at:u}.");

    public static Finding AuthorityExpired(Certificate authority, DateTimeOffset at) => Finding.Indeterminate(
        "TST_AUTHORITY_EXPIRED", SubIndication.OutOfBoundsNoPoe,
        $"时间戳服务的证书已于 {authority.NotAfter:u} 过期，且无法证明该时间戳在此之前已存在（判断时间 {at:u}）。",
        $"The certificate of the time-stamp authority expired at {authority.NotAfter:u}, and nothing proves that the time-stamp existed before (judged at {at:u}).");

    public static Finding AuthorityCompromised(Certificate certificate, RevocationStatement by, bool isLeaf)
    {
        var (at, chinese, english) = (by.Entry!.At, by.Entry.Reason.ToChinese(), by.Entry.Reason.ToEnglish());
        var finding = Finding.Indeterminate(
            "TST_AUTHORITY_REVOKED_LATER", isLeaf ? SubIndication.RevokedNoPoe : SubIndication.RevokedCaNoPoe,
            (by.IsInDoubt ? $"有吊销列表或 OCSP 应答称证书“{certificate.Subject}”后来（{at:u}）被吊销（原因：{chinese}），{StatusFindings.WhyDoubtfulChinese(by)}，无法确定；如属实，" : $"证书“{certificate.Subject}”后来（{at:u}）被吊销（原因：{chinese}），")
                + "其密钥可能已被他人用于伪造更早的时间戳。",
            (by.IsInDoubt ? $"A revocation list or OCSP answer says that the certificate {certificate} was revoked later, at {at:u} ({english}), but {StatusFindings.WhyDoubtfulEnglish(by)}; if it was," : $"The certificate {certificate} was revoked later, at {at:u} ({english}):")
                + " its key may since have made time-stamps of an earlier time.");
        return finding with { IsDoubtful = by.IsInDoubt };
    }

    public static Finding HashIndexEntry(string what) => Finding.Failed(
        "ATS_HASH_INDEX_ENTRY", SubIndication.HashFailure, $"归档时间戳的摘要索引列有签名数据中已不存在的项目（{what}）。",
        $"The hash index of the archive time-stamp names one of the {what} that is not in the signature: it was changed or taken out.");

    public static Finding HashIndexAlgorithm(string oid) => Finding.Indeterminate(
        "ATS_HASH_INDEX_ALGORITHM", SubIndication.CryptoConstraintsFailure, $"归档时间戳摘要索引的算法 {oid} 不受支持，所列项目未作比对。",
        $"The digest algorithm {oid} of the archive time-stamp's hash index is not supported; what it names was not compared.");

    public static Finding NotIndexed(int count) => Finding.Remark(
        "ATS_NOT_COVERED", $"有 {count} 项是归档时间戳之后加入的，不受其保护。", $"{count} items were added after the archive time-stamp, which does not protect them.");

    private static Finding Format(string code, string chinese, string english) => Finding.Failed(code, SubIndication.FormatFailure, chinese, english);

    private static Finding Constraint(string code, string chinese, string english) =>
        Finding.Indeterminate(code, SubIndication.SigConstraintsFailure, chinese, english);
}
