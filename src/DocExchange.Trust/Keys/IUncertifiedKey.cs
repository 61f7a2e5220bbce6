using DocExchange.Trust.Certificates;

namespace DocExchange.Trust.Keys;

/// <summary>A private key that waits for a certificate, in memory or on a token. Safe for concurrent use.</summary>
public interface IUncertifiedKey : IDisposable
{
    KeyAlgorithm Algorithm { get; }

    /// <summary>A PKCS#10 request (RFC 2986) for this key, signed with it.</summary>
    /// <exception cref="TokenException">The key is on a token that fails.</exception>
    Task<CertificateRequest> CreateRequestAsync(DistinguishedName subject, CancellationToken cancellation);

    /// <summary>Whether the certificate was issued for this key.</summary>
    bool Fits(Certificate certificate);

    /// <summary>A signing key of its own: it stays usable when this one is disposed of.</summary>
    /// <param name="chain">The certificates above, nearest first, without the root.</param>
    /// <exception cref="ArgumentException">The certificate is for another key.</exception>
    ISigningKey Certified(Certificate certificate, IReadOnlyList<Certificate> chain);
}
