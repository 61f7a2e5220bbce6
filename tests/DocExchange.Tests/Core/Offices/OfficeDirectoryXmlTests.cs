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

    [Test]
    public void Keeps_who_succeeds_whom_and_fits_the_schema()
    {
        var directory = SampleDirectory.Small.Next(SampleDirectory.Time, successions: [Succession("dc", "old"), Succession("xc", "old", isOver: true), Succession("gov", "dc")]);
        var written = OfficeDirectoryXml.Write(directory);
        var read = OfficeDirectoryXml.Read(written);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Golden.Validate(written, "directory.xsd"), Is.Empty);
            Assert.That(OfficeDirectoryXml.Write(read), Is.EqualTo(written));
            Assert.That(read.Next(SampleDirectory.Time).Successions, Is.EqualTo(directory.Successions));
            Assert.That(read.PredecessorsOf(Office("gov"), SampleDirectory.Time), Is.EqualTo(new[] { Office("dc"), Office("old") }));
            Assert.That(read.PredecessorsOf(Office("xc"), SampleDirectory.Time), Is.Empty, "That relation is over.");
            Assert.That(read.PredecessorsOf(Office("xc"), SampleDirectory.Time.AddDays(-1)), Is.EqualTo(new[] { Office("old") }));
        }
    }

    [Test]
    public void No_office_succeeds_itself_or_one_that_is_unknown()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => With(Succession("dc", "dc")), Throws.InstanceOf<ArgumentException>().With.Message.Contains("would succeed itself"));
            Assert.That(() => With(Succession("dc", "xc"), Succession("xc", "old"), Succession("old", "dc")), Throws.InstanceOf<ArgumentException>().With.Message.Contains("'bj/old' would succeed itself"));
            Assert.That(() => With(Succession("dc", "none")), Throws.InstanceOf<ArgumentException>().With.Message.Contains("names an unknown office"));
            Assert.That(() => With(Succession("dc", "xc", isOver: true), Succession("xc", "dc")), Throws.Nothing);
            Assert.That(() => OfficeDirectoryXml.Read(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(OfficeDirectoryXml.Write(With(Succession("dc", "old")))).Replace("predecessor=\"bj/old\"", "predecessor=\"bj/dc\""))), Throws.InstanceOf<FormatException>());
        }
    }

    [Test]
    public void A_chain_of_successors_as_long_as_a_directory_is_followed_and_checked_in_one_go()
    {
        var chain = Enumerable.Range(0, 20_000).Select(number => new Office(PartyId.Office("bj", $"o{number}"), $"o{number}", $"o{number}")).ToList();
        var successions = chain.Skip(1).Zip(chain, (successor, predecessor) => Succession(successor.Id.Local, predecessor.Id.Local)).ToList();

        var directory = SampleDirectory.Small.Next(SampleDirectory.Time, offices: [.. SampleDirectory.Small.Offices, .. chain], successions: successions);
        Assert.That(directory.PredecessorsOf(chain[^1].Id, SampleDirectory.Time), Has.Count.EqualTo(chain.Count - 1));
        Assert.That(() => directory.Next(SampleDirectory.Time, successions: [.. successions, Succession("o0", "o19999")]), Throws.InstanceOf<ArgumentException>());
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
        Assert.That(() => OfficeDirectoryXml.Read(Encoding.UTF8.GetBytes(xml.Replace(old, now))), Throws.InstanceOf<FormatException>().With.Message.Contains(why));
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

    private static PartyId Office(string local) => PartyId.Office("bj", local);

    private static OfficeDirectory With(params Succeeds[] successions) => SampleDirectory.Small.Next(SampleDirectory.Time, successions: successions);

    private static Succeeds Succession(string successor, string predecessor, bool isOver = false) =>
        new(Office(successor), Office(predecessor), new Period(SampleDirectory.Time.AddDays(-2), isOver ? SampleDirectory.Time : null));
}
