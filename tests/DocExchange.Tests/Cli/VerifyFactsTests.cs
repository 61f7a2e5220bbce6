using DocExchange.Cli;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Cli;

/// <summary><c>docex verify</c> with facts, with a site's own policy, and as a page.</summary>
internal sealed class VerifyFactsTests
{
    private const string Later = "2060-01-01T00:00:00Z";

    [Test]
    public async Task Keeps_the_facts_of_any_file_and_judges_them_without_it([Values("package", "statement", "signature", "seal", "seal signature")] string kind)
    {
        string[] file = kind switch
        {
            "package" => [await SampleFiles.PackageAsync("office-ecdsa")],
            "statement" => [await SampleFiles.StatementAsync("office-sm2")],
            "signature" => [await SampleFiles.SignatureAsync("office-rsa"), "--content", SampleFiles.In("content.txt")],
            "seal" => [SampleFiles.In("certs/seal.esl")],
            _ => [await SampleFiles.SealSignatureAsync(), "--content", SampleFiles.In("content.txt")],
        };
        var facts = Fresh("facts.json");

        var direct = await VerifyAsync([.. file, "--trust", SampleFiles.Trust, "--crl", SampleFiles.Lists, "--facts", facts]);
        var again = await VerifyAsync(facts, "--from-facts");
        var later = await VerifyAsync(facts, "--from-facts", "--at", Later);
        var laterFromFile = await VerifyAsync([.. file, "--trust", SampleFiles.Trust, "--crl", SampleFiles.Lists, "--at", Later]);
        var untrusted = await VerifyAsync(facts, "--from-facts", "--trust", await AnotherRootAsync());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(direct.ExitCode, Is.Zero, direct.Output);
            Assert.That(again.ExitCode, Is.Zero, again.Output);
            Assert.That(Codes(again), Is.EquivalentTo(Codes(direct).Append("JUDGED_FROM_FACTS")));
            Assert.That(later.ExitCode, Is.EqualTo(laterFromFile.ExitCode));
            Assert.That(Codes(later), Is.EquivalentTo(Codes(laterFromFile).Append("JUDGED_FROM_FACTS")));
            Assert.That(untrusted.ExitCode, Is.EqualTo(ExitCode.Indeterminate), untrusted.Output + untrusted.Error);
        }
    }

    [Test]
    public async Task Never_takes_facts_for_the_file_they_are_about()
    {
        var facts = Fresh("passed.json");
        await VerifyAsync(await SampleFiles.PackageAsync("office-ecdsa"), "--trust", SampleFiles.Trust, "--crl", SampleFiles.Lists, "--facts", facts);

        var refused = await VerifyAsync(facts);

        Assert.That((refused.ExitCode, refused.Error.Contains("--from-facts", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Failed, true)), refused.Error);
    }

    [Test]
    public async Task Keeps_what_was_wrong_with_a_package_among_its_facts()
    {
        var altered = await SampleFiles.AlteredAsync(await SampleFiles.PackageAsync("office-ecdsa"), "%PDF-1.7 sample");
        var facts = Fresh("altered.json");
        await VerifyAsync(altered, "--trust", SampleFiles.Trust, "--crl", SampleFiles.Lists, "--facts", facts);

        var again = await VerifyAsync(facts, "--from-facts");

        Assert.That((again.ExitCode, Codes(again).Contains("PART_ALTERED")), Is.EqualTo((ExitCode.Failed, true)), again.Output);
    }

    [Test]
    public async Task Leaves_open_whose_a_package_is_of_whose_facts_nobody_asked_that()
    {
        var (facts, others) = (Fresh("own-facts.json"), Fresh("hub-facts.json"));
        var direct = await VerifyAsync(await SampleFiles.PackageAsync("office-ecdsa"), "--trust", SampleFiles.Trust, "--crl", SampleFiles.Lists, "--facts", facts);
        var read = FactsText.Read(await File.ReadAllBytesAsync(facts));
        await File.WriteAllBytesAsync(others, FactsText.Write(read with { Findings = [.. read.Findings.Where(finding => finding.Code != "BINDING_NOT_CHECKED")] }));

        var asked = await VerifyAsync(facts, "--from-facts");
        var unasked = await VerifyAsync(others, "--from-facts");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked.ExitCode, Is.EqualTo(direct.ExitCode), asked.Output);
            Assert.That((unasked.ExitCode, Codes(unasked).Contains("ISSUER_SIGNER_UNCLEAR")), Is.EqualTo((ExitCode.Indeterminate, true)), unasked.Output);
        }
    }

    [Test]
    public async Task Has_no_facts_of_what_cannot_be_read()
    {
        var cut = Fresh("cut.p7s");
        await File.WriteAllBytesAsync(cut, (await File.ReadAllBytesAsync(await SampleFiles.SignatureAsync("office-rsa")))[..^20]);

        var refused = await VerifyAsync(cut, "--facts", Fresh("none.json"));
        var overwritten = await VerifyAsync(cut, "--facts", SampleFiles.Trust);
        Assert.That((overwritten.ExitCode, overwritten.Error.Contains("[EXISTS]", StringComparison.Ordinal)), Is.EqualTo((1, true)), overwritten.Error);

        Assert.That((refused.ExitCode, refused.Error.Contains("[NO_FACTS]", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Failed, true)), refused.Error);
    }

    [Test]
    public async Task Judges_by_the_policy_of_the_site()
    {
        var policy = Fresh("policy.json");
        await File.WriteAllTextAsync(policy, """{ "name": "示例策略", "algorithms": { "RSA PKCS#1 v1.5": "2026-01-01" } }""");
        string[] signature = [await SampleFiles.SignatureAsync("office-rsa"), "--content", SampleFiles.In("content.txt"), "--trust", SampleFiles.Trust, "--crl", SampleFiles.Lists];

        var strictly = await VerifyAsync([.. signature, "--policy-file", policy]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await VerifyAsync(signature)).ExitCode, Is.Zero);
            Assert.That(strictly.ExitCode, Is.EqualTo(ExitCode.Indeterminate));
            Assert.That(strictly.Json.GetProperty("subIndication").GetString(), Is.EqualTo("CRYPTO_CONSTRAINTS_FAILURE"));
            Assert.That(strictly.Json.GetProperty("policy").GetString(), Is.EqualTo("示例策略"));
        }
    }

    [Test]
    public async Task Uses_no_policy_with_a_mistake_in_it()
    {
        var policy = Fresh("bad.json");
        await File.WriteAllTextAsync(policy, """{ "algoritms": {} }""");

        var refused = await VerifyAsync(await SampleFiles.SignatureAsync("office-rsa"), "--policy-file", policy);

        Assert.That((refused.ExitCode, refused.Error.Contains("algoritms", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Failed, true)), refused.Error);
    }

    [Test]
    public async Task Writes_a_page_that_stands_alone_and_escapes_what_it_shows()
    {
        var content = Fresh("<b>&content.txt");
        File.Copy(await SampleFiles.PackageAsync("office-ecdsa"), content);

        var page = await CommandLine.RunAsync("verify", content, "--trust", SampleFiles.Trust, "--crl", SampleFiles.Lists, "--format", "html");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(page.ExitCode, Is.Zero);
            Assert.That(page.Output, Does.StartWith("<!DOCTYPE html>").And.Contain("TOTAL_PASSED").And.Contain("验证通过").And.Contain("<img src=\"data:image/"));
            Assert.That(page.Output, Does.Not.Contain("<b>").And.Not.Contain("http://").And.Not.Contain("https://").And.Contain("&lt;b&gt;&amp;content"));
        }
    }

    [Test]
    public async Task Offers_no_page_for_other_verbs()
    {
        var refused = await CommandLine.RunAsync("pki", "sample", "--out", Fresh("certs"), "--format", "html");

        Assert.That(refused.ExitCode, Is.EqualTo(ExitCode.Usage), refused.Output);
    }

    private static async Task<string> AnotherRootAsync()
    {
        using var root = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("别处的根", null, null), CommandLine.Now.AddYears(-1), CommandLine.Now.AddYears(9));
        var path = Fresh("root.pem");
        await File.WriteAllTextAsync(path, root.Certificate.ToPem());
        return path;
    }

    private static Task<CommandLine> VerifyAsync(params string[] args) => CommandLine.RunAsync(["verify", .. args, "--format", "json"]);

    private static IEnumerable<string> Codes(CommandLine judged) =>
        judged.Json.GetProperty("findings").EnumerateArray()
            .Concat(judged.Json.GetProperty("signatures").EnumerateArray().SelectMany(signature => signature.GetProperty("findings").EnumerateArray()))
            .Select(finding => finding.GetProperty("code").GetString()!);

    private static string Fresh(string name) => SampleFiles.In($"{TestContext.CurrentContext.Test.ID}-{name}");
}
