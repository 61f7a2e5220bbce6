using System.Text;
using DocExchange.Tests.Trust.Ofd;
using DocExchange.Tests.Trust.Pdf;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Validation;

/// <summary>A body that carries seals of its own is judged with the package around it.</summary>
public sealed class BodySignatureTests
{
    private SigningOffice office = null!;
    private ISigningKey key = null!;
    private SealWorld foreign = null!;

    [OneTimeSetUp]
    public void Open()
    {
        office = new SigningOffice();
        key = office.Certify(KeyAlgorithm.EcdsaP256);
        foreign = new SealWorld();
    }

    [OneTimeTearDown]
    public void Close()
    {
        key.Dispose();
        office.Dispose();
        foreign.Dispose();
    }

    [Test]
    public async Task An_intact_body_of_a_foreign_maker_does_not_stop_the_package_and_is_told()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(foreign);

        var judged = await JudgeAsync("正文.ofd", maker.Zip());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("\n", judged.Verdict.Faults));
            Assert.That(judged.BodyFindings.Single().Code, Is.EqualTo("BODY_SIGNATURES_INTACT"));
            Assert.That(judged.Body!.Signatures.Single().Seal!.Name, Is.EqualTo("北京市人民政府"));
            Assert.That(judged.Issuers.Count(), Is.EqualTo(1));
        }
    }

    [TestCase(BodySignatures.Refuse, Indication.TotalFailed)]
    [TestCase(BodySignatures.Remark, Indication.TotalPassed)]
    public async Task A_body_altered_after_sealing_is_refused_or_remarked_upon(BodySignatures policy, Indication expected)
    {
        var maker = new OfdMaker();
        await maker.SealAsync(foreign);
        maker.WriteList();
        maker.Parts["Doc_0/PublicRes.xml"] = "<a/>"u8.ToArray();

        var judged = await JudgeAsync("正文.ofd", OfdMaker.Pack(maker.Parts), policy);
        var finding = judged.BodyFindings.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Verdict.Indication, Is.EqualTo(expected));
            Assert.That(judged.Verdict.SubIndication, Is.EqualTo(expected == Indication.TotalFailed ? SubIndication.HashFailure : SubIndication.None));
            Assert.That(finding.Code, Is.EqualTo("BODY_SIGNATURE_BROKEN"));
            Assert.That(finding.Chinese, Does.Contain("Doc_0/PublicRes.xml"));
        }
    }

    [TestCase(BodySignatures.Refuse, Indication.TotalFailed)]
    [TestCase(BodySignatures.Remark, Indication.TotalPassed)]
    public async Task A_seal_that_is_not_genuine_is_refused_and_nobody_is_told_that_the_content_was_altered(BodySignatures policy, Indication expected)
    {
        var maker = new OfdMaker();
        await maker.SealAsync(foreign, isForged: true);

        var judged = await JudgeAsync("正文.ofd", maker.Zip(), policy);
        var (finding, signature) = (judged.BodyFindings.Single(), judged.Body!.Signatures.Single());
        using (Assert.EnterMultipleScope())
        {
            Assert.That((judged.Verdict.Indication, finding.Code), Is.EqualTo((expected, "BODY_SEAL_NOT_GENUINE")));
            Assert.That(finding.Chinese, Does.Contain("印章无效").And.Contain("北京市人民政府").And.Not.Contain("改动"));
            Assert.That((signature.Integrity, signature.Verdict.Indication, signature.Verdict.SubIndication), Is.EqualTo((SignatureIntegrity.Intact, Indication.TotalFailed, SubIndication.SigCryptoFailure)));
            Assert.That(signature.Verdict.Findings.Select(each => each.Code), Does.Contain("SEAL_MAKER_SIGNATURE").And.Contain("OFD_PARTS_MATCH"));
        }
    }

    [Test]
    public async Task A_signature_value_that_does_not_fit_is_told_without_naming_parts()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(foreign);
        maker.WriteList();
        maker.Parts["Doc_0/Signs/Sign_0/SignedValue.dat"][^1] ^= 1;

        var finding = (await JudgeAsync("正文.ofd", OfdMaker.Pack(maker.Parts))).BodyFindings.Single();
        Assert.That((finding.Code, finding.SubIndication), Is.EqualTo(("BODY_SIGNATURE_BROKEN", SubIndication.SigCryptoFailure)));
        Assert.That(finding.Chinese, Does.Contain("签名值不正确").And.Not.Contain("（"));
    }

    // Nothing is easier than to alter a text by a few letters more.
    [TestCase(BodySignatures.Refuse, Indication.TotalFailed)]
    [TestCase(BodySignatures.Remark, Indication.TotalPassed)]
    public async Task A_body_whose_signature_no_longer_stands_where_it_says_is_refused_or_remarked_upon(BodySignatures policy, Indication expected)
    {
        var signed = await PdfMaker.SignAsync(PdfMaker.Plain(), content => CmsSigner.SignAsync(content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None));
        var at = signed.AsSpan().IndexOf("/Count 0"u8) + "/Count "u8.Length;
        byte[] altered = [.. signed.AsSpan(0, at), .. "1000"u8, .. signed.AsSpan(at)];
        byte[] signedAgain = await PdfMaker.SignAsync(altered, content => CmsSigner.SignAsync(content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None));
        using (Assert.EnterMultipleScope())
        {
            foreach (var body in new[] { altered, signedAgain })
            {
                var judged = await JudgeAsync("正文.pdf", body, policy);
                Assert.That(judged.BodyFindings.Single().Code, Is.EqualTo("BODY_SIGNATURE_BROKEN"));
                Assert.That((judged.Verdict.Indication, judged.BodyFindings.Single().Chinese.Contains("内容被篡改", StringComparison.Ordinal)), Is.EqualTo((expected, true)));
            }
        }
    }

    [Test]
    public async Task A_body_to_which_something_was_added_is_not_said_to_be_unchanged()
    {
        var signed = await PdfMaker.SignAsync(PdfMaker.Plain(), content => CmsSigner.SignAsync(content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None));
        var finding = (await JudgeAsync("正文.pdf", [.. signed, .. "2 0 obj\n<</Type/Pages/Kids[5 0 R]/Count 1>>\nendobj\n%%EOF\n"u8])).BodyFindings.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(finding.Code, Is.EqualTo("BODY_SIGNATURES_INTACT"));
            Assert.That(finding.Chinese, Does.Contain("受签名保护的部分自签名以来未变").And.Not.Contain("内容自签名以来未变"));
            Assert.That(finding.English, Does.Contain("what they protect has not changed since"));
        }
    }

    [Test]
    public async Task A_body_that_passes_is_told_and_one_that_is_not_looked_into_is_not()
    {
        var pdf = await PdfMaker.SignAsync(PdfMaker.Plain(), content => CmsSigner.SignAsync(content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None));

        Assert.That((await JudgeAsync("正文.pdf", pdf)).BodyFindings.Single().Code, Is.EqualTo("BODY_SIGNATURES_PASSED"));
        Assert.That((await JudgeAsync("正文.pdf", pdf, BodySignatures.Ignore)).Body, Is.Null);
    }

    [Test]
    public async Task A_body_whose_signature_is_of_a_form_that_is_not_verified_is_told_to_be_undecided()
    {
        var pdf = await PdfMaker.SignAsync(PdfMaker.Plain(), _ => Task.FromResult<byte[]>([4, 3, 1, 2, 3]), "adbe.x509.rsa_sha1");

        var judged = await JudgeAsync("正文.pdf", pdf);

        Assert.That(judged.BodyFindings.Select(finding => (finding.Code, finding.Indication)), Is.EqualTo(new[] { ("BODY_SIGNATURES_UNDECIDED", Indication.TotalPassed) }));
        Assert.That(judged.BodyFindings.Single().English, Does.Contain("adbe.x509.rsa_sha1"));
    }

    [Test]
    public async Task A_body_whose_signatures_cannot_be_reached_is_told_to_be_undecided()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(foreign);
        maker.WriteList();
        maker.Parts[OfdMaker.List] = "<"u8.ToArray();
        foreach (var part in maker.Parts.Keys.Where(part => part.StartsWith("Doc_0/Signs/Sign_", StringComparison.Ordinal)).ToList())
        {
            maker.Parts.Remove(part);
        }

        var judged = await JudgeAsync("正文.ofd", OfdMaker.Pack(maker.Parts));

        Assert.That(judged.Body!.Signatures, Is.Empty);
        Assert.That(judged.BodyFindings.Select(finding => finding.Code), Is.EqualTo(new[] { "BODY_SIGNATURES_UNDECIDED" }));
    }

    [Test]
    public async Task A_body_whose_only_signatures_are_of_files_inside_is_told()
    {
        var inner = await PdfMaker.SignAsync(PdfMaker.Plain(), content => CmsSigner.SignAsync(content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None));

        var judged = await JudgeAsync("正文.pdf", PdfMaker.Embed(inner));

        Assert.That(judged.BodyFindings.Select(finding => (finding.Code, finding.Indication)), Is.EqualTo(new[] { ("BODY_SIGNATURES_UNDECIDED", Indication.TotalPassed) }));
        Assert.That(judged.BodyFindings.Single().Chinese, Does.Contain("另一个 PDF 文件"));
    }

    [Test]
    public async Task A_body_without_signatures_is_nothing_to_talk_of()
    {
        var judged = await JudgeAsync("正文.pdf", PdfMaker.Plain());

        Assert.That(judged.BodyFindings, Is.Empty);
        Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.TotalPassed));
    }

    private async Task<PackageVerdict> JudgeAsync(string name, byte[] body, BodySignatures policy = BodySignatures.Refuse)
    {
        PackagePart[] parts = [PackagePart.Metadata("<m/>"u8.ToArray()), PackagePart.Body(name, () => new MemoryStream(body))];
        var manifest = await PackageManifest.CreateAsync(parts, withSm3: false, CancellationToken.None);
        var signature = await CmsSigner.SignAsync(manifest.Bytes, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None);
        var package = new MemoryStream();
        await PackageWriter.WriteAsync(package, manifest, parts, signature, [], CancellationToken.None);
        var validator = new PackageValidator(office.Store, ValidationPolicy.Strict with { BodySignatures = policy }, PackageLimits.Default);
        return await validator.ValidateAsync(new MemoryStream(package.ToArray()), SigningOffice.Now, CancellationToken.None);
    }
}
