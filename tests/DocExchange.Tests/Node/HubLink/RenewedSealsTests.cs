using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Node.HubLink;
using DocExchange.Node.Keys;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Node.HubLink;

/// <summary>A node takes up the newest seal that was made for its own key, and alarms only on a newer one that was not.</summary>
internal sealed class RenewedSealsTests
{
    private static readonly DateTimeOffset Now = SealWorld.Sealed;

    private NodeSite site = null!;
    private SealWorld world = null!;
    private CertificateAuthority authority = null!;
    private NodeRecords records = null!;
    private AlarmBell alarms = null!;
    private ISigningKey holder = null!;
    private KeyRing keys = null!;
    private Seal first = null!;
    private OfficeDirectory directory = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        (site, world) = (new NodeSite(), new SealWorld());
        authority = CertificateAuthority.CreateRoot(Suite.Gm, new DistinguishedName("Root", "Demo", null), Now.AddYears(-1), Now.AddYears(9));
        var files = new KeyFiles(site.Folder, KeyPassword.Read(site.Folder.KeyPassword));
        var subject = new DistinguishedName("bgs", "Demo", null);
        using (var drawn = files.OpenOrDraw(KeyFiles.Seal(NodeSite.Sender), KeyAlgorithm.Sm2))
        {
            files.Certify(KeyFiles.Seal(NodeSite.Sender), authority.Issue(await drawn.CreateRequestAsync(subject, default), CertificateProfile.Seal, subject, null, Now.AddYears(-1), Now.AddYears(5)));
        }

        holder = files.Signing(KeyFiles.Seal(NodeSite.Sender), [authority.Certificate])!;
        first = await MakeAsync("1", holder);
        files.WriteSeal(NodeSite.Sender, first.Der.Span);
        keys = KeyRing.Open(site.Folder, site.Node);
        records = new NodeRecords(site.Folder);
        alarms = new AlarmBell(records, new FakeTimeProvider(Now), NullLogger<AlarmBell>.Instance);
        directory = site.Directory;
    }

    [TearDown]
    public void End()
    {
        records.Dispose();
        keys.Dispose();
        holder.Dispose();
        authority.Dispose();
        world.Dispose();
        site.Dispose();
    }

    [Test]
    public async Task Takes_up_a_newer_one_for_its_key()
    {
        var second = await MakeAsync("2", holder);
        await PublishAsync(Listed(first, 1), Listed(second, 2));

        Assert.That(keys.SealOf(NodeSite.Sender).Seal.EsId, Is.EqualTo("2"));
        Assert.That(alarms.Newest(), Is.Empty);
    }

    [Test]
    public async Task Says_nothing_of_an_older_one_for_a_key_it_had_before()
    {
        var lost = await MakeAsync("0", world.Stranger);
        await PublishAsync(Listed(lost, 0), Listed(first, 1) with { IsStopped = true });
        await PublishAsync(Listed(lost, 0), Listed(first, 1));

        Assert.That(alarms.Newest(), Is.Empty);
        Assert.That(keys.SealOf(NodeSite.Sender).Seal.EsId, Is.EqualTo("1"));
    }

    [Test]
    public async Task Takes_up_what_is_for_its_key_beside_a_newer_one_for_another()
    {
        var (second, foreign) = (await MakeAsync("2", holder), await MakeAsync("3", world.Stranger));
        await PublishAsync(Listed(first, 1), Listed(second, 2), Listed(foreign, 3));

        Assert.That(keys.SealOf(NodeSite.Sender).Seal.EsId, Is.EqualTo("2"));
        Assert.That(alarms.Newest().Single().Chinese, Does.Contain("3 未能启用").And.Contains("为另一把密钥制作"));
        Assert.That(alarms.Newest().Single().English, Does.Contain("another key"));
    }

    [Test]
    public async Task The_alarm_disappears_with_a_good_one()
    {
        var (foreign, good) = (await MakeAsync("2", world.Stranger), await MakeAsync("3", holder));
        await PublishAsync(Listed(first, 1), Listed(foreign, 2));
        Assert.That(alarms.Newest(), Has.Count.EqualTo(1));

        await PublishAsync(Listed(first, 1), Listed(foreign, 2), Listed(good, 3));
        Assert.That(alarms.All(), Is.Empty);
        Assert.That(keys.SealOf(NodeSite.Sender).Seal.EsId, Is.EqualTo("3"));
    }

    private Task<Seal> MakeAsync(string number, ISigningKey key) => SealMaker.MakeAsync(world.Definition(key) with { EsId = number }, world.Maker, default);

    private OfficeSeal Listed(Seal seal, int day)
    {
        new ObjectFolder(site.Folder).Put(seal.Der.ToArray());
        return new OfficeSeal(seal.EsId, "印章", seal.Fingerprint, new Period(Now.AddDays(day - 10)));
    }

    // Every seal is among the objects of the node, so that no hub is asked.
    private async Task PublishAsync(params OfficeSeal[] seals)
    {
        var objects = new ObjectFolder(site.Folder);
        var copy = new DirectoryCopy(records, objects, keys, alarms);
        directory = directory.Next(Now, [.. directory.Offices.Select(office => office.Id == NodeSite.Sender ? office with { Seals = seals } : office)]);
        var xml = OfficeDirectoryXml.Write(directory);
        copy.Keep(new DirectoryPublishedBody(directory.Version, Digest.Of(xml)), directory.Version, xml);
        await new RenewedSeals(site.Folder, site.Node, keys, copy, objects, alarms, new FakeTimeProvider(Now)).TakeAsync(null!, default);
    }
}
