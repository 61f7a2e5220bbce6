using System.Collections.Concurrent;
using DocExchange.Cli.Demo;
using DocExchange.Hammer.Exchange;
using DocExchange.Hammer.Scenarios;
using DocExchange.Protocol.V1;
using Grpc.Core;

namespace DocExchange.Hammer.Torture;

/// <summary>
/// Officials at work who do not know that machines fail: they send, sign for and return, ask again where no answer came, and
/// note what they were promised. What a call that broke off did is not known and not noted.
/// </summary>
internal sealed class TortureLoad(HammerSite site, TortureOptions options)
{
    private const int LargestAttachment = 200_000;
    private const int MostRecipients = 3;

    /// <summary>A document is on its way for longer only if something never recovered.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(50);

    private readonly OutgoingFile body = OutgoingFile.Of("正文.pdf", SampleOffices.Resource("sample-body.pdf"));
    private readonly ConcurrentBag<SentDocument> sent = [];
    private readonly ConcurrentBag<PromisedAct> acts = [];
    private readonly List<Task> workers = [];
    private volatile bool isOpen;
    private int next;

    /// <summary>Documents a desk took.</summary>
    public IReadOnlyCollection<SentDocument> Sent => sent;

    public IReadOnlyCollection<PromisedAct> Acts => acts;

    public void Begin(CancellationToken cancellation)
    {
        isOpen = true;
        workers.AddRange(Enumerable.Range(0, options.InFlight).Select(_ => WorkAsync(cancellation)));
    }

    /// <summary>Begins nothing new; returns when what was begun is done with.</summary>
    /// <exception cref="TimeoutException">A document did not get there.</exception>
    public async Task EndAsync()
    {
        isOpen = false;
        await Task.WhenAll(workers);
        workers.Clear();
    }

    private async Task WorkAsync(CancellationToken cancellation)
    {
        while (isOpen)
        {
            if (await SendAsync(Interlocked.Increment(ref next), cancellation) is { } document)
            {
                sent.Add(document);
                foreach (var (node, office) in site.Offices.Where(each => document.Offices.Contains(each.Office)))
                {
                    await AnswerAsync(document.Document, node, office, cancellation).WaitAsync(LongestLife, site.Clock, cancellation);
                }
            }
        }
    }

    private async Task<SentDocument?> SendAsync(int number, CancellationToken cancellation)
    {
        var offices = Enumerable.Range(number, 1 + number % MostRecipients).Select(each => site.Offices[each % site.Offices.Count].Office).Distinct().ToList();
        var attachment = OutgoingFile.Random("附件.dat", 1 + (number * 7919L % LargestAttachment));
        try
        {
            var reply = await site.General.SendAsync($"关于第{number}号事项的意见", offices, [body, attachment], cancellation);
            return new SentDocument(reply.DocumentId, reply.PackageId, offices);
        }
        catch (Exception fault) when (IsBrokenCall(fault) && !cancellation.IsCancellationRequested)
        {
            // The node went while it was told.
            await Task.Delay(AskAgain, site.Clock, cancellation);
            return null;
        }
    }

    // A stream that ends while it is written to throws more than one kind.
    private static bool IsBrokenCall(Exception fault) =>
        fault is IOException or InvalidOperationException or OperationCanceledException or RpcException { StatusCode: StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.Internal };

    // Every eighth sends it back.
    private async Task AnswerAsync(string document, HammerNode node, string office, CancellationToken cancellation)
    {
        var (type, reason) = document[^1] is '0' or '8' ? ("Returned", "印章不清晰。") : ("SignedFor", "");
        while (true)
        {
            try
            {
                var rows = (await node.Desk.ShowAsync(new() { DocumentId = document, Office = office }, cancellationToken: cancellation)).Document.Recipients;
                var state = rows.Single(row => row.Office.EndsWith("/" + office, StringComparison.Ordinal)).State;
                if (state is "SignedFor" or "Returned")
                {
                    return;
                }

                if (state == "Delivered")
                {
                    await node.ActAsync(document, office, type, reason, cancellation);
                    acts.Add(new PromisedAct(document, office, type));
                    return;
                }
            }
            catch (RpcException)
            {
                // Not there yet, or nobody there: asked again. What is never answered ends at the limit.
            }

            await Task.Delay(AskAgain, site.Clock, cancellation);
        }
    }
}
