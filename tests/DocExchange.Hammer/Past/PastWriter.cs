using System.Collections.Concurrent;
using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Submission;
using DocExchange.Trust.Keys;
using Microsoft.Extensions.Logging.Abstractions;

namespace DocExchange.Hammer.Past;

/// <summary>
/// Writes what a hub has on disk after many documents went their whole way, each Dispatched, Accepted, and at every recipient
/// Delivered and SignedFor: real statements in real chains, packages in the spool, entries under a signed checkpoint. Catalogue, volumes
/// and full text are left to the hub, which makes them when it starts. While it writes, the hub must not run.
/// </summary>
internal sealed class PastWriter(HubFolder folder, PastOffices past, long directoryVersion, TimeProvider clock)
{
    private const int EntriesAtOnce = 8_192;

    private readonly HubSettings settings = HubSettings.Read(folder.Settings);
    private readonly PastChains chains = new();
    private readonly PastPackages packages = new(past, directoryVersion);

    private static ParallelOptions AllCores(CancellationToken cancellation) => new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };

    /// <summary>Entries that one document has.</summary>
    public int EntriesOfADocument => 2 + (2 * past.Recipients.Count);

    /// <summary>Entries of the ledger after the last was written.</summary>
    public long LedgerSize { get; private set; }

    /// <param name="leftOut">So many SignedFor of the last document are not written, nor signed.</param>
    public async Task<IReadOnlyList<PastDocument>> WriteAsync(int documents, int leftOut, CancellationToken cancellation)
    {
        using var only = SingleProcess.Claim(folder.Root);
        using var identity = HubIdentity.Open(folder, settings);
        await using var ledger = FileLedgerStore.Open(folder.Ledger);
        var objects = new FileObjectStore(folder.Objects, new LocalDisk());
        var spool = new FileSpool(folder.Spool, new LocalDisk());
        await FollowAsync(ledger, objects, cancellation);
        var written = new List<PastDocument>(documents);
        foreach (var numbers in Enumerable.Range(1, documents).Chunk(Math.Max(1, EntriesAtOnce / EntriesOfADocument)))
        {
            var at = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
            var batch = await SpoolAsync(numbers, at, spool, cancellation);
            var due = new List<DueEntry>(numbers.Length * EntriesOfADocument);
            foreach (var document in batch)
            {
                AddStory(document, identity, at, document.Number == documents ? leftOut : 0, due);
            }

            await ledger.AppendAsync(await SignAsync(due, objects, at, cancellation), cancellation);
            written.AddRange(batch);
        }

        LedgerSize = ledger.Size;
        _ = new NewestCheckpoint(ledger, identity, NullLogger.Instance).Of(LedgerSize);
        return written;
    }

    // Where the hub's own chain has come to.
    private async Task FollowAsync(FileLedgerStore ledger, FileObjectStore objects, CancellationToken cancellation)
    {
        await foreach (var (_, bytes) in ledger.ReadFrom(0, cancellation))
        {
            var signed = SignedStatement.Parse(LedgerEntry.Parse(bytes).Statement, objects.Get);
            chains.Continue(signed.Statement, signed.Id);
        }
    }

    private async Task<IReadOnlyList<PastDocument>> SpoolAsync(int[] numbers, DateTimeOffset at, FileSpool spool, CancellationToken cancellation)
    {
        var made = new ConcurrentBag<PastDocument>();
        await Parallel.ForEachAsync(numbers, AllCores(cancellation), async (number, _) =>
        {
            var (document, bytes) = await packages.MakeAsync(number, at, cancellation);
            await using var upload = await spool.BeginAsync(document.Dispatch.Package.Value, bytes.Length, cancellation);
            await upload.WriteAsync(bytes, cancellation);
            if (await upload.CommitAsync(cancellation) is not CommitResult.Stored)
            {
                throw new IOException($"The spool did not take the package {document.Dispatch.Package}.");
            }

            made.Add(document);
        });
        return [.. made.OrderBy(document => document.Number)];
    }

    private void AddStory(PastDocument document, HubIdentity identity, DateTimeOffset at, int leftOut, List<DueEntry> due)
    {
        var (dispatch, id) = (document.Dispatch, document.Id);
        var (dispatched, dispatchedId) = chains.Next(StatementType.Dispatched, past.Sender, ChainOf(past.Sender), dispatch, id, at);
        due.Add(new DueEntry(dispatched, past.SenderNode.Keys.SigningKeyOf(past.Sender), past.SenderNode.Id));
        var (accepted, _) = chains.Next(StatementType.Accepted, identity.Id, identity.ChainId, new AcceptedBody(dispatch.Package, dispatch.PackageSize), id, at, dispatchedId);
        due.Add(new DueEntry(accepted, identity.Key, identity.Id));
        foreach (var (node, office) in past.Recipients)
        {
            var (delivered, _) = chains.Next(StatementType.Delivered, node.Id, ChainOf(node.Id), new DeliveredBody(office, dispatch.Package), id, at);
            due.Add(new DueEntry(delivered, node.Keys.SigningKeyOf(node.Id), node.Id));
        }

        foreach (var (node, office) in past.Recipients.Take(past.Recipients.Count - leftOut))
        {
            var (signedFor, _) = chains.Next(StatementType.SignedFor, office, ChainOf(office), new PlainBody(), id, at);
            due.Add(new DueEntry(signedFor, node.Keys.SigningKeyOf(office), node.Id));
        }
    }

    private static async Task<ReadOnlyMemory<byte>[]> SignAsync(List<DueEntry> due, FileObjectStore objects, DateTimeOffset at, CancellationToken cancellation)
    {
        var entries = new ReadOnlyMemory<byte>[due.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, due.Count), AllCores(cancellation), async (place, _) =>
        {
            var (statement, key, relayedBy) = due[place];
            var signed = await SignedStatement.SignAsync(statement, key, cancellation);
            if (signed.RecipientObject is { } list)
            {
                await objects.PutAsync(list, cancellation);
            }

            entries[place] = LedgerEntry.Of(at, relayedBy, signed.Cms).Bytes;
        });
        return entries;
    }

    private static string ChainOf(PartyId issuer) => $"{issuer}#1";

    private sealed record DueEntry(Statement Statement, ISigningKey Key, PartyId RelayedBy);
}
