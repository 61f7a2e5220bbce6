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

    /// <summary>Key usage and purposes are not looked at.</summary>
    Any,
}
