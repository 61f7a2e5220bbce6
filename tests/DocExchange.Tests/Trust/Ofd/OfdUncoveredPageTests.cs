using System.Text;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>A page or a picture that no signature covers is found however the file leads to it.</summary>
public sealed class OfdUncoveredPageTests
{
    private const string Page = "Doc_0/Pages/Page_0/Content.xml";
    private const string Picture = "Doc_0/Res/image_1.png";
    private const string Document = "Doc_0/Document.xml";
    private const string Resources = "Doc_0/PublicRes.xml";

    private SealWorld world = null!;

    [OneTimeSetUp]
    public void Open() => world = new SealWorld();

    [OneTimeTearDown]
    public void Close() => world.Dispose();

    [TestCase(Document, "<ofd:Document", "<!DOCTYPE ofd><ofd:Document", TestName = "In_a_document_with_a_document_type")]
    [TestCase(Document, "BaseLoc=\"Pages/Page_0", "BaseLoc=\"Pages/Page_0/../../Pages/Page_0", TestName = "By_a_roundabout_way")]
    [TestCase(Document, "Page_0/Content.xml", "Page_0/Content.xml/.", TestName = "By_a_step_to_itself")]
    [TestCase("OFD.xml", "</ofd:DocBody>", "</ofd:DocBody><ofd:DocBody><ofd:Signatures>/Doc_0/Pages/Page_0/Content.xml</ofd:Signatures></ofd:DocBody>", TestName = "Named_as_a_list_of_signatures")]
    public async Task Leaves_open_a_page_that_no_signature_covers(string part, string one, string two)
    {
        var maker = new OfdMaker();
        Replace(maker, part, one, two);
        await ExpectUncoveredAsync(maker, Page);
    }

    // Some programs look in the folder of the file first, some at the root; one of the two pages is signed, the other is not.
    [Test]
    public async Task Leaves_open_a_page_that_another_program_takes_for_the_one_that_is_named()
    {
        const string twin = "Pages/Page_0/Content.xml";
        var maker = new OfdMaker();
        maker.Parts[twin] = maker.Parts[Page];

        // Named too: a page that is missing would make all of its name count.
        maker.Parts["Doc_0/Pages/Page_1/Content.xml"] = maker.Parts[Page];
        await ExpectUncoveredAsync(maker, twin);
    }

    [Test]
    public async Task Leaves_open_a_page_behind_a_location_filled_up_with_blanks_or_steps()
    {
        foreach (var filling in new[] { new string(' ', 600), string.Concat(Enumerable.Repeat("./", 300)) })
        {
            var maker = new OfdMaker();
            Replace(maker, Document, "BaseLoc=\"Pages", $"BaseLoc=\"{filling}Pages");
            await ExpectUncoveredAsync(maker, Page);
        }
    }

    [Test]
    public async Task Leaves_open_a_page_of_a_document_that_is_nested_too_deeply()
    {
        var maker = new OfdMaker();
        Replace(maker, Document, "<ofd:Pages>", string.Concat(Enumerable.Repeat("<a>", 70)) + string.Concat(Enumerable.Repeat("</a>", 70)) + "<ofd:Pages>");
        await ExpectUncoveredAsync(maker, Page);
    }

    [TestCase("Doc_0/Document.dat")]
    [TestCase("Doc_0/Document")]
    public async Task Leaves_open_a_page_of_a_document_of_another_name(string name)
    {
        var maker = new OfdMaker();
        Replace(maker, "OFD.xml", Document, name);
        maker.Parts[name] = maker.Parts[Document];
        maker.Parts.Remove(Document);
        await ExpectUncoveredAsync(maker, Page);
    }

    [Test]
    public async Task Leaves_open_what_a_page_of_another_name_shows()
    {
        var maker = new OfdMaker();
        Replace(maker, Document, "Page_1/Content.xml", "Page_1/Content.dat");
        maker.Put("Doc_0/Pages/Page_1/Content.dat", "\uFEFF \n<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Template Src=\"../../Res/image_1.png\"/></ofd:Page>");
        maker.Parts[Picture] = [1, 2, 3];
        await ExpectUncoveredAsync(maker, Picture);
    }

    // What these encodings are readers tell by the first bytes (XML 1.0, appendix F); in others than UTF-8 and UTF-16 nothing is read here.
    [TestCase("IBM037", "", "4C6FA794")]
    [TestCase("utf-32BE", "0000FEFF", "0000FEFF")]
    [TestCase("utf-32", "FFFE0000", "FFFE0000")]
    [TestCase("utf-32BE", "", "0000003C")]
    [TestCase("utf-32", "", "3C000000")]
    [TestCase("utf-16BE", "FEFF", "FEFF003C")]
    [TestCase("utf-16", "", "3C003F00")]
    [TestCase("utf-8", "EFBBBF", "EFBBBF3C")]
    public async Task Leaves_open_what_resources_in_another_encoding_may_name(string encoding, string mark, string start)
    {
        var maker = new OfdMaker();
        Replace(maker, Document, "PublicRes.xml", "PublicRes.res");
        var chosen = System.Text.CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? Encoding.GetEncoding(encoding);
        maker.Parts["Doc_0/PublicRes.res"] = [.. Convert.FromHexString(mark), .. chosen.GetBytes($"<?xml version=\"1.0\" encoding=\"{encoding}\"?><ofd:Res xmlns:ofd=\"http://www.ofdspec.org/2016\" BaseLoc=\"Res\"><ofd:MediaFile>image_1.png</ofd:MediaFile></ofd:Res>")];
        Assert.That(Convert.ToHexString(maker.Parts["Doc_0/PublicRes.res"]), Does.StartWith(start));
        maker.Parts.Remove(Resources);
        maker.Parts[Picture] = [1, 2, 3];
        await ExpectUncoveredAsync(maker, Picture);
    }

    [TestCase("img.png", "img.png.")]
    [TestCase("img.png.", "img.png")]
    [TestCase("img.png", "img.png ")]
    [TestCase("img.png", "img.png:1")]
    [TestCase("图.png", "图.png.")]
    [TestCase("caf\u00E9.png", "cafe\u0301.png")]
    [TestCase("cafe\u0301.png", "caf\u00E9.png")]
    [TestCase("Pic.K", "Pic.\u212A")]
    [TestCase("\u66F4.png", "\uF901.png")]
    [TestCase("\uF901.png", "\u66F4.png")]
    public async Task Leaves_open_a_picture_whose_name_is_another_only_here(string named, string part)
    {
        var maker = new OfdMaker();
        Replace(maker, Resources, "/>", $" BaseLoc=\"Res\"><ofd:MediaFile>{named}</ofd:MediaFile></ofd:Res>");
        maker.Parts["Doc_0/Res/" + part] = [1, 2, 3];
        await maker.SealAsync(world, new OfdStyle { Protects = path => path != "Doc_0/Res/" + part });

        Expect(await new OfdVerifier(world.Trust, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(maker.Zip()), SealWorld.Sealed, CancellationToken.None), "Doc_0/Res/" + part);
    }

    [TestCase("ima<!-- -->ge_1.png")]
    [TestCase("<![CDATA[image]]>_1.png")]
    [TestCase("<a><b>image</b></a><b>_1.png</b>")]
    [TestCase("ima<?x y?>ge_1.png")]
    [TestCase("image_1.png<x>Q</x>", Description = "dom4j and ElementTree leave children out")]
    [TestCase("ima<x>Q</x>ge_1.png", Description = "dom4j joins what is in no child")]
    [TestCase("Q<x/>image_1.png<y/>Q", Description = "the last text, or the first, by itself")]
    [TestCase("image_1.png<![CDATA[Q]]>", Description = "the first piece by itself")]
    [TestCase("Q<!-- -->image_1.png", Description = "the last piece by itself")]
    [TestCase("image_1.png&#xFEFF;", Description = "JavaScript cuts it off")]
    [TestCase("ima&#x200B;ge_1.png")]
    [TestCase("image_1.png?9")]
    [TestCase("image_1.png#9")]
    [TestCase("%25%36%39mage_1.png", Description = "read twice")]
    [TestCase("image_1.png%00Q", Description = "C ends there")]
    [TestCase("a+1.png", "Doc_0/Res/a 1.png", Description = "forms write blanks so")]
    [TestCase("ima\nge_1.png", Description = "addresses have no ends of lines")]
    [TestCase("ima\u017F.png", "Doc_0/Res/imas.png")]
    [TestCase("o\uFB03ce.png", "Doc_0/Res/office.png")]
    [TestCase("a \n 1.png", "Doc_0/Res/a 1.png", Description = "dom4j makes one blank of several")]
    [TestCase("IMAGE_~1.PNG", Description = "Windows finds the long name")]
    public async Task Leaves_open_a_picture_whose_name_is_written_in_pieces_or_otherwise(string name, string part = Picture)
    {
        var maker = new OfdMaker();
        Replace(maker, Resources, "/>", $" BaseLoc=\"Res\"><ofd:MediaFile>{name}</ofd:MediaFile></ofd:Res>");
        maker.Parts[part] = [1, 2, 3];
        await ExpectUncoveredAsync(maker, part);
    }

    [Test]
    public async Task Leaves_open_a_picture_behind_more_blanks_than_are_kept()
    {
        var maker = new OfdMaker();
        Replace(maker, Resources, "/>", $" BaseLoc=\"Res\"><ofd:MediaFile>x/..{string.Concat(Enumerable.Repeat("/.", 9000))}<!-- -->/image_1.png</ofd:MediaFile></ofd:Res>");
        maker.Parts[Picture] = [1, 2, 3];
        await ExpectUncoveredAsync(maker, Picture);
    }

    // Text that is longer than is kept of it.
    [TestCase("image_1.png", "/.", 10_000, "")]
    [TestCase("image_1.png", ".", 20_000, "")]
    [TestCase("image_1.png", "/a/..", 10_000, "")]
    [TestCase("image_1.png?", "a", 20_000, "")]
    [TestCase("image_1.png#", "a/", 20_000, "")]
    [TestCase("%69mage_1.png", "%2F.", 10_000, "")]
    [TestCase("x/..", "/./image_1.png", 5_000, "/a")]
    [TestCase("ima<x>ge_1.png", "/a/..", 10_000, "</x>")]
    [TestCase("ima", "&#x2060;", 20_000, "ge_1.png")]
    [TestCase("", " ", 20_000, "image_1.png")]
    public async Task Leaves_open_a_picture_in_a_location_that_is_longer_than_is_kept(string before, string filling, int times, string behind)
    {
        var maker = new OfdMaker();
        Replace(maker, Resources, "/>", $" BaseLoc=\"Res\"><ofd:MediaFile>{before}{string.Concat(Enumerable.Repeat(filling, times))}{behind}</ofd:MediaFile></ofd:Res>");
        maker.Parts[Picture] = [1, 2, 3];
        await ExpectUncoveredAsync(maker, Picture);
    }

    // Parsers differ in what they pass over in front of the first element.
    [TestCase("x")]
    [TestCase("\uFEFF\uFEFF")]
    [TestCase("\v")]
    [TestCase("\u00A0")]
    public async Task Leaves_open_what_a_page_behind_other_text_names(string before)
    {
        var maker = new OfdMaker();
        Replace(maker, Document, "Page_1/Content.xml", "Page_1/Content.dat");
        maker.Put("Doc_0/Pages/Page_1/Content.dat", $"{before}<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Template Src=\"../../Res/image_1.png\"/></ofd:Page>");
        maker.Parts[Picture] = [1, 2, 3];
        await ExpectUncoveredAsync(maker, Picture);
    }

    [Test]
    public async Task Passes_a_picture_with_an_opening_bracket_and_a_further_file_that_nothing_names()
    {
        var maker = new OfdMaker();
        Replace(maker, Resources, "/>", " BaseLoc=\"Res\"><ofd:MediaFile>image_1.png</ofd:MediaFile><ofd:Text>one,  two\nof three?</ofd:Text></ofd:Res>");
        maker.Parts[Picture] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. "<a>"u8];
        maker.Parts["Thumbs.db"] = [1, 2, 3];
        await maker.SealAsync(world, new OfdStyle { Protects = path => path != "Thumbs.db" });
        var judged = await new OfdVerifier(world.Trust, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(maker.Zip()), SealWorld.Sealed, CancellationToken.None);
        Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("\n", judged.Verdict.Faults));
    }

    // What a CMS signature names as its seal is compared with nothing.
    [TestCase(Page)]
    [TestCase(Picture)]
    public async Task Leaves_open_a_part_that_a_CMS_signature_calls_its_seal(string part)
    {
        using var office = new SigningOffice();
        using var key = office.Certify(KeyAlgorithm.Sm2);
        var maker = new OfdMaker();
        maker.Parts[Picture] = [1, 2, 3];
        byte[] With(byte[] file) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(file).Replace("</ofd:SignedInfo>", $"<ofd:Seal><ofd:BaseLoc>/{part}</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>", StringComparison.Ordinal));
        await maker.SignAsync(new OfdStyle { Type = "Sign", Protects = path => path != part }, file => OfdCmsForms.PlainAsync(key, With(file)));
        maker.Parts["Doc_0/Signs/Sign_0/Signature.xml"] = With(maker.Parts["Doc_0/Signs/Sign_0/Signature.xml"]);

        var trust = office.Store with { Intermediates = [office.Authority.Certificate, office.GmAuthority.Certificate] };
        Expect(await new OfdVerifier(trust, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(maker.Zip()), SigningOffice.Now, CancellationToken.None), part);
    }

    private async Task ExpectUncoveredAsync(OfdMaker maker, string part)
    {
        await maker.SealAsync(world, new OfdStyle { Protects = path => path != part });
        Expect(await new OfdVerifier(world.Trust, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(maker.Zip()), SealWorld.Sealed, CancellationToken.None), part);
    }

    private static void Expect(SignedDocument judged, string part)
    {
        var fault = judged.Verdict.Faults.Single(each => each.Code == "OFD_CONTENT_NOT_COVERED");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((fault.Indication, fault.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.SigConstraintsFailure)));
            Assert.That(fault.Chinese, Does.Contain(part));
            Assert.That(judged.Verdict.Indication, Is.Not.EqualTo(Indication.TotalPassed));
            Assert.That(judged.Uncovered, Does.Contain(part));
        }
    }

    private static void Replace(OfdMaker maker, string part, string one, string two)
    {
        var text = Encoding.UTF8.GetString(maker.Parts[part]);
        Assert.That(text, Does.Contain(one));
        maker.Put(part, text.Replace(one, two, StringComparison.Ordinal));
    }
}
