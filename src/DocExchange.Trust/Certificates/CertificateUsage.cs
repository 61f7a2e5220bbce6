namespace DocExchange.Trust.Certificates;

/// <summary>What a certificate is judged for.</summary>
public enum CertificateUsage
{
    DocumentSigning,
    Seal,
    SealMaker,
    MachineSigning,
    TlsClient,
    TlsServer,
    TimeStamping,
    OcspSigning,

    /// <summary>The path alone: key usage and purposes are not looked at, and DSA signatures count as RFC 5280 lets them.</summary>
    Any,
}
