using System.Text;
using DocExchange.Cli;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Tests.Trust.Pdf;
using DocExchange.Trust.Signatures;

namespace DocExchange.Tests.Cli;

internal sealed class VerifyVerbTests
{
    [TestCase("office-ecdsa")]
    [TestCase("office-rsa")]
    [TestCase("office-sm2")]
    public async Task Passes_a_package_signed_and_sealed(string key)
    {
        var judged = await VerifyAsync(await SampleFiles.PackageAsync(key));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.ExitCode, Is.Zero, judged.Output);
            Assert.That(judged.Json.GetProperty("indication").GetString(), Is.EqualTo("TOTAL_PASSED"));
            Assert.That(judged.Json.GetProperty("kind").GetString(), Is.EqualTo("package"));
            Assert.That(judged.Json.GetProperty("signatures").EnumerateArray().Select(each => each.GetProperty("kind").GetString()), Is.EqualTo(new[] { "cms", "seal" }));
        }
    }

    [Test]
    public async Task Fails_a_genuine_seal_of_another_unit_over_the_package()
    {
        var identifier = DocumentIdentifier.Make(UnifiedSocialCreditCode.Parse("113400000029860376"), "000", 2026, DocumentType.Opinions, 1);
        const string Coded = "115300000151003540上海市档案局";
        using var beijing = SampleFiles.KeyOf("北京市档案局");
        using var shanghai = SampleFiles.KeyOf("上海市档案局");
        using var office = SampleFiles.KeyOf("样例单位办公室");
        var another = await JudgeSealAsync(await SampleFiles.PackageAsync("office-ecdsa", issuer: "北京市档案局", identifier: identifier, sealName: Coded, signers: [beijing]));
        var renamed = await JudgeSealAsync(await SampleFiles.PackageAsync("office-ecdsa", issuer: "北京市档案局", sealName: Coded, signers: [beijing]));
        var dispatched = await JudgeSealAsync(await SampleFiles.PackageAsync("office-ecdsa", issuer: "上海市档案局", identifier: identifier, sealName: Coded, signers: [shanghai]));
        var shorter = await JudgeSealAsync(await SampleFiles.PackageAsync("office-ecdsa", issuer: "样例单位办公室", signers: [office]));
        var uncoded = await JudgeSealAsync(await SampleFiles.PackageAsync("office-ecdsa", identifier: identifier));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((another.ExitCode, another.Output.Contains("ISSUER_SEAL_OF_ANOTHER", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Failed, true)), another.Output);
            Assert.That((renamed.ExitCode, renamed.Output.Contains("ISSUER_SEAL_UNCLEAR", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Indeterminate, true)), renamed.Output);
            Assert.That((dispatched.ExitCode, dispatched.Output.Contains("ISSUER_SEAL_CODE", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Ok, true)), dispatched.Output);
            Assert.That(shorter.ExitCode, Is.Zero, shorter.Output);
            Assert.That(uncoded.ExitCode, Is.Zero, "the seal states no code: its name decides\n" + uncoded.Output);
        }
    }

    [TestCase("北京市人民政府", null, false, "TOTAL_PASSED", null)]
    [TestCase("00000000000001", "113400000029860376北京市人民政府", false, "TOTAL_PASSED", null, Description = "as seals have it: the number in CN, code and name in O")]
    [TestCase("北京市人民政府 (RSA)", null, false, "TOTAL_PASSED", null)]
    [TestCase("北京市东城区人民政府", null, false, "INDETERMINATE", "ISSUER_SIGNER_UNCLEAR", Description = "all letters of the issuer's name are in it")]
    [TestCase("北京市人民政府办公厅", null, false, "INDETERMINATE", "ISSUER_SIGNER_UNCLEAR", Description = "it may dispatch for the issuer, which only the directory knows")]
    [TestCase("北京市人民政府（办公厅）", null, false, "INDETERMINATE", "ISSUER_SIGNER_UNCLEAR")]
    [TestCase("市政府", null, false, "INDETERMINATE", "ISSUER_SIGNER_UNCLEAR")]
    [TestCase("00000000000001", null, false, "INDETERMINATE", "ISSUER_SIGNER_UNCLEAR", Description = "it names nobody")]
    [TestCase("上海市档案局", null, true, "INDETERMINATE", "ISSUER_SIGNER_UNCLEAR", Description = "without a code there is a name alone")]
    [TestCase("上海市档案局", "113400000029860376上海市档案局", true, "INDETERMINATE", "ISSUER_SIGNER_UNCLEAR", Description = "whoever signed wrote the identifier")]
    [TestCase("上海市档案局", "115300000151003540上海市档案局", true, "TOTAL_FAILED", "ISSUER_SIGNER_OF_ANOTHER")]
    public async Task Passes_no_package_whose_signer_is_not_named_as_its_issuer(string commonName, string? organization, bool isIdentified, string indication, string? finding)
    {
        var identifier = isIdentified ? DocumentIdentifier.Make(UnifiedSocialCreditCode.Parse("113400000029860376"), "000", 2026, DocumentType.Opinions, 1) : null;
        using var signer = SampleFiles.KeyOf(commonName, organization);
        var judged = await VerifyAsync(await SampleFiles.PackageAsync(
            "office-ecdsa", isSealed: false, issuer: "北京市人民政府", identifier: identifier, placement: SealPlacement.None, signers: [signer]));

        Expect(judged, indication switch { "TOTAL_PASSED" => ExitCode.Ok, "TOTAL_FAILED" => ExitCode.Failed, _ => ExitCode.Indeterminate }, indication, finding is null ? null : "SIG_CONSTRAINTS_FAILURE");
        Assert.That(judged.Output, finding is null ? Does.Not.Contain("ISSUER_SIGNER") : Does.Contain(finding));
    }

    [TestCase("general", "北京市人民政府", "节点")]
    [TestCase("北京市人民政府", "北京市人民政府", "节点")]
    [TestCase("张三", "北京市人民政府", "安全保密管理员")]
    [TestCase("0803", "113400000029860376北京市人民政府", "系统管理员")]
    [TestCase("0803", "北京市人民政府", null)]
    [TestCase("上海市档案局", "北京市人民政府", null)]
    public async Task Takes_nobody_for_an_issuer_who_only_belongs_to_it(string commonName, string organization, string? unit)
    {
        using var signer = SampleFiles.KeyOf(commonName, organization, unit);

        var judged = await VerifyAsync(await SampleFiles.PackageAsync("office-ecdsa", isSealed: false, issuer: "北京市人民政府", placement: SealPlacement.None, signers: [signer]));

        Expect(judged, ExitCode.Indeterminate, "INDETERMINATE", "SIG_CONSTRAINTS_FAILURE");
        Assert.That(judged.Output, Does.Contain("ISSUER_SIGNER_UNCLEAR"));
    }

    [Test]
    public async Task Passes_a_joint_document_only_where_each_issuer_is_named_by_a_signer()
    {
        using var one = SampleFiles.KeyOf("北京市档案局");
        using var again = SampleFiles.KeyOf("北京市档案局");
        using var other = SampleFiles.KeyOf("上海市档案局");
        var more = new Issuer("bj/two", "上海市档案局", SealPlacement.None);
        async Task<CommandLine> JudgeAsync(params DocExchange.Trust.Keys.ISigningKey[] signers) => await VerifyAsync(
            await SampleFiles.PackageAsync("office-ecdsa", isSealed: false, issuer: "北京市档案局", placement: SealPlacement.None, signers: signers, more: more));

        var both = await JudgeAsync(one, other);
        var twice = await JudgeAsync(one, again);

        Expect(both, ExitCode.Ok, "TOTAL_PASSED", null);
        Expect(twice, ExitCode.Indeterminate, "INDETERMINATE", "SIG_CONSTRAINTS_FAILURE");
        Assert.That(twice.Output, Does.Contain("ISSUER_SIGNER_UNCLEAR").And.Contain("没有签名证书写明署名机关：上海市档案局"));
    }

    private static Task<CommandLine> JudgeSealAsync(string package) => CommandLine.RunAsync("verify", package, "--trust", SampleFiles.Trust, "--crl", SampleFiles.Lists);

    [Test]
    public async Task Fails_a_package_with_an_altered_body()
    {
        var judged = await VerifyAsync(await SampleFiles.AlteredAsync(await SampleFiles.PackageAsync("office-ecdsa"), "%PDF-1.7 sample"));

        Expect(judged, ExitCode.Failed, "TOTAL_FAILED", null);
        Assert.That(judged.Output, Does.Contain("PART_ALTERED"));
    }

    [Test]
    public async Task Fails_a_package_whose_seal_was_taken_out()
    {
        var judged = await VerifyAsync(await SampleFiles.PackageAsync("office-ecdsa", isSealed: false));

        Expect(judged, ExitCode.Failed, "TOTAL_FAILED", "SIG_CONSTRAINTS_FAILURE");
        Assert.That(judged.Output, Does.Contain("ISSUER_SEALS"));
    }

    [Test]
    public async Task Fails_a_package_that_one_of_its_issuers_did_not_sign()
    {
        var judged = await VerifyAsync(await SampleFiles.PackageAsync("office-ecdsa", more: new Issuer("bj/two", "第二单位", SealPlacement.None)));

        Expect(judged, ExitCode.Failed, "TOTAL_FAILED", "SIG_CONSTRAINTS_FAILURE");
        Assert.That(judged.Output, Does.Contain("ISSUER_SIGNATURES"));
    }

    [Test]
    public async Task Fails_a_package_whose_body_lacks_the_seal_it_is_said_to_bear()
    {
        var judged = await VerifyAsync(await SampleFiles.PackageAsync("office-ecdsa", isSealed: false, placement: SealPlacement.Body));

        Expect(judged, ExitCode.Failed, "TOTAL_FAILED", "SIG_CONSTRAINTS_FAILURE");
        Assert.That(judged.Output, Does.Contain("ISSUER_BODY_SEALS"));
    }

    [Test]
    public async Task Trusts_no_folder_without_certificates_but_one_with_many_files()
    {
        var folder = Directory.CreateDirectory(SampleFiles.In("untrusted")).FullName;
        var nothing = await CommandLine.RunAsync("verify", SampleFiles.Trust, "--trust", folder);
        foreach (var number in Enumerable.Range(0, 1001))
        {
            await File.WriteAllTextAsync(Path.Combine(folder, $"{number}.pem"), "-----BEGIN X-----\nAQ==\n-----END X-----\n");
        }

        File.Copy(SampleFiles.Trust, Path.Combine(folder, "9999.pem"));
        var many = await CommandLine.RunAsync("verify", SampleFiles.Trust, "--trust", folder);
        var nothingToJudge = await CommandLine.RunAsync("verify", SampleFiles.Trust, "--trust", SampleFiles.Trust);

        Assert.That((nothing.ExitCode, nothing.Error.Contains("[NOTHING_TRUSTED]", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Failed, true)), nothing.Error);
        Assert.That((many.ExitCode, many.Error), Is.EqualTo((nothingToJudge.ExitCode, nothingToJudge.Error)), many.Output);
    }

    [Test]
    public async Task Passes_a_detached_signature_with_its_content() =>
        Expect(await VerifyAsync(await SampleFiles.SignatureAsync("office-ecdsa"), "--content", SampleFiles.In("content.txt")), ExitCode.Ok, "TOTAL_PASSED", null);

    // Whoever checks detached signatures by a script looks at the exit code alone.
    [Test]
    public async Task Passes_no_content_that_the_signature_beside_it_does_not_protect()
    {
        var pdf = SampleFiles.In("beside.pdf");
        await File.WriteAllBytesAsync(pdf, await SignedPdfAsync());
        using (Assert.EnterMultipleScope())
        {
            foreach (var file in new[] { await SampleFiles.PackageAsync("office-ecdsa"), pdf })
            {
                Expect(await VerifyAsync(file), ExitCode.Ok, "TOTAL_PASSED", null);
                var judged = await VerifyAsync(file, "--content", SampleFiles.In("content.txt"));
                Expect(judged, ExitCode.Indeterminate, "INDETERMINATE", "SIGNED_DATA_NOT_FOUND");
                Assert.That(judged.Output, Does.Contain("CONTENT_NOT_JUDGED"));
            }
        }
    }

    [Test]
    public async Task Takes_a_statement_in_a_text_for_one_only_where_nothing_stands_beside_it()
    {
        var pem = $"-----BEGIN CMS-----\n{Convert.ToBase64String(await File.ReadAllBytesAsync(await SampleFiles.StatementAsync("office-ecdsa")))}\n-----END CMS-----\n";
        async Task<CommandLine> JudgeAsync(byte[] before)
        {
            var path = SampleFiles.In("armoured.bin");
            await File.WriteAllBytesAsync(path, [.. before, .. Encoding.ASCII.GetBytes(pem)]);
            return await VerifyAsync(path);
        }

        var alone = await JudgeAsync([]);
        var pdf = await JudgeAsync(PdfMaker.Plain());
        var text = await JudgeAsync("Pay 900000\n"u8.ToArray());
        using (Assert.EnterMultipleScope())
        {
            Assert.That((alone.ExitCode, alone.Json.GetProperty("kind").GetString()), Is.EqualTo((ExitCode.Ok, "statement")), alone.Output);
            Assert.That((pdf.ExitCode, pdf.Json.GetProperty("kind").GetString()), Is.EqualTo((ExitCode.Indeterminate, "pdf")), pdf.Output);
            Assert.That((text.ExitCode, text.Output.Contains("CMS_TEXT_NOT_ALONE", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Indeterminate, true)), text.Output);
        }
    }

    private static async Task<byte[]> SignedPdfAsync()
    {
        using var key = SampleFiles.Key("office-ecdsa");
        return await PdfMaker.SignAsync(PdfMaker.Plain(), content => CmsSigner.SignAsync(content, key, CommandLine.Now, CmsForm.Detached, CancellationToken.None));
    }

    [Test]
    public async Task Cannot_tell_of_a_detached_signature_without_its_content() =>
        Expect(await VerifyAsync(await SampleFiles.SignatureAsync("office-ecdsa")), ExitCode.Indeterminate, "INDETERMINATE", "SIGNED_DATA_NOT_FOUND");

    [Test]
    public async Task Fails_a_detached_signature_over_other_content() =>
        Expect(await VerifyAsync(await SampleFiles.SignatureAsync("office-ecdsa"), "--content", SampleFiles.Trust), ExitCode.Failed, "TOTAL_FAILED", "HASH_FAILURE");

    [TestCase("negative/unknown-ca", ExitCode.Indeterminate, "NO_CERTIFICATE_CHAIN_FOUND")]
    [TestCase("negative/wrong-usage", ExitCode.Indeterminate, "CHAIN_CONSTRAINTS_FAILURE")]
    [TestCase("negative/revoked", ExitCode.Failed, "REVOKED")]
    [TestCase("negative/expired", ExitCode.Failed, "EXPIRED")]
    [TestCase("negative/not-yet-valid", ExitCode.Failed, "NOT_YET_VALID")]
    public async Task Passes_no_signature_of_a_bad_certificate(string key, int code, string subIndication)
    {
        var judged = await VerifyAsync(await SampleFiles.SignatureAsync(key), "--content", SampleFiles.In("content.txt"));

        Expect(judged, code, code == ExitCode.Failed ? "TOTAL_FAILED" : "INDETERMINATE", subIndication);
    }

    [Test]
    public async Task Passes_a_statement_and_says_what_it_could_not_check()
    {
        var judged = await VerifyAsync(await SampleFiles.StatementAsync("office-sm2"));

        Expect(judged, ExitCode.Ok, "TOTAL_PASSED", null);
        Assert.That(judged.Output, Does.Contain("BINDING_NOT_CHECKED"));
    }

    [TestCase("北京市档案局", null, "bj/sample", true)]
    [TestCase("北京市档案局", "节点", "bj/sample", false)]
    [TestCase("张三", "审计管理员", "bj/sample", false)]
    [TestCase("北京市档案局", null, "bj/~sample", false)]
    [TestCase("区县节点", "节点", "bj/~sample", true)]
    [TestCase("区县节点", "节点", "bj/~hub", false)]
    [TestCase("DocExchange 样例 中心", "中心", "bj/~hub", true)]
    [TestCase("某单位 中心", "中心", "bj/~hub", false, "某单位")]
    public async Task Passes_a_statement_only_with_a_certificate_of_its_issuers_kind(string name, string? unit, string issuer, bool passes, string organization = "DocExchange 样例")
    {
        using var signer = SampleFiles.KeyOf(name, organization, unit);
        var judged = await VerifyAsync(await SampleFiles.StatementAsync(signer, PartyId.Parse(issuer)));

        Expect(judged, passes ? ExitCode.Ok : ExitCode.Indeterminate, passes ? "TOTAL_PASSED" : "INDETERMINATE", passes ? null : "SIG_CONSTRAINTS_FAILURE");
        Assert.That(judged.Output, Does.Contain("STATEMENT_SAYS").And.Contain(issuer));
        Assert.That(judged.Output, passes ? Does.Not.Contain("SIGNER_OF_ANOTHER_KIND") : Does.Contain("SIGNER_OF_ANOTHER_KIND"));
    }

    [Test]
    public async Task Fails_an_altered_statement() =>
        Expect(await VerifyAsync(await SampleFiles.AlteredAsync(await SampleFiles.StatementAsync("office-ecdsa"), "王建国")), ExitCode.Failed, "TOTAL_FAILED", "HASH_FAILURE");

    [Test]
    public async Task Passes_a_seal_and_its_signature()
    {
        var seal = await VerifyAsync(SampleFiles.In("certs/seal.esl"));
        var signature = await VerifyAsync(await SampleFiles.SealSignatureAsync(), "--content", SampleFiles.In("content.txt"));

        Expect(seal, ExitCode.Ok, "TOTAL_PASSED", null);
        Expect(signature, ExitCode.Ok, "TOTAL_PASSED", null);
    }

    [Test]
    public async Task Fails_a_seal_over_other_content() =>
        Expect(await VerifyAsync(await SampleFiles.SealSignatureAsync(), "--content", SampleFiles.Trust), ExitCode.Failed, "TOTAL_FAILED", "HASH_FAILURE");

    [Test]
    public async Task Fails_an_altered_seal() =>
        Expect(await VerifyAsync(await SampleFiles.AlteredAsync(SampleFiles.In("certs/seal.esl"), "00000000000001")), ExitCode.Failed, "TOTAL_FAILED", "SIG_CRYPTO_FAILURE");

    [Test]
    public async Task Passes_nothing_without_trust_or_without_revocation_lists()
    {
        var package = await SampleFiles.PackageAsync("office-ecdsa");
        var untrusted = await CommandLine.RunAsync("verify", package, "--crl", SampleFiles.Lists, "--format", "json");
        var unlisted = await CommandLine.RunAsync("verify", package, "--trust", SampleFiles.Trust, "--format", "json");

        Expect(untrusted, ExitCode.Indeterminate, "INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND");
        Expect(unlisted, ExitCode.Indeterminate, "INDETERMINATE", "TRY_LATER");
    }

    [Test]
    public async Task Fails_what_is_no_signed_file() =>
        Expect(await VerifyAsync(SampleFiles.In("content.txt")), ExitCode.Failed, "TOTAL_FAILED", "FORMAT_FAILURE");

    [Test]
    public async Task Says_the_verdict_in_both_languages()
    {
        var package = await SampleFiles.PackageAsync("office-ecdsa");
        var chinese = await CommandLine.RunAsync("verify", package, "--trust", SampleFiles.Trust, "--crl", SampleFiles.Lists);
        var english = await CommandLine.RunAsync("verify", package, "--trust", SampleFiles.Trust, "--crl", SampleFiles.Lists, "--lang", "en");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(chinese.Output, Does.Contain("验证通过"));
            Assert.That(english.Output, Does.Contain("passed").And.Not.Contain("验证"));
        }
    }

    private static Task<CommandLine> VerifyAsync(string file, params string[] more) =>
        CommandLine.RunAsync(["verify", file, "--trust", SampleFiles.Trust, "--crl", SampleFiles.Lists, "--format", "json", .. more]);

    private static void Expect(CommandLine judged, int code, string indication, string? subIndication)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.ExitCode, Is.EqualTo(code), judged.Output + judged.Error);
            Assert.That(judged.Json.GetProperty("indication").GetString(), Is.EqualTo(indication), judged.Output);
            if (subIndication is not null)
            {
                Assert.That(judged.Json.GetProperty("subIndication").GetString(), Is.EqualTo(subIndication), judged.Output);
            }
        }
    }
}
