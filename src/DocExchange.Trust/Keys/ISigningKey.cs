using DocExchange.Trust.Certificates;

namespace DocExchange.Trust.Keys;

/// <summary>
/// A private key with the certificate that names its holder. The key material never leaves the implementation.
/// Asynchronous because a key may live on a token. Safe for concurrent use.
/// </summary>
public interface ISigningKey : IDisposable
{
    KeyAlgorithm Algorithm { get; }

    Certificate Certificate { get; }

    /// <summary>The certificates above <see cref="Certificate"/>, nearest first, without the root; may be empty.</summary>
    IReadOnlyList<Certificate> Chain { get; }

    /// <summary>
    /// Hashes <paramref name="data"/> (SHA-256, or SM3 for SM2) and signs it.
    /// </summary>
    /// <returns>
    /// ECDSA: DER ECDSA-Sig-Value with s in its lower half; SM2: DER SEQUENCE of r and s; RSA: the PKCS#1 v1.5 block.
    /// </returns>
    ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation);
}
