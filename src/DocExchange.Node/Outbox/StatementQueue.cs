using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;

namespace DocExchange.Node.Outbox;

/// <summary>
/// Statements on their way to the ledger. Numbering, signing and persisting are one serialised step, before anything is
/// sent: a statement that was queued is never lost, is always sent as the same bytes, and has its number alone. Those that
/// wait for the step take it together, in one transaction. Safe for concurrent use.
/// </summary>
internal sealed class StatementQueue(NodeRecords records, KeyRing keys, NodeFile node, TimeProvider time) : IDisposable
{
    private readonly Additions additions = new();
    private readonly SemaphoreSlim gate = new(1);
    private readonly QueuedStatements statements = new();
    private readonly Chains chains = new(records);
    private readonly WaitingStatements waiting = new(records);

    // Rows above this may be in memory only: LiteDB shows a transaction before it is on disk. Those are not sent yet.
    private long onDisk = records.Queue.Query().OrderByDescending(row => row.Id).FirstOrDefault()?.Id ?? 0;
    private volatile TaskCompletionSource arrived = New();

    /// <summary>Completes when something was queued after this was read: read it, look, then wait.</summary>
    public Task Arrival => arrived.Task;

    /// <summary>Signs the drafts in order and keeps them. All are on disk when this returns, or none. Who calls first is first.</summary>
    /// <param name="alongside">What else belongs into the same transaction. Run on any thread, and once more where another call's failed beside it.</param>
    /// <exception cref="RefusedException">A draft breaks a rule, or its key is not here.</exception>
    public async Task<IReadOnlyList<QueuedRow>> AddAsync(IReadOnlyList<StatementDraft> drafts, Action? alongside, CancellationToken cancellation)
    {
        var own = additions.Register(drafts, alongside, cancellation);
        // Whoever comes to the step first takes it for all that wait, so nobody's wait may be cut short.
        await gate.WaitAsync(CancellationToken.None);
        try
        {
            await additions.TakeAsync(own, AddAsync);
        }
        finally
        {
            gate.Release();
        }

        return await own.Added.Task;
    }

    /// <summary>What waits after that id, in the order it is to be posted; all of it on disk.</summary>
    public IReadOnlyList<QueuedRow> After(long id, int most)
    {
        var rows = records.Queue.Query().Where(Field.Above(Field.Id, id)).OrderBy(row => row.Id).Limit(most).ToList();
        // Not before them: bytes that are written anew are seen before they are on disk.
        var last = Volatile.Read(ref onDisk);
        return [.. rows.TakeWhile(row => row.Id <= last)];
    }

    /// <summary>What waits of a document, in the order it is to be posted; some of it perhaps not on disk yet.</summary>
    public IReadOnlyList<QueuedRow> Of(DocumentId document) => waiting.Of(document);

    /// <inheritdoc cref="WaitingStatements.Of(DocumentId, IReadOnlyCollection{PartyId}?)"/>
    public IReadOnlyList<QueuedRow> Of(DocumentId document, IReadOnlyCollection<PartyId>? recipients) => waiting.Of(document, recipients);

    public int Count => records.Queue.Count();

    /// <summary>
    /// Keeps a refused statement as evidence and gives its number to the next one: every later statement of the chain
    /// is numbered and signed anew, which is sound because none of them can be in the ledger before the refused one.
    /// </summary>
    /// <param name="alongside">What else belongs into the same transaction.</param>
    /// <returns>The refused statement; null where it no longer waits under this id.</returns>
    public async Task<QueuedRow?> RefuseAsync(long id, string statement, RefusedException refusal, Action<QueuedRow>? alongside, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            if (records.Queue.FindById(id) is not { } refused || refused.Statement != statement)
            {
                return null;
            }

            var chain = chains.Find(refused.Chain)!;
            var position = Read(refused).Statement.Chain;
            (chain.Next, chain.Head) = (position.Number, position.Previous?.ToString());
            var later = waiting.OfChain(chain.Id).Where(row => row.Id > id).ToList();
            await ResignAsync(later, chain, cancellation);
            Rewrite(later, () =>
            {
                records.Queue.Delete(id);
                records.Refused.Upsert(RefusedRow.Of(refused, refusal));
                Update(later, chain);
                alongside?.Invoke(refused);
            });
            return refused;
        }
        finally
        {
            gate.Release();
            Announce();
        }
    }

    /// <summary>
    /// Ends a chain that the hub knows further than this folder does, as after a restore from a backup, and continues it
    /// with a new one; what waits is signed anew.
    /// </summary>
    /// <param name="head">The last statement of the old chain at the hub.</param>
    public async Task ContinueInNewChainAsync(string ended, StatementId? head, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            var old = chains.Find(ended)!;
            var next = Chains.Draw(PartyId.Parse(old.Party), head?.ToString());
            var left = waiting.OfChain(ended);
            await ResignAsync(left, next, cancellation);
            Rewrite(left, () =>
            {
                old.IsOpen = false;
                chains.Keep(old);
                Update(left, next);
            });
        }
        finally
        {
            gate.Release();
            Announce();
        }
    }

    /// <summary>Whether an entry of the ledger shows that this chain went on without this folder, as after a restore.</summary>
    public bool IsOvertaken(string chain, long number, string statement)
    {
        if (chains.Find(chain) is not { IsOpen: true } known)
        {
            return false;
        }

        // Asked of every entry that comes: by the index, while thousands may wait.
        return number >= known.Next || records.Queue.Find(Field.Is(nameof(QueuedRow.Number), number)).Any(row => row.Chain == chain && row.Statement != statement);
    }

    public SignedStatement Read(QueuedRow row) => statements.Of(row);

    public void Dispose() => gate.Dispose();

    /// <returns>False where one of several fails and nothing was written. One alone is told of its failure.</returns>
    private async Task<bool> AddAsync(IReadOnlyList<Addition> together)
    {
        var isWritten = false;
        try
        {
            var open = new Dictionary<PartyId, ChainRow>();
            var rows = new Dictionary<Addition, List<QueuedRow>>();
            foreach (var each in together)
            {
                rows[each] = await SignAsync(each, open);
            }

            records.Write(() =>
            {
                foreach (var chain in open.Values)
                {
                    chains.Keep(chain);
                }

                foreach (var each in together)
                {
                    rows[each].ForEach(Insert);
                    each.Alongside?.Invoke();
                }

                // What fails from here on may be on disk all the same: it must not be tried again.
                isWritten = true;
            });
            Volatile.Write(ref onDisk, rows.Values.SelectMany(added => added).Select(row => row.Id).Append(onDisk).Max());
            Announce();
            foreach (var each in together)
            {
                each.Added.TrySetResult(rows[each]);
            }

            return true;
        }
        catch (Exception) when (together.Count > 1 && !isWritten)
        {
            return false;
        }
        catch (Exception failure)
        {
            foreach (var each in together)
            {
                each.Added.TrySetException(failure);
            }

            return true;
        }
    }

    // Once taken, one who gives up does not hold up the others.
    private async Task<List<QueuedRow>> SignAsync(Addition addition, Dictionary<PartyId, ChainRow> open)
    {
        var rows = new List<QueuedRow>(addition.Drafts.Count);
        foreach (var draft in addition.Drafts)
        {
            var chain = open.TryGetValue(draft.Issuer, out var known) ? known : open[draft.Issuer] = chains.OpenChainOf(draft.Issuer);
            rows.Add(await SignAsync(draft.At(Chains.NextOf(chain), node.Exchange, time.GetUtcNow()), chain, CancellationToken.None));
        }

        return rows;
    }

    private void Insert(QueuedRow row)
    {
        row.Id = records.NextId("queue");
        records.Queue.Insert(row);
    }

    private async Task<QueuedRow> SignAsync(Statement statement, ChainRow chain, CancellationToken cancellation)
    {
        StatementRules.Check(statement, node.Exchange);
        var signed = await SignedStatement.SignAsync(statement, keys.SigningKeyOf(statement.Issuer), cancellation);
        Chains.Advance(chain, signed.Id);
        return new QueuedRow
        {
            Chain = chain.Id,
            Number = statement.Chain.Number,
            Statement = signed.Id.ToString(),
            Type = statement.Type.ToString(),
            Issuer = statement.Issuer.ToString(),
            Document = statement.Document?.ToString(),
            Place = WaitingStatements.PlaceOf(statement),
            Recipient = (statement.Body as DeliveredBody)?.Recipient.ToString(),
            Cms = signed.Cms.ToArray(),
            RecipientObject = signed.RecipientObject,
            At = statement.ClaimedAt.ToUnixTimeMilliseconds(),
        };
    }

    // The claimed time stays: it says when the person acted.
    private async Task ResignAsync(IReadOnlyList<QueuedRow> rows, ChainRow chain, CancellationToken cancellation)
    {
        foreach (var row in rows)
        {
            var renumbered = await SignAsync(Read(row).Statement with { Chain = Chains.NextOf(chain) }, chain, cancellation);
            row.FormerIds.Add(row.Statement);
            (row.Chain, row.Number, row.Statement, row.Cms) = (renumbered.Chain, renumbered.Number, renumbered.Statement, renumbered.Cms);
        }
    }

    // Nobody sends the new bytes before they are on disk.
    private void Rewrite(IReadOnlyList<QueuedRow> rows, Action write)
    {
        var before = onDisk;
        Volatile.Write(ref onDisk, rows.Count > 0 ? rows[0].Id - 1 : before);
        try
        {
            records.Write(write);
        }
        finally
        {
            // What is in memory only must not be sent, as long as this process lives.
            if (!records.Broken.IsCancellationRequested)
            {
                Volatile.Write(ref onDisk, before);
            }
        }
    }

    private void Update(IReadOnlyList<QueuedRow> rows, ChainRow chain)
    {
        chains.Keep(chain);
        foreach (var row in rows)
        {
            records.Queue.Update(row);
        }
    }

    private void Announce() => Interlocked.Exchange(ref arrived, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
