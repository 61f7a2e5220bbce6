using System.Text;
using System.Text.Json;
using DocExchange.Cli;
using DocExchange.Tests.Trust.Ofd;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;

namespace DocExchange.Tests.Cli;

/// <summary>Who may have made a seal, and what a seal and its signer's certificate say of each other, as <c>docex verify</c> tells it.</summary>
internal sealed class VerifySealMakerTests
{
    private SealWorld world = null!;
    private string root = null!;
    private string maker = null!;

    [OneTimeSetUp]
    public async Task CreateWorld()
    {
        world = new SealWorld();
        root = await PemAsync(world.Trust.Anchors[0]);
        maker = await PemAsync(world.Maker.Certificate);
    }

    [OneTimeTearDown]
    public void DisposeWorld() => world.Dispose();

    [TestCase("seal")]
    [TestCase("signature")]
    [TestCase("ofd")]
    public async Task Leaves_a_seal_open_that_none_of_the_named_makers_made(string form)
    {
        var forged = await FileAsync(form, await SealMaker.MakeAsync(world.Definition(), world.Stranger, CancellationToken.None));
        var genuine = await FileAsync(form, await world.MakeAsync());

        var unasked = await VerifyAsync(forged, "--trust", root);
        var asked = await VerifyAsync(forged, "--trust", root, "--seal-maker-trust", maker);
        var right = await VerifyAsync(genuine, "--trust", root, "--seal-maker-trust", maker);
        var below = await VerifyAsync(genuine, "--trust", root, "--seal-maker-trust", root);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((unasked.ExitCode, unasked.Output.Contains("SEAL_MAKER_ANY", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Ok, true)), unasked.Output);
            Assert.That((asked.ExitCode, asked.Json.GetProperty("subIndication").GetString()), Is.EqualTo((ExitCode.Indeterminate, "NO_CERTIFICATE_CHAIN_FOUND")), asked.Output);
            Assert.That(asked.Output, Does.Contain("SEAL_MAKER_NOT_NAMED").And.Contain("制章人不在指定的制章人之列").And.Contain(world.Stranger.Certificate.Subject).And.Not.Contain("SEAL_MAKER_ANY").And.Not.Contain("CERT_ISSUER_UNKNOWN").And.Not.Contain("TRUST_NOT_ANCHOR"));
            Assert.That((right.ExitCode, right.Output.Contains("SEAL_MAKER_ANY", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Ok, false)), right.Output);
            Assert.That(below.ExitCode, Is.EqualTo(ExitCode.Ok), below.Output);
        }
    }

    [Test]
    public async Task Does_not_advise_to_trust_a_maker_whose_certificate_its_authority_did_not_sign()
    {
        using var namesake = new SealWorld();
        var forged = await FileAsync("seal", await namesake.MakeAsync());

        var byRoot = await VerifyAsync(forged, "--trust", root, "--seal-maker-trust", root);
        var byMaker = await VerifyAsync(forged, "--trust", root, "--seal-maker-trust", maker);
        var unnamed = await VerifyAsync(await FileAsync("seal", await SealMaker.MakeAsync(world.Definition(), world.Stranger, CancellationToken.None)), "--trust", root, "--seal-maker-trust", maker);
        using (Assert.EnterMultipleScope())
        {
            foreach (var judged in new[] { byRoot, byMaker })
            {
                Assert.That(judged.ExitCode, Is.EqualTo(ExitCode.Indeterminate));
                Assert.That(judged.Output, Does.Contain("CERT_SIGNATURE").And.Not.Contain("可信制章人"), judged.Output);
            }

            Assert.That(unnamed.Output, Does.Contain("可信制章人（策略的 sealMakers").And.Not.Contain("CERT_SIGNATURE"));
        }
    }

    [Test]
    public async Task Takes_the_makers_from_the_policy_and_from_the_command_line_before_it()
    {
        var forged = await FileAsync("signature", await SealMaker.MakeAsync(world.Definition(), world.Stranger, CancellationToken.None));
        var policy = SampleFiles.In("makers.json");
        await File.WriteAllTextAsync(policy, JsonSerializer.Serialize(new { certificates = new { sealMakers = new[] { Convert.ToBase64String(world.Maker.Certificate.Der) } } }));

        var byPolicy = await VerifyAsync(forged, "--trust", root, "--policy-file", policy);
        var byLine = await VerifyAsync(forged, "--trust", root, "--policy-file", policy, "--seal-maker-trust", await PemAsync(world.Stranger.Certificate));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((byPolicy.ExitCode, byPolicy.Output.Contains("SEAL_MAKER_ANY", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Indeterminate, false)), byPolicy.Output);
            Assert.That(byLine.ExitCode, Is.EqualTo(ExitCode.Ok), byLine.Output);
        }
    }

    [Test]
    public async Task Tells_makers_apart_in_facts_as_when_they_were_gathered()
    {
        var forged = await FileAsync("signature", await SealMaker.MakeAsync(world.Definition(), world.Stranger, CancellationToken.None));
        var facts = SampleFiles.In("maker-facts.json");
        await VerifyAsync(forged, "--trust", root, "--seal-maker-trust", maker, "--facts", facts);

        var alone = await CommandLine.RunAsync("verify", facts, "--from-facts", "--at", At, "--without-revocation", "--format", "json");
        var trusting = await CommandLine.RunAsync("verify", facts, "--from-facts", "--at", At, "--without-revocation", "--trust", root, "--format", "json");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(alone.ExitCode, Is.EqualTo(ExitCode.Indeterminate), alone.Output);
            Assert.That(trusting.ExitCode, Is.EqualTo(ExitCode.Indeterminate), trusting.Output);
            Assert.That(trusting.Output, Does.Not.Contain("SEAL_MAKER_ANY"));
        }
    }

    [Test]
    public async Task Takes_the_makers_named_on_the_command_line_before_those_of_the_facts()
    {
        var made = await FileAsync("signature", await SealMaker.MakeAsync(world.Definition(), world.Stranger, CancellationToken.None));
        var (stranger, facts) = (await PemAsync(world.Stranger.Certificate), SampleFiles.In("stranger-facts.json"));
        var gathered = await VerifyAsync(made, "--trust", root, "--seal-maker-trust", stranger, "--facts", facts);
        string[] again = ["verify", facts, "--from-facts", "--at", At, "--without-revocation", "--format", "json"];

        var asGathered = await CommandLine.RunAsync(again);
        var named = await CommandLine.RunAsync([.. again, "--seal-maker-trust", maker]);
        var namedBeside = await CommandLine.RunAsync([.. again, "--trust", root, "--seal-maker-trust", maker]);
        Assert.That(new[] { gathered, asGathered, named, namedBeside }.Select(run => run.ExitCode), Is.EqualTo(new[] { ExitCode.Ok, ExitCode.Ok, ExitCode.Indeterminate, ExitCode.Indeterminate }), named.Output);
    }

    [Test]
    public async Task Names_the_maker_in_the_text_and_on_the_page()
    {
        var sealedFile = await FileAsync("signature", await world.MakeAsync());
        var text = await CommandLine.RunAsync("verify", sealedFile, "--lang", "en");
        var page = await CommandLine.RunAsync("verify", sealedFile, "--format", "html");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(text.Output, Does.Contain("Seal maker: ").And.Contain(world.Maker.Certificate.Subject).And.Contain(world.Maker.Certificate.SerialNumber));
            Assert.That(page.Output, Does.Contain("制章人").And.Contain(world.Maker.Certificate.Subject));
        }
    }

    [TestCase("115300000151003540上海市档案局", "113400000029860376北京市教育委员会", "SEAL_OF_ANOTHER_UNIT", ExitCode.Indeterminate)]
    [TestCase("115300000151003540上海市档案局", "113400000029860376上海市档案局", "SEAL_CODE_DIFFERS", ExitCode.Ok)]
    [TestCase("上海市档案局", "113400000029860376北京市教育委员会", "SEAL_NAME_DIFFERS", ExitCode.Ok)]
    [TestCase("115300000151003540上海市档案局", "115300000151003540北京市教育委员会", null, ExitCode.Ok)]
    [TestCase("上海市档案局办公室", "上海市档案局", null, ExitCode.Ok)]
    [TestCase("发文专用章", "北京市教育委员会", null, ExitCode.Ok)]
    public async Task Holds_the_seal_against_the_certificate_that_applied_it(string name, string unit, string? code, int exitCode)
    {
        using var holder = world.Key("11000000000001", CertificateProfile.Seal, unit);
        var seal = await SealMaker.MakeAsync(world.Definition(holder) with { Name = name }, world.Maker, CancellationToken.None);
        foreach (var form in new[] { "seal", "signature", "ofd" })
        {
            var judged = await VerifyAsync(await FileAsync(form, seal, holder), "--trust", root, "--seal-maker-trust", maker);
            var found = Codes(judged.Json).Where(each => each is "SEAL_OF_ANOTHER_UNIT" or "SEAL_CODE_DIFFERS" or "SEAL_NAME_DIFFERS");
            Assert.That((judged.ExitCode, found.SingleOrDefault()), Is.EqualTo((exitCode, code)), form + judged.Output);
        }
    }

    private const string At = "2026-03-05T03:00:00Z";

    private static IEnumerable<string?> Codes(JsonElement judged) => judged.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("code").GetString());

    private static Task<CommandLine> VerifyAsync(string path, params string[] more) =>
        CommandLine.RunAsync(["verify", path, .. path.EndsWith(".ses", StringComparison.Ordinal) ? new[] { "--content", SampleFiles.In("sealed.txt") } : [], "--at", At, "--without-revocation", "--format", "json", .. more]);

    private async Task<string> FileAsync(string form, Seal seal, ISigningKey? holder = null)
    {
        holder ??= world.Holder;
        var path = SampleFiles.In($"{form}-{seal.Fingerprint}.{(form == "signature" ? "ses" : form)}");
        await File.WriteAllBytesAsync(SampleFiles.In("sealed.txt"), SealWorld.Content);
        var bytes = form switch
        {
            "seal" => seal.Der.ToArray(),
            "signature" => await SealApplication.ApplyAsync(seal, holder, SealWorld.Content, "sealed.txt", SealWorld.Sealed, CancellationToken.None),
            _ => await OfdAsync(seal, holder),
        };
        await File.WriteAllBytesAsync(path, bytes);
        return path;
    }

    private static async Task<byte[]> OfdAsync(Seal seal, ISigningKey holder)
    {
        var ofd = new OfdMaker();
        await ofd.SignAsync(new OfdStyle { HasSealFile = false }, file => SealApplication.ApplyAsync(seal, holder, file, "/Doc_0/Signs/Sign_0/Signature.xml", SealWorld.Sealed, CancellationToken.None));
        return ofd.Zip();
    }

    private static async Task<string> PemAsync(Certificate certificate)
    {
        var path = SampleFiles.In($"{certificate.Fingerprint}.pem");
        await File.WriteAllBytesAsync(path, Encoding.ASCII.GetBytes(certificate.ToPem()));
        return path;
    }
}
