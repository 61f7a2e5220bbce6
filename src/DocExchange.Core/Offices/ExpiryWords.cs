namespace DocExchange.Core.Offices;

/// <summary>What runs out, as the hub names it to programs, in both languages.</summary>
public static class ExpiryWords
{
    /// <param name="what"><c>certificate</c>, <c>seal</c>, <c>authority</c> or <c>revocation-list</c>.</param>
    /// <param name="use">Of a certificate its <see cref="CertificateUse"/>, of a seal its number.</param>
    public static string ToChinese(string what, string use) => what switch
    {
        "seal" => $"印章 {use}",
        "authority" => "颁发机构证书",
        "revocation-list" => "吊销列表",
        _ => Enum.TryParse<CertificateUse>(use, out var known) ? $"{ToChinese(known)}证书" : "证书",
    };

    public static string ToEnglish(string what, string use) => what switch
    {
        "seal" => $"seal {use}",
        "authority" => "certificate of the authority",
        "revocation-list" => "revocation list",
        _ => Enum.TryParse<CertificateUse>(use, out var known) ? $"certificate for {ToEnglish(known)}" : "certificate",
    };

    private static string ToChinese(CertificateUse use) => use switch
    {
        CertificateUse.Document => "公文签名",
        CertificateUse.Seal => "印章",
        CertificateUse.Machine => "机器签名",
        _ => "连接",
    };

    private static string ToEnglish(CertificateUse use) => use switch
    {
        CertificateUse.Document => "documents",
        CertificateUse.Seal => "a seal",
        CertificateUse.Machine => "the machine's statements",
        _ => "connections",
    };
}
