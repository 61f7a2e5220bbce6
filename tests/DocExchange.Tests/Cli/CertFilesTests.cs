using DocExchange.Cli;
using DocExchange.Cli.Certificates;
using DocExchange.Tests.Trust.Certificates;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Tests.Cli;

/// <summary>What becomes of the files that are named beside a certificate: large ones, broken ones, those of another kind, too many.</summary>
internal sealed class CertFilesTests
{
    private const string At = "2026-04-11T00:00:00Z";

    private string folder = "";
    private SamplePki pki = null!;

    [OneTimeSetUp]
    public void MakeFiles()
    {
        folder = Directory.CreateTempSubdirectory("docexchange-files-").FullName;
        pki = new SamplePki(Suite.Intl);
        File.WriteAllText(In("leaf.pem"), pki.Office.ToPem());
        File.WriteAllText(In("root.pem"), pki.Root.Certificate.ToPem());
        File.WriteAllText(In("authority.pem"), pki.Authority.Certificate.ToPem());
        File.WriteAllText(In("lists.pem"), pki.RootList.ToPem() + SamplePki.ListOf(pki.Authority).ToPem());
        File.WriteAllText(In("broken.crl"), SamplePki.ListOf(pki.Authority).ToPem().Replace("\nMI", "\nMJ", StringComparison.Ordinal));
        File.WriteAllBytes(In("broken.ocsp"), [0x30, 0x03, 0x0A, 0x01, 0x03]);
        File.WriteAllBytes(In("empty"), []);
    }

    [OneTimeTearDown]
    public void RemoveFiles()
    {
        pki.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task A_list_of_a_whole_province_is_read([Values] bool isText, [Values] bool isRevoked)
    {
        using var key = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        var name = new DistinguishedName("省级签发", null, null);
        var root = SamplePki.Odd(key, name, key, name, extensions => extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true)));
        var leaf = SamplePki.Odd(key, name, pki.OfficeKey, SamplePki.OfficeName);
        var der = LargeLists.Make(1_000_000, key, name, isRevoked ? leaf : null, root);
        await File.WriteAllTextAsync(In("wide-root.pem"), root.ToPem());
        await File.WriteAllTextAsync(In("wide-leaf.pem"), leaf.ToPem());
        await File.WriteAllBytesAsync(In("wide.crl"), isText ? System.Text.Encoding.ASCII.GetBytes(Pem.Write("X509 CRL", der)) : der);

        var run = await CommandLine.RunAsync("cert", "check", In("wide-leaf.pem"), "--trust", In("wide-root.pem"), "--crl", In("wide.crl"), "--at", At, "--format", "json");

        Assert.That(der, Has.Length.GreaterThan(20 * 1024 * 1024));
        Assert.That((run.ExitCode, SubIndicationOf(run)), Is.EqualTo(isRevoked ? (ExitCode.Failed, "REVOKED") : (ExitCode.Ok, null)), run.Output + run.Error);
    }

    [TestCase("--crl", "broken.crl", "吊销列表")]
    [TestCase("--crl", "authority.pem", "'CERTIFICATE'")]
    [TestCase("--crl", "empty", "吊销列表")]
    [TestCase("--ocsp", "broken.ocsp", "responseStatus 3")]
    [TestCase("--ocsp", "lists.pem", "OCSP")]
    [TestCase("--intermediate", "broken.crl", "'X509 CRL'")]
    [TestCase("--intermediate", "empty", "证书")]
    public async Task A_file_that_only_helps_and_cannot_be_used_is_named_and_decides_nothing(string option, string file, string said)
    {
        var beside = await CheckAsync("--crl", In("lists.pem"), option, In(file));
        var alone = await CheckAsync(option, In(file));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(beside.ExitCode, Is.EqualTo(ExitCode.Ok), beside.Output + beside.Error);
            Assert.That(beside.Output, Does.Contain("FILE_NOT_USED").And.Contain(file).And.Contain(said));
            Assert.That((alone.ExitCode, SubIndicationOf(alone)), Is.EqualTo((ExitCode.Indeterminate, "TRY_LATER")), alone.Output + alone.Error);
        }
    }

    [Test]
    public async Task Of_a_folder_is_told_what_was_of_no_use_there()
    {
        var lists = Directory.CreateDirectory(In("lists")).FullName;
        File.Copy(In("lists.pem"), Path.Combine(lists, "good.pem"), overwrite: true);
        File.Copy(In("broken.crl"), Path.Combine(lists, "broken.crl"), overwrite: true);

        var run = await CheckAsync("--crl", lists);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Ok), run.Output + run.Error);
        Assert.That(run.Output, Does.Contain("FILE_NOT_USED").And.Contain("broken.crl").And.Not.Contain("good.pem"));
    }

    [TestCase("--crl", CertFiles.MaxListBytes)]
    [TestCase("--ocsp", CertFiles.MaxBytes)]
    [TestCase("--intermediate", CertFiles.MaxBytes)]
    public async Task What_lies_beyond_the_limit_leaves_the_verdict_open(string option, long limit)
    {
        await using (var large = new FileStream(In("large"), FileMode.Create))
        {
            large.SetLength(limit + 1);
        }

        var run = await CheckAsync("--crl", In("lists.pem"), option, In("large"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((run.ExitCode, SubIndicationOf(run)), Is.EqualTo((ExitCode.Indeterminate, "TRY_LATER")), run.Output + run.Error);
            Assert.That(run.Output, Does.Contain("FILE_LIMIT").And.Contain($"{limit >> 20} MiB"));
            Assert.That(run.Json.GetProperty("policies").GetArrayLength(), Is.Zero);
        }
    }

    [TestCase("empty")]
    [TestCase("lists.pem")]
    public async Task Nothing_is_judged_without_the_anchors_and_the_certificate(string file)
    {
        var withoutAnchor = await CommandLine.RunAsync("cert", "check", In("leaf.pem"), "--trust", In(file), "--at", At);
        var withoutLeaf = await CommandLine.RunAsync("cert", "check", In(file), "--trust", In("root.pem"), "--at", At);

        foreach (var run in (CommandLine[])[withoutAnchor, withoutLeaf])
        {
            Assert.That((run.ExitCode, run.Error.Contains("[FORMAT_FAILURE]", StringComparison.Ordinal), run.Error.Contains(file, StringComparison.Ordinal)), Is.EqualTo((ExitCode.Failed, true, true)), run.Error);
        }
    }

    [Test]
    public async Task A_signature_is_judged_without_the_lists_that_cannot_be_used()
    {
        using var signer = pki.OfficeKey.Certified(pki.Office, []);
        await File.WriteAllBytesAsync(In("signed.p7m"), await CmsSigner.SignAsync("公文"u8.ToArray(), signer, SamplePki.Noon.AddMinutes(-1), CmsForm.Encapsulated, CancellationToken.None));
        Task<CommandLine> VerifyAsync(params string[] options) => CommandLine.RunAsync(
            ["verify", In("signed.p7m"), "--trust", In("root.pem"), "--trust", In("authority.pem"), "--at", At, "--format", "json", .. options]);

        var beside = await VerifyAsync("--crl", In("lists.pem"), "--crl", In("broken.crl"), "--ocsp", In("broken.ocsp"));
        var alone = await VerifyAsync("--crl", In("broken.crl"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(beside.ExitCode, Is.EqualTo(ExitCode.Ok), beside.Output + beside.Error);
            Assert.That(beside.Output, Does.Contain("FILE_NOT_USED").And.Contain("broken.crl").And.Contain("broken.ocsp"));
            Assert.That((alone.ExitCode, SubIndicationOf(alone)), Is.EqualTo((ExitCode.Indeterminate, "TRY_LATER")), alone.Output + alone.Error);
        }
    }

    [Test]
    public async Task A_certificate_among_the_lists_is_no_anchor()
    {
        using var signer = pki.OfficeKey.Certified(pki.Office, []);
        await File.WriteAllBytesAsync(In("listed.p7m"), await CmsSigner.SignAsync("公文"u8.ToArray(), signer, SamplePki.Noon.AddMinutes(-1), CmsForm.Encapsulated, CancellationToken.None));
        await File.WriteAllTextAsync(In("mixed.pem"), await File.ReadAllTextAsync(In("lists.pem")) + pki.Root.Certificate.ToPem());

        var run = await CommandLine.RunAsync("verify", In("listed.p7m"), "--trust", In("authority.pem"), "--crl", In("mixed.pem"), "--at", At, "--format", "json");

        Assert.That((run.ExitCode, SubIndicationOf(run)), Is.EqualTo((ExitCode.Indeterminate, "NO_CERTIFICATE_CHAIN_FOUND")), run.Output + run.Error);
    }

    [Test]
    public async Task Issuers_are_given_to_a_signature_without_being_trusted_and_what_is_no_anchor_is_said()
    {
        using var signer = pki.OfficeKey.Certified(pki.Office, []);
        await File.WriteAllBytesAsync(In("chained.p7m"), await CmsSigner.SignAsync("公文"u8.ToArray(), signer, SamplePki.Noon.AddMinutes(-1), CmsForm.Encapsulated, CancellationToken.None));
        Task<CommandLine> VerifyAsync(params string[] options) => CommandLine.RunAsync(["verify", In("chained.p7m"), "--crl", In("lists.pem"), "--at", At, "--format", "json", .. options]);

        var chained = await VerifyAsync("--trust", In("root.pem"), "--intermediate", In("authority.pem"));
        var untrusted = await VerifyAsync("--intermediate", In("authority.pem"), "--intermediate", In("root.pem"));
        var noAnchor = await VerifyAsync("--trust", In("authority.pem"));
        var beside = await VerifyAsync("--trust", In("root.pem"), "--trust", In("authority.pem"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((chained.ExitCode, chained.Output.Contains("TRUST_NOT_ANCHOR", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Ok, false)), chained.Output);
            Assert.That((untrusted.ExitCode, SubIndicationOf(untrusted)), Is.EqualTo((ExitCode.Indeterminate, "NO_CERTIFICATE_CHAIN_FOUND")), untrusted.Output);
            Assert.That((noAnchor.ExitCode, SubIndicationOf(noAnchor)), Is.EqualTo((ExitCode.Indeterminate, "NO_CERTIFICATE_CHAIN_FOUND")), noAnchor.Output);
            Assert.That(noAnchor.Output, Does.Contain("TRUST_NOT_ANCHOR").And.Contain("测试签发").And.Contain("测试根"));
            Assert.That((beside.ExitCode, beside.Output.Contains("TRUST_NOT_ANCHOR", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Ok, false)), beside.Output);
        }
    }

    private static string? SubIndicationOf(CommandLine run) => run.Json.GetProperty("subIndication").GetString();

    private Task<CommandLine> CheckAsync(params string[] options) => CommandLine.RunAsync(
        ["cert", "check", In("leaf.pem"), "--trust", In("root.pem"), "--intermediate", In("authority.pem"), "--at", At, "--format", "json", .. options]);

    private string In(string name) => Path.Combine(folder, name);
}
