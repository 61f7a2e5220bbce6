using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Merkle;

namespace DocExchange.Hub.Ledger;

/// <summary>What became of a cosignature.</summary>
internal sealed record CosignatureTaken(bool IsCounted, int Cosignatures, int Quorum);

/// <summary>
/// Collects cosignatures. All witnesses are asked for the same checkpoint until the quorum has cosigned it, since one
/// note with k cosignatures proves what k notes with one each do not. Nothing here decides what is in the ledger. Safe for
/// concurrent use.
/// </summary>
internal sealed partial class WitnessRounds(
    ILedgerStore ledger, LedgerWriter writer, DirectoryKeeper directories, HubIdentity identity, HubSettings settings, WitnessedCheckpoints store, TimeProvider clock, ILogger<WitnessRounds> log)
{
    /// <summary>So many checkpoints take cosignatures at the same time: witnesses that are late still count.</summary>
    private const int MaxOpen = 4;

    /// <summary>After this a round that lacks witnesses gives way to a newer checkpoint.</summary>
    private static readonly TimeSpan RoundLength = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly List<Round> open = [];
    private SignedNote? witnessed;
    private bool isRead;

    private WitnessPolicy Policy { get; } = settings.WitnessPolicy;

    /// <summary>The newest checkpoint the quorum has cosigned; null before the first.</summary>
    public SignedNote? Witnessed
    {
        get
        {
            lock (gate)
            {
                if (!isRead)
                {
                    (witnessed, isRead) = (ReadWitnessed(), true);
                }

                return witnessed;
            }
        }
    }

    /// <summary>The checkpoint all witnesses are asked to cosign now, with the cosignatures so far.</summary>
    public SignedNote Candidate()
    {
        lock (gate)
        {
            var newest = writer.Checkpoint;
            if (open.Count == 0 || (open[^1].Checkpoint.Size < newest.Checkpoint.Size && IsOver(open[^1])))
            {
                open.Add(new Round(newest.Checkpoint, clock.GetUtcNow()) { Note = newest.Note });
                open.RemoveRange(0, Math.Max(0, open.Count - MaxOpen));
            }

            return open[^1].Note;
        }
    }

    /// <exception cref="RefusedException">Not a witness, not its key, or not this ledger's checkpoint.</exception>
    public CosignatureTaken Add(PartyId witness, ReadOnlySpan<byte> note)
    {
        var key = KeyOf(witness);
        var (signed, checkpoint) = Read(note);
        if (signed.VerifiedBy(key).Count != 1)
        {
            throw new RefusedException(Refusal.NotAuthentic, $"见证签名不成立，或不是 {witness} 的见证密钥所签。", $"The cosignature is not valid, or not by the witness key of {witness}.");
        }

        var line = signed.Signatures.First(signature => signature.Name == key.Name && signature.KeyId == key.KeyId);
        lock (gate)
        {
            if (open.Find(round => round.Checkpoint == checkpoint) is not { } round)
            {
                CheckTree(witness, checkpoint);
                return new CosignatureTaken(false, 0, Policy.Quorum);
            }

            return Count(round, key, line);
        }
    }

    private CosignatureTaken Count(Round round, NoteVerifier key, NoteSignature line)
    {
        var isKnown = round.Cosigners.Contains(key);
        if (!isKnown && round.Note.Signatures.Count < SignedNote.MaxSignatures)
        {
            var cosigned = round.Note.With(line);
            if (round.Cosigners.Count + 1 >= Policy.Quorum)
            {
                store.Keep(round.Checkpoint.Size, cosigned.ToBytes());
                if (Witnessed is not { } newest || Checkpoint.Parse(newest.Text).Size <= round.Checkpoint.Size)
                {
                    witnessed = cosigned;
                }
            }

            round.Note = cosigned;
            isKnown = round.Cosigners.Add(key);
        }

        return new CosignatureTaken(isKnown, round.Cosigners.Count, Policy.Quorum);
    }

    private bool IsOver(Round round) => round.Cosigners.Count >= Policy.Quorum || clock.GetUtcNow() - round.Since >= RoundLength;

    private NoteVerifier KeyOf(PartyId witness)
    {
        if (!Policy.Names(witness))
        {
            throw new RefusedException(Refusal.PermissionDenied, $"{witness} 不是本站点的见证节点。", $"{witness} is not a witness of this site.");
        }

        return directories.Current.FindMachine(witness)?.WitnessKey
            ?? throw new RefusedException(Refusal.NotBound, $"机构目录中没有 {witness} 的见证密钥。", $"The directory binds no witness key to {witness}.");
    }

    private (SignedNote Note, Checkpoint Checkpoint) Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var signed = Checkpoint.Open(bytes, identity.LedgerKey.Verifier);
            return signed.Checkpoint.Origin == identity.LedgerKey.Verifier.Name
                ? (signed.Note, signed.Checkpoint)
                : throw new WordedFormatException($"其 origin 为“{signed.Checkpoint.Origin}”，不是本账本。", $"Its origin is '{signed.Checkpoint.Origin}'.");
        }
        catch (FormatException fault)
        {
            throw new RefusedException(Refusal.NotAuthentic, "这不是本账本签发的检查点：" + FaultWords.Of(fault), "This is not a checkpoint of this ledger: " + fault.Message);
        }
    }

    // The ledger's key signed it, and yet it is not of this tree: somebody runs, or ran, another ledger with that key.
    private void CheckTree(PartyId witness, Checkpoint checkpoint)
    {
        if (checkpoint.Size > ledger.Size || ledger.Root(checkpoint.Size) != checkpoint.Root)
        {
            LogOtherTree(witness, checkpoint.Size, checkpoint.Root.ToString());
            throw new RefusedException(
                Refusal.NotAuthentic, $"检查点（{checkpoint.Size} 条）与本账本不符。", $"The checkpoint of size {checkpoint.Size} is not of this tree.");
        }
    }

    private SignedNote? ReadWitnessed()
    {
        if (store.Newest is not { } bytes)
        {
            return null;
        }

        try
        {
            var note = SignedNote.Parse(bytes);
            var checkpoint = Checkpoint.Parse(note.Text);
            if (checkpoint.Size <= ledger.Size && ledger.Root(checkpoint.Size) == checkpoint.Root)
            {
                return note;
            }

            LogNotContinued(checkpoint.Size, ledger.Size);
        }
        catch (FormatException fault)
        {
            LogUnreadable(fault);
        }

        return null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Witness} cosigned a checkpoint of size {Size} and root {Root} that this ledger's key signed and that is not of this tree")]
    private partial void LogOtherTree(PartyId witness, long size, string root);

    [LoggerMessage(Level = LogLevel.Error, Message = "Witnesses cosigned a checkpoint of size {Witnessed} that this ledger of size {Size} does not continue: was it restored from a backup? Witnesses will refuse to cosign")]
    private partial void LogNotContinued(long witnessed, long size);

    [LoggerMessage(Level = LogLevel.Error, Message = "The newest witnessed checkpoint cannot be read")]
    private partial void LogUnreadable(Exception fault);

    private sealed class Round(Checkpoint checkpoint, DateTimeOffset since)
    {
        public Checkpoint Checkpoint { get; } = checkpoint;

        public DateTimeOffset Since { get; } = since;

        public required SignedNote Note { get; set; }

        public HashSet<NoteVerifier> Cosigners { get; } = [];
    }
}
