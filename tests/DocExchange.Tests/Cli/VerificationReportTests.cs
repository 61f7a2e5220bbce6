using System.Text.Json;
using DocExchange.Cli;
using DocExchange.Tests.Trust.Ofd;
using DocExchange.Tests.Trust.Pdf;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Signatures;

namespace DocExchange.Tests.Cli;

/// <summary>验章报告: what <c>docex verify</c> shows of seals, as a page and as JSON, whatever file they are in.</summary>
internal sealed class VerificationReportTests
{
    private const string Page = "Doc_0/Pages/Page_0/Content.xml";

    private SealWorld world = null!;

    [OneTimeSetUp]
    public void CreateWorld() => world = new SealWorld();

    [OneTimeTearDown]
    public void DisposeWorld() => world.Dispose();

    [Test]
    public async Task Shows_the_seal_of_an_OFD_what_it_protects_and_what_was_checked()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        var path = await WriteAsync("sealed.ofd", maker.Zip());

        var (page, json) = await VerifyAsync(path, "--trust", await RootAsync(), "--without-revocation");

        AssertSeal(page.Output, json.Json, "北京市人民政府", "11000000000001", "2026-01-11 至 2027-01-11");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(page.Output, Does.Contain("Doc_0/Signs/Sign_0/Signature.xml").And.Contain(Page).And.Contain("未变的内容").And.Contain("SIGNATURE_INTACT"));
            Assert.That(Checks(json.Json), Is.EqualTo("format:passed identification:passed cryptography:passed path:passed revocation:open constraints:passed"));
        }
    }

    [Test]
    public async Task Names_the_altered_part_of_an_OFD_and_calls_nothing_passed_that_was_not_checked()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        maker.WriteList();
        maker.Parts[Page] = [.. maker.Parts[Page], (byte)'\n'];
        var path = await WriteAsync("altered-report.ofd", OfdMaker.Pack(maker.Parts));

        var (page, json) = await VerifyAsync(path);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(page.Output, Does.Contain("被改动的内容").And.Contain("内容被篡改").And.Contain("class=\"bad\">✗ 内容与签名值"));
            Assert.That(Checks(json.Json), Does.Contain("cryptography:failed path:open revocation:not-made"));
            Assert.That(json.Json.GetProperty("signatures")[0].GetProperty("seal").GetProperty("name").GetString(), Is.EqualTo("北京市人民政府"));
        }
    }

    [Test]
    public async Task Shows_the_signature_of_a_PDF_with_its_hash_and_place()
    {
        using var key = SampleFiles.Key("office-rsa");
        var path = await WriteAsync("report.pdf", await PdfMaker.SignAsync(PdfMaker.Plain(), content => CmsSigner.SignAsync(content, key, CommandLine.Now, CmsForm.Detached, CancellationToken.None)));

        var (page, json) = await VerifyAsync(path, "--trust", SampleFiles.Trust, "--crl", SampleFiles.Lists);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(json.Json.GetProperty("sha256").GetString(), Is.EqualTo(await HashAsync(path)));
            Assert.That(json.Json.GetProperty("signatures")[0].GetProperty("seal").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(page.Output, Does.Contain(await HashAsync(path)).And.Contain("签名人证书号").And.Contain("未变的内容").And.Not.Contain("<figure>"));
            Assert.That(Checks(json.Json), Does.StartWith("format:passed").And.Not.Contain("failed"));
        }
    }

    [Test]
    public async Task Shows_the_seal_of_a_package_beside_its_signature()
    {
        var (page, json) = await VerifyAsync(await SampleFiles.PackageAsync("office-ecdsa"), "--trust", SampleFiles.Trust, "--crl", SampleFiles.Lists);
        var signatures = json.Json.GetProperty("signatures");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(signatures[0].GetProperty("seal").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(signatures[1].GetProperty("seal").GetProperty("name").GetString(), Is.EqualTo("样例单位"));
            Assert.That(page.Output, Does.Contain("印章编码").And.Contain("<figure><img src=\"data:image/svg+xml;base64,").And.Contain("<figcaption>样例单位"));
        }
    }

    [TestCase("seal.esl")]
    [TestCase("ses")]
    public async Task Shows_a_seal_by_itself(string kind)
    {
        string[] file = kind == "ses" ? [await SampleFiles.SealSignatureAsync(), "--content", SampleFiles.In("content.txt")] : [SampleFiles.In("certs/seal.esl")];

        var (page, json) = await VerifyAsync(file[0], [.. file[1..], "--trust", SampleFiles.Trust, "--crl", SampleFiles.Lists]);
        var text = await CommandLine.RunAsync(["verify", .. file, "--trust", SampleFiles.Trust, "--crl", SampleFiles.Lists]);
        var seal = json.Json.GetProperty("signatures")[0].GetProperty("seal");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(seal.GetProperty("name").GetString(), Is.EqualTo("样例单位"));
            Assert.That(seal.GetProperty("picture").GetProperty("mediaType").GetString(), Is.EqualTo("image/svg+xml"));
            Assert.That(page.Output, Does.Contain("样例单位").And.Contain(seal.GetProperty("esId").GetString()).And.Contain("印章有效期").And.Contain("<img src=\"data:image/"));
            Assert.That(text.Output, Does.Contain("印章：样例单位（"));
        }
    }

    private static void AssertSeal(string page, JsonElement json, string name, string number, string period)
    {
        var seal = json.GetProperty("signatures")[0].GetProperty("seal");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(json.GetProperty("sha256").GetString(), Has.Length.EqualTo(64));
            Assert.That((seal.GetProperty("name").GetString(), seal.GetProperty("esId").GetString()), Is.EqualTo((name, number)));
            Assert.That(page, Does.Contain("<img src=\"data:image/").And.Contain(name).And.Contain(number).And.Contain(period).And.Contain(json.GetProperty("sha256").GetString()));
        }
    }

    private static string Checks(JsonElement json) => string.Join(' ', json.GetProperty("signatures")[0].GetProperty("checks").EnumerateArray()
        .Select(check => $"{check.GetProperty("code").GetString()}:{check.GetProperty("result").GetString()}"));

    private static async Task<(CommandLine Page, CommandLine Json)> VerifyAsync(string path, params string[] more)
    {
        string[] all = ["verify", path, .. more, .. path.EndsWith(".ofd", StringComparison.Ordinal) ? ["--at", "2026-11-20T08:00:00Z"] : Array.Empty<string>()];
        return (await CommandLine.RunAsync([.. all, "--format", "html"]), await CommandLine.RunAsync([.. all, "--format", "json"]));
    }

    private async Task<string> RootAsync() => await WriteAsync("report-root.pem", System.Text.Encoding.ASCII.GetBytes(world.Trust.Anchors[0].ToPem()));

    private static async Task<string> HashAsync(string path) => DocExchange.Trust.Digests.Digest.Of(await File.ReadAllBytesAsync(path)).ToString();

    private static async Task<string> WriteAsync(string name, byte[] bytes)
    {
        var path = SampleFiles.In(name);
        await File.WriteAllBytesAsync(path, bytes);
        return path;
    }
}
