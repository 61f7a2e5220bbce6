using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using Microsoft.Extensions.Logging.Abstractions;

namespace DocExchange.Tests.Node.Offices;

/// <summary>A node alarms on whatever a directory binds to its offices that they did not ask for, and on nothing else.</summary>
public sealed class BindingWatchTests
{
    [Test]
    public void Is_silent_about_its_own_keys_and_about_other_offices()
    {
        using var site = new NodeSite();
        var stranger = Change(site, NodeSite.Stranger, office => Bind(office, Foreign()));

        Assert.That(AlarmsOf(site, site.Directory, stranger), Is.Empty);
    }

    [TestCase(CertificateUse.Document)]
    [TestCase(CertificateUse.Seal)]
    public void Alarms_on_a_key_bound_to_its_office_that_is_not_here(CertificateUse use)
    {
        using var site = new NodeSite();
        var certificate = Foreign();
        var changed = Change(site, NodeSite.Sender, office => Bind(office, certificate, use));

        var alarms = AlarmsOf(site, site.Directory, changed, changed.Next(NodeSite.Now));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(alarms, Has.Count.EqualTo(1));
            Assert.That(alarms[0].English, Does.Contain("demo/bgs").And.Contain(certificate.Fingerprint.ToString()));
            Assert.That(alarms[0].Evidence[0], Is.EqualTo(OfficeDirectoryXml.Write(changed)));
        }
    }

    [Test]
    public void Alarms_when_its_own_key_is_unbound()
    {
        using var site = new NodeSite();
        var changed = Change(site, NodeSite.Sender, office => office with { Certificates = [.. office.Certificates.Select(bound => bound with { Period = bound.Period with { Until = NodeSite.Now } })] });

        Assert.That(AlarmsOf(site, changed).Single().English, Does.Contain("no longer binds"));
    }

    [Test]
    public void Alarms_when_another_node_hosts_its_office()
    {
        using var site = new NodeSite();
        var other = new Machine(PartyId.Parse("demo/~other"), "Other", []);
        var changed = site.Directory.Next(
            NodeSite.Now, [.. site.Directory.Offices.Select(office => office.Id == NodeSite.Sender ? office with { HostedBy = other.Id } : office)], [.. site.Directory.Machines, other]);

        Assert.That(AlarmsOf(site, changed).Single().English, Does.Contain("demo/~other host demo/bgs"));
    }

    [Test]
    public void Is_silent_about_what_was_closed_until_it_is_bound_anew()
    {
        using var site = new NodeSite();
        var bound = Change(site, NodeSite.Sender, office => Bind(office, Foreign()));
        var unbound = bound.Next(NodeSite.Now, site.Directory.Offices).Next(NodeSite.Now);
        var again = unbound.Next(NodeSite.Now, bound.Offices);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(AlarmsOf(site, bound), Has.Count.EqualTo(1));
            Close(site);
            Assert.That(AlarmsOf(site, bound.Next(NodeSite.Now)), Is.Empty);
            Assert.That(AlarmsOf(site, unbound), Is.Empty);
            Assert.That(AlarmsOf(site, again), Has.Count.EqualTo(1));
        }
    }

    [Test]
    public void Alarms_on_what_was_closed_and_bound_anew_where_it_never_read_the_versions_between()
    {
        using var site = new NodeSite();
        var certificate = Foreign();
        var bound = Change(site, NodeSite.Sender, office => Bind(office, certificate));
        var later = new Period(NodeSite.Now.AddDays(1));
        var again = bound.Next(NodeSite.Now).Next(NodeSite.Now, [.. bound.Offices.Select(office => office with
        {
            Certificates = [.. office.Certificates.Select(each => each.Certificate.Fingerprint == certificate.Fingerprint ? each with { Period = later } : each)],
        })]);

        Assert.That(AlarmsOf(site, bound), Has.Count.EqualTo(1));
        Close(site);
        Assert.That(AlarmsOf(site, again), Has.Count.EqualTo(1));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Takes_an_alarm_of_an_earlier_version_for_the_binding_of_that_certificate(bool isClosed)
    {
        using var site = new NodeSite();
        var bound = Change(site, NodeSite.Sender, office => Bind(office, Foreign()));
        Assert.That(AlarmsOf(site, bound), Has.Count.EqualTo(1));
        using (var records = new NodeRecords(site.Folder))
        {
            // Its keys had no date.
            var row = records.Alarms.FindAll().Single();
            row.Key = row.Key[..row.Key.LastIndexOf(' ')];
            records.Write(() => records.Alarms.Update(row));
        }

        if (isClosed)
        {
            Close(site);
        }

        Assert.That(AlarmsOf(site, bound.Next(NodeSite.Now)), Has.Count.EqualTo(isClosed ? 0 : 1));
    }

    [Test]
    public void Does_not_alarm_on_an_older_version_that_is_read_late()
    {
        using var site = new NodeSite();
        var older = Change(site, NodeSite.Sender, office => Bind(office, Foreign()));
        var newer = older.Next(NodeSite.Now, site.Directory.Offices);

        Assert.That(AlarmsOf(site, newer, older), Is.Empty);
    }

    private static void Close(NodeSite site)
    {
        using var records = new NodeRecords(site.Folder);
        var bell = new AlarmBell(records, TimeProvider.System, NullLogger<AlarmBell>.Instance);
        bell.Close(bell.Newest().Single().Id, new Actor("1", "张三", "security", "local"), "ok");
    }

    private static IReadOnlyList<AlarmRow> AlarmsOf(NodeSite site, params OfficeDirectory[] published)
    {
        using var records = new NodeRecords(site.Folder);
        var bell = new AlarmBell(records, TimeProvider.System, NullLogger<AlarmBell>.Instance);
        var copy = new DirectoryCopy(records, new ObjectFolder(site.Folder), site.Keys, bell);
        foreach (var directory in published)
        {
            var xml = OfficeDirectoryXml.Write(directory);
            copy.Keep(new DirectoryPublishedBody(directory.Version, Digest.Of(xml)), directory.Version, xml);
        }

        return bell.Newest();
    }

    private static OfficeDirectory Change(NodeSite site, PartyId id, Func<Office, Office> change) =>
        site.Directory.Next(NodeSite.Now, [.. site.Directory.Offices.Select(office => office.Id == id ? change(office) : office)]);

    private static Office Bind(Office office, Certificate certificate, CertificateUse use = CertificateUse.Document) =>
        office with { Certificates = [.. office.Certificates, new BoundCertificate(use, certificate, new Period(NodeSite.Now))] };

    private static Certificate Foreign()
    {
        using var root = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("Foreign", null, null), NodeSite.Now.AddYears(-1), NodeSite.Now.AddYears(1));
        return root.Certificate;
    }
}
