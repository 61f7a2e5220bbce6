using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Keys;

internal sealed class RsaPrivateKey : PrivateKey
{
    public const int MinBits = 2048;

    private readonly InstancePool<RSA> pool;

    /// <exception cref="FormatException">The modulus is outside the allowed sizes.</exception>
    public RsaPrivateKey(byte[] pkcs8)
        : base(KeyAlgorithm.Rsa, pkcs8)
    {
        pool = new InstancePool<RSA>(() => Open(pkcs8));
        var first = pool.Rent();
        if (first.KeySize is < MinBits or > VerificationKey.MaxRsaBits)
        {
            var bits = first.KeySize;
            first.Dispose();
            throw new FormatException($"An RSA key of {bits} bits is not accepted: {MinBits} to {VerificationKey.MaxRsaBits} are allowed.");
        }

        PublicKeyInfo = SubjectPublicKeyInfo.GetInstance(first.ExportSubjectPublicKeyInfo());
        pool.Return(first);
    }

    public override SubjectPublicKeyInfo PublicKeyInfo { get; }

    protected override byte[] SignOnce(ReadOnlySpan<byte> data)
    {
        var rsa = pool.Rent();
        var signature = rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        pool.Return(rsa);
        return signature;
    }

    protected override void Release() => pool.Dispose();

    private static RSA Open(byte[] pkcs8)
    {
        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(pkcs8, out _);
        return rsa;
    }
}
