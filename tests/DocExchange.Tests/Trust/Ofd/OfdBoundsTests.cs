using System.Text;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>What a small file may cost the judge: stack, time, and words in findings.</summary>
public sealed class OfdBoundsTests
{
    private SealWorld world = null!;

    [OneTimeSetUp]
    public void CreateWorld() => world = new SealWorld();

    [OneTimeTearDown]
    public void DisposeWorld() => world.Dispose();

    [Test]
    public async Task Decodes_a_location_once_however_often_it_is_encoded()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        _ = maker.Zip();
        var encoded = "%" + string.Concat(Enumerable.Repeat("25", 100_000)) + "41.xml";
        foreach (var element in new[] { "DocRoot", "Signatures" })
        {
            maker.Put("OFD.xml", $"<OFD><DocBody><{element}>{encoded}</{element}></DocBody></OFD>");
            Assert.That((await OfdVendorTests.VerifyAsync(OfdMaker.Pack(maker.Parts), world.Trust)).Verdict.Indication, Is.Not.EqualTo(Indication.TotalPassed));
        }
    }

    [TestCase("/Doc%5F0/Document.xml", true)]
    [TestCase("/Doc%255F0/Document.xml", false)]
    public async Task Finds_a_part_whose_name_is_encoded_once(string location, bool isFound)
    {
        var zip = OfdMaker.Pack(new Dictionary<string, byte[]> { ["Doc_0/Document.xml"] = Encoding.UTF8.GetBytes("<a/>") });
        var package = await OfdPackage.OpenAsync(new MemoryStream(zip), OfdLimits.Default, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(package.Find("", location), isFound ? Is.Not.Null : Is.Null);
            Assert.That(package.Find("", new string('/', 1100) + "Doc_0/Document.xml"), Is.Null);
        }
    }
}
