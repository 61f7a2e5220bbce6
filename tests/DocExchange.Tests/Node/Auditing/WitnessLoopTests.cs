using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node;
using DocExchange.Node.Auditing;
using DocExchange.Node.HubLink;
using DocExchange.Node.Keys;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using DocExchange.Pages;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Merkle;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DocExchange.Tests.Node.Auditing;

/// <summary>A node looks at its hub's ledger: an honest one is cosigned, a cheating one is exposed.</summary>
internal sealed class WitnessLoopTests
{
    private NodeSite site = null!;
    private WebApplication node = null!;
    private LedgerHub hub = null!;
    private HubChannel channel = null!;
    private NoteSigner other = null!;

    [SetUp]
    public async Task Open()
    {
        site = new NodeSite();
        using var own = new KeyFiles(site.Folder, KeyPassword.ReadOrDraw(site.Folder.KeyPassword, (path, bytes) => DurableFile.Write(path, bytes))).OpenOrDrawWitness(NodeSite.NodeId);
        hub = new LedgerHub { Ledger = new TestLedger(site.Ledger) };
        node = NodeApplication.Build(site.Folder, site.Node with { Genesis = hub.Ledger.Note(1), WitnessQuorum = 2 }, new PagesSettings());
        other = NoteSigner.Generate("demo/~n-two", NoteKeyType.Cosignature);
        Publish(1, own.Verifier, other.Verifier);
        channel = await hub.StartAsync();
    }

    [TearDown]
    public async Task Close()
    {
        channel.Dispose();
        await hub.DisposeAsync();
        await node.DisposeAsync();
        other.Dispose();
        site.Dispose();
    }

    [Test]
    public async Task Cosigns_an_honest_ledger_as_it_grows_and_each_checkpoint_once()
    {
        await StepAsync(5);
        hub.Candidate = hub.Cosignatures[0].ToBytes();
        await StepAsync(8);
        hub.Candidate = null;
        await StepAsync(9);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(hub.Cosignatures.Select(note => Checkpoint.Parse(note.Text).Size), Is.EqualTo(new[] { 5, 9 }));
            Assert.That(hub.Cosignatures.Select(note => note.VerifiedBy(Witness.Key).Count), Is.All.EqualTo(1));
            Assert.That(Alarms, Is.Empty);
        }
    }

    [TestCase(20, TestName = "A_fork_that_grew_is_exposed")]
    [TestCase(10, TestName = "A_fork_of_the_same_size_is_exposed")]
    [TestCase(7, TestName = "A_fork_that_is_smaller_is_exposed")]
    public async Task A_fork_is_exposed(int size)
    {
        await StepAsync(10);
        var kept = Guard.Newest;
        hub.Ledger = new TestLedger(site.Ledger, partsAt: 6);
        await StepAsync(size);
        await StepAsync(size);

        AssertExposed(kept, hub.Ledger.Note(size));
    }

    [Test]
    public async Task A_ledger_that_was_cut_is_exposed()
    {
        await StepAsync(10);
        var kept = Guard.Newest;
        await StepAsync(9);

        AssertExposed(kept, hub.Ledger.Note(9));
    }

    [Test]
    public async Task Nothing_the_hub_shows_after_a_fork_replaces_the_evidence()
    {
        await StepAsync(10);
        hub.Ledger = new TestLedger(site.Ledger, partsAt: 6);
        await StepAsync(20);
        var evidence = Evidence();
        hub.Ledger = new TestLedger(site.Ledger);
        await StepAsync(12);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Evidence(), Is.EqualTo(evidence));
            Assert.That(hub.Cosignatures.Select(note => Checkpoint.Parse(note.Text).Size), Is.EqualTo(new[] { 10, 12 }), "the honest ledger is cosigned again");
            Assert.That(Alarms, Has.Count.EqualTo(1));
        }
    }

    [Test]
    public async Task A_hub_cannot_fill_the_disk_with_contradictions()
    {
        await StepAsync(10);
        for (var number = 0; number < EvidenceFolder.MaxFiles + 20; number++)
        {
            Guard.RaiseContradiction(Guard.Newest, BitConverter.GetBytes(number));
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Evidence(), Has.Count.LessThanOrEqualTo(EvidenceFolder.MaxFiles));
            Assert.That(Evidence().Values, Has.Some.EqualTo(Guard.Newest));
            Assert.That(Alarms, Has.Count.EqualTo(1));
        }
    }

    [Test]
    public async Task A_statement_is_witnessed_once_the_quorum_cosigned_a_checkpoint_that_covers_it()
    {
        await StepAsync(5);
        var alone = hub.Cosignatures[0];
        hub.Witnessed = alone.ToBytes();
        await StepAsync(5);
        Assert.That(Book.Newest, Is.Null, "one cosignature is no quorum of two");

        hub.Witnessed = other.Cosign(alone, NodeSite.Now).ToBytes();
        await StepAsync(6);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Book.Newest?.Checkpoint.Size, Is.EqualTo(5));
            Assert.That(Book.Covering(4)?.Cosignatures.Select(each => each.Verifier.Name), Is.EquivalentTo(new[] { "demo/~n-one", "demo/~n-two" }));
            Assert.That(Book.Covering(5), Is.Null);
        }
    }

    [Test]
    public async Task Cosignatures_that_are_replayed_forged_or_by_strangers_do_not_make_a_quorum()
    {
        using var stranger = NoteSigner.Generate("demo/~n-three", NoteKeyType.Cosignature);
        await StepAsync(5);
        await StepAsync(6);
        var (five, six) = (hub.Cosignatures[0], hub.Cosignatures[1]);
        var line = other.Cosign(five, NodeSite.Now).Signatures[^1];
        SignedNote[] bad = [six.With(six.Signatures[^1]), six.With(line), stranger.Cosign(six, NodeSite.Now)];
        foreach (var note in bad)
        {
            hub.Witnessed = note.ToBytes();
            await StepAsync(6);
        }

        Assert.That(Book.Newest, Is.Null);
    }

    [Test]
    public async Task A_witnessed_checkpoint_that_contradicts_the_ledger_is_exposed_whoever_cosigned_it()
    {
        await StepAsync(10);
        var kept = Guard.Newest;
        var fork = new TestLedger(site.Ledger, partsAt: 6).Note(10);
        hub.Witnessed = other.Cosign(SignedNote.Parse(fork), NodeSite.Now).ToBytes();
        await StepAsync(10);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Book.Newest, Is.Null);
            Assert.That(Evidence().Values, Is.EquivalentTo(new[] { kept, hub.Witnessed }));
            Assert.That(Alarms, Has.Count.EqualTo(1));
        }
    }

    [Test]
    public void A_witness_key_that_is_replaced_or_given_to_this_node_by_others_is_an_alarm()
    {
        using var replaced = NoteSigner.Generate("demo/~n-two", NoteKeyType.Cosignature);
        using var foreign = NoteSigner.Generate(NodeSite.NodeId.ToString(), NoteKeyType.Cosignature);
        _ = Book.Keys();
        Assert.That(Alarms, Is.Empty);

        Publish(2, Witness.Key, replaced.Verifier);
        _ = Book.Keys();
        Publish(3, foreign.Verifier, replaced.Verifier);
        _ = Book.Keys();
        _ = Book.Keys();
        Assert.That(Alarms, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Says_so_when_the_hub_does_not_take_its_cosignature()
    {
        hub.Refuses = new RefusedException(Refusal.NotBound, "没有绑定", "Not bound.");
        await StepAsync(5);
        Assert.That(Alarms.Single(), Does.Contain("Not bound."));

        var bell = Part<AlarmBell>();
        bell.Close(bell.Newest().Single().Id, new Actor("1", "张三", "security", "local"), "ok");
        await StepAsync(6);
        Assert.That(Alarms, Is.Empty, "each checkpoint finds the same");

        hub.Refuses = null;
        await StepAsync(7);
        hub.Refuses = new RefusedException(Refusal.NotBound, "没有绑定", "Not bound.");
        await StepAsync(8);
        Assert.That(Alarms, Has.Count.EqualTo(1), "it came anew");
    }

    private void AssertExposed(byte[] kept, byte[] seen)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(hub.Cosignatures, Has.Count.EqualTo(1), "nothing was cosigned after it");
            Assert.That(Evidence().Values, Is.EquivalentTo(new[] { kept, seen }));
            Assert.That(Alarms, Has.Count.EqualTo(1));
            Assert.That(Guard.Newest, Is.EqualTo(kept));
        }
    }

    private Task StepAsync(int newest)
    {
        hub.Newest = newest;
        return Part<WitnessLoop>().StepAsync(channel, default);
    }

    private CheckpointGuard Guard => Part<CheckpointGuard>();

    private WitnessedBook Book => Part<WitnessedBook>();

    private Witness Witness => Part<WitnessDuty>().Witness!;

    private IReadOnlyList<string> Alarms => [.. Part<AlarmBell>().Newest().Select(alarm => alarm.English)];

    private Dictionary<string, byte[]> Evidence() => Directory.EnumerateFiles(site.Folder.Evidence).ToDictionary(path => path, File.ReadAllBytes);

    private void Publish(long version, NoteVerifier own, NoteVerifier second)
    {
        var period = new Period(NodeSite.Now);
        var directory = new OfficeDirectory(
            "demo", version, NodeSite.Now, site.Directory.Offices,
            [site.Directory.Machines[0] with { WitnessKeys = [new BoundWitnessKey(own, period)] }, new Machine(PartyId.Parse("demo/~n-two"), "Two", []) { WitnessKeys = [new BoundWitnessKey(second, period)] }],
            [], [], site.Directory.Authorities);
        var xml = OfficeDirectoryXml.Write(directory);
        Part<DirectoryCopy>().Keep(new DirectoryPublishedBody(version, Digest.Of(xml)), version, xml);
    }

    private T Part<T>()
        where T : notnull => node.Services.GetRequiredService<T>();
}
