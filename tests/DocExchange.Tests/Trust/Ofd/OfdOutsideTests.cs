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
    [TestCase("<ofd:MediaFile>//server/share/x.png</ofd:MediaFile>", "//server/share/x.png")]
    [TestCase("<ofd:MediaFile>/\\example.org/x.png</ofd:MediaFile>", "/\\example.org/x.png")]
    [TestCase("<ofd:MediaFile>\\/example.org/x.png</ofd:MediaFile>", "\\/example.org/x.png")]
    [TestCase("<ofd:MediaFile>///example.org/x.png</ofd:MediaFile>", "///example.org/x.png")]
    [TestCase("<ofd:MediaFile>../../../../tmp/x.png</ofd:MediaFile>", "../../../../tmp/x.png")]
    [TestCase("<ofd:MediaFile>/../x.png</ofd:MediaFile>", "/../x.png")]
    [TestCase("<ofd:MediaFile>..\\..\\..\\..\\x.png</ofd:MediaFile>", "..\\..\\..\\..\\x.png")]
    [TestCase("<ofd:MediaFile>C:x.png</ofd:MediaFile>", "C:x.png")]
    [TestCase("<ofd:ColorSpace Profile=\"ftp://example.org/x.icc\"/>", "ftp://example.org/x.icc")]
    public async Task Leaves_open_resources_outside_the_file(string resource, string told)
    {
        var judged = await VerifyAsync(maker => maker.Put("Doc_0/PublicRes.xml", $"<ofd:Res xmlns:ofd=\"http://www.ofdspec.org/2016\" BaseLoc=\"Res\">{resource}</ofd:Res>"));
        var fault = judged.Faults.Single();
        Assert.That((fault.Code, fault.Indication, fault.SubIndication), Is.EqualTo(("OFD_EXTERNAL", Indication.Indeterminate, SubIndication.SigConstraintsFailure)));
        Assert.That((fault.Chinese, fault.English), Is.EqualTo((Contains(fault.Chinese, told), Contains(fault.English, told))));
    }

    // That a part is called so excuses nothing that programs fetch whatever there is.
    [TestCase("http:/example.org/x.png")]
    [TestCase("file:/etc/x.png")]
    [TestCase("C:/w/x.png")]
    [TestCase("//example.org/x.png")]
    public async Task A_part_that_is_called_as_an_address_excuses_none(string location)
    {
        var judged = await VerifyAsync(maker =>
        {
            maker.Put(location.StartsWith('/') ? location.TrimStart('/') : $"Doc_0/{location}", "1");
            maker.Put("Doc_0/PublicRes.xml", $"<ofd:Res xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:MediaFile>{location}</ofd:MediaFile></ofd:Res>");
        });
        Assert.That(judged.Faults.Select(fault => fault.Code), Does.Contain("OFD_EXTERNAL"));
    }

    // What is told is limited, and what is no place outside takes none of it.
    [Test]
    public async Task Many_paths_that_only_look_like_addresses_hide_none()
    {
        var many = string.Concat(Enumerable.Repeat("<ofd:MediaFile>//Doc_0/Document.xml</ofd:MediaFile>", 40).Concat(Enumerable.Range(0, 40).Select(each => $"<ofd:MediaFile>scan:{each}.png</ofd:MediaFile>")));
        var judged = await VerifyAsync(maker =>
        {
            foreach (var each in Enumerable.Range(0, 40))
            {
                maker.Put($"Doc_0/scan:{each}.png", "1");
            }

            maker.Put("Doc_0/PublicRes.xml", $"<ofd:Res xmlns:ofd=\"http://www.ofdspec.org/2016\">{many}<ofd:MediaFile>http://example.org/x.png</ofd:MediaFile></ofd:Res>");
        });
        Assert.That(judged.Faults.Single(fault => fault.Code == "OFD_EXTERNAL").Chinese, Does.Contain("http://example.org/x.png").And.Not.Contain("scan"));
    }

    [TestCase("<ofd:Property Name=\"source\" Type=\"string\">http://oa.example.cn/doc/1</ofd:Property>")]
    [TestCase("<ofd:Property Name=\"id\" Type=\"string\">oid:1.2.156</ofd:Property>")]
    [TestCase("<ofd:Data>http://oa.example.cn/doc/1</ofd:Data>")]
    public async Task What_extensions_say_is_no_location(string inside)
    {
        const string Namespace = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";
        var judged = await VerifyAsync(maker =>
        {
            maker.Put("Doc_0/Document.xml", $"<ofd:Document {Namespace}><ofd:Extensions>Ext.xml</ofd:Extensions></ofd:Document>");
            maker.Put("Doc_0/Ext.xml", $"<ofd:Extensions {Namespace}><ofd:Extension AppName=\"x\" RefId=\"1\">{inside}</ofd:Extension></ofd:Extensions>");
        });
        Assert.That(judged.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("\n", judged.Faults.Select(fault => fault.English)));
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
    [TestCase("<ofd:MediaFile>//Doc_0/Document.xml</ofd:MediaFile>")]
    [TestCase("<ofd:MediaFile>//Document.xml</ofd:MediaFile>")]
    [TestCase("<ofd:MediaFile>\\\\Doc_0\\Document.xml</ofd:MediaFile>")]
    [TestCase("<ofd:MediaFile>scan:1.png</ofd:MediaFile>")]
    [TestCase("<ofd:MediaFile>../../OFD.xml</ofd:MediaFile>")]
    [TestCase("<ofd:MediaFile>..\\Doc_0\\OFD.xml</ofd:MediaFile>")]
    [TestCase("<ofd:MediaFile>/Doc_0/../OFD.xml</ofd:MediaFile>")]
    public async Task Says_nothing_of_what_is_in_the_file_or_is_not_shown(string xml)
    {
        var judged = await VerifyAsync(maker =>
        {
            maker.Put("Doc_0/scan:1.png", "1");
            maker.Put("Doc_0/a:1.png", "1");
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
