using DocExchange.Cli.Demo;
using DocExchange.Hammer.Exchange;
using DocExchange.Hammer.Measuring;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;

namespace DocExchange.Hammer.Scenarios;

/// <summary>
/// A document with a large attachment. While it is on its way the sender's link is cut and comes back: what was sent
/// before is not sent again.
/// </summary>
internal sealed class LargeScenario(HammerSite site, HammerOptions options)
{
    private const long MiB = 1024 * 1024;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public static Task<RunFigures> RunAsync(HammerSite site, HammerOptions options, CancellationToken cancellation) => new LargeScenario(site, options).RunAsync(cancellation);

    private async Task<RunFigures> RunAsync(CancellationToken cancellation)
    {
        var body = OutgoingFile.Of("正文.pdf", SampleOffices.Resource("sample-body.pdf"));
        var offices = site.Offices.Select(each => each.Office).ToList();
        var before = SiteGauge.Read(site);
        var reply = await site.General.SendAsync("关于大附件的通知", offices, [body, OutgoingFile.Random("附件.dat", options.SizeMiB * MiB)], cancellation);
        var made = site.Clock.GetElapsedTime(before.At);
        await site.UntilAsync("the Dispatched is at the hub", async () => await AwaitedAsync(cancellation) > 0, cancellation);
        await site.General.Desk.SetLinkAsync(new SetLinkRequest { On = false }, cancellationToken: cancellation);
        var wasCut = await AwaitedAsync(cancellation) > 0;
        await site.General.Desk.SetLinkAsync(new SetLinkRequest { On = true }, cancellationToken: cancellation);
        await UntilAsync(reply.DocumentId, summary => summary.AcceptedAt.Length > 0, cancellation);
        var accepted = site.Clock.GetElapsedTime(before.At);
        await UntilAsync(reply.DocumentId, summary => summary.Delivered == offices.Count, cancellation);
        var delivered = site.Clock.GetElapsedTime(before.At);
        await UntilAsync(reply.DocumentId, summary => summary.Volume.Length > 0, cancellation);
        var after = SiteGauge.Read(site);
        return new RunFigures
        {
            Before = before,
            After = after,
            Window = site.Clock.GetElapsedTime(before.At, after.At),
            Documents = 1,
            Deliveries = offices.Count,
            Receipts = offices.Count,
            Census = await Census.TakeAsync(site, [new SentDocument(reply.DocumentId, reply.PackageId, offices)], isSignedFor: false, cancellation),
            Particulars = new Dictionary<string, double>
            {
                ["attachmentMiB"] = options.SizeMiB,
                ["wasCutOnTheWay"] = wasCut ? 1 : 0,
                ["madeMs"] = Math.Round(made.TotalMilliseconds),
                ["acceptedMs"] = Math.Round(accepted.TotalMilliseconds),
                ["allDeliveredMs"] = Math.Round(delivered.TotalMilliseconds),
                ["uploadMiBPerSecond"] = Math.Round(options.SizeMiB / (accepted - made).TotalSeconds, 1),
                ["fetchMiBPerSecondAllNodes"] = Math.Round(options.SizeMiB * site.Recipients.Count / (delivered - accepted).TotalSeconds, 1),
            },
        };
    }

    private async Task<uint> AwaitedAsync(CancellationToken cancellation) => (await site.Hub.GetStatusAsync(new GetHubStatusRequest(), cancellationToken: cancellation)).AwaitingPackage;

    private Task UntilAsync(string document, Func<DocumentSummary, bool> isSo, CancellationToken cancellation) => site.UntilAsync(
        "the large document has arrived",
        async () => isSo((await site.Hub.GetAsync(new GetDocumentRequest { DocumentId = document }, cancellationToken: cancellation)).Summary),
        cancellation,
        Longest);
}
