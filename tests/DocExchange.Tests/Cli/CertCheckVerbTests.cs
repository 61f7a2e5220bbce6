using DocExchange.Cli;
using DocExchange.Tests.Trust.Certificates;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Tests.Cli;

[TestFixture(Suite.Intl)]
[TestFixture(Suite.Gm)]
internal sealed class CertCheckVerbTests(Suite suite)
{
    private const string At = "2026-04-11T00:00:00Z";

    private string folder = "";
    private SamplePki pki = null!;

    [OneTimeSetUp]
    public void MakeFiles()
    {
        folder = Directory.CreateTempSubdirectory("docexchange-cert-").FullName;
        pki = new SamplePki(suite);
        Directory.CreateDirectory(In("crls"));
        File.WriteAllText(In("leaf.pem"), pki.Office.ToPem());
        File.WriteAllText(In("root.pem"), pki.Root.Certificate.ToPem());
        File.WriteAllBytes(In("authority.der"), pki.Authority.Certificate.Der);
        File.WriteAllText(In("crls/root.crl"), pki.RootList.ToPem());
        File.WriteAllBytes(In("crls/authority.crl"), SamplePki.ListOf(pki.Authority).Der);
        File.WriteAllText(In("crls/notes.txt"), "not a list");
        File.WriteAllBytes(In("revoking.crl"), SamplePki.ListOf(pki.Authority, new RevokedCertificate(pki.Office.SerialNumber, SamplePki.Noon.AddDays(-5), RevocationReason.Superseded)).Der);
    }

    [OneTimeTearDown]
    public void RemoveFiles()
    {
        pki.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task Says_that_a_certificate_is_valid_with_its_chain()
    {
        var run = await CheckAsync("--crl", In("crls"), "--usage", "document-signing");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Ok), run.Output + run.Error);
            Assert.That(run.Json.GetProperty("indication").GetString(), Is.EqualTo("TOTAL_PASSED"));
            Assert.That(run.Json.GetProperty("chain").EnumerateArray().Select(each => each.GetProperty("serial").GetString()), Is.EqualTo(new[] { pki.Office.SerialNumber, pki.Authority.Certificate.SerialNumber, pki.Root.Certificate.SerialNumber }));
        }
    }

    [Test]
    public async Task Tells_revoked_from_unknown()
    {
        var revoked = await CheckAsync("--crl", In("crls/root.crl"), "--crl", In("revoking.crl"));
        var unknown = await CheckAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((revoked.ExitCode, revoked.Json.GetProperty("subIndication").GetString()), Is.EqualTo((ExitCode.Failed, "REVOKED")));
            Assert.That((unknown.ExitCode, unknown.Json.GetProperty("subIndication").GetString()), Is.EqualTo((ExitCode.Indeterminate, "TRY_LATER")));
            Assert.That((await CheckAsync("--no-revocation")).ExitCode, Is.EqualTo(ExitCode.Ok));
        }
    }

    [Test]
    public async Task Takes_the_word_of_an_OCSP_answer()
    {
        using var responder = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        var name = new DistinguishedName("应答机构", null, null);
        var certificate = pki.Authority.Issue(responder.CreateRequest(name), CertificateProfile.OcspResponder, name, null, SamplePki.Start, SamplePki.Start.AddYears(1));
        void Write(string file, Org.BouncyCastle.Asn1.Ocsp.CertStatus status) => File.WriteAllBytes(In(file), OcspAnswers.Make(
            responder, certificate, pki.Office, pki.Authority.Certificate, status, SamplePki.Noon.AddHours(-1), SamplePki.Noon.AddHours(1), null, certificate).Der);
        Write("good.ocsp", OcspAnswers.Good);
        Write("revoked.ocsp", OcspAnswers.RevokedAt(SamplePki.Noon.AddDays(-1)));

        var good = await CheckAsync("--crl", In("crls/root.crl"), "--ocsp", In("good.ocsp"));
        var revoked = await CheckAsync("--crl", In("crls/root.crl"), "--ocsp", In("revoked.ocsp"));
        var none = await CheckAsync("--crl", In("crls/root.crl"));
        var wrong = await CheckAsync("--ocsp", In("leaf.pem"));
        using var signer = pki.OfficeKey.Certified(pki.Office, []);
        await File.WriteAllBytesAsync(In("signed.p7m"), await CmsSigner.SignAsync("公文"u8.ToArray(), signer, SamplePki.Noon.AddMinutes(-1), CmsForm.Encapsulated, CancellationToken.None));
        Task<CommandLine> VerifyAsync(string answer) => CommandLine.RunAsync(
            "verify", In("signed.p7m"), "--trust", In("root.pem"), "--trust", In("authority.der"), "--crl", In("crls/root.crl"), "--ocsp", In(answer), "--at", At, "--format", "json");
        var (signed, signedByRevoked) = (await VerifyAsync("good.ocsp"), await VerifyAsync("revoked.ocsp"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(good.ExitCode, Is.EqualTo(ExitCode.Ok), good.Output);
            Assert.That((revoked.ExitCode, revoked.Json.GetProperty("subIndication").GetString()), Is.EqualTo((ExitCode.Failed, "REVOKED")));
            Assert.That((none.ExitCode, none.Json.GetProperty("subIndication").GetString()), Is.EqualTo((ExitCode.Indeterminate, "TRY_LATER")));
            Assert.That(signed.ExitCode, Is.EqualTo(ExitCode.Ok), signed.Output);
            Assert.That((signedByRevoked.ExitCode, signedByRevoked.Json.GetProperty("subIndication").GetString()), Is.EqualTo((ExitCode.Failed, "REVOKED")), signedByRevoked.Output);
            Assert.That((wrong.ExitCode, wrong.Json.GetProperty("subIndication").GetString()), Is.EqualTo((ExitCode.Indeterminate, "TRY_LATER")), wrong.Error);
        }
    }

    [TestCase("--inhibit-policy-mapping")]
    [TestCase("--inhibit-any-policy")]
    public async Task Inhibits_what_would_make_the_path_valid_under_the_policy(string option)
    {
        const string Wanted = "1.2.156.99.1";
        using var key = KeyPair.Generate(suite);
        var (top, middle) = (new DistinguishedName("策略根", null, null), new DistinguishedName("策略签发", null, null));
        var root = SamplePki.Odd(key, top, key, top, AddAuthority);
        var authority = SamplePki.Odd(key, top, key, middle, extensions =>
        {
            AddAuthority(extensions);
            AddPolicies(extensions, option == "--inhibit-any-policy" ? "2.5.29.32.0" : Wanted);
            if (option == "--inhibit-policy-mapping")
            {
                extensions.AddExtension(X509Extensions.PolicyMappings, true, new DerSequence(new DerSequence(new DerObjectIdentifier(Wanted), new DerObjectIdentifier("1.2.156.99.2"))));
            }
        });
        var leaf = SamplePki.Odd(key, middle, key, SamplePki.OfficeName, extensions => AddPolicies(extensions, option == "--inhibit-any-policy" ? Wanted : "1.2.156.99.2"));
        var name = option[2..];
        await File.WriteAllTextAsync(In(name + "-root.pem"), root.ToPem());
        await File.WriteAllTextAsync(In(name + "-leaf.pem"), leaf.ToPem() + authority.ToPem());
        string[] asked = ["cert", "check", In(name + "-leaf.pem"), "--trust", In(name + "-root.pem"), "--at", At, "--no-revocation", "--policy", Wanted, "--require-explicit-policy", "--format", "json"];

        var allowed = await CommandLine.RunAsync(asked);
        var inhibited = await CommandLine.RunAsync([.. asked, option]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(allowed.ExitCode, Is.EqualTo(ExitCode.Ok), allowed.Output);
            Assert.That(inhibited.ExitCode, Is.EqualTo(ExitCode.Failed), inhibited.Output);
        }
    }

    private static void AddAuthority(X509ExtensionsGenerator extensions)
    {
        extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
        extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign | KeyUsage.CrlSign));
    }

    private static void AddPolicies(X509ExtensionsGenerator extensions, string policy) =>
        extensions.AddExtension(X509Extensions.CertificatePolicies, false, new CertificatePolicies(new PolicyInformation(new DerObjectIdentifier(policy))));

    [Test]
    public async Task Demands_a_policy_when_asked_to()
    {
        var run = await CheckAsync("--no-revocation", "--policy", "1.2.3", "--require-explicit-policy");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failed));
            Assert.That(run.Json.GetProperty("findings")[0].GetProperty("code").GetString(), Is.EqualTo("CERT_POLICY"));
            Assert.That((await CheckAsync("--policy", "nonsense")).ExitCode, Is.EqualTo(ExitCode.Usage));
        }
    }

    [TestCase(CertificateProfile.DocumentSigning, "document-signing")]
    [TestCase(CertificateProfile.Seal, "document-signing")]
    [TestCase(CertificateProfile.Tls, "tls-client tls-server")]
    [TestCase(CertificateProfile.TimeStamping, "timestamping")]
    [TestCase(CertificateProfile.OcspResponder, "ocsp")]
    public async Task Allows_each_usage_to_its_own_certificates(CertificateProfile profile, string allowed)
    {
        using var key = KeyPair.Generate(suite);
        var name = new DistinguishedName("用途", null, null);
        var names = profile == CertificateProfile.Tls ? (IReadOnlyList<string>)["node.example"] : null;
        var certificate = pki.Authority.Issue(key.CreateRequest(name), profile, name, names, SamplePki.Start, SamplePki.Start.AddYears(1));
        await File.WriteAllTextAsync(In($"{profile}.pem"), certificate.ToPem());

        using (Assert.EnterMultipleScope())
        {
            foreach (var usage in (string[])["any", "document-signing", "tls-client", "tls-server", "timestamping", "ocsp"])
            {
                var run = await CommandLine.RunAsync(
                    "cert", "check", In($"{profile}.pem"), "--trust", In("root.pem"), "--intermediate", In("authority.der"), "--at", At, "--no-revocation", "--usage", usage, "--format", "json");
                var isAllowed = usage == "any" || allowed.Split(' ').Contains(usage);
                Assert.That(
                    (run.ExitCode, run.Json.GetProperty("subIndication").GetString()), Is.EqualTo(isAllowed ? (ExitCode.Ok, null) : (ExitCode.Failed, "CHAIN_CONSTRAINTS_FAILURE")), $"{usage}: {run.Output}");
            }
        }
    }

    [Test]
    public async Task Judges_the_path_alone_for_any_usage_and_knows_no_other_than_those_it_names()
    {
        var unnamed = await CheckAsync("--no-revocation");
        var unknown = await CheckAsync("--no-revocation", "--usage", "email");

        Assert.That(unnamed.ExitCode, Is.EqualTo(ExitCode.Ok), unnamed.Output);
        Assert.That(unknown.ExitCode, Is.EqualTo(ExitCode.Usage), unknown.Error);
    }

    [Test]
    public async Task Says_in_its_help_what_each_option_takes()
    {
        var help = await CommandLine.RunAsync("cert", "check", "--help", "--lang", "en");

        Assert.That(help.Output, Does.Contain("OCSP responses: PEM or DER file, or a folder").And.Contain("any|document-signing|ocsp|timestamping|tls-client|tls-server"));
    }

    private Task<CommandLine> CheckAsync(params string[] options) =>
        CommandLine.RunAsync(["cert", "check", In("leaf.pem"), "--trust", In("root.pem"), "--intermediate", In("authority.der"), "--at", At, "--format", "json", .. options]);

    private string In(string name) => Path.Combine(folder, name);
}
