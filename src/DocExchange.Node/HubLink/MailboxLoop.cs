using System.Threading.Channels;
using DocExchange.Core.Documents;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.Inbox;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using Google.Protobuf;
using Microsoft.Extensions.Options;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.HubLink;

/// <summary>
/// Watches the mailbox from the cursor on. At least once, in ledger order: an entry counts as seen when it is on disk.
/// </summary>
internal sealed class MailboxLoop(
    EntryBook book, ObjectFolder objects, StatementQueue queue, Delivery delivery, DirectoryRefresh refresh, CheckpointGuard checkpoints, LinkStatus status, AlarmBell alarms, IOptions<HubLinkOptions> options, TimeProvider time)
{
    private const int MaxObjects = 16;
    private const int MaxRelated = 16;
    private const int MaxObjectSize = 64 * 1024 * 1024;

    // A batch takes a transaction, of one entry as of twenty.
    private readonly Pace pace = new(TimeSpan.FromMilliseconds(25));

    public async Task RunAsync(HubChannel hub, Action succeeded, CancellationToken cancellation)
    {
        await refresh.RunAsync(hub, cancellation);
        await FollowAsync(book.NotFollowed(), cancellation);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var call = hub.Exchange.Watch(new Wire.WatchRequest { From = (ulong)book.Cursor }, cancellationToken: ended.Token);
        var events = Channel.CreateBounded<Wire.WatchEvent>(options.Value.MailboxBatch);
        var reading = StreamToChannel.ReadAsync(call.ResponseStream, events.Writer, ended.Token);
        try
        {
            await TakeAllAsync(hub, events.Reader, succeeded, cancellation);
        }
        finally
        {
            await ended.CancelAsync();
            await reading;
        }

        throw new LinkFaultException("中心结束了收文连接。", "The hub ended the mailbox stream.");
    }

    // Entries are taken as they come. A checkpoint costs a question to the hub and a write: while they come quickly, the
    // newest is looked at every CheckpointInterval, and the last one in any case.
    private async Task TakeAllAsync(HubChannel hub, ChannelReader<Wire.WatchEvent> events, Action succeeded, CancellationToken cancellation)
    {
        ByteString? unseen = null;
        long? seenAt = null;
        while (true)
        {
            var untilNext = seenAt is { } at ? options.Value.CheckpointInterval - time.GetElapsedTime(at) : TimeSpan.Zero;
            if (unseen is not null && untilNext <= TimeSpan.Zero)
            {
                await checkpoints.SeeAsync(hub, unseen, cancellation);
                (unseen, seenAt) = (null, time.GetTimestamp());
            }

            switch (await HasEventsAsync(events, unseen is null ? options.Value.LongestSilence : untilNext, cancellation))
            {
                case false:
                    return;
                case null when unseen is null:
                    throw new LinkFaultException($"中心已 {options.Value.LongestSilence.TotalSeconds:0} 秒没有响应。", $"The hub was silent for {options.Value.LongestSilence}.");
                case null:
                    continue;
            }

            await pace.WaitAsync(cancellation);
            var batch = new List<Wire.WatchEvent>();
            while (batch.Count < options.Value.MailboxBatch && events.TryRead(out var next))
            {
                batch.Add(next);
            }

            unseen = await TakeAsync(hub, batch, cancellation) ?? unseen;
            pace.Over();
            status.Connected();
            succeeded();
        }
    }

    /// <returns>Null when nothing came for so long; false when nothing will.</returns>
    private async Task<bool?> HasEventsAsync(ChannelReader<Wire.WatchEvent> events, TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            return await events.WaitToReadAsync(cancellation).AsTask().WaitAsync(patience, time, cancellation);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <returns>The newest checkpoint among them; the hub sends one when all there was has been sent.</returns>
    private async Task<ByteString?> TakeAsync(HubChannel hub, IReadOnlyList<Wire.WatchEvent> events, CancellationToken cancellation)
    {
        var pending = new List<ReceivedEntry>();
        ByteString? checkpoint = null;
        foreach (var next in events)
        {
            if (next.Entry is not { } wire)
            {
                checkpoint = next.Checkpoint;
                continue;
            }

            foreach (var content in wire.Objects.Take(MaxObjects).Where(content => content.Length <= MaxObjectSize))
            {
                objects.Put(content.Span);
            }

            var entry = book.Read((long)wire.Index, wire.Entry.Memory);
            if (entry.Statement?.Type is StatementType.DirectoryPublished or StatementType.CertificateRevoked)
            {
                // What follows is judged by it, what came before is not.
                await KeepAsync(pending, cancellation);
                await TakeFromHubAsync(hub, entry, cancellation);
            }

            pending.AddRange(wire.Related.Take(MaxRelated).Where(related => related.Index < wire.Index).Select(related => book.Judge(book.Read((long)related.Index, related.Entry.Memory))));
            pending.Add(book.Judge(entry));
        }

        await KeepAsync(pending, cancellation);
        if (checkpoint is not null)
        {
            status.CaughtUp();
        }

        return checkpoint;
    }

    private async Task TakeFromHubAsync(HubChannel hub, ReceivedEntry entry, CancellationToken cancellation)
    {
        if (entry.Statement!.Type == StatementType.DirectoryPublished)
        {
            await refresh.TakePublishedAsync(hub, entry, cancellation);
            return;
        }

        await refresh.RefreshTrustAsync(hub, cancellation);
        await delivery.ReconsiderAsync(cancellation);
    }

    private async Task ContinueOvertakenAsync(IReadOnlyList<ReceivedEntry> entries, CancellationToken cancellation)
    {
        var overtaken = entries.Where(entry => !entry.IsKnown && entry.Logged is { } logged && queue.IsOvertaken(logged.Statement.Chain.ChainId, logged.Statement.Chain.Number, logged.Id.ToString()))
            .Select(entry => entry.Signed!)
            .GroupBy(signed => signed.Statement.Chain.ChainId);
        foreach (var chain in overtaken.ToList())
        {
            await queue.ContinueInNewChainAsync(chain.Key, chain.MaxBy(signed => signed.Statement.Chain.Number)!.Id, cancellation);
            alarms.Raise(
                $"chain {chain.Key}",
                $"账本中的凭证链 {chain.Key} 比本节点的更长，本节点的数据可能是从备份恢复的。已另起新链。如未做过恢复，请立即联系安全保密管理员。",
                $"The ledger knows the chain {chain.Key} further than this node: its data may come from a backup. A new chain continues it. If nothing was restored, call the security administrator at once.");
        }
    }

    private async Task KeepAsync(List<ReceivedEntry> pending, CancellationToken cancellation)
    {
        if (pending.Count > 0)
        {
            var touched = book.Keep(pending, delivery.Expect);
            await ContinueOvertakenAsync(pending, cancellation);
            pending.Clear();
            await FollowAsync(touched, cancellation);
        }
    }

    private async Task FollowAsync(IEnumerable<DocumentId> documents, CancellationToken cancellation)
    {
        await delivery.ReconcileAsync(documents, cancellation);
        book.MarkFollowed();
    }
}
