using DocExchange.Cli.Demo;
using DocExchange.Hammer.Exchange;
using DocExchange.Hammer.Measuring;
using DocExchange.Protocol.V1;
using Grpc.Core;

namespace DocExchange.Hammer.Scenarios;

/// <summary>
/// One document to every office at once, as a city's government sends it: how long until the last has it, and until the last
/// receipt is in the ledger. With <c>receipts</c>: as many such documents as make the receipts asked for, first all
/// delivered, then all signed for at once.
/// </summary>
internal sealed class FanoutScenario(HammerSite site, int documents, long size, int inFlight)
{
    private const long MiB = 1024 * 1024;
    private const int ManyReceipts = 10_000;
    private const int SmallDocument = 100_000;

    private readonly List<SentDocument> sent = [];

    public static Task<RunFigures> RunAsync(HammerSite site, HammerOptions options, CancellationToken cancellation) =>
        new FanoutScenario(site, 1, MiB, options.InFlight).RunAsync(cancellation);

    public static Task<RunFigures> StormAsync(HammerSite site, HammerOptions options, CancellationToken cancellation) =>
        new FanoutScenario(site, (ManyReceipts - 1) / options.Offices + 1, SmallDocument, options.InFlight).RunAsync(cancellation);

    private async Task<RunFigures> RunAsync(CancellationToken cancellation)
    {
        // One that does not count: programs are compiled, stores are warm.
        await SendAsync(1, cancellation);
        await UntilAsync(summary => summary.Delivered, cancellation);
        await SignAllAsync(sent, cancellation);
        await UntilAsync(summary => summary.SignedFor, cancellation);

        var before = SiteGauge.Read(site);
        await SendAsync(documents, cancellation);
        var fresh = sent[1..];
        await UntilAsync(summary => summary.Delivered, cancellation);
        var delivered = site.Clock.GetElapsedTime(before.At);
        var signing = site.Clock.GetTimestamp();
        await SignAllAsync(fresh, cancellation);
        await UntilAsync(summary => summary.SignedFor, cancellation);
        var signed = site.Clock.GetElapsedTime(signing);
        var after = SiteGauge.Read(site);
        await site.UntilAsync("all is archived", () => AreArchivedAsync(cancellation), cancellation);
        var receipts = (long)documents * site.Offices.Count;
        return new RunFigures
        {
            Before = before,
            After = after,
            Window = site.Clock.GetElapsedTime(before.At, after.At),
            Documents = documents,
            Deliveries = receipts,
            Receipts = 2 * receipts,
            Census = await Census.TakeAsync(site, sent, isSignedFor: true, cancellation),
            Particulars = new Dictionary<string, double>
            {
                ["allDeliveredMs"] = Math.Round(delivered.TotalMilliseconds),
                ["allSignedForMs"] = Math.Round(signed.TotalMilliseconds),
                ["deliveriesPerSecond"] = Math.Round(receipts / delivered.TotalSeconds, 1),
                ["signedForPerSecond"] = Math.Round(receipts / signed.TotalSeconds, 1),
            },
        };
    }

    private async Task SendAsync(int count, CancellationToken cancellation)
    {
        var body = OutgoingFile.Of("正文.pdf", SampleOffices.Resource("sample-body.pdf"));
        var offices = site.Offices.Select(each => each.Office).ToList();
        for (var number = 0; number < count; number++)
        {
            var reply = await site.General.SendAsync($"关于第{sent.Count + 1}号事项的意见", offices, [body, OutgoingFile.Random("附件.dat", size - body.Size)], cancellation);
            sent.Add(new SentDocument(reply.DocumentId, reply.PackageId, offices));
        }
    }

    private Task SignAllAsync(IReadOnlyList<SentDocument> wanted, CancellationToken cancellation) => Parallel.ForEachAsync(
        wanted.SelectMany(document => site.Offices.Select(each => (document.Document, each.Node, each.Office))),
        new ParallelOptions { MaxDegreeOfParallelism = inFlight, CancellationToken = cancellation },
        async (each, _) => await each.Node.SignForAsync(each.Document, each.Office, cancellation));

    // In the ledger, as the hub shows it.
    private Task UntilAsync(Func<DocumentSummary, uint> count, CancellationToken cancellation) => site.UntilAsync(
        "every office has acted",
        async () =>
        {
            foreach (var document in sent.AsEnumerable().Reverse())
            {
                if (count(await SummaryAsync(document, cancellation)) < site.Offices.Count)
                {
                    return false;
                }
            }

            return true;
        },
        cancellation,
        TimeSpan.FromMinutes(10));

    private async Task<bool> AreArchivedAsync(CancellationToken cancellation)
    {
        foreach (var document in sent)
        {
            if ((await SummaryAsync(document, cancellation)).Volume.Length == 0)
            {
                return false;
            }
        }

        return true;
    }

    // With nothing counted yet where the sender's node is still on its way to the hub with it.
    private async Task<DocumentSummary> SummaryAsync(SentDocument document, CancellationToken cancellation)
    {
        try
        {
            return (await site.Hub.GetAsync(new GetDocumentRequest { DocumentId = document.Document }, cancellationToken: cancellation)).Summary;
        }
        catch (RpcException failure) when (failure.StatusCode == StatusCode.NotFound)
        {
            return new DocumentSummary();
        }
    }
}
