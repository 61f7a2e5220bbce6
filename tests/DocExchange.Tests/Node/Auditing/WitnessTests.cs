using DocExchange.Node.Auditing;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Node.Auditing;

/// <summary>What a witness signs, and above all what it does not.</summary>
internal sealed class WitnessTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private readonly NoteSigner ledgerKey = NoteSigner.Generate("bj/20260302", NoteKeyType.Ed25519);
    private readonly NoteSigner key = NoteSigner.Generate("bj/~n-one", NoteKeyType.Cosignature);
    private readonly FakeMemory memory = new();
    private readonly FakeTimeProvider time = new(Now);
    private TestLedger ledger = null!;
    private Witness witness = null!;

    [SetUp]
    public void Open()
    {
        ledger = new TestLedger(ledgerKey);
        (memory.Last, memory.Fails) = (null, MemoryFails.Never);
        witness = new Witness(key, ledgerKey.Verifier, ledger.Note(1), memory, time);
    }

    [TearDown]
    public void Close() => witness.Dispose();

    [OneTimeTearDown]
    public void DisposeKeys()
    {
        ledgerKey.Dispose();
        key.Dispose();
    }

    [Test]
    public async Task Cosigns_what_continues_the_pinned_checkpoint_and_then_what_continues_that()
    {
        foreach (var size in new[] { 7, 8, 8, 33, 40 })
        {
            var cosigned = await CosignAsync(ledger.Note(size)) as WitnessAnswer.Cosigned;
            Assert.That(cosigned?.Note.VerifiedBy(key.Verifier).Single().At, Is.EqualTo(Now));
            Assert.That(cosigned!.Note.VerifiedBy(ledgerKey.Verifier), Has.Count.EqualTo(1));
            Assert.That(memory.Last, Is.EqualTo(ledger.Note(size)));
        }
    }

    [TestCase(12, TestName = "Refuses_a_fork_that_is_larger")]
    [TestCase(10, TestName = "Refuses_another_root_for_the_same_size")]
    public async Task Refuses_a_fork(int size)
    {
        await CosignAsync(ledger.Note(10));
        var fork = new TestLedger(ledgerKey, partsAt: 5);

        var refused = await CosignAsync(fork.Note(size), fork) as WitnessAnswer.Refused;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused?.Last, Is.EqualTo(ledger.Note(10)));
            Assert.That(memory.Last, Is.EqualTo(ledger.Note(10)), "what it cosigned is not overwritten");
        }

        Assert.That(await CosignAsync(ledger.Note(12)), Is.TypeOf<WitnessAnswer.Cosigned>(), "the honest ledger goes on");
    }

    [Test]
    public async Task Refuses_a_first_checkpoint_that_does_not_continue_the_pinned_one()
    {
        var other = new TestLedger(ledgerKey, partsAt: 0);
        Assert.That((await CosignAsync(other.Note(9), other) as WitnessAnswer.Refused)?.Last, Is.EqualTo(ledger.Note(1)));
        Assert.That(memory.Last, Is.Null);
    }

    [Test]
    public async Task Does_not_cosign_what_is_smaller_than_what_it_cosigned()
    {
        await CosignAsync(ledger.Note(20));
        Assert.That((await CosignAsync(ledger.Note(19)) as WitnessAnswer.Stale)?.Last.Size, Is.EqualTo(20));
        Assert.That(memory.Last, Is.EqualTo(ledger.Note(20)));
    }

    [Test]
    public async Task Refuses_a_ledger_that_has_no_proof_or_too_long_a_one()
    {
        await CosignAsync(ledger.Note(20));
        var without = await witness.CosignAsync(ledger.Note(30), (_, _, _) => Task.FromResult<IReadOnlyList<Digest>?>(null), default);
        var tooLong = await witness.CosignAsync(ledger.Note(30), (_, _, _) => Task.FromResult<IReadOnlyList<Digest>?>(new Digest[Witness.MaxProof + 1]), default);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(without, Is.TypeOf<WitnessAnswer.Refused>());
            Assert.That(tooLong, Is.TypeOf<WitnessAnswer.Refused>());
        }
    }

    [Test]
    public async Task Refuses_another_origin_another_key_and_what_is_no_checkpoint()
    {
        using var otherKey = NoteSigner.Generate(ledgerKey.Verifier.Name, NoteKeyType.Ed25519);
        byte[][] notes = [new TestLedger(ledgerKey, origin: "bj/20270101").Note(9), new TestLedger(otherKey).Note(9), ledgerKey.Sign("bj/20260302\n9\n").ToBytes(), [], "9"u8.ToArray()];
        foreach (var note in notes)
        {
            Assert.That(await CosignAsync(note), Is.TypeOf<WitnessAnswer.Refused>());
        }

        Assert.That(memory.Last, Is.Null);
    }

    [TestCase(MemoryFails.BeforeTheWrite)]
    [TestCase(MemoryFails.AfterTheWrite)]
    public async Task Cosigns_nothing_that_is_not_known_to_be_on_disk(int fails)
    {
        memory.Fails = fails;
        await Assert.ThrowsAsync<IOException>(() => CosignAsync(ledger.Note(20)));
        memory.Fails = MemoryFails.Never;

        // Whatever became of the write, a fork of it is not cosigned afterwards, and the same checkpoint is.
        var fork = new TestLedger(ledgerKey, partsAt: 19);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(memory.Last, fails == MemoryFails.AfterTheWrite ? Is.EqualTo(ledger.Note(20)) : Is.Null);
            Assert.That(await CosignAsync(ledger.Note(20)), Is.TypeOf<WitnessAnswer.Cosigned>());
            Assert.That(await CosignAsync(fork.Note(20), fork), Is.TypeOf<WitnessAnswer.Refused>());
        }
    }

    [Test]
    public async Task Has_the_checkpoint_on_disk_when_it_is_cosigned()
    {
        // The clock is read for the cosignature, and for nothing before it.
        var seen = new List<byte[]?>();
        using var watched = new Witness(key, ledgerKey.Verifier, null, memory, new WatchedClock(() => seen.Add(memory.Last)));
        await watched.CosignAsync(ledger.Note(20), Prover(ledger), default);
        Assert.That(seen, Is.EqualTo(new[] { ledger.Note(20) }));
    }

    [Test]
    public async Task Two_ledgers_offered_at_once_do_not_both_get_a_cosignature()
    {
        var fork = new TestLedger(ledgerKey, partsAt: 15);
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => Task.Run(() => number % 2 == 0 ? CosignAsync(ledger.Note(20)) : CosignAsync(fork.Note(20), fork))));
        Assert.That(answers.OfType<WitnessAnswer.Cosigned>().Select(answer => answer.Checkpoint.Root).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Leaves_the_lines_of_others_out_of_what_it_cosigns()
    {
        using var other = NoteSigner.Generate("bj/~n-two", NoteKeyType.Cosignature);
        var note = other.Cosign(SignedNote.Parse(ledger.Note(20)), Now).ToBytes();
        var cosigned = (WitnessAnswer.Cosigned)await CosignAsync(note);
        Assert.That(cosigned.Note.Signatures.Select(line => line.Name), Is.EqualTo(new[] { ledgerKey.Verifier.Name, key.Verifier.Name }));
    }

    private Task<WitnessAnswer> CosignAsync(byte[] note, TestLedger? prover = null) => witness.CosignAsync(note, Prover(prover ?? ledger), default);

    private static ConsistencyProver Prover(TestLedger ledger) => (old, size, _) => Task.FromResult<IReadOnlyList<Digest>?>(ledger.Prove(old, size));

    private static class MemoryFails
    {
        public const int Never = 0;
        public const int BeforeTheWrite = 1;
        public const int AfterTheWrite = 2;
    }

    private sealed class FakeMemory : IWitnessMemory
    {
        public byte[]? Last { get; set; }

        public int Fails { get; set; }

        public void Keep(byte[] note)
        {
            Last = Fails == MemoryFails.BeforeTheWrite ? Last : note;
            if (Fails != MemoryFails.Never)
            {
                throw new IOException("The disk failed.");
            }
        }
    }

    private sealed class WatchedClock(Action asked) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            asked();
            return Now;
        }
    }
}
