using System.Text;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>What is attached to an OFD is handed over, not shown: pages of the web and drawings need not be XML that can be read.</summary>
public sealed class OfdAttachmentTests
{
    private const string Drawing = "<!DOCTYPE svg [<!ENTITY ns \"http://www.w3.org/2000/svg\">]><svg xmlns=\"&ns;\"/>";

    // A name that stands nowhere in it.
    private const string Spelling = "<!DOCTYPE svg [<!ENTITY s '../Signs/Signa'><!ENTITY t 'tures.xml'>]><svg href='&s;&t;'/>";

    private readonly SealWorld world = new();

    [OneTimeTearDown]
    public void Dispose() => world.Dispose();

    [Test]
    public async Task Passes_attachments_that_are_signed_and_no_XML()
    {
        var large = new StringBuilder("<!DOCTYPE html><br>");
        var random = new Random(1);
        while (large.Length < 5 << 20)
        {
            large.Append(random.NextInt64());
        }

        Assert.That((await VerifyAsync(("a.html", large.ToString()), ("b.svg", Drawing), ("c.html", "<!DOCTYPE html><br>"), ("d.svg", Drawing))).Verdict.Faults, Is.Empty);
    }

    [TestCase("<!DOCTYPE html><a href=\"../Signs/Signatures.xml\">", false, TestName = "An_attachment_that_names_them")]
    [TestCase(Drawing, true, TestName = "An_attachment_that_is_a_page_too")]
    [TestCase("<!DOCTYPE ofd [<!ENTITY x 'y'>]><ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"/>", false, TestName = "An_attachment_of_the_namespace_of_OFD")]
    public async Task Leaves_open_the_signatures_own_files_that_may_be_shown_by(string attachment, bool isPage)
    {
        var judged = await VerifyAsync(isPage, ("a.svg", attachment));
        Assert.That(judged.Verdict.Faults.Single(fault => fault.Code == "OFD_CONTENT_NOT_COVERED").Chinese, Does.Contain(OfdMaker.List));
    }

    // What cannot be read as a page may name what is not meant to be shown; which of the two is listed first does not matter.
    [TestCase(false)]
    [TestCase(true)]
    public async Task Reads_an_attachment_again_that_another_one_names_as_content(bool isNamedFirst)
    {
        var (drawing, page) = (("x.svg", Spelling), ("a.xml", "<Page><Annotations>x.svg</Annotations></Page>"));
        var judged = await VerifyAsync(isNamedFirst ? [drawing, page] : [page, drawing]);
        Assert.That(judged.Verdict.Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "OFD_CONTENT_NOT_COVERED" }));
    }

    [Test]
    public async Task Passes_the_same_where_nothing_names_it_as_content() => Assert.That((await VerifyAsync(("x.svg", Spelling), ("a.xml", "<Page/>"))).Verdict.Faults, Is.Empty);

    // It may lead to the attachment as a page.
    [Test]
    public async Task Reads_an_attachment_as_content_where_something_else_cannot_be_read()
    {
        var judged = await VerifyAsync(true, ("a.svg", "<!DOCTYPE svg><svg/>"), ("x.svg", Spelling));
        Assert.That(judged.Verdict.Faults.Single(fault => fault.Code == "OFD_CONTENT_NOT_COVERED").Chinese, Does.Contain(OfdMaker.List));
    }

    // An OFD that somebody unpacked, or any other file of that name.
    [TestCase("Signature.xml", "<a/>")]
    [TestCase("Signature.xml", "no XML")]
    [TestCase("Signatures.xml", "<a/>")]
    [TestCase("Signatures.xml", "<Signatures><Signature ID=\"1\" BaseLoc=\"Sign_0/Signature.xml\"/></Signatures>")]
    [TestCase("Signature.xml", "<Signature><SignedInfo><References><Reference FileRef=\"/Doc_0/Document.xml\"><CheckValue>AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=</CheckValue></Reference></References></SignedInfo></Signature>")]
    public async Task Takes_no_attachment_for_a_signature_by_its_name(string name, string text)
    {
        var judged = await VerifyAsync((name, text), ("Sign_0/Signature.xml", "<Signature/>"));
        Assert.That(judged.Verdict.Faults.Select(fault => fault.Code), Is.Empty);
        Assert.That(judged.Signatures, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Hides_no_signature_by_attaching_it()
    {
        var maker = await SealedAsync(false, ("a.txt", "1"));
        maker.Put("Doc_0/Attachs/Attachments.xml", Attachments(("/Doc_0/Signs/Sign_0/Signature.xml", "")));
        maker.Put(OfdMaker.List, "<ofd:Signatures xmlns:ofd=\"http://www.ofdspec.org/2016\"/>");
        Assert.That((await JudgeAsync(OfdMaker.Pack(maker.Parts))).Verdict.Indication, Is.Not.EqualTo(Indication.TotalPassed), "no signature");

        var both = await SealedAsync(false, ("a.txt", "1"));
        await both.SealAsync(world);
        both.WriteList();
        var list = Encoding.UTF8.GetString(both.Parts[OfdMaker.List]);
        both.Put(OfdMaker.List, list.Remove(list.IndexOf("<ofd:Signature ", StringComparison.Ordinal), list.IndexOf("<ofd:Signature ID=\"2\"", StringComparison.Ordinal) - list.IndexOf("<ofd:Signature ", StringComparison.Ordinal)));
        both.Put("Doc_0/Attachs/Attachments.xml", Attachments(("/Doc_0/Signs/Sign_0/Signature.xml", "")));
        var judged = await JudgeAsync(OfdMaker.Pack(both.Parts));
        Assert.That((judged.Verdict.Indication, judged.Verdict.SubIndication), Is.EqualTo((Indication.TotalFailed, SubIndication.HashFailure)), "the second one covers the list of attachments");
    }

    // What nothing names need not be a signature: that it is none breaks nothing.
    [TestCase("Doc_0/Custom/signature.xml", "<a/>")]
    [TestCase("Doc_0/Custom/Signature.xml", "no XML")]
    [TestCase("Doc_0/Custom/Signatures.xml", "<Signatures><Signature ID=\"1\" BaseLoc=\"Sign_0/Signature.xml\"/></Signatures>")]
    public async Task Leaves_open_what_is_called_a_signature_and_named_by_nothing(string path, string text)
    {
        var maker = await SealedAsync(false, ("a.txt", "1"));
        maker.Put(path, text);
        maker.WriteList();
        Assert.That((await JudgeAsync(OfdMaker.Pack(maker.Parts))).Verdict.Indication, Is.EqualTo(Indication.Indeterminate));
    }

    [Test]
    public async Task Passes_pictures_whose_names_are_kana_Hangul_or_letters_with_accents()
    {
        Assert.That((await VerifyAsync(("\u307F\u307B\u3093.png", "1"), ("\u305D\u3089\u306E.png", "2"), ("\uAC00.png", "3"), ("\uB098.png", "4"), ("\u00E4.png", "5"), ("\u00FC.png", "6"))).Verdict.Faults, Is.Empty);
    }

    private Task<SignedDocument> VerifyAsync(params (string Name, string Text)[] attachments) => VerifyAsync(false, attachments);

    private async Task<SignedDocument> VerifyAsync(bool isPage, params (string Name, string Text)[] attachments) => await JudgeAsync((await SealedAsync(isPage, attachments)).Zip());

    private async Task<OfdMaker> SealedAsync(bool isPage, params (string Name, string Text)[] attachments)
    {
        var maker = new OfdMaker();
        var more = "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>" + (isPage ? "<ofd:Annotations>Attachs/a.svg</ofd:Annotations>" : "");
        maker.Put("Doc_0/Document.xml", Encoding.UTF8.GetString(maker.Parts["Doc_0/Document.xml"]).Replace("</ofd:Document>", more + "</ofd:Document>", StringComparison.Ordinal));
        maker.Put("Doc_0/Attachs/Attachments.xml", Attachments(attachments));
        foreach (var (name, text) in attachments)
        {
            maker.Put("Doc_0/Attachs/" + name, text);
        }

        await maker.SealAsync(world);
        return maker;
    }

    private static string Attachments(params (string Name, string Text)[] attachments) =>
        $"<ofd:Attachments xmlns:ofd=\"http://www.ofdspec.org/2016\">{string.Concat(attachments.Select(each => $"<ofd:Attachment ID=\"1\" Name=\"{each.Name}\"><ofd:FileLoc>{each.Name}</ofd:FileLoc></ofd:Attachment>"))}</ofd:Attachments>";

    private Task<SignedDocument> JudgeAsync(byte[] zip) =>
        new OfdVerifier(world.Trust, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(zip), SealWorld.Sealed, CancellationToken.None);
}
