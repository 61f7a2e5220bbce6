using DocExchange.Cli;
using DocExchange.Tests.Trust.Certificates;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;
using static DocExchange.Tests.Trust.Certificates.PastPki;

namespace DocExchange.Tests.Cli;

/// <summary>Lists that say to be of a time that has not come, at the command line.</summary>
internal sealed class VerifyAheadTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("docexchange-ahead-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task Lets_no_list_of_the_future_lift_a_hold()
    {
        using var pki = new PastPki();
        using var key = pki.LeafKey.Certified(pki.Leaf, []);
        var now = CommandLine.Now;
        var held = pki.OwnList(now.AddDays(-2), Names(pki.Leaf, now.AddDays(-3), RevocationReason.CertificateHold));
        await WriteAsync("signed.p7m", await CmsSigner.SignAsync("公文"u8.ToArray(), key, now.AddDays(-1), CmsForm.Encapsulated, CancellationToken.None));
        await WriteAsync("root.crl", List(pki.RootKey, RootName, now.AddDays(-2), []).Der);
        await WriteAsync("held.crl", held.Der);
        await WriteAsync("silent.crl", pki.OwnList(now.AddDays(-1)).Der);
        await WriteAsync("ahead.crl", pki.OwnList(now.AddDays(60)).Der);
        await WriteAsync("issuer.der", pki.Issuer.Der);
        await File.WriteAllTextAsync(In("root.pem"), pki.Root.ToPem());
        Task<CommandLine> Verify(string list, params string[] more) => CommandLine.RunAsync(
            ["verify", In("signed.p7m"), "--trust", In("root.pem"), "--intermediate", In("issuer.der"), "--crl", In("root.crl"), "--crl", In("held.crl"), "--crl", In(list), "--format", "json", .. more]);
        var (ahead, silent, early) = (await Verify("ahead.crl"), await Verify("silent.crl"), await Verify("silent.crl", "--at", "2026-03-01T20:00:00Z"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((ahead.ExitCode, ahead.Output.Contains("CERT_ON_HOLD", StringComparison.Ordinal), ahead.Output.Contains("CRL_AHEAD", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Indeterminate, true, true)), ahead.Output);
            Assert.That(silent.ExitCode, Is.EqualTo(ExitCode.Ok), silent.Output);
            Assert.That(early.Output, Does.Not.Contain("CRL_AHEAD"), "what is given exists, whatever the time of judgement");
        }
    }

    private string In(string name) => Path.Combine(folder, name);

    private Task WriteAsync(string name, byte[] content) => File.WriteAllBytesAsync(In(name), content);
}
