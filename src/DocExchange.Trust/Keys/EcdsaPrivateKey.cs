using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Keys;

internal sealed class EcdsaPrivateKey : PrivateKey
{
    private readonly InstancePool<ECDsa> pool;

    public EcdsaPrivateKey(KeyAlgorithm algorithm, byte[] pkcs8)
        : base(algorithm, pkcs8)
    {
        pool = new InstancePool<ECDsa>(() => Open(pkcs8));
        var first = pool.Rent();
        PublicKeyInfo = SubjectPublicKeyInfo.GetInstance(first.ExportSubjectPublicKeyInfo());
        pool.Return(first);
    }

    public override SubjectPublicKeyInfo PublicKeyInfo { get; }

    protected override byte[] SignOnce(ReadOnlySpan<byte> data)
    {
        var ecdsa = pool.Rent();
        var fixedSize = ecdsa.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        pool.Return(ecdsa);
        return EcdsaValues.ToLowerDer(Algorithm, fixedSize);
    }

    protected override void Release() => pool.Dispose();

    private static ECDsa Open(byte[] pkcs8)
    {
        var ecdsa = ECDsa.Create();
        ecdsa.ImportPkcs8PrivateKey(pkcs8, out _);
        return ecdsa;
    }
}
