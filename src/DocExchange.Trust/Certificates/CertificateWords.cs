namespace DocExchange.Trust.Certificates;

/// <summary>What is said of certificates, in both languages.</summary>
public static class CertificateWords
{
    public static string ToChinese(this RevocationReason reason) => reason switch
    {
        RevocationReason.Unspecified => "未说明",
        RevocationReason.KeyCompromise => "密钥泄露",
        RevocationReason.CaCompromise => "颁发机构密钥泄露",
        RevocationReason.AffiliationChanged => "隶属关系变更",
        RevocationReason.Superseded => "已被取代",
        RevocationReason.CessationOfOperation => "停止使用",
        RevocationReason.CertificateHold => "暂停使用",
        RevocationReason.RemoveFromCrl => "解除暂停",
        RevocationReason.PrivilegeWithdrawn => "权限已撤回",
        RevocationReason.AaCompromise => "属性机构密钥泄露",
        _ => $"第 {(int)reason} 号原因",
    };

    public static string ToEnglish(this RevocationReason reason) => reason switch
    {
        RevocationReason.Unspecified => "no reason given",
        RevocationReason.KeyCompromise => "its key was compromised",
        RevocationReason.CaCompromise => "the key of its authority was compromised",
        RevocationReason.AffiliationChanged => "its affiliation changed",
        RevocationReason.Superseded => "it was superseded",
        RevocationReason.CessationOfOperation => "it is no longer used",
        RevocationReason.CertificateHold => "it is on hold",
        RevocationReason.RemoveFromCrl => "its hold was lifted",
        RevocationReason.PrivilegeWithdrawn => "its privilege was withdrawn",
        RevocationReason.AaCompromise => "the key of an attribute authority was compromised",
        _ => $"reason {(int)reason}",
    };

    public static string ToChinese(this CertificateUsage usage) => usage switch
    {
        CertificateUsage.DocumentSigning => "公文签名",
        CertificateUsage.Seal => "加盖电子印章",
        CertificateUsage.SealMaker => "制作电子印章",
        CertificateUsage.MachineSigning => "机器签名",
        CertificateUsage.TlsClient => "TLS 客户端",
        CertificateUsage.TlsServer => "TLS 服务器",
        CertificateUsage.TimeStamping => "签发时间戳",
        CertificateUsage.OcspSigning => "签发 OCSP 应答",
        _ => "任何用途",
    };

    public static string ToEnglish(this CertificateUsage usage) => usage switch
    {
        CertificateUsage.DocumentSigning => "signing documents",
        CertificateUsage.Seal => "applying seals",
        CertificateUsage.SealMaker => "making seals",
        CertificateUsage.MachineSigning => "the signatures of machines",
        CertificateUsage.TlsClient => "TLS clients",
        CertificateUsage.TlsServer => "TLS servers",
        CertificateUsage.TimeStamping => "issuing time-stamps",
        CertificateUsage.OcspSigning => "signing OCSP answers",
        _ => "anything",
    };
}
