using System.Text;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>What an OFD shows of places outside the file: nobody signed that.</summary>
public sealed class OfdOutsideTests
{
    private readonly SealWorld world = new();

    [OneTimeTearDown]
    public void Dispose() => world.Dispose();

    [TestCase("<ofd:MediaFile>http://example.org/x.png</ofd:MediaFile>", "http://example.org/x.png")]
    [TestCase("<ofd:MediaFile> HTTPS://example.org/x.png </ofd:MediaFile>", "HTTPS://example.org/x.png")]
    [TestCase("<ofd:MediaFile>ht&#10;tp://example.org/x.png</ofd:MediaFile>", "http://example.org/x.png")]
    [TestCase("<ofd:MediaFile><x>0</x>http://example.org/x.png</ofd:MediaFile>", "http://example.org/x.png")]
    [TestCase("<ofd:MediaFile>http://example.org/x.png<!-- -->?1</ofd:MediaFile>", "http://example.org/x.png")]
    [TestCase("<ofd:FontFile>file:///C:/Windows/Fonts/x.ttf</ofd:FontFile>", "file:///C:/Windows/Fonts/x.ttf")]
    [TestCase("<ofd:FontFile>C:\\Windows\\Fonts\\x.ttf</ofd:FontFile>", "C:\\Windows\\Fonts\\x.ttf")]
    [TestCase("<ofd:MediaFile>\\\\host\\share\\x.png</ofd:MediaFile>", "\\\\host\\share\\x.png")]
    [TestCase("<ofd:MediaFile>//example.org/x.png</ofd:MediaFile>", "//example.org/x.png")]
    [TestCase("<ofd:ColorSpace Profile=\"ftp://example.org/x.icc\"/>", "ftp://example.org/x.icc")]
    public async Task Leaves_open_resources_outside_the_file(string resource, string told)
    {
        var judged = await VerifyAsync(maker => maker.Put("Doc_0/PublicRes.xml", $"<ofd:Res xmlns:ofd=\"http://www.ofdspec.org/2016\" BaseLoc=\"Res\">{resource}</ofd:Res>"));
        var fault = judged.Faults.Single();
        Assert.That((fault.Code, fault.Indication, fault.SubIndication), Is.EqualTo(("OFD_EXTERNAL", Indication.Indeterminate, SubIndication.SigConstraintsFailure)));
        Assert.That((fault.Chinese, fault.English), Is.EqualTo((Contains(fault.Chinese, told), Contains(fault.English, told))));
    }

    [TestCase("<ofd:Res xmlns:ofd=\"http://www.ofdspec.org/2016\" BaseLoc=\"http://example.org/res/\"/>", "Doc_0/PublicRes.xml")]
    [TestCase("<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:CommonData><ofd:PublicRes>http://example.org/r.xml</ofd:PublicRes></ofd:CommonData></ofd:Document>", "Doc_0/Document.xml")]
    [TestCase("<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:CommonData><ofd:TemplatePage ID=\"1\" BaseLoc=\"http://example.org/t.xml\"/></ofd:CommonData></ofd:Document>", "Doc_0/Document.xml")]
    [TestCase("<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Annotations>http://example.org/a.xml</ofd:Annotations></ofd:Document>", "Doc_0/Document.xml")]
    public async Task Leaves_open_templates_pages_and_folders_outside_the_file(string xml, string path) =>
        Assert.That((await VerifyAsync(maker => maker.Put(path, xml))).Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "OFD_EXTERNAL" }));

    // A link is followed by whoever clicks, text is text, and what is attached is handed over.
    [TestCase("<ofd:Actions><ofd:Action Event=\"CLICK\"><ofd:URI URI=\"http://example.org/\"/></ofd:Action></ofd:Actions>")]
    [TestCase("<ofd:TextCode>http://example.org/x.png</ofd:TextCode>")]
    [TestCase("<ofd:MediaFile>data:image/png;base64,AA==</ofd:MediaFile>")]
    [TestCase("<ofd:MediaFile>图:1.png</ofd:MediaFile>")]
    [TestCase("<ofd:MediaFile>a:1.png</ofd:MediaFile>")]
    [TestCase("<ofd:MediaFile>//Doc_0/OFD.xml</ofd:MediaFile>")]
    [TestCase("<ofd:MediaFile>scan:1.png</ofd:MediaFile>")]
    public async Task Says_nothing_of_what_is_in_the_file_or_is_not_shown(string xml)
    {
        var judged = await VerifyAsync(maker =>
        {
            maker.Put("Doc_0/scan:1.png", "1");
            maker.Put("Doc_0/PublicRes.xml", $"<ofd:Res xmlns:ofd=\"http://www.ofdspec.org/2016\">{xml}</ofd:Res>");
        });
        Assert.That(judged.Findings.Select(finding => finding.Code), Has.None.EqualTo("OFD_EXTERNAL"));
    }

    private static string Contains(string text, string part) => text.Contains(part, StringComparison.Ordinal) ? text : $"no '{part}' in it";

    private async Task<Verdict> VerifyAsync(Action<OfdMaker> change)
    {
        var maker = new OfdMaker();
        change(maker);
        await maker.SealAsync(world);
        return (await new OfdVerifier(world.Trust, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(maker.Zip()), SealWorld.Sealed, CancellationToken.None)).Verdict;
    }
}
