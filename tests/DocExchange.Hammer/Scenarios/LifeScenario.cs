using System.Collections.Concurrent;
using DocExchange.Cli.Demo;
using DocExchange.Hammer.Exchange;
using DocExchange.Hammer.Measuring;
using DocExchange.Protocol.V1;
using Grpc.Core;

namespace DocExchange.Hammer.Scenarios;

/// <summary>
/// Documents of 100 KB to one office each, so many under way at a time; the next begins when one has its whole life behind
/// it: signed, sealed, accepted, delivered, signed for, archived, and its sender has seen all of that.
/// </summary>
internal sealed class LifeScenario(HammerSite site, HammerOptions options) : IDisposable
{
    private const int DocumentSize = 100_000;

    /// <summary>So long a document may take before it counts as an error.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(2);

    private readonly IReadOnlyList<OutgoingFile> files = FilesOf();
    private readonly ConcurrentBag<SentDocument> sent = [];
    private readonly ConcurrentQueue<string> problems = [];
    private readonly CancellationTokenSource watching = new();
    private readonly DeskWatch outbox = new(site.General, isInbox: false, site.Clock);
    private readonly Dictionary<HammerNode, DeskWatch> inboxes = site.Recipients.ToDictionary(node => node, node => new DeskWatch(node, isInbox: true, site.Clock));
    private readonly Latencies accept = new();
    private readonly Latencies delivered = new();
    private readonly Latencies signedFor = new();
    private readonly TaskCompletionSource warm = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool isMeasuring;
    private volatile bool isOver;
    private int next;
    private int lived;
    private int finished;
    private int deliveries;
    private int receipts;

    public static Task<RunFigures> RunAsync(HammerSite site, HammerOptions options, CancellationToken cancellation) => RunAsync(site, options, new HashSet<string>(), cancellation);

    /// <param name="earlier">Documents of a run before on the same site.</param>
    public static async Task<RunFigures> RunAsync(HammerSite site, HammerOptions options, IReadOnlySet<string> earlier, CancellationToken cancellation)
    {
        using var scenario = new LifeScenario(site, options);
        return await scenario.RunAsync(earlier, cancellation);
    }

    public void Dispose() => watching.Dispose();

    private async Task<RunFigures> RunAsync(IReadOnlySet<string> earlier, CancellationToken cancellation)
    {
        Task[] watches = [outbox.RunAsync(watching.Token), .. inboxes.Values.Select(inbox => inbox.RunAsync(watching.Token))];
        var workers = Enumerable.Range(0, options.InFlight).Select(_ => WorkAsync(cancellation)).ToArray();
        await warm.Task.WaitAsync(cancellation);
        var before = SiteGauge.Read(site);
        isMeasuring = true;
        await Task.Delay(options.Duration, site.Clock, cancellation);
        isMeasuring = false;
        var after = SiteGauge.Read(site);
        isOver = true;
        await Task.WhenAll(workers);
        await watching.CancelAsync();
        await Task.WhenAll(watches);
        var census = await Census.TakeAsync(site, [.. sent], isSignedFor: true, cancellation, earlier);
        return new RunFigures
        {
            Before = before,
            After = after,
            Window = site.Clock.GetElapsedTime(before.At, after.At),
            Documents = finished,
            Deliveries = deliveries,
            Receipts = receipts,
            Accept = accept.Percentiles(),
            Delivered = delivered.Percentiles(),
            SignedFor = signedFor.Percentiles(),
            Errors = problems.Count,
            Problems = [.. problems.Distinct()],
            Census = census,
            Sent = sent.Select(document => document.Document).ToHashSet(),
        };
    }

    private async Task WorkAsync(CancellationToken cancellation)
    {
        while (!isOver)
        {
            try
            {
                await LiveAsync(Interlocked.Increment(ref next), cancellation).WaitAsync(LongestLife, site.Clock, cancellation);
            }
            catch (Exception fault) when (fault is RpcException or TimeoutException)
            {
                site.CheckAlive();
                problems.Enqueue(fault.Message);
            }
        }
    }

    private async Task LiveAsync(int number, CancellationToken cancellation)
    {
        var (node, office) = site.Offices[number % site.Offices.Count];
        var began = site.Clock.GetTimestamp();
        var reply = await site.General.SendAsync($"关于第{number}号事项的意见", [office], files, cancellation);
        var id = reply.DocumentId;
        sent.Add(new SentDocument(id, reply.PackageId, [office]));

        var accepting = outbox.UntilAsync(id, listed => listed.Summary.AcceptedAt.Length > 0);
        var arriving = inboxes[node].UntilAsync(id, listed => listed.State == "Delivered");
        await accepting;
        Note(accept, began);
        await arriving;
        Note(delivered, began);
        Count(ref deliveries);
        Count(ref receipts);
        await node.SignForAsync(id, office, cancellation);
        Count(ref receipts);
        await outbox.UntilAsync(id, listed => listed.State == "SignedFor");
        await UntilArchivedAsync(id, cancellation);
        Note(signedFor, began);
        Count(ref finished);
        if (Interlocked.Increment(ref lived) >= options.WarmUp)
        {
            warm.TrySetResult();
        }
    }

    private async Task UntilArchivedAsync(string document, CancellationToken cancellation)
    {
        var request = new GetDocumentRequest { DocumentId = document };
        while ((await site.Hub.GetAsync(request, cancellationToken: cancellation)).Summary is not { SignedFor: 1, Volume.Length: > 0 })
        {
            await Task.Delay(DeskWatch.Every, site.Clock, cancellation);
        }
    }

    private void Note(Latencies latencies, long began)
    {
        if (isMeasuring)
        {
            latencies.Add(site.Clock.GetElapsedTime(began));
        }
    }

    private void Count(ref int counter)
    {
        if (isMeasuring)
        {
            Interlocked.Increment(ref counter);
        }
    }

    private static IReadOnlyList<OutgoingFile> FilesOf()
    {
        var body = OutgoingFile.Of("正文.pdf", SampleOffices.Resource("sample-body.pdf"));
        return [body, OutgoingFile.Random("附件.dat", DocumentSize - body.Size)];
    }
}
