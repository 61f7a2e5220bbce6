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

/// <summary>A node takes up the newest seal that was made for its own key, and alarms on every one that a stranger could seal with.</summary>
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
    private BoundCertificate? former;

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
        (directory, former) = (site.Directory, null);
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
        former = new BoundCertificate(CertificateUse.Seal, world.Stranger.Certificate, new Period(Now.AddDays(-20), Now.AddDays(-9)));
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
        Assert.That(alarms.Newest().Single().Chinese, Does.Contain("印章 3").And.Contains("为另一把密钥制作"));
        Assert.That(alarms.Newest().Single().English, Does.Contain("another key"));
    }

    [Test]
    public async Task What_could_not_be_had_disappears_with_a_good_one()
    {
        var (wrong, good) = (await MakeAsync("2", holder), await MakeAsync("3", holder));
        await PublishAsync(Listed(first, 1), Listed(wrong, 2) with { EsId = "7" });
        Assert.That(alarms.Newest().Single().Chinese, Does.Contain("7 未能启用").And.Contains("编号是 2"));

        await PublishAsync(Listed(first, 1), Listed(wrong, 2) with { EsId = "7" }, Listed(good, 3));
        Assert.That(alarms.All(), Is.Empty);
        Assert.That(keys.SealOf(NodeSite.Sender).Seal.EsId, Is.EqualTo("3"));
    }

    [Test]
    public async Task The_alarm_on_a_strangers_seal_stays_with_its_evidence_when_a_good_one_is_taken_up()
    {
        var (foreign, good) = (await MakeAsync("2", world.Stranger), await MakeAsync("3", holder));
        await PublishAsync(Listed(first, 1), Listed(foreign, 2));
        var published = OfficeDirectoryXml.Write(directory);
        await PublishAsync(Listed(first, 1), Listed(foreign, 2), Listed(good, 3));
        await PublishAsync(Listed(good, 3));

        Assert.That(alarms.Newest().Single().Evidence, Is.EqualTo(new[] { published, foreign.Der.ToArray() }));
        Assert.That(keys.SealOf(NodeSite.Sender).Seal.EsId, Is.EqualTo("3"));
    }

    [Test]
    public async Task A_strangers_seal_that_was_closed_is_not_raised_while_it_stands()
    {
        var foreign = await MakeAsync("2", world.Stranger);
        await PublishAsync(Listed(first, 1), Listed(foreign, 2));
        alarms.Close(alarms.Newest().Single().Id, new Actor("1", "孙七", "security", "local"), "ok");
        await PublishAsync(Listed(first, 1), Listed(foreign, 2));

        Assert.That(alarms.Newest(), Is.Empty);
    }

    [Test]
    public async Task A_strangers_seal_is_told_though_it_calls_itself_older()
    {
        await PublishAsync(Listed(await MakeAsync("0", world.Stranger), 0), Listed(first, 1));

        Assert.That(alarms.Newest().Single().Chinese, Does.Contain("印章 0").And.Contains("为另一把密钥制作"));
    }

    [Test]
    public async Task A_seal_for_its_key_and_a_strangers_is_told_and_not_taken_up()
    {
        var both = await SealMaker.MakeAsync(world.Definition(holder) with { EsId = "2", Signers = [holder.Certificate, world.Stranger.Certificate] }, world.Maker, default);
        await PublishAsync(Listed(first, 1), Listed(both, 2));

        Assert.That(alarms.Newest(), Has.Count.EqualTo(1));
        Assert.That(keys.SealOf(NodeSite.Sender).Seal.EsId, Is.EqualTo("1"));
    }

    [Test]
    public async Task Of_an_office_without_a_seal_nothing_stays_that_disappears_by_itself()
    {
        await PublishAsync(Listed(first, 1), Listed(await MakeAsync("2", holder), 2) with { EsId = "7" });
        Assert.That(alarms.Newest(), Has.Count.EqualTo(1));

        keys.Dispose();
        File.Delete(Path.Combine(site.Folder.Keys, NodeSite.Sender.Local + ".seal"));
        keys = KeyRing.Open(site.Folder, site.Node);
        await PublishAsync(Listed(first, 1));
        Assert.That(alarms.All(), Is.Empty);
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
        directory = directory.Next(Now, [.. directory.Offices.Select(office => office.Id == NodeSite.Sender ? office with { Seals = seals, Certificates = former is null ? office.Certificates : [.. office.Certificates, former] } : office)]);
        var xml = OfficeDirectoryXml.Write(directory);
        copy.Keep(new DirectoryPublishedBody(directory.Version, Digest.Of(xml)), directory.Version, xml);
        await new RenewedSeals(site.Folder, site.Node, keys, copy, objects, alarms, new FakeTimeProvider(Now)).TakeAsync(null!, default);
    }
}
