using System.Threading.Channels;
using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.HubLink;

/// <summary>A statement that is in the ledger, and the proof of it.</summary>
internal sealed record PostLogged(QueuedRow Row, Wire.Logged Logged);

/// <summary>A statement the hub refused, and what it said.</summary>
internal sealed record PostRefusal(QueuedRow Row, RefusedException Refusal);

/// <summary>
/// One stream of statements. They go out in queue order, up to a window ahead of the answers. After the first refusal
/// nothing more is sent, the answers to what is out are still taken, and the refusals are handed back: nothing of a chain
/// may be numbered anew while older bytes of it are on their way.
/// </summary>
/// <param name="logged">Told of those that were logged, in their order; what was answered meanwhile is told together.</param>
internal sealed class PostSession(StatementQueue queue, int windowSize, Action<IReadOnlyList<PostLogged>> logged) : IDisposable
{
    private const int BatchSize = 64;

    private readonly Pace pace = new(TimeSpan.FromMilliseconds(25));
    private readonly SemaphoreSlim window = new(windowSize);
    private readonly Queue<QueuedRow> inFlight = new();
    private readonly List<PostRefusal> refusals = [];
    private readonly TaskCompletionSource refusedOnce = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="prelude">Statements logged before that the hub no longer has; sent first.</param>
    /// <returns>The refusals, in the order of their statements. Ends only with some, or with an exception.</returns>
    public async Task<IReadOnlyList<PostRefusal>> RunAsync(HubChannel hub, IReadOnlyList<QueuedRow> prelude, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var call = hub.Exchange.Post(cancellationToken: ended.Token);
        var reading = TakeAllAsync(call.ResponseStream, ended.Token);
        try
        {
            await SendAsync(call.RequestStream, prelude, reading, ended.Token);
            long last = 0;
            while (!refusedOnce.Task.IsCompleted)
            {
                var arrival = queue.Arrival;
                var rows = queue.After(last, BatchSize);
                await SendAsync(call.RequestStream, rows, reading, ended.Token);
                last = rows.Count > 0 ? rows[^1].Id : last;
                if (rows.Count == 0)
                {
                    await Task.WhenAny(arrival, refusedOnce.Task, reading);
                    await ThrowIfEndedAsync(reading);
                }
            }

            await call.RequestStream.CompleteAsync();
            await reading;
            return refusals;
        }
        finally
        {
            await ended.CancelAsync();
            await reading.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    public void Dispose() => window.Dispose();

    private async Task SendAsync(IClientStreamWriter<Wire.PostRequest> stream, IReadOnlyList<QueuedRow> rows, Task reading, CancellationToken cancellation)
    {
        foreach (var row in rows)
        {
            var room = window.WaitAsync(cancellation);
            await Task.WhenAny(room, refusedOnce.Task, reading);
            await ThrowIfEndedAsync(reading);
            if (refusedOnce.Task.IsCompleted)
            {
                return;
            }

            await room;
            lock (inFlight)
            {
                inFlight.Enqueue(row);
            }

            var request = new Wire.PostRequest { Statement = UnsafeByteOperations.UnsafeWrap(row.Cms) };
            if (row.RecipientObject is { } recipients)
            {
                request.Objects.Add(UnsafeByteOperations.UnsafeWrap(recipients));
            }

            await stream.WriteAsync(request, cancellation);
        }
    }

    // Keeping an answer takes a transaction: all that came since the last one share the next.
    private async Task TakeAllAsync(IAsyncStreamReader<Wire.PostReply> stream, CancellationToken cancellation)
    {
        var replies = Channel.CreateBounded<Wire.PostReply>(BatchSize);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reading = StreamToChannel.ReadAsync(stream, replies.Writer, ended.Token);
        try
        {
            while (await replies.Reader.WaitToReadAsync(cancellation))
            {
                await pace.WaitAsync(cancellation);
                var batch = new List<Wire.PostReply>();
                while (batch.Count < BatchSize && replies.Reader.TryRead(out var next))
                {
                    batch.Add(next);
                }

                Take(batch);
                pace.Over();
            }
        }
        finally
        {
            await ended.CancelAsync();
            await reading;
        }

        lock (inFlight)
        {
            if (inFlight.Count > 0)
            {
                throw new LinkFaultException($"中心中断了连接，尚有 {inFlight.Count} 份凭证未答复。", $"The hub ended the stream with {inFlight.Count} statements unanswered.");
            }
        }
    }

    // What came before a fault is kept before the fault ends the stream.
    private void Take(IReadOnlyList<Wire.PostReply> replies)
    {
        var kept = new List<PostLogged>();
        try
        {
            foreach (var reply in replies)
            {
                var row = NextInFlight(reply);
                if (reply.OutcomeCase == Wire.PostReply.OutcomeOneofCase.Logged)
                {
                    kept.Add(new PostLogged(row, reply.Logged));
                }
                else
                {
                    refusals.Add(new PostRefusal(row, RefusalStatus.FromWire(reply.Refused ?? new Wire.Refused())));
                }
            }
        }
        finally
        {
            if (kept.Count > 0)
            {
                logged(kept);
            }
        }

        if (refusals.Count > 0)
        {
            refusedOnce.TrySetResult();
        }

        window.Release(replies.Count);
    }

    private QueuedRow NextInFlight(Wire.PostReply reply)
    {
        QueuedRow? row;
        lock (inFlight)
        {
            inFlight.TryDequeue(out row);
        }

        return row is not null && (reply.StatementId.Length == 0 || reply.StatementId.ToDigest("statement_id").ToString() == row.Statement)
            ? row
            : throw new LinkFaultException("中心的答复与提交次序不符，已重新连接。", "The hub's answer is not to the statement that was next. The stream is begun again.");
    }

    private async Task ThrowIfEndedAsync(Task reading)
    {
        if (reading.IsCompleted && !refusedOnce.Task.IsCompleted)
        {
            await reading;
            throw new LinkFaultException("中心结束了提交凭证的连接。", "The hub ended the stream of statements.");
        }
    }
}
