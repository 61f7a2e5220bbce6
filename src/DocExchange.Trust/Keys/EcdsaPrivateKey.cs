using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace DocExchange.Trust.Keys;

internal sealed class EcdsaPrivateKey : PrivateKey
{
    private readonly InstancePool<ECDsa> pool;
    private readonly BigInteger order;
    private readonly BigInteger halfOrder;

    public EcdsaPrivateKey(KeyAlgorithm algorithm, byte[] pkcs8)
        : base(algorithm, pkcs8)
    {
        order = CurveOf(algorithm).N;
        halfOrder = order.ShiftRight(1);
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

        // (r, s) and (r, n - s) are both valid for the same data; only the lower s is ever issued.
        var half = fixedSize.Length / 2;
        var r = new BigInteger(1, fixedSize, 0, half);
        var s = new BigInteger(1, fixedSize, half, half);
        return StandardDsaEncoding.Instance.Encode(order, r, s.CompareTo(halfOrder) > 0 ? order.Subtract(s) : s);
    }

    protected override void Release() => pool.Dispose();

    private static ECDsa Open(byte[] pkcs8)
    {
        var ecdsa = ECDsa.Create();
        ecdsa.ImportPkcs8PrivateKey(pkcs8, out _);
        return ecdsa;
    }

    private static X9ECParameters CurveOf(KeyAlgorithm algorithm) => NistNamedCurves.GetByName(algorithm switch
    {
        KeyAlgorithm.EcdsaP256 => "P-256",
        KeyAlgorithm.EcdsaP384 => "P-384",
        _ => "P-521",
    });
}
