using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>Certificates and lists that OpenSSL signs by RSASSA-PSS (RFC 4055), under keys of both kinds.</summary>
internal sealed class PssPathTests
{
    private const string Config = """
        [ca]
        basicConstraints=critical,CA:TRUE
        keyUsage=critical,keyCertSign,cRLSign
        subjectKeyIdentifier=hash
        [leaf]
        keyUsage=critical,digitalSignature
        subjectKeyIdentifier=hash
        authorityKeyIdentifier=keyid
        [lists]
        authorityKeyIdentifier=keyid
        [site]
        database=index.txt
        crlnumber=number
        default_md=sha256
        default_crl_days=7

        """;

    private const string Rsa = "RSA -pkeyopt rsa_keygen_bits:2048";
    private const string Pss = "RSA-PSS -pkeyopt rsa_keygen_bits:2048";

    [TestCase(Rsa, "-sha256", "rsa_pss_saltlen:32")]
    [TestCase(Rsa, "-sha256", "rsa_pss_saltlen:0")]
    [TestCase(Rsa, "-sha256", "rsa_pss_saltlen:20")]
    [TestCase(Rsa, "-sha256", "rsa_pss_saltlen:max")]
    [TestCase(Rsa, "-sha384", "rsa_pss_saltlen:max -sigopt rsa_mgf1_md:sha512")]
    [TestCase(Rsa, "-sha512", "rsa_pss_saltlen:digest -sigopt rsa_mgf1_md:sha256")]
    [TestCase("RSA -pkeyopt rsa_keygen_bits:3072", "-sha512", "rsa_pss_saltlen:digest")]
    [TestCase(Pss, "-sha256", "rsa_pss_saltlen:digest")]
    [TestCase(Pss, "-sha512", "rsa_pss_saltlen:20")]
    [TestCase(Pss + " -pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:32", "-sha256", "rsa_pss_saltlen:32")]
    [TestCase(Pss + " -pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:32", "-sha256", "rsa_pss_saltlen:60")]
    [TestCase(Pss + " -pkeyopt rsa_pss_keygen_md:sha384 -pkeyopt rsa_pss_keygen_mgf1_md:sha512 -pkeyopt rsa_pss_keygen_saltlen:10", "-sha384", "rsa_pss_saltlen:10")]
    public void Are_valid_with_every_form_RFC_4055_allows(string key, string digest, string options)
    {
        using var openssl = new OpenSsl();
        var verdict = Judge(openssl, key, $"{digest} -sigopt rsa_padding_mode:pss -sigopt {options}");

        Assert.That(verdict.Indication, Is.EqualTo(Indication.TotalPassed), string.Join('\n', verdict.Findings));
        Assert.That(openssl.Do("verify -crl_check -CAfile root.pem -CRLfile list.pem leaf.pem"), Does.Contain("OK"));
    }

    [TestCase(Rsa, "-sha1", "rsa_pss_saltlen:20")]
    [TestCase(Rsa, "-sha256", "rsa_pss_saltlen:32 -sigopt rsa_mgf1_md:sha1")]
    [TestCase(Pss, "-sha1", "rsa_pss_saltlen:20")]
    public void Are_not_valid_with_SHA_1_anywhere(string key, string digest, string options)
    {
        using var openssl = new OpenSsl();
        var verdict = Judge(openssl, key, $"{digest} -sigopt rsa_padding_mode:pss -sigopt {options}");

        Assert.That(
            verdict.Findings.Select(finding => (finding.Code, finding.Indication, finding.SubIndication)),
            Does.Contain(("CERT_ALGORITHM", Indication.TotalFailed, SubIndication.CryptoConstraintsFailure)));
    }

    [Test]
    public void Are_not_valid_under_a_PSS_key_that_is_too_small()
    {
        using var openssl = new OpenSsl();
        var verdict = Judge(openssl, "RSA-PSS -pkeyopt rsa_keygen_bits:1024", "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest");

        Assert.That(
            verdict.Findings.Select(finding => (finding.Code, finding.Indication, finding.SubIndication)),
            Does.Contain(("CERT_KEY_WEAK", Indication.TotalFailed, SubIndication.CryptoConstraintsFailure)));
    }

    [Test]
    public void Nothing_here_signs_with_a_key_for_PSS_alone()
    {
        using var openssl = new OpenSsl();
        openssl.Do($"genpkey -algorithm {Pss} -out key.pem -outform PEM");
        openssl.Do("req -new -key key.pem -subj /CN=office -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest -out request.csr");
        openssl.Do("pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out key.der");

        Assert.That(() => CertificateRequest.Parse(openssl.Read("request.csr")), Throws.TypeOf<FormatException>().With.Message.Contains("1.2.840.113549.1.1.10"));
        Assert.That(() => KeyPair.FromPkcs8(openssl.Read("key.der")), Throws.TypeOf<FormatException>().With.Message.Contains("1.2.840.113549.1.1.10"));
    }

    private static CertificateVerdict Judge(OpenSsl openssl, string key, string signing)
    {
        openssl.Write("site.cnf", Config);
        openssl.Write("index.txt", "");
        openssl.Write("number", "01\n");
        openssl.Do($"genpkey -algorithm {key} -out root.key");
        openssl.Do("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out leaf.key");
        openssl.Do($"req -new -key root.key -subj /CN=root {signing} -out root.csr");
        openssl.Do("req -new -key leaf.key -subj /CN=leaf -out leaf.csr");
        openssl.Do($"x509 -req -in root.csr -set_serial 16 -days 365 -extfile site.cnf -extensions ca -signkey root.key {signing} -out root.pem");
        openssl.Do($"x509 -req -in leaf.csr -set_serial 17 -days 365 -extfile site.cnf -extensions leaf -CA root.pem -CAkey root.key {signing} -out leaf.pem");
        openssl.Do($"ca -gencrl -config site.cnf -name site -crlexts lists -cert root.pem -keyfile root.key -md {signing[1..]} -out list.pem");
        var list = RevocationList.Parse(openssl.Read("list.pem"));
        var store = new TrustStore([Certificate.Parse(openssl.Read("root.pem"))], [], [list]);
        return CertificateCheck.Judge(Certificate.Parse(openssl.Read("leaf.pem")), store, list.ThisUpdate, CertificateUsage.Any, CertificateCheck.Strict);
    }
}
