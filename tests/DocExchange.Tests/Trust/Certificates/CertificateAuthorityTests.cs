using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;

namespace DocExchange.Tests.Trust.Certificates;

[TestFixture]
public sealed class CertificateAuthorityTests
{
    private static readonly DateTimeOffset Start = SamplePki.Start;

    [Test]
    public void OpenSSL_verifies_our_chain_and_lists([Values] Suite suite)
    {
        using var pki = new SamplePki(suite);
        using var openssl = new OpenSsl();
        WriteAll(openssl, pki);
        // OpenSSL 3.0 passes the SM2 user id on only to the certificate it is asked about: one step at a time.
        var at = $"verify -x509_strict -attime {SamplePki.Noon.ToUnixTimeSeconds()}";
        var output = suite == Suite.Gm
            ? openssl.Do($"{at} -vfyopt distid:1234567812345678 -CAfile root.pem authority.pem")
                + openssl.Do($"{at} -vfyopt distid:1234567812345678 -purpose smimesign -partial_chain -trusted authority.pem office.pem")
            : openssl.Do($"{at} -CAfile root.pem authority.pem")
                + openssl.Do($"{at} -purpose smimesign -crl_check_all -CRLfile root.crl -CRLfile authority.crl -CAfile root.pem -untrusted authority.pem office.pem");

        Assert.That(output, Does.Contain("authority.pem: OK").And.Contain("office.pem: OK"));
    }

    [Test]
    public void OpenSSL_verifies_the_SM2_signature_of_our_list()
    {
        using var pki = new SamplePki(Suite.Gm);
        using var openssl = new OpenSsl();
        WriteAll(openssl, pki);
        var list = SamplePki.ListOf(pki.Authority);
        openssl.Write("signed.bin", SignedPart.Of(list.Der).ToArray());
        openssl.Write("signature.bin", list.Inner.GetSignature());
        openssl.Do("x509 -in authority.pem -noout -pubkey -out authority.pub");

        var output = openssl.Do(
            "pkeyutl -verify -pubin -inkey authority.pub -rawin -digest sm3 -pkeyopt distid:1234567812345678 -in signed.bin -sigfile signature.bin");

        Assert.That(output, Does.Contain("Signature Verified Successfully"));
    }

    [Test]
    public void OpenSSL_sees_the_revocation()
    {
        using var pki = new SamplePki(Suite.Intl);
        using var openssl = new OpenSsl();
        WriteAll(openssl, pki);
        var list = SamplePki.ListOf(pki.Authority, new RevokedCertificate(pki.Office.SerialNumber, SamplePki.Noon.AddDays(-3), RevocationReason.KeyCompromise, Start));
        openssl.Write("authority.crl", list.ToPem());

        var (exitCode, output) = openssl.Run(
            $"verify -crl_check_all -CRLfile root.crl -CRLfile authority.crl -attime {SamplePki.Noon.ToUnixTimeSeconds()} -CAfile root.pem -untrusted authority.pem office.pem");
        var text = openssl.Do("crl -in authority.crl -noout -text -CAfile authority.pem");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(exitCode, Is.Not.Zero);
            Assert.That(output, Does.Contain("certificate revoked"));
            Assert.That(text, Does.Contain("Key Compromise").And.Contain("Invalidity Date").And.Contain("verify OK").And.Contain("X509v3 CRL Number"));
        }
    }

    [TestCase(CertificateProfile.Tls, "sslserver")]
    [TestCase(CertificateProfile.Tls, "sslclient")]
    [TestCase(CertificateProfile.DocumentSigning, "smimesign")]
    [TestCase(CertificateProfile.MachineSigning, "smimesign")]
    [TestCase(CertificateProfile.Seal, "smimesign")]
    [TestCase(CertificateProfile.SealMaker, "smimesign")]
    [TestCase(CertificateProfile.TimeStamping, "timestampsign")]
    [TestCase(CertificateProfile.OcspResponder, "ocsphelper")]
    public void OpenSSL_accepts_each_profile_for_its_purpose(CertificateProfile profile, string purpose)
    {
        using var pki = new SamplePki(Suite.Intl, profile);
        using var openssl = new OpenSsl();
        WriteAll(openssl, pki);

        var output = openssl.Do(
            $"verify -x509_strict -attime {SamplePki.Noon.ToUnixTimeSeconds()} -purpose {purpose} -CAfile root.pem -untrusted authority.pem office.pem");

        Assert.That(output, Does.Contain("OK"));
    }

    [Test]
    public void OpenSSL_refuses_a_TLS_certificate_for_signing()
    {
        using var pki = new SamplePki(Suite.Intl, CertificateProfile.Tls);
        using var openssl = new OpenSsl();
        WriteAll(openssl, pki);

        var (exitCode, _) = openssl.Run(
            $"verify -attime {SamplePki.Noon.ToUnixTimeSeconds()} -purpose smimesign -CAfile root.pem -untrusted authority.pem office.pem");

        Assert.That(exitCode, Is.Not.Zero);
    }

    [Test]
    public void Names_hosts_and_addresses_in_a_TLS_certificate()
    {
        using var pki = new SamplePki(Suite.Intl, CertificateProfile.Tls);
        using var openssl = new OpenSsl();
        WriteAll(openssl, pki);

        Assert.That(openssl.Do("x509 -in office.pem -noout -ext subjectAltName"), Does.Contain("DNS:node.example, IP Address:10.0.0.1"));
    }

    [Test]
    public void Goes_on_issuing_after_being_saved_and_opened([Values] Suite suite)
    {
        using var pki = new SamplePki(suite);
        using var reopened = CertificateAuthority.Open(pki.Authority.Save("ca secret", 100), "ca secret");
        var second = reopened.Issue(pki.OfficeKey.CreateRequest(SamplePki.OfficeName), CertificateProfile.Seal, SamplePki.OfficeName, null, Start, Start.AddYears(1));

        var result = pki.PathsWith().Build(second, [], SamplePki.Noon, CertificateUsage.Seal);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Findings, Is.Empty);
            Assert.That(second.SerialNumber, Is.Not.EqualTo(pki.Office.SerialNumber));
            Assert.That(() => CertificateAuthority.Open(pki.Authority.Save("ca secret", 100), "other"), Throws.TypeOf<WrongPasswordException>());
        }
    }

    [Test]
    public void Refuses_to_open_an_offices_key_file_as_an_authority()
    {
        using var pki = new SamplePki(Suite.Intl);
        var pfx = Pkcs12KeyFile.Write(pki.OfficeKey, pki.Office, [], "p", 100);

        Assert.That(() => CertificateAuthority.Open(pfx, "p"), Throws.TypeOf<FormatException>().With.Message.Contains("not one of an authority"));
    }

    [Test]
    public void Issues_below_an_authority_of_OpenSSL()
    {
        using var openssl = new OpenSsl();
        using var key = KeyPair.Generate(Suite.Intl);
        var name = new DistinguishedName("External Sub", null, null);
        openssl.Do("req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -subj /CN=External -days 3650 -addext keyUsage=critical,keyCertSign,cRLSign");
        openssl.Write("sub.csr", key.CreateRequest(name).ToPem());
        openssl.Write("sub.cnf", "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n");
        openssl.Do("x509 -req -in sub.csr -CA root.pem -CAkey root.key -days 3000 -extfile sub.cnf -out sub.pem");
        using var authority = CertificateAuthority.Of(key, Certificate.Parse(openssl.Read("sub.pem")), []);
        using var office = KeyPair.Generate(Suite.Intl);
        var from = authority.Certificate.NotBefore;

        var issued = authority.Issue(office.CreateRequest(SamplePki.OfficeName), CertificateProfile.DocumentSigning, SamplePki.OfficeName, null, from, from.AddYears(1));

        openssl.Write("office.pem", issued.ToPem());
        var root = Certificate.Parse(openssl.Read("root.pem"));
        var options = CertificatePathOptions.Default with { Revocation = RevocationDemand.WhenAvailable };
        var result = new CertificatePaths(TrustStore.Of([root], []), options).Build(issued, authority.ChainForIssued, from.AddDays(1), CertificateUsage.DocumentSigning);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(openssl.Do("verify -x509_strict -CAfile root.pem -untrusted sub.pem office.pem"), Does.Contain("OK"));
            Assert.That(result.IsTrusted, Is.True, string.Join("; ", result.Findings));
            Assert.That(result.Chain, Is.EqualTo(new[] { issued, authority.Certificate, root }));
        }
    }

    [Test]
    public void Refuses_to_certify_for_longer_than_it_is_valid_itself()
    {
        using var pki = new SamplePki(Suite.Intl);

        Assert.That(
            () => pki.Authority.Issue(pki.OfficeKey.CreateRequest(SamplePki.OfficeName), CertificateProfile.Seal, SamplePki.OfficeName, null, Start, Start.AddYears(11)),
            Throws.ArgumentException.With.Message.Contains("longer than its authority"));
    }

    [Test]
    public void Refuses_a_TLS_certificate_without_names()
    {
        using var pki = new SamplePki(Suite.Intl);
        var request = pki.OfficeKey.CreateRequest(SamplePki.OfficeName);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => pki.Authority.Issue(request, CertificateProfile.Tls, SamplePki.OfficeName, null, Start, Start.AddYears(1)), Throws.ArgumentException);
            Assert.That(() => pki.Authority.Issue(request, CertificateProfile.Tls, SamplePki.OfficeName, ["a b"], Start, Start.AddYears(1)), Throws.ArgumentException);
        }
    }

    [Test]
    public void Reads_back_what_a_list_says()
    {
        using var pki = new SamplePki(Suite.Gm);
        RevokedCertificate[] revoked =
        [
            new("1f", Start.AddDays(1), RevocationReason.Superseded),
            new("abcdef0123456789abcdef0123456789", Start.AddDays(2), RevocationReason.KeyCompromise, Start.AddDays(-9)),
            new("20", Start.AddDays(3), RevocationReason.Unspecified),
        ];

        var list = RevocationList.Parse(SamplePki.ListOf(pki.Authority, revoked).Der);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(list.Revoked, Is.EquivalentTo(revoked));
            Assert.That(list.Number, Is.EqualTo(7));
            Assert.That(() => SamplePki.ListOf(pki.Authority, revoked[0], revoked[0]), Throws.ArgumentException);
            Assert.That(() => SamplePki.ListOf(pki.Authority, new RevokedCertificate("xyz", Start, RevocationReason.Superseded)), Throws.ArgumentException);
        }
    }

    [TestCase("")]
    [TestCase(" x")]
    [TestCase("a\nb")]
    public void Refuses_a_malformed_name(string name) => Assert.That(() => new DistinguishedName(name, null, null), Throws.ArgumentException);

    [Test]
    public void Refuses_a_country_that_is_not_two_capitals() => Assert.That(() => new DistinguishedName("x", null, null, "cn"), Throws.ArgumentException);

    private static void WriteAll(OpenSsl openssl, SamplePki pki)
    {
        openssl.Write("root.pem", pki.Root.Certificate.ToPem());
        openssl.Write("authority.pem", pki.Authority.Certificate.ToPem());
        openssl.Write("office.pem", pki.Office.ToPem());
        openssl.Write("root.crl", pki.RootList.ToPem());
        openssl.Write("authority.crl", SamplePki.ListOf(pki.Authority).ToPem());
    }
}
