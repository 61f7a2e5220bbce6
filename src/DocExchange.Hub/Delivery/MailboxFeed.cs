using System.Collections.Concurrent;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;
using DocExchange.Protocol;
using DocExchange.Trust.Digests;
using Google.Protobuf;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Delivery;

/// <summary>Follows a node's mailbox: what is there from the cursor on, then what comes. The cursor is the ledger index.</summary>
internal sealed class MailboxFeed(ICatalogue catalogue, ILedgerStore ledger, IObjectStore objects, DocumentReplay replay, LedgerWriter writer, TimeProvider clock)
{
    private const int PageSize = 500;

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(30);

    /// <summary>Between two checkpoints to a node that the entries meanwhile do not concern.</summary>
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<PartyId, NodePresence> presence = new();

    /// <summary>The nodes that have called since the hub started.</summary>
    public IReadOnlyDictionary<PartyId, NodePresence> Presence => presence;

    public async Task FollowAsync(PartyId node, long from, IServerStreamWriter<Wire.WatchEvent> events, CancellationToken cancellation)
    {
        var cursor = from;
        var own = presence.GetOrAdd(node, _ => new NodePresence());
        own.Enter(clock.GetUtcNow());
        try
        {
            long? told = null;
            while (!cancellation.IsCancellationRequested)
            {
                var size = catalogue.AddedSize;
                var page = catalogue.Mailbox(node.ToString(), cursor, PageSize);
                foreach (var index in page)
                {
                    await events.WriteAsync(new Wire.WatchEvent { Entry = Read(index) }, cancellation);
                    cursor = index + 1;
                }

                if (page.Count == PageSize)
                {
                    continue;
                }

                cursor = Math.Max(cursor, size);
                own.Touch(clock.GetUtcNow());
                var untilDue = told is { } at ? CheckpointInterval - clock.GetElapsedTime(at) : TimeSpan.Zero;
                if (page.Count > 0 || untilDue <= TimeSpan.Zero)
                {
                    await events.WriteAsync(new Wire.WatchEvent { Checkpoint = ByteString.CopyFrom(writer.Checkpoint.ToBytes()) }, cancellation);
                    (told, untilDue) = (clock.GetTimestamp(), Heartbeat);
                }

                await WaitAsync(size + 1, untilDue, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            own.Leave(clock.GetUtcNow());
        }
    }

    private async Task WaitAsync(long size, TimeSpan most, CancellationToken cancellation)
    {
        using var heartbeat = new CancellationTokenSource(most, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, heartbeat.Token);
        try
        {
            await catalogue.WaitForAddedAsync(size, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
        }
    }

    private Wire.MailboxEntry Read(long index)
    {
        var bytes = ledger.Read(index);
        var wire = new Wire.MailboxEntry { Index = checked((ulong)index), Entry = bytes.ToWire() };
        var signed = replay.ReadSigned(index);
        if (signed.RecipientObject is { } list)
        {
            wire.Objects.Add(ByteString.CopyFrom(list));
        }

        if (ObjectOf(signed.Statement.Body) is { } digest && objects.Get(digest) is { } content)
        {
            wire.Objects.Add(ByteString.CopyFrom(content));
        }

        if (signed.Statement.Type is StatementType.Accepted or StatementType.Resent)
        {
            AddEarlier(wire, signed.Statement, index);
        }

        return wire;
    }

    // A recipient's node hears of a document with its Accepted, or with the Resent that adds it; what went before comes
    // along. An act without effect tells nobody anything: who made it may be a stranger to the document.
    private void AddEarlier(Wire.MailboxEntry wire, Statement statement, long index)
    {
        var effective = new List<LoggedStatement>();
        replay.Load(statement.Document!.Value, (logged, effect) =>
        {
            if (effect.IsEffective)
            {
                effective.Add(logged);
            }
        });
        if (effective.All(logged => logged.Index != index))
        {
            return;
        }

        foreach (var earlier in effective.Where(logged => logged.Index < index && logged.Statement.Type is StatementType.Dispatched or StatementType.Accepted))
        {
            var entry = ledger.Read(earlier.Index);
            wire.Related.Add(new Wire.RelatedEntry { Index = checked((ulong)earlier.Index), Entry = entry.ToWire() });
            if (replay.ReadSigned(earlier.Index).RecipientObject is { } list)
            {
                wire.Objects.Add(ByteString.CopyFrom(list));
            }
        }
    }

    private static Digest? ObjectOf(StatementBody body) => body switch
    {
        CertificateRevokedBody revoked => revoked.RevocationList,
        CheckpointStampedBody stamped => stamped.Token,
        _ => null,
    };
}

/// <summary>Whether a node is on the line. Known to this process only.</summary>
internal sealed class NodePresence
{
    private int watchers;

    public bool IsWatching => Volatile.Read(ref watchers) > 0;

    public DateTimeOffset LastSeen { get; private set; }

    public void Enter(DateTimeOffset now)
    {
        Interlocked.Increment(ref watchers);
        LastSeen = now;
    }

    public void Touch(DateTimeOffset now) => LastSeen = now;

    public void Leave(DateTimeOffset now)
    {
        Interlocked.Decrement(ref watchers);
        LastSeen = now;
    }
}
