using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;

namespace DocExchange.Tests.Trust.Signatures;

/// <summary>
/// OpenSSL 3.0 writes no CMS with Ed25519 (it knows no digest to go with it), and neither does this product; what is signed
/// in one, the attributes, both sign and verify alike.
/// </summary>
public sealed class Ed25519OpenSslTests
{
    private static readonly byte[] Attributes = [0x31, 0x03, 0x02, 0x01, 0x05];

    [Test]
    public async Task Values_are_the_same_on_both_sides()
    {
        using var office = new SigningOffice();
        using var pair = KeyPair.Generate(KeyAlgorithm.Ed25519);
        using var key = office.Certify(pair, "北京市档案局");
        using var openssl = new OpenSsl();
        openssl.Write("key.der", WithoutPublicKey(pair.Secret.ExportPkcs8()));
        openssl.Write("certificate.pem", key.Certificate.ToPem());
        openssl.Write("attributes", Attributes);
        openssl.Write("ours", await key.SignAsync(Attributes, CancellationToken.None));

        openssl.Do("pkeyutl -sign -rawin -keyform DER -inkey key.der -in attributes -out theirs");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(openssl.Do("pkeyutl -verify -rawin -certin -inkey certificate.pem -in attributes -sigfile ours"), Does.Contain("Verified Successfully"));
            Assert.That(PublicKeys.Verify(key.Certificate, "1.3.101.112", Attributes, openssl.Read("theirs")), Is.True);
            Assert.That(PublicKeys.Verify(key.Certificate, "1.3.101.112", [.. Attributes, 0], openssl.Read("theirs")), Is.False);
        }
    }

    /// <summary>OpenSSL 3.0 reads version 1 of PKCS#8 alone (RFC 5958 §2).</summary>
    private static byte[] WithoutPublicKey(byte[] pkcs8)
    {
        var info = PrivateKeyInfo.GetInstance(Asn1Object.FromByteArray(pkcs8));
        return new PrivateKeyInfo(info.PrivateKeyAlgorithm, info.ParsePrivateKey()).GetDerEncoded();
    }
}
