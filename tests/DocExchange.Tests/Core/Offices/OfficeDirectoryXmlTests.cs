using System.Text;
using DocExchange.Core.Offices;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Core.Offices;

public sealed class OfficeDirectoryXmlTests
{
    [Test]
    public void Writes_and_reads_the_golden_file()
    {
        var written = OfficeDirectoryXml.Write(SampleDirectory.Small);
        var golden = Golden.Read("directory.golden.xml", () => written);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Encoding.UTF8.GetString(written), Is.EqualTo(Encoding.UTF8.GetString(golden)));
            Assert.That(OfficeDirectoryXml.Write(OfficeDirectoryXml.Read(golden)), Is.EqualTo(golden));
            Assert.That(Golden.Validate(golden, "directory.xsd"), Is.Empty);
        }
    }

    [Test]
    public async Task Keeps_a_directory_with_certificates_and_seals_and_fits_the_schema()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var current = hub.Get<DocExchange.Hub.Offices.DirectoryKeeper>().Current;
        var written = OfficeDirectoryXml.Write(current);
        var read = OfficeDirectoryXml.Read(written);
        var key = hub.Site.Offices[ExchangeSite.Dongcheng].Key.Certificate.Fingerprint;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(OfficeDirectoryXml.Write(read), Is.EqualTo(written));
            Assert.That(Golden.Validate(written, "directory.xsd"), Is.Empty);
            Assert.That(read.HolderOf(key, CertificateUse.Document, ExchangeSite.Start), Is.EqualTo(ExchangeSite.Dongcheng));
            Assert.That(read.HolderOf(key, CertificateUse.Machine, ExchangeSite.Start), Is.Null);
            Assert.That(read.HolderOf(key, CertificateUse.Document, ExchangeSite.Start.AddYears(-1)), Is.Null);
            Assert.That(read.HolderOf(Digest.Of("none"u8), CertificateUse.Document, ExchangeSite.Start), Is.Null);
        }
    }

    [TestCase("id=\"bj/dc\"", "id=\"bj/xc\"", "twice")]
    [TestCase("parent=\"bj/gov\"", "parent=\"bj/none\"", "unknown parent")]
    [TestCase("hostedBy=\"bj/~n-1\"", "hostedBy=\"bj/~n-9\"", "unknown node")]
    [TestCase("<Group id=\"districts\">", "<Group id=\"others\">", "unknown group")]
    [TestCase("agent=\"bj/bgs\"", "agent=\"bj/none\"", "unknown office")]
    [TestCase("version=\"3\"", "version=\"three\"", "not a whole number")]
    [TestCase("exchange=\"bj\" ", "", "lacks 'exchange'")]
    public void Refuses(string old, string now, string why)
    {
        var xml = Encoding.UTF8.GetString(OfficeDirectoryXml.Write(SampleDirectory.Small));
        Assert.That(xml, Does.Contain(old));
        Assert.That(() => OfficeDirectoryXml.Read(Encoding.UTF8.GetBytes(xml.Replace(old, now))), Throws.TypeOf<FormatException>().With.Message.Contains(why));
    }

    [Test]
    public void Acting_for_another_ends_with_its_period()
    {
        var agent = PartyId.Office("bj", "bgs");
        var principal = PartyId.Office("bj", "gov");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(SampleDirectory.Small.MayActFor(agent, principal, SampleDirectory.Time), Is.True);
            Assert.That(SampleDirectory.Small.MayActFor(agent, principal, SampleDirectory.Time.AddYears(1)), Is.False);
            Assert.That(SampleDirectory.Small.MayActFor(principal, agent, SampleDirectory.Time), Is.False);
        }
    }
}
