using DocExchange.Cli;
using DocExchange.Tests.Trust.Certificates;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;

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

    [Test]
    public async Task Refuses_another_usage() =>
        Assert.That((await CheckAsync("--no-revocation", "--usage", "tls-server")).ExitCode, Is.EqualTo(ExitCode.Failed));

    private Task<CommandLine> CheckAsync(params string[] options) =>
        CommandLine.RunAsync(["cert", "check", In("leaf.pem"), "--trust", In("root.pem"), "--intermediate", In("authority.der"), "--at", At, "--format", "json", .. options]);

    private string In(string name) => Path.Combine(folder, name);
}
