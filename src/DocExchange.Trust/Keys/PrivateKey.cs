using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.EdEC;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Keys;

/// <summary>
/// The secret half of a key. Safe for concurrent use; the PKCS#8 bytes are cleared by <see cref="Dispose"/>.
/// </summary>
internal abstract class PrivateKey(KeyAlgorithm algorithm, byte[] pkcs8) : IDisposable
{
    private bool isDisposed;

    public KeyAlgorithm Algorithm { get; } = algorithm;

    public abstract SubjectPublicKeyInfo PublicKeyInfo { get; }

    /// <summary>Hashes and signs as <see cref="ISigningKey.SignAsync"/> promises.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        return SignOnce(data);
    }

    /// <summary>A fresh copy of the unencrypted PKCS#8 (RFC 5958) bytes, which the caller clears.</summary>
    public byte[] ExportPkcs8()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        return (byte[])pkcs8.Clone();
    }

    public PrivateKey Copy() => Import(ExportPkcs8());

    public void Dispose()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        CryptographicOperations.ZeroMemory(pkcs8);
        Release();
    }

    /// <summary>Takes over unencrypted PKCS#8 bytes.</summary>
    /// <exception cref="FormatException">The bytes are not a private key of a known algorithm.</exception>
    public static PrivateKey Import(byte[] pkcs8)
    {
        try
        {
            var info = PrivateKeyInfo.GetInstance(Asn1Object.FromByteArray(pkcs8));
            return AlgorithmOf(info) switch
            {
                KeyAlgorithm.Rsa => new RsaPrivateKey(pkcs8),
                KeyAlgorithm.Sm2 => new Sm2PrivateKey(pkcs8),
                KeyAlgorithm.Ed25519 => new Ed25519PrivateKey(pkcs8),
                KeyAlgorithm.RsaPss or null => throw new FormatException($"A private key of the algorithm {info.PrivateKeyAlgorithm.Algorithm} is not supported."),
                var curve => new EcdsaPrivateKey(curve.Value, pkcs8),
            };
        }
        catch (Exception fault) when (fault is not (FormatException or OutOfMemoryException))
        {
            throw new FormatException("The bytes are not a PKCS#8 private key.", fault);
        }
    }

    protected abstract byte[] SignOnce(ReadOnlySpan<byte> data);

    protected virtual void Release()
    {
    }

    /// <summary>An EC key without parameters in its AlgorithmIdentifier has them inside (RFC 5915); those are not read.</summary>
    private static KeyAlgorithm? AlgorithmOf(PrivateKeyInfo info) =>
        info.PrivateKeyAlgorithm.Algorithm.Equals(EdECObjectIdentifiers.id_Ed25519)
            ? KeyAlgorithm.Ed25519
            : PublicKeys.AlgorithmOf(info.PrivateKeyAlgorithm);
}
