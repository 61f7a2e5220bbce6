using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Operations;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using LedgerCheckpoint = DocExchange.Trust.Merkle.Checkpoint;

namespace DocExchange.Tests.Hub.Ledger;

/// <summary>The hub collects cosignatures; the quorum of the site is two of all nodes.</summary>
internal sealed class WitnessRoundsTests
{
    private HubUnderTest hub = null!;

    [SetUp]
    public async Task Start() => hub = await HubUnderTest.StartAsync();

    [TearDown]
    public async Task Stop() => await hub.DisposeAsync();

    [Test]
    public async Task A_checkpoint_is_witnessed_when_the_quorum_has_cosigned_it_and_stays_so_over_a_restart()
    {
        var candidate = Rounds.Candidate();
        var first = Rounds.Add(SenderNode, Cosigned(candidate, SenderNode));
        Assert.That((first, Rounds.Witnessed), Is.EqualTo((new CosignatureTaken(true, 1, 2), (SignedNote?)null)));

        Rounds.Add(DistrictNode, Cosigned(candidate, DistrictNode));
        var late = Rounds.Add(OtherNode, Cosigned(candidate, OtherNode));
        await hub.RestartAsync();

        var witnessed = Rounds.Witnessed!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(late, Is.EqualTo(new CosignatureTaken(true, 3, 2)));
            Assert.That(witnessed.Text, Is.EqualTo(candidate.Text));
            Assert.That(witnessed.VerifiedBy(hub.Site.Witnesses.Values.Select(key => key.Verifier)), Has.Count.EqualTo(3));
            Assert.That(witnessed.VerifiedBy(LedgerKey.Verifier), Has.Count.EqualTo(1));
        }
    }

    [Test]
    public async Task All_witnesses_are_asked_for_the_same_checkpoint_until_it_is_witnessed_or_late()
    {
        var first = Rounds.Candidate();
        await GrowAsync();
        Rounds.Add(SenderNode, Cosigned(first, SenderNode));
        Assert.That(Rounds.Candidate().Text, Is.EqualTo(first.Text));

        Rounds.Add(DistrictNode, Cosigned(first, DistrictNode));
        var second = Rounds.Candidate();
        await GrowAsync();
        hub.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.That(Rounds.Candidate().Text, Is.EqualTo(second.Text));
        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        var third = Rounds.Candidate();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(LedgerCheckpoint.Parse(second.Text).Size, Is.EqualTo(LedgerCheckpoint.Parse(first.Text).Size + 1));
            Assert.That(LedgerCheckpoint.Parse(third.Text).Size, Is.EqualTo(hub.Ledger.Size));
            Assert.That(Rounds.Add(SenderNode, Cosigned(second, SenderNode)).IsCounted, Is.True, "late, and counted");
        }
    }

    [Test]
    public void The_same_cosignature_or_another_of_the_same_witness_counts_once()
    {
        var candidate = Rounds.Candidate();
        Rounds.Add(SenderNode, Cosigned(candidate, SenderNode));
        Rounds.Add(SenderNode, Cosigned(candidate, SenderNode));
        hub.Clock.Advance(TimeSpan.FromSeconds(5));
        var again = Rounds.Add(SenderNode, Cosigned(candidate, SenderNode));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(again, Is.EqualTo(new CosignatureTaken(true, 1, 2)));
            Assert.That(Rounds.Candidate().Signatures, Has.Count.EqualTo(2));
            Assert.That(Rounds.Witnessed, Is.Null);
        }
    }

    [Test]
    public async Task A_cosignature_for_a_checkpoint_of_old_is_not_counted()
    {
        var old = Rounds.Candidate();
        for (var round = 0; round < 5; round++)
        {
            await GrowAsync();
            hub.Clock.Advance(TimeSpan.FromMinutes(1));
            Rounds.Candidate();
        }

        Assert.That(Rounds.Add(SenderNode, Cosigned(old, SenderNode)), Is.EqualTo(new CosignatureTaken(false, 0, 2)));
    }

    [Test]
    public async Task Refuses_what_is_not_a_witnesss_cosignature_of_this_ledger()
    {
        var candidate = Rounds.Candidate();
        using var unknown = NoteSigner.Generate(SenderNode.ToString(), NoteKeyType.Cosignature);
        using var otherLedger = NoteSigner.Generate(LedgerKey.Verifier.Name, NoteKeyType.Ed25519);
        var checkpoint = LedgerCheckpoint.Parse(candidate.Text);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await RefusalOf(SenderNode, candidate.ToBytes())).Refusal, Is.EqualTo(Refusal.NotAuthentic), "no cosignature");
            Assert.That((await RefusalOf(SenderNode, Cosigned(candidate, DistrictNode))).Refusal, Is.EqualTo(Refusal.NotAuthentic), "another witness's");
            Assert.That((await RefusalOf(SenderNode, unknown.Cosign(candidate, ExchangeSite.Start).ToBytes())).Refusal, Is.EqualTo(Refusal.NotAuthentic), "unknown key");
            Assert.That((await RefusalOf(SenderNode, Cosigned(checkpoint.SignedBy(otherLedger).Note, SenderNode))).Refusal, Is.EqualTo(Refusal.NotAuthentic), "another ledger's key");
            Assert.That((await RefusalOf(SenderNode, Cosigned(new LedgerCheckpoint("bj/other", 1, checkpoint.Root).SignedBy(LedgerKey).Note, SenderNode))).Refusal, Is.EqualTo(Refusal.NotAuthentic), "another origin");
            Assert.That((await RefusalOf(SenderNode, "x"u8.ToArray())).Refusal, Is.EqualTo(Refusal.NotAuthentic), "no note");
            Assert.That((await RefusalOf(SenderNode, new byte[SignedNote.MaxSize + 1])).Refusal, Is.EqualTo(Refusal.NotAuthentic), "too large");
            Assert.That((await RefusalOf(PartyId.Hub(Exchange), Cosigned(candidate, SenderNode))).Refusal, Is.EqualTo(Refusal.PermissionDenied), "the hub is no witness");
            Assert.That((await RefusalOf(PartyId.Node(Exchange, "n-none"), Cosigned(candidate, SenderNode))).Refusal, Is.EqualTo(Refusal.NotBound), "no such node");
            Assert.That(Rounds.Candidate().ToBytes(), Is.EqualTo(candidate.ToBytes()), "nothing was kept");
        }
    }

    [Test]
    public async Task A_checkpoint_its_key_signed_for_another_tree_is_refused_and_reported()
    {
        var size = hub.Ledger.Size;
        foreach (var forged in new[] { new LedgerCheckpoint(LedgerKey.Verifier.Name, size - 1, Digest.Of("fork"u8)), new LedgerCheckpoint(LedgerKey.Verifier.Name, size + 9, Digest.Of("future"u8)) })
        {
            Assert.That((await RefusalOf(SenderNode, Cosigned(forged.SignedBy(LedgerKey).Note, SenderNode))).Refusal, Is.EqualTo(Refusal.NotAuthentic));
        }

        Assert.That(hub.Log.Lines.Count(line => line.Contains("that this ledger's key signed and that is not of this tree")), Is.EqualTo(2));
    }

    [Test]
    public async Task A_ledger_that_does_not_continue_what_was_witnessed_serves_it_no_more_and_says_so()
    {
        var future = new LedgerCheckpoint(LedgerKey.Verifier.Name, hub.Ledger.Size + 1, Digest.Of("lost"u8)).SignedBy(LedgerKey).Note;
        hub.Get<WitnessedCheckpoints>().Keep(hub.Ledger.Size + 1, future.ToBytes());
        await hub.RestartAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Rounds.Witnessed, Is.Null);
            Assert.That(hub.Log.Lines, Has.Some.Contains("does not continue"));
        }
    }

    [Test]
    public void Keeps_a_bounded_number_of_witnessed_checkpoints_the_newest_among_them()
    {
        var store = hub.Get<WitnessedCheckpoints>();
        var note = Rounds.Candidate().ToBytes();
        for (var size = 1; size <= WitnessedCheckpoints.MaxFiles + 1; size++)
        {
            File.WriteAllBytes(PathOf(size), note);
        }

        store.Keep(WitnessedCheckpoints.MaxFiles + 2, [.. note, (byte)'x']);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(store.Names(), Has.Count.LessThanOrEqualTo(WitnessedCheckpoints.MaxFiles));
            Assert.That(store.Names()[0], Is.EqualTo(PathOf(1)), "the oldest reaches far back");
            Assert.That(store.Newest, Has.Length.EqualTo(note.Length + 1));
        }
    }

    private WitnessRounds Rounds => hub.Get<WitnessRounds>();

    private NoteSigner LedgerKey => hub.Get<HubIdentity>().LedgerKey;

    private string PathOf(int size)
    {
        Directory.CreateDirectory(hub.Folder.Witnessed);
        return Path.Combine(hub.Folder.Witnessed, $"{size:D20}.note");
    }

    private byte[] Cosigned(SignedNote note, PartyId node) => hub.Site.Witnesses[node].Cosign(note, hub.Clock.GetUtcNow()).ToBytes();

    private async Task<RefusedException> RefusalOf(PartyId node, byte[] note) => await HubUnderTest.RefusalOf(() => Task.FromResult(Rounds.Add(node, note)));

    private Task GrowAsync() => hub.ActAsync(StatementType.Opened, Dongcheng, document: new(default));
}
