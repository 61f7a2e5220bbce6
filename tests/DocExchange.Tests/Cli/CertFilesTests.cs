using System.Formats.Asn1;
using System.Text;
using DocExchange.Cli;
using DocExchange.Cli.Certificates;
using DocExchange.Cli.Verifying;
using DocExchange.Core.Operating;
using DocExchange.Tests.Trust.Certificates;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Ocsp;
using Org.BouncyCastle.Asn1.X509;
using ExitCode = DocExchange.Cli.ExitCode;

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
        File.WriteAllBytes(In("refused.ocsp"), [0x30, 0x03, 0x0A, 0x01, 0x03]);
        File.WriteAllBytes(In("authority.der"), pki.Authority.Certificate.Der);
        File.WriteAllText(In("page.crl"), "<html>404</html>");
        MakeRevoking();
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

    [TestCase("--crl", "authority.der", "吊销列表")]
    [TestCase("--crl", "refused.ocsp", "吊销列表")]
    [TestCase("--crl", "page.crl", "吊销列表")]
    [TestCase("--crl", "authority.pem", "'CERTIFICATE'")]
    [TestCase("--crl", "empty", "吊销列表")]
    [TestCase("--ocsp", "refused.ocsp", "responseStatus 3")]
    [TestCase("--ocsp", "authority.der", "OCSP")]
    [TestCase("--ocsp", "lists.pem", "OCSP")]
    [TestCase("--intermediate", "broken.crl", "'X509 CRL'")]
    [TestCase("--intermediate", "empty", "证书")]
    public async Task A_file_that_only_helps_and_is_of_another_kind_is_named_and_decides_nothing(string option, string file, string said)
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

    /// <summary>A clean list lies beside each; whoever damages the one that revokes, or the way to it, gains no pass.</summary>
    [TestCase("--crl", "broken.crl", "TRY_LATER")]
    [TestCase("--crl", "cut.crl", "TRY_LATER")]
    [TestCase("--crl", "cut.pem", "TRY_LATER")]
    [TestCase("--crl", "dashes.pem", "TRY_LATER")]
    [TestCase("--crl", "wide.pem", "TRY_LATER")]
    [TestCase("--crl", "bare.txt", "TRY_LATER")]
    [TestCase("--crl", "joined.pem", "TRY_LATER")]
    [TestCase("--crl", "large-head.crl", "GENERIC")]
    [TestCase("--crl", "deep.crl", "GENERIC")]
    [TestCase("--ocsp", "cut.ocsp", "TRY_LATER")]
    [TestCase("--ocsp", "unknown.ocsp", "TRY_LATER")]
    [TestCase("--ocsp", "large.ocsp", "GENERIC")]
    [TestCase("--ocsp", "many.ocsp", "GENERIC")]
    public async Task What_may_revoke_and_was_not_read_to_its_end_leaves_the_verdict_open(string option, string file, string sub)
    {
        var run = await CheckAsync("--crl", In("lists.pem"), option, In(file));

        Assert.That((run.ExitCode, SubIndicationOf(run)), Is.EqualTo((ExitCode.Indeterminate, sub)), run.Output + run.Error);
        Assert.That(run.Output, Does.Contain(sub == "GENERIC" ? "FILE_LIMIT" : "FILE_NOT_USED").And.Contain(file));
    }

    [TestCase("--crl", "mark.pem")]
    [TestCase("--crl", "bundle.pem")]
    public async Task What_can_be_read_of_a_file_revokes(string option, string file)
    {
        var run = await CheckAsync("--crl", In("lists.pem"), option, In(file));

        Assert.That((run.ExitCode, SubIndicationOf(run)), Is.EqualTo((ExitCode.Failed, "REVOKED")), run.Output + run.Error);
    }

    [Test]
    public async Task Says_in_the_language_of_the_reader_why_a_file_was_not_used()
    {
        var findings = (await CheckAsync("--crl", In("lists.pem"), "--crl", In("authority.pem"), "--crl", In("cut.pem"))).Json.GetProperty("findings").EnumerateArray()
            .Where(finding => finding.GetProperty("code").GetString() == "FILE_NOT_USED").ToList();

        var chinese = string.Concat(findings.Select(finding => finding.GetProperty("chinese").GetString()));
        var english = string.Concat(findings.Select(finding => finding.GetProperty("english").GetString()));

        Assert.That(chinese, Does.Contain("其中的 PEM 块是 'CERTIFICATE'").And.Contain("没有对应的 END 行").And.Not.Contain("expected").And.Not.Contain("matching"));
        Assert.That(english, Does.Contain("Its PEM blocks are called 'CERTIFICATE'").And.Contain("without a matching END"));
    }

    [Test]
    public async Task A_folder_that_is_needed_and_empty_is_named([Values] bool isTrust)
    {
        var empty = Directory.CreateDirectory(In("nothing")).FullName;

        var run = await CommandLine.RunAsync("cert", "check", isTrust ? In("leaf.pem") : empty, "--trust", isTrust ? empty : In("root.pem"), "--at", At);

        Assert.That((run.ExitCode, run.Error.Contains("[FORMAT_FAILURE]", StringComparison.Ordinal), run.Error.Contains(empty, StringComparison.Ordinal)), Is.EqualTo((ExitCode.Failed, true, true)), run.Error);
    }

    [Test]
    public async Task A_folder_is_no_certificate_to_be_judged()
    {
        var many = Directory.CreateDirectory(In("many")).FullName;
        File.Copy(In("leaf.pem"), Path.Combine(many, "leaf.pem"));

        var run = await CommandLine.RunAsync("cert", "check", many, "--trust", In("root.pem"), "--at", At, "--no-revocation");

        Assert.That((run.ExitCode, run.Error.Contains("--intermediate", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Failed, true)), run.Output + run.Error);
    }

    [Test]
    public async Task Of_a_folder_is_told_what_was_of_no_use_there()
    {
        var lists = Directory.CreateDirectory(In("lists")).FullName;
        File.Copy(In("lists.pem"), Path.Combine(lists, "good.pem"), overwrite: true);
        File.Copy(In("authority.der"), Path.Combine(lists, "authority.der"), overwrite: true);

        var run = await CheckAsync("--crl", lists);
        File.Copy(In("large-head.crl"), Path.Combine(lists, "alarge-head.crl"), overwrite: true);
        File.Copy(In("broken.crl"), Path.Combine(lists, "broken.crl"), overwrite: true);
        var damaged = await CheckAsync("--crl", lists);
        File.Copy(In("mark.pem"), Path.Combine(lists, "mark.pem"), overwrite: true);
        var revoked = await CheckAsync("--crl", lists);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Ok), run.Output + run.Error);
            Assert.That(run.Output, Does.Contain("FILE_NOT_USED").And.Contain("authority.der").And.Not.Contain("good.pem"));
            Assert.That(damaged.ExitCode, Is.EqualTo(ExitCode.Indeterminate), damaged.Output + damaged.Error);
            Assert.That(damaged.Output, Does.Contain("FILE_LIMIT").And.Contain("broken.crl").And.Contain("alarge-head.crl").And.Not.Contain("good.pem"));
            Assert.That((revoked.ExitCode, SubIndicationOf(revoked)), Is.EqualTo((ExitCode.Failed, "REVOKED")), revoked.Output + revoked.Error);
        }
    }

    /// <summary>What waits for a writer would never be read to its end.</summary>
    [Test]
    [Platform("Linux")]
    public async Task Of_a_folder_only_files_are_read()
    {
        var mixed = Directory.CreateDirectory(In("mixed")).FullName;
        File.Copy(In("lists.pem"), Path.Combine(mixed, "lists.pem"));
        File.Copy(In("root.pem"), Path.Combine(mixed, "root.pem"));
        File.CreateSymbolicLink(Path.Combine(mixed, "link.pem"), In("authority.pem"));
        File.CreateSymbolicLink(Path.Combine(mixed, "nowhere.crl"), In("not-there"));
        Assert.That(MakePipe(Path.Combine(mixed, "pipe.pem"), 0b110_000_000), Is.Zero);
        var files = new CertFiles();
        var trusted = DocExchange.Cli.Verifying.TrustFiles.Read([mixed], files);
        var run = await CheckAsync("--crl", mixed, "--intermediate", mixed);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((trusted.Anchors.Count, trusted.Intermediates.Count, trusted.RevocationLists.Count), Is.EqualTo((1, 1, 2)));
            Assert.That(files.Findings.Select(finding => (finding.Code, finding.Indication)), Is.EqualTo(new[] { ("FILE_NOT_USED", DocExchange.Trust.Validation.Indication.TotalPassed) }));
            Assert.That(files.Findings.Single().Chinese, Does.Contain("nowhere.crl、pipe.pem"));
            Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Ok), run.Output + run.Error);
            Assert.That(run.Output, Does.Contain("nowhere.crl").And.Contain("FILE_NOT_USED"));
        }
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
            Assert.That((run.ExitCode, SubIndicationOf(run)), Is.EqualTo((ExitCode.Indeterminate, "GENERIC")), run.Output + run.Error);
            Assert.That(run.Output, Does.Contain("FILE_LIMIT").And.Contain($"{limit >> 20} MiB"));
            Assert.That(run.Json.GetProperty("policies").GetArrayLength(), Is.Zero);
        }
    }

    [Test]
    public async Task Many_small_lists_are_said_to_be_too_many_objects()
    {
        var list = SamplePki.ListOf(pki.Authority);
        await File.WriteAllTextAsync(In("small.pem"), string.Concat(Enumerable.Repeat(list.ToPem(), (int)(CertFiles.MaxBytes / (1024 + list.HeadSize)) + 1)));

        var run = await CheckAsync("--crl", In("lists.pem"), "--crl", In("small.pem"));

        Assert.That((run.ExitCode, SubIndicationOf(run)), Is.EqualTo((ExitCode.Indeterminate, "GENERIC")), run.Output + run.Error);
        Assert.That(run.Output, Does.Contain("2 MiB").And.Contain("in part").And.Not.Contain("32 MiB"));
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

        var beside = await VerifyAsync("--crl", In("lists.pem"), "--crl", In("page.crl"), "--ocsp", In("refused.ocsp"));
        var alone = await VerifyAsync("--crl", In("page.crl"));
        var damaged = await VerifyAsync("--crl", In("lists.pem"), "--crl", In("cut.pem"));
        var large = await VerifyAsync("--crl", In("lists.pem"), "--ocsp", In("large.ocsp"));
        var trusted = await VerifyAsync("--crl", In("lists.pem"), "--trust", In("cut.pem"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(beside.ExitCode, Is.EqualTo(ExitCode.Ok), beside.Output + beside.Error);
            Assert.That(beside.Output, Does.Contain("FILE_NOT_USED").And.Contain("page.crl").And.Contain("refused.ocsp"));
            Assert.That((alone.ExitCode, SubIndicationOf(alone)), Is.EqualTo((ExitCode.Indeterminate, "TRY_LATER")), alone.Output + alone.Error);
            Assert.That((damaged.ExitCode, SubIndicationOf(damaged)), Is.EqualTo((ExitCode.Indeterminate, "TRY_LATER")), damaged.Output + damaged.Error);
            Assert.That((large.ExitCode, SubIndicationOf(large)), Is.EqualTo((ExitCode.Indeterminate, "GENERIC")), large.Output + large.Error);
            Assert.That((trusted.ExitCode, trusted.Error.Contains("[FORMAT_FAILURE]", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Failed, true)), trusted.Output + trusted.Error);
        }
    }

    /// <summary>They may lie among lists, but are as costly there as anywhere.</summary>
    [Test]
    public async Task Trusted_certificates_have_the_limit_of_certificates_and_leave_that_of_lists_alone()
    {
        var (root, bytes) = (pki.Root.Certificate, pki.Root.Certificate.Der.Length);
        await File.WriteAllTextAsync(In("roots.pem"), string.Concat(Enumerable.Repeat(root.ToPem(), (int)(CertFiles.MaxBytes / bytes) + 1)));
        await File.WriteAllTextAsync(In("ten.pem"), string.Concat(Enumerable.Repeat(root.ToPem(), 10)));
        var large = In("large.crl");
        await File.WriteAllBytesAsync(large, LargeLists.Make((int)(CertFiles.MaxListBytes / LargeLists.EntrySize) - 100, pki.OfficeKey, SamplePki.OfficeName));

        var refused = Assert.Throws<FailedException>(() => TrustFiles.Read([In("roots.pem")]));
        var store = TrustFiles.Read([In("ten.pem"), In("authority.der"), large]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused!.Reason, refused.Message.Contains("2 MiB", StringComparison.Ordinal)), Is.EqualTo(("TOO_LARGE", true)), refused.Message);
            Assert.That((store.Anchors.Count, store.Intermediates.Count, store.RevocationLists.Count), Is.EqualTo((1, 1, 1)));
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

    /// <summary>All of these revoke the certificate, or would if they could be read.</summary>
    private void MakeRevoking()
    {
        var list = SamplePki.ListOf(pki.Authority, new RevokedCertificate(pki.Office.SerialNumber, SamplePki.Noon.AddHours(-12), RevocationReason.KeyCompromise));
        var (der, text) = (list.Der, list.ToPem());
        File.WriteAllBytes(In("cut.crl"), der[..^3]);
        File.WriteAllText(In("cut.pem"), text[..^30]);
        File.WriteAllText(In("dashes.pem"), text[1..]);
        File.WriteAllText(In("wide.pem"), text, Encoding.Unicode);
        File.WriteAllText(In("bare.txt"), Convert.ToBase64String(der));
        File.WriteAllText(In("joined.pem"), SamplePki.ListOf(pki.Authority).ToPem() + text[1..]);
        File.WriteAllText(In("mark.pem"), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        File.WriteAllText(In("bundle.pem"), text + File.ReadAllText(In("broken.crl")));
        File.WriteAllBytes(In("large-head.crl"), WithExtension(der, new byte[70_000]));
        File.WriteAllBytes(In("deep.crl"), Nested(100));

        var answer = OcspAnswers.Make(pki.OfficeKey, pki.Authority.Certificate, pki.Office, pki.Authority.Certificate, OcspAnswers.RevokedAt(SamplePki.Noon.AddHours(-12)), SamplePki.Noon.AddHours(-1), null).Der;
        File.WriteAllBytes(In("cut.ocsp"), answer[..^3]);
        File.WriteAllBytes(In("unknown.ocsp"), AnswerOf(new DerObjectIdentifier("1.2.3"), [0x30, 0x00]));
        File.WriteAllBytes(In("large.ocsp"), AnswerOf(OcspObjectIdentifiers.PkixOcspBasic, new byte[300_000]));
        File.WriteAllBytes(In("many.ocsp"), WithStatements(answer, 1025));
    }

    private static byte[] WithExtension(byte[] list, byte[] value)
    {
        var whole = CertificateList.GetInstance(Asn1Object.FromByteArray(list));
        var parts = Asn1Sequence.GetInstance(whole.TbsCertList.ToAsn1Object());
        var extensions = new DerSequence((Asn1Encodable[])[.. Asn1Sequence.GetInstance(whole.Extensions.ToAsn1Object()), new DerSequence(new DerObjectIdentifier("1.2.3"), new DerOctetString(value))]);
        return new DerSequence(new DerSequence((Asn1Encodable[])[.. parts.Take(parts.Count - 1), new DerTaggedObject(0, extensions)]), whole.SignatureAlgorithm, whole.Signature).GetDerEncoded();
    }

    private static byte[] Nested(int depth)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        for (var level = 0; level < depth; level++)
        {
            writer.PushSequence();
        }

        for (var level = 0; level < depth; level++)
        {
            writer.PopSequence();
        }

        return writer.Encode();
    }

    private static byte[] AnswerOf(DerObjectIdentifier type, byte[] value) =>
        new Org.BouncyCastle.Asn1.Ocsp.OcspResponse(new OcspResponseStatus(0), new ResponseBytes(type, new DerOctetString(value))).GetDerEncoded();

    private static byte[] WithStatements(byte[] answer, int count)
    {
        var whole = Org.BouncyCastle.Asn1.Ocsp.OcspResponse.GetInstance(Asn1Object.FromByteArray(answer));
        var basic = BasicOcspResponse.GetInstance(Asn1Object.FromByteArray(whole.ResponseBytes.Response.GetOctets()));
        var data = basic.TbsResponseData;
        var many = new ResponseData(data.ResponderID, data.ProducedAt, new DerSequence(Enumerable.Repeat(data.Responses[0], count).ToArray()), (X509Extensions?)null);
        return AnswerOf(OcspObjectIdentifiers.PkixOcspBasic, new BasicOcspResponse(many, basic.SignatureAlgorithm, basic.Signature, null).GetDerEncoded());
    }

    private static string? SubIndicationOf(CommandLine run) => run.Json.GetProperty("subIndication").GetString();

    private Task<CommandLine> CheckAsync(params string[] options) => CommandLine.RunAsync(
        ["cert", "check", In("leaf.pem"), "--trust", In("root.pem"), "--intermediate", In("authority.pem"), "--at", At, "--format", "json", .. options]);

    private string In(string name) => Path.Combine(folder, name);

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "mkfifo", SetLastError = true)]
    [System.Runtime.InteropServices.DefaultDllImportSearchPaths(System.Runtime.InteropServices.DllImportSearchPath.SafeDirectories)]
    private static extern int MakePipe([System.Runtime.InteropServices.MarshalAs(System.Runtime.InteropServices.UnmanagedType.LPUTF8Str)] string path, uint mode);
}
