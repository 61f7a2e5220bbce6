using System.Threading.Channels;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Monitoring;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Merkle;

namespace DocExchange.Hub.Ledger;

/// <summary>
/// The one writer of the ledger. It takes all that waits, decides in order, appends with one sync, signs a checkpoint,
/// and answers everyone: no answer without an entry on disk, no entry twice.
/// </summary>
internal sealed partial class LedgerWriter(
    ILedgerStore ledger,
    ICatalogue catalogue,
    LedgerFold fold,
    DocumentReplay replay,
    EntryTaker entries,
    DirectoryKeeper directories,
    WriterDecisions decisions,
    HubIdentity identity,
    HubMeters meters,
    ILogger<LedgerWriter> log)
{
    private const int MaxBatch = 512;
    private const int MaxWaiting = 8_192;

    private readonly NewestCheckpoint newest = new(ledger, identity, log);
    private readonly Channel<WriterWork> queue = Channel.CreateBounded<WriterWork>(MaxWaiting);

    // Entries below this are in catalogue and fold.
    private long known;

    /// <summary>Raised after a batch is on disk, with its entries: projection and followers go on from here.</summary>
    public event Action<IReadOnlyList<(LoggedStatement Logged, Effect Effect)>>? Appended;

    /// <summary>Of the whole ledger; there is none before the start.</summary>
    public SignedCheckpoint Checkpoint => newest.Signed!;

    public int Waiting => queue.Reader.Count;

    /// <summary>False before the start and once nothing is written any more.</summary>
    public bool IsRunning => newest.Signed is not null && !queue.Reader.Completion.IsCompleted;

    /// <summary>Logs an authentic statement, or answers again where it is logged already.</summary>
    /// <param name="signer">The certificate its signature was verified with; null for a statement that is logged already.</param>
    /// <exception cref="RefusedException">Out of sequence, equivocation, no longer bound, or no room on the disk.</exception>
    public Task<LoggedEntry> SubmitAsync(SignedStatement signed, Certificate? signer, PartyId relayedBy, CancellationToken cancellation) =>
        EnqueueAsync(new WriterWork(() => decisions.OnStatement(signed, signer, relayedBy)), cancellation)!;

    /// <summary>Lets the hub act on what is true at the moment of writing: <paramref name="decide"/> runs between all other acts; null means nothing to do.</summary>
    public Task<LoggedEntry?> ActAsync(Func<LedgerFold, HubAct?> decide, CancellationToken cancellation) =>
        EnqueueAsync(new WriterWork(() => decide(fold) is { } act ? decisions.OnAct(act) : null), cancellation);

    /// <summary>States that a statement is rejected, once for it and the node that sent it; answers again where that is stated already.</summary>
    /// <param name="isAllowed">Asked where it is not: whether an entry may be made of it.</param>
    /// <returns>Null where none may; the statement's own entry where it is in the ledger.</returns>
    public Task<LoggedEntry?> RejectAsync(StatementId subject, ChainPosition? place, RejectedBody body, Func<bool> isAllowed, CancellationToken cancellation) =>
        EnqueueAsync(new WriterWork(() => decisions.OnRejection(subject, place, body, isAllowed)), cancellation);

    /// <summary>Runs until cancelled; what was queued before then is still written. Whatever ends it, nobody is left waiting.</summary>
    /// <exception cref="IOException">The catalogue can no longer be written: the hub has to be started again.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        known = ledger.Size;
        _ = newest.Of(known);
        using var registration = stopping.Register(() => queue.Writer.TryComplete());
        var batch = new List<WriterWork>(MaxBatch);
        try
        {
            while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
            {
                batch.Clear();
                while (batch.Count < MaxBatch && queue.Reader.TryRead(out var work))
                {
                    batch.Add(work);
                }

                for (var rest = batch; rest.Count > 0;)
                {
                    rest = await WriteAsync(rest);
                }
            }
        }
        catch (Exception fault)
        {
            Abandon(batch, fault);
            throw;
        }
    }

    private void Abandon(List<WriterWork> batch, Exception fault)
    {
        queue.Writer.TryComplete();
        while (queue.Reader.TryRead(out var work))
        {
            batch.Add(work);
        }

        batch.ForEach(work => work.Answer.TrySetException(new IOException("The hub has to be started again: " + fault.Message, fault)));
    }

    private async Task<LoggedEntry?> EnqueueAsync(WriterWork work, CancellationToken cancellation)
    {
        try
        {
            await queue.Writer.WriteAsync(work, cancellation);
        }
        catch (ChannelClosedException)
        {
            throw new RefusedException(Refusal.Busy, "中心正在停止，请稍后重试。", "The hub is stopping; try again later.");
        }

        return await work.Answer.Task.WaitAsync(cancellation);
    }

    /// <returns>What must wait for the next batch: whatever came after a change of the directory.</returns>
    private async Task<List<WriterWork>> WriteAsync(List<WriterWork> batch)
    {
        var decided = new List<(WriterWork Work, Decision Decision)>(batch.Count);
        decisions.BeginBatch();
        try
        {
            await TakeUpAsync();
        }
        catch (Exception fault) when (fault is IOException or FormatException)
        {
            LogAppendFailed(fault);
            batch.ForEach(work => work.Answer.TrySetException(Unacknowledged(fault)));
            return [];
        }

        var taken = 0;
        var next = known;
        for (var changesDirectory = false; taken < batch.Count && !changesDirectory; taken++)
        {
            if (Decide(batch[taken], ref next) is { } decision)
            {
                decided.Add((batch[taken], decision));
                changesDirectory = decision.Directory is not null;
            }
        }

        if (decided.Any(each => each.Decision.IsNew))
        {
            await AppendAsync(decided);
        }
        else
        {
            Answer(decided);
        }

        return batch[taken..];
    }

    private Decision? Decide(WriterWork work, ref long next)
    {
        try
        {
            var decision = work.Decide();
            if (decision is null)
            {
                work.Answer.TrySetResult(null);
                return null;
            }

            if (decision is { IsNew: true, Folded: null })
            {
                var logged = new LoggedStatement(next, decision.Entry.ReceivedAt, decision.Signed.Id, decision.Signed.Statement);
                decision.Folded = fold.Take(logged, decision.Directory ?? directories.Current);
                decision.Index = next++;
                decisions.Remember(decision);
            }

            return decision;
        }
        catch (Exception refused)
        {
            work.Answer.TrySetException(refused);
            return null;
        }
    }

    private async Task AppendAsync(List<(WriterWork Work, Decision Decision)> decided)
    {
        var fresh = decided.Where(each => each.Decision.IsNew).Select(each => each.Decision).Distinct().ToList();
        var begun = meters.Begin();
        try
        {
            await ledger.AppendAsync([.. fresh.Select(decision => decision.Entry.Bytes)], CancellationToken.None);
            meters.Appended(fresh.Count, begun);
        }
        catch (Exception fault)
        {
            LogAppendFailed(fault);
            fold.Reset();
            await TryTakeUpAsync();
            decided.ForEach(each => each.Work.Answer.TrySetException(Unacknowledged(fault)));
            return;
        }

        fresh.ForEach(decision => replay.Remember(decision.Index, decision.Entry, decision.Signed));
        if (fresh[^1].Directory is { } directory)
        {
            directories.Become(directory, fresh[^1].Index);
        }

        var folded = fresh.Select(decision => decision.Folded!).ToList();
        Note(folded);
        Answer(decided);
        Tell(folded);
    }

    // After an error a beginning of the batch may be on disk: what turns up counts like every other entry.
    private async Task TakeUpAsync()
    {
        if (ledger.MustReopen)
        {
            await ledger.AppendAsync([], CancellationToken.None);
        }

        if (ledger.Size == known)
        {
            return;
        }

        fold.Reset();
        var folded = new List<FoldedEntry>();
        await foreach (var (index, bytes) in ledger.ReadFrom(known, CancellationToken.None))
        {
            folded.Add(entries.Take(index, bytes));
        }

        Note(folded);
        Tell(folded);
        LogTakenUp(folded.Count);
    }

    private async Task TryTakeUpAsync()
    {
        try
        {
            await TakeUpAsync();
        }
        catch (Exception fault) when (fault is IOException or FormatException)
        {
            // Tried again before the next batch is decided.
            LogAppendFailed(fault);
        }
    }

    private void Note(List<FoldedEntry> folded)
    {
        known += folded.Count;
        // Before the mailboxes have the entries: who gets one finds it in the checkpoint that comes with it.
        newest.Try(known);
        catalogue.Add([.. folded.Select(each => each.Row)]);
        fold.Trim();
    }

    private void Tell(List<FoldedEntry> folded) => Appended?.Invoke([.. folded.Select(each => (each.Logged, each.Effect))]);

    private void Answer(List<(WriterWork Work, Decision Decision)> decided)
    {
        foreach (var (work, decision) in decided)
        {
            try
            {
                // A checkpoint that could not be signed or saved after its batch is made up for here.
                var checkpoint = newest.Of(known);
                var proof = ledger.InclusionProof(decision.Index, known);
                var effect = decision.Folded?.Effect ?? fold.EffectOf(replay.Parse(decision.Index, decision.Entry));
                work.Answer.TrySetResult(new LoggedEntry(decision.Index, decision.Signed.Id, decision.Entry, proof, checkpoint, effect));
            }
            catch (Exception fault)
            {
                work.Answer.TrySetException(fault is IOException ? Unacknowledged(fault) : fault);
            }
        }
    }

    private static Exception Unacknowledged(Exception fault) => StorageException.CauseOf(fault) is { } cause
        ? new RefusedException(Refusal.StorageFull, $"中心{cause.State.Chinese}，凭证未确认，请稍后重试。", $"The hub's {cause.State.English}; the statement is not acknowledged. Send it again later.")
        : new IOException("The ledger could not be read or written; nothing was acknowledged.", fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "The ledger could not be written; nothing of the batch was acknowledged")]
    private partial void LogAppendFailed(Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} entries of a failed batch are in the ledger after all; they count")]
    private partial void LogTakenUp(int count);
}
