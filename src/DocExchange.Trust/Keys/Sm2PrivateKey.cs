using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace DocExchange.Trust.Keys;

internal sealed class Sm2PrivateKey : PrivateKey
{
    // Preparing a signer multiplies a point to find the public key for Z; a pooled one has done it already.
    private readonly InstancePool<SM2Signer> pool;

    public Sm2PrivateKey(byte[] pkcs8)
        : base(KeyAlgorithm.Sm2, pkcs8)
    {
        var secret = (ECPrivateKeyParameters)PrivateKeyFactory.CreateKey(pkcs8);
        var parameters = new ParametersWithID(new ParametersWithRandom(secret, OsRandom.New()), Sm2.UserId);
        pool = new InstancePool<SM2Signer>(() => Prepare(parameters));
        var point = secret.Parameters.G.Multiply(secret.D).Normalize();
        PublicKeyInfo = SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(
            new ECPublicKeyParameters("EC", point, GMObjectIdentifiers.sm2p256v1));
    }

    public override SubjectPublicKeyInfo PublicKeyInfo { get; }

    protected override byte[] SignOnce(ReadOnlySpan<byte> data)
    {
        var signer = pool.Rent();
        signer.BlockUpdate(data);
        var signature = signer.GenerateSignature();
        pool.Return(signer);
        return signature;
    }

    protected override void Release() => pool.Dispose();

    private static SM2Signer Prepare(ParametersWithID parameters)
    {
        var signer = new SM2Signer(StandardDsaEncoding.Instance);
        signer.Init(forSigning: true, parameters);
        return signer;
    }
}
