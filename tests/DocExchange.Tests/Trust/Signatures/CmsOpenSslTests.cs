using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Signatures;

/// <summary>What we sign, OpenSSL verifies; what OpenSSL signs, we verify.</summary>
[TestFixture]
public sealed class CmsOpenSslTests
{
    private const string Password = "test-only";

    private static readonly byte[] Content = "京政发〔2001〕1号\n关于当前教育工作的意见\n"u8.ToArray();
    private static readonly string Then = $"-attime {SigningOffice.Now.ToUnixTimeSeconds()}";

    private SigningOffice office = null!;
    private OpenSsl openssl = null!;

    [OneTimeSetUp]
    public void Found()
    {
        office = new SigningOffice();
        openssl = new OpenSsl();
        openssl.Write("root.pem", office.RootPem);
        openssl.Write("sub.pem", office.Authority.Certificate.ToPem());
        openssl.Write("content", Content);
        WriteKey("rsa", KeyAlgorithm.Rsa);
        WriteKey("p256", KeyAlgorithm.EcdsaP256);
        WriteKey("p384", KeyAlgorithm.EcdsaP384);
        WriteKey("p521", KeyAlgorithm.EcdsaP521);
    }

    [OneTimeTearDown]
    public void Close()
    {
        openssl.Dispose();
        office.Dispose();
    }

    [TestCase(KeyAlgorithm.EcdsaP256)]
    [TestCase(KeyAlgorithm.EcdsaP384)]
    [TestCase(KeyAlgorithm.EcdsaP521)]
    [TestCase(KeyAlgorithm.Rsa)]
    public async Task OpenSSL_verifies_what_we_sign(KeyAlgorithm algorithm)
    {
        using var key = office.Certify(algorithm);
        openssl.Write("detached.p7s", await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None));
        openssl.Write("whole.p7m", await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Encapsulated, withChain: true, CancellationToken.None));

        openssl.Do($"cms -verify -cades -binary -inform DER -in detached.p7s -content content -CAfile root.pem {Then} -out out");
        Assert.That(openssl.Read("out"), Is.EqualTo(Content));
        openssl.Do($"smime -verify -binary -inform DER -in detached.p7s -content content -CAfile root.pem {Then} -out out");
        Assert.That(openssl.Read("out"), Is.EqualTo(Content));
        openssl.Do($"cms -verify -cades -binary -inform DER -in whole.p7m -CAfile root.pem {Then} -out out");
        Assert.That(openssl.Read("out"), Is.EqualTo(Content));
    }

    [Test]
    public async Task OpenSSL_verifies_joint_signers_and_refuses_other_content()
    {
        using var host = office.Certify(KeyAlgorithm.EcdsaP256, "市财政局");
        using var partner = office.Certify(KeyAlgorithm.Rsa, "市人事局");
        var first = await CmsSigner.SignAsync(Content, host, SigningOffice.Now, CmsForm.Detached, CancellationToken.None);
        openssl.Write("joint.p7s", await CmsSigner.AddSignerAsync(first, ContentDigests.Of(Content), partner, SigningOffice.Now, CancellationToken.None));
        openssl.Write("other", "x"u8.ToArray());

        openssl.Do($"cms -verify -cades -binary -inform DER -in joint.p7s -content content -CAfile root.pem {Then} -out out");
        var (exitCode, _) = openssl.Run($"cms -verify -cades -binary -inform DER -in joint.p7s -content other -CAfile root.pem {Then} -out out");
        Assert.That(exitCode, Is.Not.Zero);
    }

    [Test]
    public async Task OpenSSL_verifies_our_SM2_value_over_the_signed_attributes()
    {
        using var key = office.Certify(KeyAlgorithm.Sm2);
        var cms = await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None);
        var signer = CmsSignedData.Parse(cms, CmsLimits.Default).Signers[0];
        openssl.Write("sm2.pem", key.Certificate.ToPem());
        openssl.Do("x509 -in sm2.pem -pubkey -noout -out sm2.pub");
        var attributes = signer.SignedAttributes!.Encoded.ToArray();
        Assert.That(attributes[0], Is.EqualTo(0xA0));
        attributes[0] = 0x31;
        openssl.Write("attributes", attributes);
        openssl.Write("value", signer.Signature.ToArray());

        const string Verify = "pkeyutl -verify -pubin -inkey sm2.pub -rawin -digest sm3 -pkeyopt distid:1234567812345678 -in attributes -sigfile value";
        Assert.That(openssl.Do(Verify), Does.Contain("Verified Successfully"));
        attributes[^1] ^= 1;
        openssl.Write("attributes", attributes);
        Assert.That(openssl.Run(Verify).ExitCode, Is.Not.Zero);
    }

    [TestCase("rsa", "")]
    [TestCase("rsa", "-cades")]
    [TestCase("rsa", "-md sha512 -cades")]
    [TestCase("rsa", "-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:-1")]
    [TestCase("rsa", "-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:20 -keyopt rsa_mgf1_md:sha512")]
    [TestCase("rsa", "-md sha384 -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:max")]
    [TestCase("p521", "-md sha512 -cades")]
    [TestCase("rsa", "-keyid")]
    [TestCase("p256", "")]
    [TestCase("p256", "-md sha384 -cades")]
    [TestCase("p384", "-md sha384")]
    [TestCase("p384", "-cades -nocerts")]
    [TestCase("p256", "-nosmimecap -cades -stream")]
    public void We_verify_what_OpenSSL_signs(string name, string options)
    {
        foreach (var (isDetached, form) in new[] { (true, "DER"), (false, "DER"), (true, "PEM"), (false, "PEM") })
        {
            var attached = isDetached ? "" : "-nodetach";
            openssl.Do($"cms -sign -binary -in content -signer {name}.pem -inkey {name}.key -passin pass:{Password} -certfile sub.pem {options} {attached} -outform {form} -out signed");

            var verdict = Judge(CmsSignedData.Unwrap(openssl.Read("signed")).ToArray(), isDetached);

            using (Assert.EnterMultipleScope())
            {
                Assert.That(verdict.Faults, Is.Empty, $"{form}, detached: {isDetached}");
                Assert.That(verdict.Signatures[0].SignedAt, Is.Not.Null);
            }
        }
    }

    [Test]
    public void We_verify_BER_with_indefinite_lengths_from_OpenSSL()
    {
        openssl.Do($"cms -sign -binary -in content -signer rsa.pem -inkey rsa.key -passin pass:{Password} -certfile sub.pem -nodetach -stream -outform DER -out signed");
        var cms = openssl.Read("signed");

        var verdict = Judge(cms, isDetached: false);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(CmsSignedData.Parse(cms, CmsLimits.Default).HasIndefiniteLength, Is.True);
            Assert.That(verdict.Faults, Is.Empty);
            Assert.That(verdict.Signatures[0].Findings.Select(finding => finding.Code), Has.Member("CMS_INDEFINITE_LENGTH"));
        }
    }

    [Test]
    public void We_verify_several_signers_from_OpenSSL()
    {
        openssl.Do(
            $"cms -sign -binary -in content -signer rsa.pem -inkey rsa.key -signer p256.pem -inkey p256.key -signer p384.pem -inkey p384.key -passin pass:{Password} -certfile sub.pem -outform DER -out signed");

        var verdict = Judge(openssl.Read("signed"), isDetached: true);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Signatures, Has.Count.EqualTo(3));
            Assert.That(verdict.Faults, Is.Empty);
            Assert.That(Judge(openssl.Read("signed"), isDetached: true, "x"u8.ToArray()).SubIndication, Is.EqualTo(SubIndication.HashFailure));
        }
    }

    [Test]
    public void We_verify_the_older_PKCS7_of_OpenSSL()
    {
        openssl.Do($"smime -sign -binary -in content -signer rsa.pem -inkey rsa.key -passin pass:{Password} -certfile sub.pem -md sha256 -outform DER -out signed");

        Assert.That(Judge(openssl.Read("signed"), isDetached: true).Faults, Is.Empty);
    }

    [Test]
    public void A_signature_of_OpenSSL_without_attributes_does_not_pass()
    {
        openssl.Do($"cms -sign -binary -noattr -in content -signer rsa.pem -inkey rsa.key -passin pass:{Password} -certfile sub.pem -nodetach -outform DER -out signed");

        var verdict = Judge(openssl.Read("signed"), isDetached: false);

        Assert.That(verdict.Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "CMS_NO_SIGNED_ATTRIBUTES" }), "the value itself is good");
    }

    private Verdict Judge(byte[] cms, bool isDetached, byte[]? content = null) =>
        new CmsValidator(office.Store with { Intermediates = [Read("rsa"), Read("p256"), Read("p384"), Read("p521"), office.Authority.Certificate] }, ValidationPolicy.Foreign)
            .Judge(cms, isDetached ? ContentDigests.Of(content ?? Content) : null, SigningOffice.Now, CertificateUsage.DocumentSigning);

    private Certificate Read(string name) => Certificate.Parse(openssl.Read(name + ".pem"));

    private void WriteKey(string name, KeyAlgorithm algorithm)
    {
        using var pair = KeyPair.Generate(algorithm, 2048);
        using var key = office.Certify(pair, "外部签名人 " + name);
        openssl.Write(name + ".pem", key.Certificate.ToPem());
        openssl.Write(name + ".key", pair.ToEncryptedPem(Password, 2048));
    }
}
