using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Timestamps;

/// <summary>What our authority stamps, OpenSSL verifies; what OpenSSL stamps, we verify.</summary>
[TestFixture]
public sealed class TimestampOpenSslTests
{
    private const string Password = "test-only";
    private static readonly string Then = $"-attime {SigningOffice.Now.ToUnixTimeSeconds()}";

    [TestCase(KeyAlgorithm.EcdsaP256, "-sha256")]
    [TestCase(KeyAlgorithm.EcdsaP256, "-sha512 -no_nonce")]
    [TestCase(KeyAlgorithm.EcdsaP384, "-sha384")]
    [TestCase(KeyAlgorithm.EcdsaP521, "-sha512")]
    [TestCase(KeyAlgorithm.Rsa, "-sha256")]
    public async Task OpenSSL_asks_and_verifies_what_we_answer(KeyAlgorithm algorithm, string query)
    {
        using var site = new StampingSite(algorithm);
        using var openssl = new OpenSsl();
        openssl.Write("root.pem", site.Office.RootPem);
        openssl.Write("content", StampingSite.Content);
        openssl.Write("other", "x"u8.ToArray());
        openssl.Do($"ts -query -data content {query} -cert -out request.tsq");

        openssl.Write("answer.tsr", await site.Authority.AnswerAsync(openssl.Read("request.tsq"), CancellationToken.None));

        const string Trust = "-CAfile root.pem";
        Assert.That(openssl.Do($"ts -verify -queryfile request.tsq -in answer.tsr {Trust} {Then}"), Does.Contain("Verification: OK"));
        Assert.That(openssl.Do($"ts -verify -data content -in answer.tsr {Trust} {Then}"), Does.Contain("Verification: OK"));
        Assert.That(openssl.Run($"ts -verify -data other -in answer.tsr {Trust} {Then}").Output, Does.Contain("imprint mismatch"));
        Assert.That(openssl.Do("ts -reply -in answer.tsr -text"), Does.Contain("Accuracy: 0x01 seconds").And.Contain("Status: Granted."));
        openssl.Do("ts -reply -in answer.tsr -token_out -out token.der");
        Assert.That(openssl.Do($"ts -verify -data content -in token.der -token_in {Trust} {Then}"), Does.Contain("Verification: OK"));
    }

    [Test]
    public async Task OpenSSL_reads_our_requests_and_our_refusals()
    {
        using var site = new StampingSite();
        using var openssl = new OpenSsl();
        var digest = DigestAlgorithms.Hash(DigestAlgorithm.Sha256, StampingSite.Content);
        var request = new TimestampRequest(MessageImprint.Of(DigestAlgorithm.Sha256, digest)) { Nonce = 0x1234567890, Policy = "1.2.3.4", WantsCertificate = true };
        openssl.Write("request.tsq", request.Encode());
        openssl.Write("answer.tsr", await site.Authority.AnswerAsync(request.Encode(), CancellationToken.None));

        Assert.That(openssl.Do("ts -query -in request.tsq -text"), Does.Contain("Policy OID: 1.2.3.4").And.Contain("Nonce: 0x1234567890").And.Contain("Certificate required: yes"));
        Assert.That(openssl.Do("ts -reply -in answer.tsr -text"), Does.Contain("Status: Rejected.").And.Contain("policy is not supported"));
    }

    [Test]
    public async Task OpenSSL_verifies_the_SM2_value_of_our_token()
    {
        using var site = new StampingSite(KeyAlgorithm.Sm2);
        using var openssl = new OpenSsl();
        var signer = TimestampToken.Parse(await site.StampAsync(algorithm: DigestAlgorithm.Sm3)).Signed.Signers[0];
        openssl.Write("sm2.pem", site.Key.Certificate.ToPem());
        openssl.Do("x509 -in sm2.pem -pubkey -noout -out sm2.pub");
        openssl.Write("attributes", signer.SignedAttributes!.ToSignedBytes());
        openssl.Write("value", signer.Signature.ToArray());

        const string Verify = "pkeyutl -verify -pubin -inkey sm2.pub -rawin -digest sm3 -pkeyopt distid:1234567812345678 -in attributes -sigfile value";
        Assert.That(openssl.Do(Verify), Does.Contain("Verified Successfully"));
    }

    [TestCase(KeyAlgorithm.Rsa, "sha256", "")]
    [TestCase(KeyAlgorithm.EcdsaP256, "sha256", "")]
    [TestCase(KeyAlgorithm.EcdsaP384, "sha384", "")]
    [TestCase(KeyAlgorithm.EcdsaP521, "sha512", "")]
    [TestCase(KeyAlgorithm.Rsa, "sha512", "ess_cert_id_alg = sha512")]
    [TestCase(KeyAlgorithm.Rsa, "sha256", "ess_cert_id_alg = sha1")]
    [TestCase(KeyAlgorithm.Rsa, "sha256", "ordering = yes\naccuracy = secs:1, millisecs:500, microsecs:100\nclock_precision_digits = 3\ntsa_name = yes")]
    public void We_verify_what_OpenSSL_stamps(KeyAlgorithm algorithm, string digest, string options)
    {
        using var site = new OpenSslAuthority(algorithm, digest, options);

        var response = TimestampResponse.Parse(site.Answer("-sha256"));
        var verdict = site.Judge(response.Token!.Value);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(response.Status, Is.EqualTo(TimestampStatus.Granted));
            Assert.That(verdict.Signature.Findings.Where(finding => finding.Indication != Indication.TotalPassed), Is.Empty);
            Assert.That(verdict.IsBuiltIn, Is.False);
            Assert.That(verdict.Token!.Info.Policy, Is.EqualTo("1.2.3.4.1"));
            Assert.That(verdict.Token.Info.SerialNumber.IsZero, Is.False);
            Assert.That(verdict.Token.Info.Accuracy, options.Contains("accuracy") ? Is.EqualTo(new TimeSpan(0, 0, 0, 1, 500, 100)) : Is.Null);
            Assert.That(verdict.Token.Info.IsOrdered, Is.EqualTo(options.Contains("ordering")));
        }
    }

    [Test]
    public void We_verify_what_OpenSSL_stamps_without_its_certificate_and_refuse_its_SHA_1()
    {
        using var site = new OpenSslAuthority(KeyAlgorithm.Rsa, "sha256", "");

        var bare = TimestampResponse.Parse(site.Answer("-sha256", withCertificate: false)).Token!.Value;
        var sha1 = TimestampResponse.Parse(site.Answer("-sha1")).Token!.Value;

        Assert.That(site.Judge(bare).IsPassed, Is.True, "the certificate is among those known");
        Assert.That(site.Judge(sha1).Signature.Findings.Select(finding => finding.Code), Does.Contain("TST_ALGORITHM_EXPIRED"));
    }

    [Test]
    public void We_read_the_refusals_of_OpenSSL()
    {
        using var site = new OpenSslAuthority(KeyAlgorithm.Rsa, "sha256", "");

        var refused = TimestampResponse.Parse(site.Answer("-md5"));

        Assert.That(refused.Status, Is.EqualTo(TimestampStatus.Rejection));
        Assert.That(refused.Failures, Is.EqualTo(new[] { TimestampFailure.BadAlgorithm }));
        Assert.That(refused.Text, Does.Contain("not supported"));
    }

    /// <summary>An authority that OpenSSL runs, on the real clock, with certificates of ours.</summary>
    private sealed class OpenSslAuthority : IDisposable
    {
        private static readonly DistinguishedName Name = new("OpenSSL TSA", null, null);

        private readonly OpenSsl openssl = new();
        private readonly CertificateAuthority root;
        private readonly Certificate certificate;

        public OpenSslAuthority(KeyAlgorithm algorithm, string digest, string options)
        {
            var now = TimeProvider.System.GetUtcNow();
            root = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("示例根", null, null), now.AddDays(-1), now.AddDays(9));
            using var pair = KeyPair.Generate(algorithm, 2048);
            certificate = root.Issue(pair.CreateRequest(Name), CertificateProfile.TimeStamping, Name, null, now.AddHours(-1), now.AddDays(1));
            openssl.Write("tsa.pem", certificate.ToPem());
            openssl.Write("tsa.key", pair.ToEncryptedPem(Password, 2048));
            openssl.Write("serial", "01\n");
            openssl.Write("content", StampingSite.Content);
            openssl.Write("tsa.cnf", $"""
                [tsa]
                default_tsa = site
                [site]
                serial = serial
                signer_cert = tsa.pem
                signer_key = tsa.key
                signer_digest = {digest}
                default_policy = 1.2.3.4.1
                digests = sha1, sha256, sha384, sha512
                {options}
                """);
        }

        public byte[] Answer(string digest, bool withCertificate = true)
        {
            openssl.Do($"ts -query -data content {digest} {(withCertificate ? "-cert" : "")} -out request.tsq");
            openssl.Do($"ts -reply -config tsa.cnf -queryfile request.tsq -passin pass:{Password} -out answer.tsr");
            return openssl.Read("answer.tsr");
        }

        public TimestampVerdict Judge(ReadOnlyMemory<byte> token) =>
            new TimestampValidator(new TrustStore([root.Certificate], [certificate], []), StampingSite.Policy)
                .Judge(token, ContentDigests.Of(StampingSite.Content), TimeProvider.System.GetUtcNow());

        public void Dispose()
        {
            root.Dispose();
            openssl.Dispose();
        }
    }
}
