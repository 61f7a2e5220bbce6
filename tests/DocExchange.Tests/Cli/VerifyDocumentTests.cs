using System.Text.Json;
using DocExchange.Cli;
using DocExchange.Tests.Trust.Ofd;
using DocExchange.Tests.Trust.Pdf;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Signatures;

namespace DocExchange.Tests.Cli;

/// <summary><c>docex verify</c> of documents that carry their own seals and signatures.</summary>
internal sealed class VerifyDocumentTests
{
    private const string Page = "Doc_0/Pages/Page_0/Content.xml";

    private SealWorld world = null!;

    [OneTimeSetUp]
    public void CreateWorld() => world = new SealWorld();

    [OneTimeTearDown]
    public void DisposeWorld() => world.Dispose();

    [TestCase(1)]
    [TestCase(4)]
    [TestCase(5)]
    public async Task Cannot_tell_of_an_intact_OFD_without_anchors_and_states_the_cryptographic_result(int version)
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world, version: version);
        var path = await WriteAsync("intact.ofd", maker.Zip());

        var judged = await VerifyAsync(path, "--format", "json");
        var signature = judged.Json.GetProperty("signatures")[0];
        var document = signature.GetProperty("document");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.ExitCode, Is.EqualTo(ExitCode.Indeterminate), judged.Output);
            Assert.That(judged.Json.GetProperty("kind").GetString(), Is.EqualTo("ofd"));
            Assert.That(judged.Json.GetProperty("indication").GetString(), Is.EqualTo("INDETERMINATE"));
            Assert.That(judged.Json.GetProperty("subIndication").GetString(), Is.EqualTo("NO_CERTIFICATE_CHAIN_FOUND"));
            Assert.That(signature.GetProperty("kind").GetString(), Is.EqualTo("seal"));
            Assert.That(document.GetProperty("integrity").GetString(), Is.EqualTo("intact"));
            Assert.That(document.GetProperty("path").GetString(), Is.EqualTo("Doc_0/Signs/Sign_0/Signature.xml"));
            Assert.That(document.GetProperty("seal").GetProperty("version").GetInt32(), Is.EqualTo(version));
            Assert.That(document.GetProperty("covered").EnumerateArray().Select(part => part.GetString()), Does.Contain(Page));
        }
    }

    [Test]
    public async Task Declines_what_is_too_large_before_it_is_read()
    {
        var path = SampleFiles.In("huge.bin");
        await using (var file = File.Create(path))
        {
            file.SetLength(CmsLimits.Default.MaxSize + 1L);
        }

        var judged = await VerifyAsync(path, "--format", "json");
        Assert.That(
            (judged.ExitCode, Codes(judged.Json).Single(), judged.Json.GetProperty("sha256").ValueKind),
            Is.EqualTo((ExitCode.Indeterminate, "FILE_TOO_LARGE", JsonValueKind.Null)), judged.Output);
    }

    [TestCase("ofd")]
    [TestCase("pdf")]
    public async Task Keeps_the_facts_of_a_document_and_judges_them_without_it(string kind)
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        using var key = SampleFiles.Key("office-rsa");
        var file = kind == "ofd" ? maker.Zip() : await PdfMaker.SignAsync(PdfMaker.Plain(), content => CmsSigner.SignAsync(content, key, CommandLine.Now, CmsForm.Detached, CancellationToken.None));
        var path = await WriteAsync("kept." + kind, file);
        var facts = SampleFiles.In($"kept-{kind}.json");

        var direct = await VerifyAsync(path, "--facts", facts, "--format", "json");
        File.Delete(path);
        var again = await VerifyAsync(facts, "--from-facts", "--format", "json");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((again.ExitCode, direct.ExitCode), Is.EqualTo((ExitCode.Indeterminate, ExitCode.Indeterminate)), direct.Error + again.Error);
            Assert.That(again.Json.GetProperty("kind").GetString(), Is.EqualTo(kind));
            Assert.That(again.Json.GetProperty("signatures").GetRawText(), Is.EqualTo(direct.Json.GetProperty("signatures").GetRawText()));
            Assert.That(again.Output, Does.Contain("JUDGED_FROM_FACTS"));
        }
    }

    [Test]
    public async Task Fails_an_altered_OFD_and_names_the_part()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        maker.WriteList();
        maker.Parts[Page] = [.. maker.Parts[Page], (byte)'\n'];
        var path = await WriteAsync("altered.ofd", OfdMaker.Pack(maker.Parts));

        var judged = await VerifyAsync(path, "--format", "json");
        var chinese = await VerifyAsync(path);
        var english = await VerifyAsync(path, "--lang", "en");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.ExitCode, Is.EqualTo(ExitCode.Failed), judged.Output);
            Assert.That(judged.Json.GetProperty("subIndication").GetString(), Is.EqualTo("HASH_FAILURE"));
            Assert.That(judged.Json.GetProperty("signatures")[0].GetProperty("document").GetProperty("altered")[0].GetString(), Is.EqualTo(Page));
            Assert.That(chinese.Output, Does.Contain("内容被篡改").And.Contain(Page).And.Contain("密码学结果：已被改动"));
            Assert.That(english.Output, Does.Contain("was altered").And.Contain("broken").And.Not.Contain("内容"));
        }
    }

    [Test]
    public async Task Passes_an_OFD_with_anchors()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        var path = await WriteAsync("passed.ofd", maker.Zip());
        var trust = await WriteAsync("gm-root.pem", System.Text.Encoding.ASCII.GetBytes(world.Trust.Anchors[0].ToPem()));

        var judged = await VerifyAsync(path, "--trust", trust, "--without-revocation", "--format", "json");
        Assert.That(judged.ExitCode, Is.EqualTo(ExitCode.Ok), judged.Output);
    }

    [Test]
    public async Task Cannot_tell_of_documents_without_signatures()
    {
        var plain = new OfdMaker();
        plain.Put("OFD.xml", "<OFD><DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody></OFD>");
        var ofd = await VerifyAsync(await WriteAsync("plain.ofd", OfdMaker.Pack(plain.Parts)), "--format", "json");
        var pdf = await VerifyAsync(await WriteAsync("plain.pdf", PdfMaker.Plain()), "--format", "json");

        foreach (var (judged, code) in new[] { (ofd, "OFD_NOT_SIGNED"), (pdf, "PDF_NOT_SIGNED") })
        {
            Assert.That(judged.ExitCode, Is.EqualTo(ExitCode.Indeterminate), judged.Output);
            Assert.That(Codes(judged.Json), Does.Contain(code));
        }
    }

    [Test]
    public async Task Judges_the_signature_of_a_PDF()
    {
        using var key = SampleFiles.Key("office-rsa");
        var pdf = await PdfMaker.SignAsync(PdfMaker.Plain(), content => CmsSigner.SignAsync(content, key, CommandLine.Now, CmsForm.Detached, CancellationToken.None));
        var path = await WriteAsync("signed.pdf", pdf);
        pdf[15] ^= 1;
        var altered = await WriteAsync("altered.pdf", pdf);

        var known = await CommandLine.RunAsync("verify", path, "--trust", SampleFiles.Trust, "--crl", SampleFiles.Lists, "--format", "json");
        var unknown = await CommandLine.RunAsync("verify", path, "--format", "json");
        var broken = await CommandLine.RunAsync("verify", altered, "--format", "json");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(known.ExitCode, Is.EqualTo(ExitCode.Ok), known.Output);
            Assert.That(known.Json.GetProperty("kind").GetString(), Is.EqualTo("pdf"));
            Assert.That(unknown.ExitCode, Is.EqualTo(ExitCode.Indeterminate), unknown.Output);
            Assert.That(unknown.Json.GetProperty("signatures")[0].GetProperty("document").GetProperty("integrity").GetString(), Is.EqualTo("intact"));
            Assert.That(broken.ExitCode, Is.EqualTo(ExitCode.Failed), broken.Output);
            Assert.That(broken.Json.GetProperty("subIndication").GetString(), Is.EqualTo("HASH_FAILURE"));
        }
    }

    [Test]
    public async Task Takes_the_picture_out_of_the_seal_of_another_maker()
    {
        var foreign = await WriteAsync("foreign.esl", await SealForms.FirstSealAsync(SealForms.Info(1, world.Definition()), world.Maker));
        var shown = await CommandLine.RunAsync("seal", "show", foreign, "--format", "json");

        Assert.That(shown.ExitCode, Is.Zero, shown.Error);
        Assert.That(shown.Json.GetProperty("version").GetInt32(), Is.EqualTo(1));
    }

    private static IEnumerable<string?> Codes(JsonElement judged) =>
        judged.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("code").GetString());

    private static Task<CommandLine> VerifyAsync(string path, params string[] more) => CommandLine.RunAsync(["verify", path, "--at", "2026-11-20T08:00:00Z", .. more]);

    private static async Task<string> WriteAsync(string name, byte[] bytes)
    {
        var path = SampleFiles.In(name);
        await File.WriteAllBytesAsync(path, bytes);
        return path;
    }
}
