using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;

namespace DocExchange.Tests.Trust.Keys;

[TestFixture]
public sealed class Pkcs12KeyFileTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DistinguishedName Name = new("朝阳区人民政府", null, null);

    [Test]
    public async Task Gives_back_key_certificate_and_chain([Values] Suite suite)
    {
        var (pfx, certificate, chain) = NewFile(suite);

        using var key = Pkcs12KeyFile.Read(pfx, "口令 123");

        var value = await key.SignAsync(new byte[9], CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(key.Certificate, Is.EqualTo(certificate));
            Assert.That(key.Chain, Is.EqualTo(chain));
            Assert.That(PublicKeys.Verify(certificate, SignatureScheme.IdentifierFor(key.Algorithm), new byte[9], value), Is.True);
        }
    }

    [Test]
    public void Refuses_a_wrong_password([Values] Suite suite) =>
        Assert.That(() => Pkcs12KeyFile.Read(NewFile(suite).Pfx, "口令 124"), Throws.TypeOf<WrongPasswordException>());

    [Test]
    public void Refuses_a_file_altered_at_any_byte()
    {
        var pfx = NewFile(Suite.Intl).Pfx;
        using (Assert.EnterMultipleScope())
        {
            for (var i = 0; i < pfx.Length; i++)
            {
                var altered = (byte[])pfx.Clone();
                altered[i] ^= 0x01;
                Assert.That(() => Pkcs12KeyFile.Read(altered, "口令 123").Dispose(), Throws.TypeOf<WrongPasswordException>().Or.TypeOf<FormatException>(), $"byte {i} altered");
            }
        }
    }

    [Test]
    public void Refuses_what_is_not_a_key_file([Values(0, 1, 100)] int size) =>
        Assert.That(() => Pkcs12KeyFile.Read(new byte[size], "p"), Throws.TypeOf<FormatException>());

    [Test]
    public void Refuses_to_write_a_certificate_of_another_key()
    {
        using var root = CertificateAuthority.CreateRoot(Suite.Intl, Name, Start, Start.AddYears(1));
        using var key = KeyPair.Generate(Suite.Intl);

        Assert.That(() => Pkcs12KeyFile.Write(key, root.Certificate, [], "p"), Throws.ArgumentException.With.Message.Contains("another key"));
    }

    [Test]
    public void OpenSSL_opens_our_file_without_legacy_algorithms([Values] Suite suite)
    {
        using var openssl = new OpenSsl();
        openssl.Write("key.p12", NewFile(suite, "secret").Pfx);

        var output = openssl.Do("pkcs12 -in key.p12 -passin pass:secret -info -nodes");

        Assert.That(output, Does.Contain("PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256")
            .And.Contain("MAC: sha256, Iteration 100000").And.Contain("BEGIN PRIVATE KEY"));
    }

    [TestCase("ec -pkeyopt ec_paramgen_curve:P-256", "", KeyAlgorithm.EcdsaP256)]
    [TestCase("ec -pkeyopt ec_paramgen_curve:P-256", "-legacy", KeyAlgorithm.EcdsaP256)]
    [TestCase("rsa -pkeyopt rsa_keygen_bits:2048", "-keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1", KeyAlgorithm.Rsa)]
    [TestCase("rsa -pkeyopt rsa_keygen_bits:2048", "-macalg sha512 -keypbe AES-128-CBC", KeyAlgorithm.Rsa)]
    [TestCase("ec -pkeyopt ec_paramgen_curve:SM2", "", KeyAlgorithm.Sm2)]
    public void Opens_a_file_of_OpenSSL(string keyOptions, string fileOptions, KeyAlgorithm expected)
    {
        using var openssl = new OpenSsl();
        openssl.Do($"genpkey -algorithm {keyOptions} -out key.pem");
        openssl.Do("req -x509 -new -key key.pem -subj /CN=Office -out certificate.pem");
        openssl.Do($"pkcs12 -export -in certificate.pem -inkey key.pem -passout pass:secret {fileOptions} -out key.p12");

        using var key = Pkcs12KeyFile.Read(openssl.Read("key.p12"), "secret");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(key.Algorithm, Is.EqualTo(expected));
            Assert.That(key.Certificate.CommonName, Is.EqualTo("Office"));
            Assert.That(() => Pkcs12KeyFile.Read(openssl.Read("key.p12"), "Secret"), Throws.TypeOf<WrongPasswordException>());
        }
    }

    [Test]
    public void Dotnet_opens_our_file()
    {
        var (pfx, certificate, _) = NewFile(Suite.Intl);

        using var loaded = X509CertificateLoader.LoadPkcs12(pfx, "口令 123");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(loaded.RawData, Is.EqualTo(certificate.Der));
            Assert.That(loaded.HasPrivateKey, Is.True);
        }
    }

    [Test]
    public void Gives_a_certificate_with_its_key_for_TLS()
    {
        var (pfx, certificate, chain) = NewFile(Suite.Intl);

        using var tls = Pkcs12KeyFile.ReadForTls(pfx, "口令 123", out var above);

        using var key = tls.GetECDsaPrivateKey();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tls.RawData, Is.EqualTo(certificate.Der));
            Assert.That(key, Is.Not.Null);
            Assert.That(above.Select(issuer => issuer.RawData), Is.EqualTo(chain.Select(issuer => issuer.Der)));
        }
    }

    [Test]
    public async Task Connects_both_sides_by_TLS_with_the_keys_it_reads()
    {
        var (pfx, certificate, _) = NewFile(Suite.Intl);
        using var own = Pkcs12KeyFile.ReadForTls(pfx, "口令 123", out var chain);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var near = new TcpClient();
        var accepted = listener.AcceptTcpClientAsync();
        await near.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var far = await accepted;
        await using var server = new SslStream(far.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await using var client = new SslStream(near.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);

        await Task.WhenAll(
            server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(own, chain, offline: true),
                ClientCertificateRequired = true,
            }),
            client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", ClientCertificates = [own] }));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(client.RemoteCertificate?.GetRawCertData(), Is.EqualTo(certificate.Der));
            Assert.That(server.RemoteCertificate?.GetRawCertData(), Is.EqualTo(certificate.Der));
        }
    }

    [Test]
    public void Refuses_an_SM2_key_for_TLS() =>
        Assert.That(() => Pkcs12KeyFile.ReadForTls(NewFile(Suite.Gm).Pfx, "口令 123"), Throws.TypeOf<FormatException>().With.Message.Contains("TLS"));

    private static (byte[] Pfx, Certificate Certificate, IReadOnlyList<Certificate> Chain) NewFile(Suite suite, string password = "口令 123")
    {
        using var root = CertificateAuthority.CreateRoot(suite, new DistinguishedName("Root", null, null), Start, Start.AddYears(10));
        using var authority = root.CreateSubordinate(new DistinguishedName("Sub", null, null), Start, Start.AddYears(5));
        using var key = KeyPair.Generate(suite);
        var certificate = authority.Issue(key.CreateRequest(Name), CertificateProfile.Tls, Name, ["localhost"], Start, Start.AddYears(1));
        var iterations = password == "secret" ? 100_000 : 100;
        return (Pkcs12KeyFile.Write(key, certificate, authority.ChainForIssued, password, iterations), certificate, authority.ChainForIssued);
    }
}
