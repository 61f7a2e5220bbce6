using DocExchange.Trust.Validation;

namespace DocExchange.Core.Verdicts;

/// <summary>A verdict in words.</summary>
public static class VerdictWords
{
    /// <summary>The words of ETSI EN 319 102-1: <c>TOTAL_FAILED / HASH_FAILURE</c>.</summary>
    public static string Etsi(Indication indication, SubIndication sub) => indication.ToEtsi() + (sub.ToEtsi() is { } name ? " / " + name : "");

    public static string Of(Wording say, Indication indication) => indication switch
    {
        Indication.TotalPassed => say("✓ 验证通过", "✓ passed"),
        Indication.TotalFailed => say("✗ 验证未通过", "✗ failed"),
        _ => say("? 无法确定", "? indeterminate"),
    };

    public static string NameOf(Wording say, SignatureVerdict signature) => signature.Kind switch
    {
        SignatureKind.Cms when signature is { Of: not null, IsLeftOut: true } => say("副署签名（未采用）", "counter-signature (left out)"),
        SignatureKind.Cms when signature.Of is not null => say("副署签名", "counter-signature"),
        SignatureKind.Seal => say("电子印章", "seal"),
        SignatureKind.Timestamp when signature.IsLeftOut => say(NameOf(signature.Stamps).Chinese + "（未采用）", NameOf(signature.Stamps).English + " (left out)"),
        SignatureKind.Timestamp => say(NameOf(signature.Stamps).Chinese, NameOf(signature.Stamps).English),
        _ => say("电子签名", "signature"),
    };

    private static (string Chinese, string English) NameOf(TimestampKind? kind) => kind switch
    {
        TimestampKind.Content => ("内容时间戳", "content time-stamp"),
        TimestampKind.Signature => ("签名时间戳", "signature time-stamp"),
        TimestampKind.Archive => ("归档时间戳", "archive time-stamp"),
        TimestampKind.Document => ("文件时间戳", "document time-stamp"),
        _ => ("时间戳", "time-stamp"),
    };
}
