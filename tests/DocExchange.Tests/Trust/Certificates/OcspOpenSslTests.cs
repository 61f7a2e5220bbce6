using DocExchange.Trust.Certificates;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>Answers that OpenSSL's responder gave.</summary>
internal sealed class OcspOpenSslTests
{
    private const string Extensions = """
        [ca]
        basicConstraints=critical,CA:TRUE
        keyUsage=critical,keyCertSign,cRLSign
        subjectKeyIdentifier=hash
        [leaf]
        keyUsage=critical,digitalSignature
        subjectKeyIdentifier=hash
        authorityKeyIdentifier=keyid
        [responder]
        extendedKeyUsage=OCSPSigning
        noCheck=ignored
        subjectKeyIdentifier=hash
        authorityKeyIdentifier=keyid

        """;

    [TestCase("V\t491231000000Z\t\t", "responder", "", Indication.TotalPassed)]
    [TestCase("V\t491231000000Z\t\t", "root", "", Indication.TotalPassed)]
    [TestCase("V\t491231000000Z\t\t", "responder", "-resp_key_id", Indication.TotalPassed)]
    [TestCase("R\t491231000000Z\t250101000000Z,keyCompromise\t", "responder", "", Indication.TotalFailed)]
    [TestCase("V\t491231000000Z\t\t", "leaf", "", Indication.Indeterminate)]
    public void Are_judged_by_who_gave_them_and_what_they_say(string state, string signer, string option, Indication expected)
    {
        using var openssl = new OpenSsl();
        openssl.Write("extensions.cnf", Extensions);
        Certify(openssl, "root", "ca", 16, "-signkey root.key");
        Certify(openssl, "leaf", "leaf", 17, "-CA root.pem -CAkey root.key");
        Certify(openssl, "responder", "responder", 18, "-CA root.pem -CAkey root.key");
        openssl.Write("index.txt", state + "11\tunknown\t/CN=leaf\n");
        openssl.Do("ocsp -issuer root.pem -cert leaf.pem -no_nonce -reqout request.der");
        openssl.Do($"ocsp -index index.txt -CA root.pem -rsigner {signer}.pem -rkey {signer}.key -reqin request.der -respout answer.der -ndays 1 {option}");
        var answer = OcspResponse.Parse(openssl.Read("answer.der"));
        var store = new TrustStore([Certificate.Parse(openssl.Read("root.pem"))], [], []) { OcspResponses = [answer] };

        var verdict = CertificateCheck.Judge(Certificate.Parse(openssl.Read("leaf.pem")), store, answer.ProducedAt, CertificateUsage.Any, CertificateCheck.Strict);

        Assert.That(verdict.Indication, Is.EqualTo(expected), string.Join('\n', verdict.Findings));
    }

    [TestCase("EC -pkeyopt ec_paramgen_curve:P-384", "-rmd sha384")]
    [TestCase("EC -pkeyopt ec_paramgen_curve:P-521", "-rmd sha512")]
    [TestCase("RSA -pkeyopt rsa_keygen_bits:2048", "-rmd sha384")]
    [TestCase("RSA -pkeyopt rsa_keygen_bits:2048", "-rmd sha256 -rsigopt rsa_padding_mode:pss -rsigopt rsa_pss_saltlen:32")]
    [TestCase("RSA -pkeyopt rsa_keygen_bits:2048", "-rmd sha384 -rsigopt rsa_padding_mode:pss -rsigopt rsa_pss_saltlen:20 -rsigopt rsa_mgf1_md:sha256")]
    [TestCase("RSA-PSS -pkeyopt rsa_keygen_bits:2048", "-rmd sha512")]
    [TestCase("ED25519", "")]
    public void Are_read_in_every_algorithm(string algorithm, string option)
    {
        using var openssl = new OpenSsl();
        openssl.Write("extensions.cnf", Extensions);
        Certify(openssl, "root", "ca", 16, "-signkey root.key");
        Certify(openssl, "leaf", "leaf", 17, "-CA root.pem -CAkey root.key");
        Certify(openssl, "responder", "responder", 18, "-CA root.pem -CAkey root.key", algorithm);
        openssl.Do("ocsp -issuer root.pem -cert leaf.pem -no_nonce -reqout request.der");
        foreach (var (state, expected) in new[] { ("V\t491231000000Z\t\t", Indication.TotalPassed), ("R\t491231000000Z\t250101000000Z,keyCompromise\t", Indication.TotalFailed) })
        {
            openssl.Write("index.txt", state + "11\tunknown\t/CN=leaf\n");
            openssl.Do($"ocsp -index index.txt -CA root.pem -rsigner responder.pem -rkey responder.key -reqin request.der -respout answer.der -ndays 1 {option}");
            var answer = OcspResponse.Parse(openssl.Read("answer.der"));
            var store = new TrustStore([Certificate.Parse(openssl.Read("root.pem"))], [], []) { OcspResponses = [answer] };

            var verdict = CertificateCheck.Judge(Certificate.Parse(openssl.Read("leaf.pem")), store, answer.ProducedAt, CertificateUsage.Any, CertificateCheck.Strict);

            Assert.That(verdict.Indication, Is.EqualTo(expected), string.Join('\n', verdict.Findings));
        }
    }

    private static void Certify(OpenSsl openssl, string name, string section, int serial, string by, string algorithm = "EC -pkeyopt ec_paramgen_curve:P-256")
    {
        openssl.Do($"genpkey -algorithm {algorithm} -out {name}.key");
        openssl.Do($"req -new -key {name}.key -subj /CN={name} -out {name}.csr");
        openssl.Do($"x509 -req -in {name}.csr -set_serial {serial} -days 365 -extfile extensions.cnf -extensions {section} -out {name}.pem {by}");
    }
}
