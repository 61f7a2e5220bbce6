using System.Security.Cryptography;
using System.Text;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>The list, the descriptions, the values and the seals of an OFD: nobody signs the most of them, so nothing of the document may lie in one.</summary>
public sealed class OfdOwnPartTests
{
    private const string Document = "Doc_0/Document.xml";
    private const string Page = "Pages/Page_1/Content.xml";
    private const string Description = "Doc_0/Signs/Sign_0/Signature.xml";
    private const string Value = "Doc_0/Signs/Sign_0/SignedValue.dat";
    private const string Seal = "Doc_0/Signs/Sign_0/Seal.esl";

    private readonly SealWorld world = new();
    private readonly SigningOffice office = new();

    [OneTimeTearDown]
    public void Dispose()
    {
        world.Dispose();
        office.Dispose();
    }

    [TestCase(OfdMaker.List)]
    [TestCase(Description)]
    [TestCase(Value)]
    [TestCase(Seal)]
    public async Task Leaves_open_a_page_that_is_a_part_of_a_signature(string part)
    {
        var maker = new OfdMaker();
        Replace(maker, Document, Page, "/" + part);
        await maker.SealAsync(world, new OfdStyle { Protects = path => path != Seal });

        Expect(await VerifyAsync(maker.Zip()), part);
    }

    [Test]
    public async Task Leaves_open_a_list_that_the_document_takes_for_its_annotations_or_resources()
    {
        foreach (var element in new[] { "<ofd:Annotations>Signs/Signatures.xml</ofd:Annotations>", "<ofd:Annotations>Signs/Sig<!-- -->natures.xml</ofd:Annotations>", "<ofd:Signatures>Signs/Signatures.xml</ofd:Signatures>" })
        {
            var maker = new OfdMaker();
            Replace(maker, Document, "</ofd:Document>", element + "</ofd:Document>");
            await maker.SealAsync(world);

            Expect(await VerifyAsync(maker.Zip()), OfdMaker.List);
        }
    }

    // A program that shows a page of a document may read what this one does not.
    [TestCase("<!DOCTYPE ofd><ofd:Document", "Signs/Signatures.xml", true)]
    [TestCase("<!DOCTYPE ofd><ofd:Document", "Signs/&#83;ignatures.xml", true)]
    [TestCase("<!DOCTYPE ofd [<!ENTITY x 'Signat'>]><ofd:Document", "Signs/&x;ures.xml", true)]
    [TestCase("<!DOCTYPE ofd><ofd:Document", Page, false)]
    public async Task Leaves_open_a_list_that_a_document_which_cannot_be_read_may_name(string start, string page, bool isNamed)
    {
        var maker = new OfdMaker();
        Replace(maker, Document, "<ofd:Document", start);
        Replace(maker, Document, Page, page);
        await maker.SealAsync(world);

        var judged = await VerifyAsync(maker.Zip());
        if (isNamed)
        {
            Expect(judged, OfdMaker.List);
        }
        else
        {
            Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.TotalPassed));
        }
    }

    // What a version consists of (GB/T 33190 §19.2) is not what it shows.
    [Test]
    public async Task Passes_a_version_that_lists_the_files_of_its_signatures()
    {
        var maker = new OfdMaker();
        Replace(maker, "OFD.xml", "</ofd:DocBody>", "<ofd:Versions><ofd:Version ID=\"1\" Index=\"1\" BaseLoc=\"Doc_0/Versions/V1.xml\"/></ofd:Versions></ofd:DocBody>");
        maker.Put("Doc_0/Versions/V1.xml", $"<ofd:DocVersion xmlns:ofd=\"http://www.ofdspec.org/2016\" ID=\"1\"><ofd:FileList><ofd:File ID=\"1\">/{OfdMaker.List}</ofd:File><ofd:File ID=\"2\">/{Value}</ofd:File></ofd:FileList><ofd:DocRoot>/{Document}</ofd:DocRoot></ofd:DocVersion>");
        await maker.SealAsync(world);

        Assert.That((await VerifyAsync(maker.Zip())).Verdict.Faults, Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Passes_several_CMS_signatures_that_each_protect_a_seal_of_their_own(bool isSealBefore)
    {
        var maker = new OfdMaker();
        using var one = office.Certify(KeyAlgorithm.Sm2, "甲单位");
        using var two = office.Certify(KeyAlgorithm.Sm2, "乙单位");
        if (isSealBefore)
        {
            await maker.SealAsync(world);
        }
        else
        {
            await SignAsync(maker, one);
        }

        await SignAsync(maker, two);

        var judged = await VerifyAsync(maker.Zip(), Trust);
        Assert.That((judged.Verdict.Indication, judged.Signatures.Count, judged.WasContinued), Is.EqualTo((Indication.TotalPassed, 2, false)), string.Join("\n", judged.Verdict.Faults));
    }

    // A signature is not to be asked to answer for a seal that another one added, nor may nobody answer for it.
    [Test]
    public async Task Leaves_open_a_seal_that_only_another_signature_than_its_own_protects()
    {
        var maker = new OfdMaker();
        using var one = office.Certify(KeyAlgorithm.Sm2, "甲单位");
        using var two = office.Certify(KeyAlgorithm.Sm2, "乙单位");
        await SignAsync(maker, one, _ => false);
        await SignAsync(maker, two, path => path.EndsWith("Seal.esl", StringComparison.Ordinal));

        var judged = await VerifyAsync(maker.Zip(), Trust);
        Assert.That(judged.Signatures[0].Verdict.Findings.Single(finding => finding.Code == "OFD_CONTENT_LEFT_TO_OTHERS").Chinese, Does.Contain(Seal));
    }

    [Test]
    public async Task Takes_a_value_and_a_seal_in_base64_or_PEM_for_what_they_are()
    {
        var sealedParts = await SealedAsync();
        sealedParts[Seal] = Base64(sealedParts[Seal]);
        sealedParts[Value] = Base64(sealedParts[Value]);
        var judged = await VerifyAsync(OfdMaker.Pack(sealedParts));
        Assert.That((judged.Verdict.Indication, Codes(judged).Contains("OFD_SEAL_FILE")), Is.EqualTo((Indication.TotalPassed, true)), string.Join("\n", judged.Verdict.Faults));

        var cms = new OfdMaker();
        using var key = office.Certify(KeyAlgorithm.Sm2);
        await cms.SignAsync(new OfdStyle { Type = "Sign" }, async file => Pem("CMS", await OfdCmsForms.PlainAsync(key, file)));
        Assert.That((await VerifyAsync(cms.Zip(), Trust)).Verdict.Indication, Is.EqualTo(Indication.TotalPassed));
    }

    [Test]
    public async Task Says_so_where_the_seal_in_base64_is_another()
    {
        var parts = await SealedAsync();
        parts[Seal] = Base64([.. parts[Seal], 1]);
        Assert.That(Codes(await VerifyAsync(OfdMaker.Pack(parts))), Does.Contain("OFD_SEAL_FILE_DIFFERS").And.Not.Contain("OFD_SEAL_FILE"));
    }

    // A picture or a page in front of a PEM block is shown by whoever looks for one there.
    [Test]
    public async Task Takes_nothing_for_a_value_that_holds_more_than_the_value()
    {
        var maker = new OfdMaker();
        using var key = office.Certify(KeyAlgorithm.Sm2);
        await maker.SignAsync(new OfdStyle { Type = "Sign" }, file => OfdCmsForms.PlainAsync(key, file));
        var value = maker.Parts[Value];
        Func<byte[], byte[]>[] forms =
        [
            one => [.. "\u0089PNG\r\n"u8, .. Pem("CMS", one)],
            one => [.. "<ofd:Page>"u8, .. Pem("CMS", one), .. "</ofd:Page>"u8],
            one => [.. Pem("CMS", one), .. "支付"u8],
            one => [.. Pem("CMS", one), .. Pem("CMS", one)],
            one => Pem("CERTIFICATE", one),
            one => [.. Base64(one), .. "!"u8],
            _ => [],
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var (index, form) in forms.Index())
            {
                maker.Parts[Value] = form(value);
                var judged = await VerifyAsync(maker.Zip(), Trust);
                Assert.That((judged.Verdict.Indication, Codes(judged).Contains("OFD_SIGNED_VALUE_FORMAT")), Is.EqualTo((Indication.TotalFailed, true)), $"{index}");
            }
        }
    }

    [Test]
    public async Task Judges_a_signature_once_however_often_it_is_listed_and_says_so()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        maker.WriteList();
        Replace(maker, OfdMaker.List, "</ofd:Signatures>", string.Concat(Enumerable.Range(2, 60).Select(id => $"<ofd:Signature ID=\"{id}\" BaseLoc=\"/{Description}\"/>")) + "</ofd:Signatures>");

        var judged = await VerifyAsync(OfdMaker.Pack(maker.Parts));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((judged.Signatures.Count, judged.Verdict.Indication), Is.EqualTo((1, Indication.TotalPassed)));
            Assert.That(Codes(judged).Count(code => code == "OFD_LISTED_TWICE"), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Judges_a_value_for_one_description_alone()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        maker.WriteList();
        maker.Parts["Doc_0/Signs/Sign_1/Signature.xml"] = [.. maker.Parts[Description], (byte)' '];
        Replace(maker, OfdMaker.List, "</ofd:Signatures>", "<ofd:Signature ID=\"2\" BaseLoc=\"/Doc_0/Signs/Sign_1/Signature.xml\"/></ofd:Signatures>");

        var judged = await VerifyAsync(OfdMaker.Pack(maker.Parts));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Signatures.Select(signature => signature.Verdict.Indication), Is.EqualTo(new[] { Indication.TotalPassed, Indication.Indeterminate }));
            Assert.That(judged.Signatures[1].Verdict.Findings.Select(finding => finding.Code), Does.Contain("OFD_VALUE_SHARED"));
            Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.Indeterminate));
        }
    }

    private DocExchange.Trust.Certificates.TrustStore Trust => office.Store with
    {
        Anchors = [.. office.Store.Anchors, .. world.Trust.Anchors],
        Intermediates = [office.Authority.Certificate, office.GmAuthority.Certificate, .. world.Trust.Intermediates],
    };

    private async Task<Dictionary<string, byte[]>> SealedAsync()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world, new OfdStyle { Protects = path => path != Seal });
        maker.WriteList();
        return maker.Parts;
    }

    /// <param name="protects">Which files of signatures; null for its own seal.</param>
    private async Task SignAsync(OfdMaker maker, ISigningKey key, Func<string, bool>? protects = null)
    {
        var number = maker.Parts.Keys.Count(path => path.EndsWith("Signature.xml", StringComparison.Ordinal));
        var seal = $"Doc_0/Signs/Sign_{number}/Seal.esl";
        maker.Parts[seal] = await SealForms.SignedAsync(SealForms.Info(4, world.Definition()), world.Maker);
        byte[] With(byte[] file) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(file).Replace("</ofd:SignedInfo>", $"<ofd:Seal><ofd:BaseLoc>/{seal}</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>", StringComparison.Ordinal));
        bool IsOf(string path) => !path.Contains("/Signs/", StringComparison.Ordinal) || (protects?.Invoke(path) ?? path == seal);
        await maker.SignAsync(new OfdStyle { Type = "Sign", Protects = IsOf }, file => OfdCmsForms.PlainAsync(key, With(file)));
        var description = $"Doc_0/Signs/Sign_{number}/Signature.xml";
        maker.Parts[description] = With(maker.Parts[description]);
    }

    private Task<SignedDocument> VerifyAsync(byte[] file, DocExchange.Trust.Certificates.TrustStore? trust = null) =>
        new OfdVerifier(trust ?? world.Trust, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(file), trust is null ? SealWorld.Sealed : SigningOffice.Now, CancellationToken.None);

    private static void Expect(SignedDocument judged, string part)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.Indeterminate), string.Join("\n", judged.Verdict.Faults));
            Assert.That(judged.Verdict.Faults.Where(fault => fault.Code == "OFD_CONTENT_NOT_COVERED").Select(fault => fault.Chinese), Has.Some.Contains(part));
            Assert.That(judged.Uncovered, Does.Contain(part));
        }
    }

    private static IEnumerable<string> Codes(SignedDocument judged) =>
        judged.Verdict.Findings.Concat(judged.Verdict.Signatures.SelectMany(signature => signature.Findings)).Select(finding => finding.Code);

    private static byte[] Base64(byte[] bytes) => Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes, Base64FormattingOptions.InsertLineBreaks));

    private static byte[] Pem(string label, byte[] bytes) => Encoding.ASCII.GetBytes("\r\n" + PemEncoding.WriteString(label, bytes) + "\r\n");

    private static void Replace(OfdMaker maker, string part, string one, string two)
    {
        var text = Encoding.UTF8.GetString(maker.Parts[part]);
        Assert.That(text, Does.Contain(one));
        maker.Put(part, text.Replace(one, two, StringComparison.Ordinal));
    }
}
