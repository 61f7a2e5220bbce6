using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace DocExchange.Trust.Keys;

/// <summary>Ed25519 signs the data itself, without hashing it first (RFC 8032 §5.1).</summary>
internal sealed class Ed25519PrivateKey : PrivateKey
{
    private readonly Ed25519PrivateKeyParameters secret;

    public Ed25519PrivateKey(byte[] pkcs8)
        : base(KeyAlgorithm.Ed25519, pkcs8)
    {
        secret = (Ed25519PrivateKeyParameters)PrivateKeyFactory.CreateKey(pkcs8);
        PublicKeyInfo = SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(secret.GeneratePublicKey());
    }

    public override SubjectPublicKeyInfo PublicKeyInfo { get; }

    protected override byte[] SignOnce(ReadOnlySpan<byte> data)
    {
        var signer = new Ed25519Signer();
        signer.Init(forSigning: true, secret);
        signer.BlockUpdate(data);
        return signer.GenerateSignature();
    }
}
