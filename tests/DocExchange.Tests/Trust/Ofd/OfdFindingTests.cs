using System.Text;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>What is said of an OFD whose signature files are missing, damaged or at odds with one another.</summary>
public sealed class OfdFindingTests
{
    private const string Signature = "Doc_0/Signs/Sign_0/Signature.xml";
    private const string Value = "Doc_0/Signs/Sign_0/SignedValue.dat";
    private const string SealFile = "Doc_0/Signs/Sign_0/Seal.esl";

    private SealWorld world = null!;

    [OneTimeSetUp]
    public void Open() => world = new SealWorld();

    [OneTimeTearDown]
    public void Close() => world.Dispose();

    [TestCase(OfdMaker.List, "OFD_LIST_MISSING")]
    [TestCase(Signature, "OFD_SIGNATURE_MISSING")]
    [TestCase(Value, "OFD_SIGNED_VALUE_MISSING")]
    [TestCase(SealFile, "OFD_SEAL_FILE_MISSING")]
    [TestCase("OFD.xml", "OFD_ROOT_MISSING")]
    public async Task Names_what_was_taken_out(string part, string code)
    {
        var maker = await SealedAsync(new OfdStyle());
        maker.Parts.Remove(part);

        Assert.That(await CodesAsync(OfdMaker.Pack(maker.Parts)), Does.Contain(code));
    }

    [TestCase(Value, "not a signature", "OFD_SIGNED_VALUE_FORMAT")]
    [TestCase(Signature, "<ofd:Signature", "OFD_XML")]
    [TestCase(Signature, "<a xmlns='http://www.ofdspec.org/2016'/>", "OFD_SIGNATURE_XML")]
    public async Task Names_what_cannot_be_read(string part, string text, string code)
    {
        var maker = await SealedAsync(new OfdStyle());
        maker.Parts[part] = Encoding.UTF8.GetBytes(text);

        Assert.That(await CodesAsync(OfdMaker.Pack(maker.Parts)), Does.Contain(code));
    }

    [Test]
    public async Task Names_a_signature_file_that_was_altered()
    {
        var maker = await SealedAsync(new OfdStyle());
        maker.Parts[Signature] = [.. maker.Parts[Signature], (byte)'\n'];

        Assert.That(await CodesAsync(OfdMaker.Pack(maker.Parts)), Does.Contain("OFD_SIGNATURE_XML_ALTERED").And.Not.Contain("SIGNATURE_INTACT"));
    }

    [Test]
    public async Task Says_what_a_signature_protects_by_unknown_digests_or_not_at_all()
    {
        var unknown = await CodesAsync(OfdMaker.Pack((await SealedAsync(new OfdStyle { CheckMethod = "9.9.9", Hash = _ => new byte[7] })).Parts));
        var none = await CodesAsync(OfdMaker.Pack((await SealedAsync(new OfdStyle { Protects = _ => false })).Parts));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(unknown, Does.Contain("OFD_DIGEST_UNKNOWN").And.Not.Contain("SIGNATURE_INTACT"));
            Assert.That(none, Does.Contain("OFD_NO_REFERENCES").And.Not.Contain("SIGNATURE_INTACT"));
        }
    }

    [TestCase("MD5", "OFD_DIGEST_METHOD_DIFFERS", Indication.Indeterminate)]
    [TestCase("SHA-512", "OFD_DIGEST_METHOD_DIFFERS", Indication.Indeterminate)]
    [TestCase("摘要", "OFD_DIGEST_METHOD", Indication.TotalPassed)]
    public async Task Says_that_the_digests_are_not_as_long_as_the_method_has_them(string method, string code, Indication indication)
    {
        var judged = await JudgeAsync(OfdMaker.Pack((await SealedAsync(new OfdStyle { CheckMethod = method })).Parts));
        var signature = judged.Signatures.Single();
        Assert.That((judged.Verdict.Indication, signature.Integrity, signature.Verdict.Findings.Single(finding => finding.Code == code).Indication), Is.EqualTo((indication, SignatureIntegrity.Intact, indication)));
    }

    [TestCase("</ofd:References>", "</ofd:References><ofd:References><ofd:Reference FileRef=\"/OFD.xml\"><ofd:CheckValue>AA==</ofd:CheckValue></ofd:Reference></ofd:References>", "References")]
    [TestCase("</ofd:SignedInfo>", "</ofd:SignedInfo><ofd:SignedInfo/>", "SignedInfo")]
    [TestCase("</ofd:CheckValue>", "</ofd:CheckValue><ofd:CheckValue>AA==</ofd:CheckValue>", "CheckValue")]
    [TestCase("<ofd:SignedInfo>", "<ofd:SignedInfo><ofd:SignedValue>/Doc_0/Other.dat</ofd:SignedValue>", "SignedValue")]
    [TestCase("<ofd:Reference FileRef", "<ofd:Reference CheckValue=\"AA==\" FileRef", "CheckValue")]
    [TestCase("<ofd:CheckValue>", "<ofd:FileRef>/OFD.xml</ofd:FileRef><ofd:CheckValue>", "FileRef")]
    [TestCase("</ofd:SignedInfo>", "<ofd:Seal BaseLoc=\"/Doc_0/Document.xml\"><ofd:BaseLoc>/None.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>", "BaseLoc")]
    public async Task Fails_a_second_of_what_stands_once(string one, string two, string name)
    {
        var maker = new OfdMaker();
        await maker.SignAsync(new OfdStyle { HasSealFile = false }, file => world.ApplyAsync(Encoding.UTF8.GetBytes(Twice(file))));
        maker.Parts[Signature] = Encoding.UTF8.GetBytes(Twice(maker.Parts[Signature]));
        var judged = await JudgeAsync(maker.Zip());
        Assert.That(
            judged.Verdict.Faults.Select(fault => (fault.Code, fault.Indication, fault.SubIndication, fault.English.Contains($" {name} stands", StringComparison.Ordinal))),
            Is.EqualTo(new[] { ("OFD_ELEMENT_TWICE", Indication.TotalFailed, SubIndication.FormatFailure, true) }));

        string Twice(byte[] file) => Encoding.UTF8.GetString(file).Replace(one, two, StringComparison.Ordinal);
    }

    [TestCase("OFD.xml", "<ofd:DocRoot>", "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot><ofd:DocRoot>", "DocRoot")]
    [TestCase(OfdMaker.List, "BaseLoc=\"/Doc_0/Signs/Sign_0/Signature.xml\"/>", "BaseLoc=\"/Doc_0/Signs/Sign_0/Signature.xml\"><ofd:BaseLoc>/Doc_0/Other.xml</ofd:BaseLoc></ofd:Signature>", "BaseLoc")]
    public async Task Leaves_open_a_second_of_what_stands_once_where_no_signature_is(string path, string one, string two, string name)
    {
        var maker = new OfdMaker();
        if (path != OfdMaker.List)
        {
            maker.Put(path, Twice(maker.Parts[path]));
        }

        await maker.SealAsync(world);
        maker.WriteList();
        maker.Put(OfdMaker.List, path == OfdMaker.List ? Twice(maker.Parts[path]) : Encoding.UTF8.GetString(maker.Parts[OfdMaker.List]));
        var judged = await JudgeAsync(OfdMaker.Pack(maker.Parts));
        Assert.That(
            judged.Verdict.Faults.Select(fault => (fault.Code, fault.Indication, fault.English.Contains($" {name} stands", StringComparison.Ordinal))),
            Is.EqualTo(new[] { ("OFD_ELEMENT_TWICE", Indication.Indeterminate, true) }));

        string Twice(byte[] file) => Encoding.UTF8.GetString(file).Replace(one, two, StringComparison.Ordinal);
    }

    [Test]
    public async Task Remarks_upon_what_is_in_order_and_what_is_odd()
    {
        var good = await CodesAsync(OfdMaker.Pack((await SealedAsync(new OfdStyle())).Parts));
        var odd = await CodesAsync(OfdMaker.Pack((await SealedAsync(new OfdStyle { Type = "Sign" })).Parts));
        using var office = new Signatures.SigningOffice();
        using var key = office.Certify(KeyAlgorithm.Sm2);
        var maker = new OfdMaker();
        await maker.SignAsync(new OfdStyle { Type = "Sign", Time = null }, file => OfdCmsForms.DigestAsContentAsync(key, file));
        var cms = await CodesAsync(maker.Zip());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(good, Does.Contain("OFD_SEAL_FILE").And.Contain("OFD_PARTS_MATCH").And.Not.Contain("OFD_TYPE_DIFFERS"));
            Assert.That(odd, Does.Contain("OFD_TYPE_DIFFERS"));
            Assert.That(cms, Does.Contain("OFD_TIME_UNREADABLE").And.Contain("OFD_SIGNATURE_VALUE"));
        }
    }

    [Test]
    public async Task Says_that_a_ZIP_without_its_directory_is_damaged()
    {
        var zip = OfdMaker.Pack((await SealedAsync(new OfdStyle())).Parts);

        Assert.That(await CodesAsync(zip[..^40]), Is.EqualTo(new[] { "OFD_ZIP_DAMAGED" }));
        Assert.That((await JudgeAsync(zip[..^40])).Verdict.SubIndication, Is.EqualTo(SubIndication.FormatFailure));
    }

    [TestCase(16, false)]
    [TestCase(17, true)]
    public async Task Reads_no_more_documents_of_one_file_than_its_limit(int bodies, bool isRefused)
    {
        var maker = await SealedAsync(new OfdStyle { Protects = path => path != "OFD.xml" });
        var root = Encoding.UTF8.GetString(maker.Parts["OFD.xml"]);
        maker.Put("OFD.xml", root.Replace("</ofd:OFD>", string.Concat(Enumerable.Repeat("<ofd:DocBody/>", bodies - 1)) + "</ofd:OFD>", StringComparison.Ordinal));

        var judged = await JudgeAsync(OfdMaker.Pack(maker.Parts));

        Assert.That(judged.Verdict.Findings.Select(finding => (finding.Code, finding.SubIndication)), isRefused ? Is.EqualTo(new[] { ("OFD_TOO_MANY_BODIES", SubIndication.Generic) }) : Has.None.EqualTo(("OFD_TOO_MANY_BODIES", SubIndication.Generic)));
    }

    // Some makers write the time of China and call it UTC.
    [TestCase(-8, "SEAL_TIME_ZONE", Indication.Indeterminate, SubIndication.TimestampOrderFailure)]
    [TestCase(-9, "SEAL_TIME_OUTSIDE_PERIOD", Indication.TotalFailed, SubIndication.NotYetValid)]
    public async Task Leaves_open_a_time_that_is_off_the_seals_period_by_a_time_zone(int hours, string code, Indication indication, SubIndication sub)
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world, at: SealWorld.From.AddHours(hours));

        var judged = await JudgeAsync(maker.Zip());

        Assert.That(judged.Signatures.Single().Verdict.Findings.Where(finding => finding.Code.StartsWith("SEAL_TIME_", StringComparison.Ordinal)).Select(finding => (finding.Code, finding.Indication, finding.SubIndication)), Is.EqualTo(new[] { (code, indication, sub) }));
        Assert.That(judged.Verdict.Indication, Is.EqualTo(indication));
    }

    [Test]
    public async Task Leaves_open_a_seal_signature_whose_certificate_cannot_be_read()
    {
        var maker = await SealedAsync(new OfdStyle());
        var value = maker.Parts[Value];
        var certificate = world.Holder.Certificate.Der;
        value[value.AsSpan().LastIndexOf(certificate) + 4] = 0x31;

        var verdict = (await JudgeAsync(OfdMaker.Pack(maker.Parts))).Signatures.Single().Verdict;

        Assert.That(verdict.Findings.Select(finding => (finding.Code, finding.Indication, finding.SubIndication)), Does.Contain(("SEAL_CERTIFICATE_UNREADABLE", Indication.Indeterminate, SubIndication.NoSigningCertificateFound)));
        Assert.That(verdict.Indication, Is.EqualTo(Indication.Indeterminate));
    }

    private async Task<OfdMaker> SealedAsync(OfdStyle style)
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world, style);
        maker.WriteList();
        return maker;
    }

    private async Task<IReadOnlyList<string>> CodesAsync(byte[] zip)
    {
        var judged = await JudgeAsync(zip);
        return [.. judged.Verdict.Findings.Concat(judged.Verdict.Signatures.SelectMany(signature => signature.Findings)).Select(finding => finding.Code)];
    }

    private Task<SignedDocument> JudgeAsync(byte[] zip) => new OfdVerifier(world.Trust, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(zip), SealWorld.Sealed, CancellationToken.None);
}
