using System.Text;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>What was changed after sealing is found and named, whoever is trusted.</summary>
public sealed class OfdAlteredTests
{
    private const string Page = "Doc_0/Pages/Page_0/Content.xml";
    private const string Signature = "Doc_0/Signs/Sign_0/Signature.xml";
    private const string Value = "Doc_0/Signs/Sign_0/SignedValue.dat";
    private const string SealFile = "Doc_0/Signs/Sign_0/Seal.esl";

    private SealWorld world = null!;

    [OneTimeSetUp]
    public void CreateWorld() => world = new SealWorld();

    [OneTimeTearDown]
    public void DisposeWorld() => world.Dispose();

    [TestCase("OFD.xml")]
    [TestCase("Doc_0/Document.xml")]
    [TestCase(Page)]
    [TestCase(SealFile)]
    [TestCase(Signature)]
    public async Task Names_a_part_that_was_altered(string path)
    {
        foreach (var version in new[] { 1, 4, 5 })
        {
            var parts = await SealedAsync(version: version);
            parts[path] = [.. parts[path], (byte)' '];

            ExpectAltered(await VerifyAsync(parts), path);
        }
    }

    [TestCase("OFD.xml")]
    [TestCase(Signature)]
    [TestCase(Page)]
    public async Task Names_a_part_that_was_made_unreadable(string path)
    {
        var parts = await SealedAsync();
        parts[path] = Encoding.UTF8.GetBytes("<not well-formed");

        ExpectAltered(await VerifyAsync(parts), path);
    }

    [Test]
    public async Task Names_a_part_that_was_taken_out()
    {
        var parts = await SealedAsync();
        parts.Remove(Page);

        var judged = await VerifyAsync(parts);
        Assert.That(judged.Verdict.SubIndication, Is.EqualTo(SubIndication.HashFailure));
        Assert.That(judged.Signatures[0].Altered.Single(), Does.EndWith(Page));
        Assert.That(Codes(judged), Does.Contain("OFD_PART_MISSING"));
    }

    [Test]
    public async Task Finds_the_alteration_though_OFD_xml_no_longer_names_the_signatures()
    {
        var parts = await SealedAsync();
        parts["OFD.xml"] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(parts["OFD.xml"]).Replace("<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>", "", StringComparison.Ordinal));

        var judged = await VerifyAsync(parts);
        ExpectAltered(judged, "OFD.xml");
        Assert.That(Codes(judged), Does.Contain("OFD_LIST_NOT_NAMED"));
    }

    [Test]
    public async Task Finds_a_signature_that_was_struck_from_the_list()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        await maker.SealAsync(world, new OfdStyle { Protects = path => !path.StartsWith("Doc_0/Signs/", StringComparison.Ordinal) });
        maker.WriteList();
        var list = Encoding.UTF8.GetString(maker.Parts[OfdMaker.List]);
        maker.Put(OfdMaker.List, System.Text.RegularExpressions.Regex.Replace(list, "<ofd:Signature ID=\"2\"[^>]*/>", ""));

        var judged = await VerifyAsync(maker.Parts);
        Assert.That(judged.Signatures, Has.Count.EqualTo(2));
        Assert.That(Codes(judged), Does.Contain("OFD_SIGNATURE_NOT_LISTED"));
        Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.Indeterminate));
    }

    [Test]
    public async Task Fails_a_signature_value_that_was_altered_anywhere()
    {
        var original = await SealedAsync();
        var value = original[Value];
        for (var index = 0; index < value.Length; index += 61)
        {
            var parts = new Dictionary<string, byte[]>(original) { [Value] = [.. value] };
            parts[Value][index] ^= 0x10;
            Assert.That((await VerifyAsync(parts)).Verdict.Indication, Is.Not.EqualTo(Indication.TotalPassed), $"byte {index}");
        }
    }

    [Test]
    public async Task Fails_a_seal_file_that_was_swapped_where_nothing_protects_it()
    {
        var parts = await SealedAsync(new OfdStyle { Protects = path => !path.EndsWith(".esl", StringComparison.Ordinal) });
        var other = await SealForms.SignedAsync(SealForms.Info(4, world.Definition() with { Name = "另一印章" }), world.Maker);
        parts[SealFile] = other;

        var judged = await VerifyAsync(parts);
        Assert.That(judged.Verdict.SubIndication, Is.EqualTo(SubIndication.HashFailure));
        Assert.That(Codes(judged), Does.Contain("OFD_SEAL_FILE_DIFFERS"));
    }

    [Test]
    public async Task Fails_the_seal_of_another_document()
    {
        var parts = await SealedAsync();
        var other = new OfdMaker();
        other.Put(Page, "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"/>");
        await other.SealAsync(world);
        parts[Value] = other.Parts[Value];

        ExpectAltered(await VerifyAsync(parts), Signature);
    }

    [Test]
    public async Task Fails_a_CMS_over_another_file()
    {
        using var key = world.Key("签名人", CertificateProfile.DocumentSigning, SealWorld.From, SealWorld.Until);
        var maker = new OfdMaker();
        await maker.SignAsync(new OfdStyle { Type = "Sign" }, file => OfdCmsForms.DigestAsContentAsync(key, [.. file, (byte)' ']));
        maker.WriteList();

        ExpectAltered(await VerifyAsync(maker.Parts), Signature);
    }

    [Test]
    public async Task Fails_a_CMS_whose_value_was_altered()
    {
        using var key = world.Key("签名人", CertificateProfile.DocumentSigning, SealWorld.From, SealWorld.Until);
        var maker = new OfdMaker();
        await maker.SignAsync(new OfdStyle { Type = "Sign" }, file => OfdCmsForms.DigestAsContentAsync(key, file));
        maker.WriteList();
        maker.Parts[Value][^5] ^= 1;

        var judged = await VerifyAsync(maker.Parts);
        Assert.That(judged.Verdict.SubIndication, Is.EqualTo(SubIndication.SigCryptoFailure));
        Assert.That(judged.Signatures[0].Integrity, Is.EqualTo(SignatureIntegrity.Broken));
    }

    [Test]
    public async Task Does_not_let_a_page_pass_that_was_added_afterwards()
    {
        var parts = await SealedAsync();
        parts["Doc_0/Pages/Page_1/Content.xml"] = Encoding.UTF8.GetBytes("<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"/>");

        var judged = await VerifyAsync(parts);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.Indeterminate));
            Assert.That(judged.Verdict.SubIndication, Is.EqualTo(SubIndication.SigConstraintsFailure));
            Assert.That(Codes(judged), Does.Contain("OFD_CONTENT_NOT_COVERED"));
            Assert.That(judged.Uncovered, Is.EqualTo(new[] { "Doc_0/Pages/Page_1/Content.xml" }));
        }
    }

    [TestCase("Doc_0/Res/i.png", "Doc_0/PublicRes.xml", "<Res xmlns=\"http://www.ofdspec.org/2016\" BaseLoc=\"Res/\"><MultiMedias><MultiMedia ID=\"9\" Type=\"Image\"><MediaFile>i.png</MediaFile></MultiMedia></MultiMedias></Res>")]
    [TestCase("Doc_0/Res/page", "Doc_0/PublicRes.xml", "<Res xmlns=\"http://www.ofdspec.org/2016\" BaseLoc=\"Res\"><Any>page</Any></Res>")]
    [TestCase("Doc_0/Res/i.png", "Doc_0/PublicRes.Xml", "<Res xmlns=\"http://www.ofdspec.org/2016\"><MediaFile>Res/i.png</MediaFile></Res>")]
    public async Task A_picture_below_the_folder_of_resources_and_a_name_without_a_dot_are_content(string part, string from, string resources)
    {
        var maker = new OfdMaker();
        maker.Parts[from] = Encoding.UTF8.GetBytes(resources);
        maker.Parts["Doc_0/Document.xml"] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(maker.Parts["Doc_0/Document.xml"]).Replace("PublicRes.xml", Path.GetFileName(from), StringComparison.Ordinal));
        await maker.SealAsync(world, null, 4);
        maker.WriteList();
        maker.Parts[part] = [1, 2, 3];

        Assert.That(Codes(await VerifyAsync(maker.Parts)), Does.Contain("OFD_CONTENT_NOT_COVERED"));
    }

    [Test]
    public async Task Only_remarks_upon_a_stray_file()
    {
        var parts = await SealedAsync();
        parts["Thumbs.db"] = [1, 2, 3];

        var judged = await VerifyAsync(parts);
        Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.TotalPassed));
        Assert.That(Codes(judged), Does.Contain("OFD_PARTS_NOT_COVERED"));
    }

    [Test]
    public async Task A_list_that_is_protected_closes_the_document()
    {
        var maker = new OfdMaker();
        var entry = "<ofd:Signature ID=\"1\" BaseLoc=\"/Doc_0/Signs/Sign_0/Signature.xml\"/>";
        maker.Put(OfdMaker.List, $"<ofd:Signatures xmlns:ofd=\"http://www.ofdspec.org/2016\">{entry}</ofd:Signatures>");
        await maker.SealAsync(world, new OfdStyle { ProtectsList = true });
        var closed = await VerifyAsync(maker.Parts);
        maker.Put(OfdMaker.List, $"<ofd:Signatures xmlns:ofd=\"http://www.ofdspec.org/2016\">{entry}<!-- a later seal --></ofd:Signatures>");

        Assert.That(closed.Verdict.Indication, Is.EqualTo(Indication.TotalPassed));
        ExpectAltered(await VerifyAsync(maker.Parts), OfdMaker.List);
    }

    [Test]
    public async Task Says_clearly_that_an_OFD_is_not_signed()
    {
        var maker = new OfdMaker();
        maker.Put("OFD.xml", Encoding.UTF8.GetString(maker.Parts["OFD.xml"]).Replace("<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>", "", StringComparison.Ordinal));

        var judged = await VerifyAsync(maker.Parts);
        Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.Indeterminate));
        Assert.That(Codes(judged), Does.Contain("OFD_NOT_SIGNED"));
    }

    [Test]
    public async Task Tells_weak_digests_from_altered_parts()
    {
        var judged = await VerifyAsync(await SealedAsync(new OfdStyle { CheckMethod = "MD5", Hash = System.Security.Cryptography.MD5.HashData }));

        Assert.That(judged.Signatures[0].Integrity, Is.EqualTo(SignatureIntegrity.Intact));
        Assert.That(judged.Verdict.SubIndication, Is.EqualTo(SubIndication.CryptoConstraintsFailure));
        Assert.That(Codes(judged), Does.Contain("OFD_DIGEST_WEAK"));
    }

    [Test]
    public async Task Never_confuses_time_certificate_and_content()
    {
        var late = new OfdMaker();
        await late.SealAsync(world, at: SealWorld.Until.AddDays(2));
        late.WriteList();
        var revoked = await OfdVendorTests.VerifyAsync(OfdMaker.Pack(await SealedAsync()), world.TrustWith(Revoked(world.Holder, SealWorld.From)));
        var outside = await VerifyAsync(late.Parts);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Codes(outside), Does.Contain("SEAL_TIME_OUTSIDE_PERIOD"));
            Assert.That(Codes(outside), Has.None.Contains("ALTERED"));
            Assert.That(outside.Signatures[0].Integrity, Is.EqualTo(SignatureIntegrity.Intact));
            Assert.That(revoked.Verdict.SubIndication, Is.EqualTo(SubIndication.Revoked));
            Assert.That(revoked.Signatures[0].Integrity, Is.EqualTo(SignatureIntegrity.Intact));
        }
    }

    private static RevokedCertificate Revoked(ISigningKey key, DateTimeOffset at) => new(key.Certificate.SerialNumber, at, RevocationReason.KeyCompromise);

    private static IEnumerable<string> Codes(SignedDocument judged) =>
        judged.Verdict.Findings.Concat(judged.Verdict.Signatures.SelectMany(signature => signature.Findings)).Select(finding => finding.Code);

    private static void ExpectAltered(SignedDocument judged, string path)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.TotalFailed));
            Assert.That(judged.Verdict.SubIndication, Is.EqualTo(SubIndication.HashFailure), string.Join(",", Codes(judged)));
            Assert.That(judged.Signatures[0].Altered, Is.EqualTo(new[] { path }));
            Assert.That(judged.Signatures[0].Integrity, Is.EqualTo(SignatureIntegrity.Broken));
            Assert.That(judged.Verdict.Faults.Select(fault => fault.Chinese), Has.Some.Contains(path).And.Some.Contains("内容被篡改"));
        }
    }

    private Task<SignedDocument> VerifyAsync(IEnumerable<KeyValuePair<string, byte[]>> parts) => OfdVendorTests.VerifyAsync(OfdMaker.Pack(parts), world.Trust);

    private async Task<Dictionary<string, byte[]>> SealedAsync(OfdStyle? style = null, int version = 4)
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world, style, version);
        maker.WriteList();
        return maker.Parts;
    }
}
