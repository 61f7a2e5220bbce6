using DocExchange.Cli;
using DocExchange.Cli.Demo;
using DocExchange.Core.Operating;
using DocExchange.Hammer.Exchange;
using DocExchange.Hammer.Measuring;
using DocExchange.Hammer.Pages;
using DocExchange.Hammer.Past;
using DocExchange.Hub.Operations;
using DocExchange.Protocol.V1;
using Grpc.Core;

namespace DocExchange.Hammer.Scenarios;

/// <summary>
/// What people wait for: every page that lists or searches, fetched as a browser does, from a node whose registers and a hub whose archive hold
/// the documents of many years. The years are written while nothing runs, by the parts of the product that keep them; then a document is really sent to
/// every office, and what is fetched comes from the running programs.
/// </summary>
internal sealed class PagesScenario(HammerSite site, HammerOptions options, Action<string> say)
{
    private const int SayEvery = 10_000;
    private const int DaysBack = 3;
    private const int DocumentSize = 100_000;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(2);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>The hub is at rest when its ledger has not grown for so long.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    private readonly HubFolder folder = new(site.HubFolder);
    private readonly Dictionary<string, double> particulars = [];

    private HammerNode Recipient => site.Recipients[0];

    public static Task<RunFigures> RunAsync(HammerSite site, HammerOptions options, CancellationToken cancellation) =>
        new PagesScenario(site, options, options.Say ?? (_ => { })).RunAsync(cancellation);

    private async Task<RunFigures> RunAsync(CancellationToken cancellation)
    {
        if (options.Again is null)
        {
            await PrepareAsync(cancellation);
        }
        else
        {
            await StartAsync(cancellation);
        }

        var kept = KeptPast.Read(site.Folder);
        var plan = kept.Plan;
        particulars["registeredDocuments"] = plan.Registered;
        particulars["archivedDocuments"] = plan.Count;
        using var people = await PagePeople.SignInAsync(site, Recipient, kept.Passwords, cancellation);
        var before = SiteGauge.Read(site);
        var visits = new PageVisits(site, options.Fetches);
        var pages = new List<PageFigures>();
        foreach (var visit in new DeskPageList(people, plan, kept.Lived, SampleOffices.GeneralOffice, kept.Recipient).All().Concat(new ConsolePageList(people, plan, kept.Lived, site.Clock).All()))
        {
            say(visit.Page);
            pages.Add(await visits.FetchAsync(visit, cancellation));
        }

        var after = SiteGauge.Read(site);
        foreach (var (kind, size) in FolderSizes.Of(folder))
        {
            particulars[kind] = size;
        }

        return new RunFigures
        {
            Before = before,
            After = after,
            Window = site.Clock.GetElapsedTime(before.At, after.At),
            Errors = visits.Problems.Count,
            Problems = visits.Problems,
            Pages = pages,
            Particulars = particulars,
        };
    }

    private async Task PrepareAsync(CancellationToken cancellation)
    {
        using var past = await PastOffices.EnrolAsync(site, PastPlan.PastRecipients, cancellation);
        await site.UntilConnectedAsync(cancellation);
        var version = (await site.Hub.GetStatusAsync(new GetHubStatusRequest(), cancellationToken: cancellation)).DirectoryVersion;
        await site.StopAsync();
        var kept = await WriteAsync(past, (long)version, cancellation);
        var passwords = await PagePeople.OpenAsync(site, Recipient, cancellation);
        await StartAsync(cancellation);
        var sent = await SendAsync(cancellation);
        (kept with { Lived = sent, Passwords = passwords }).Write(site.Folder);
    }

    private async Task<KeptPast> WriteAsync(PastOffices past, long directoryVersion, CancellationToken cancellation)
    {
        var (began, chains) = (site.Clock.GetTimestamp(), new PastChains());
        await using var hub = await PastHub.OpenAsync(folder, chains, cancellation);
        await using var sender = new PastDesk(site.General.Folder, SampleOffices.GeneralOffice);
        await using var recipient = new PastDesk(Recipient.Folder, Recipient.Offices[0]);
        // What happened last lies some days back: no answer is of tomorrow.
        var kept = new KeptPast { Until = site.Clock.GetUtcNow().AddDays(-DaysBack), Registered = options.Registered, Archived = options.Archived, Recipient = Recipient.Offices[0], First = hub.Size };
        var plan = kept.Plan;
        say($"{plan.Count} documents are written, {options.Registered} of them into the registers of two desks");
        var said = 0;
        var written = await new PastYears(plan, hub, sender, recipient, past, chains, directoryVersion).WriteAsync(
            done =>
            {
                if (done / SayEvery > said)
                {
                    said = done / SayEvery;
                    say($"{done} after {site.Clock.GetElapsedTime(began).TotalSeconds:0} s");
                }

                return site.Clock.GetElapsedTime(began) < options.LongestWriting;
            },
            cancellation);
        particulars["writtenEntries"] = hub.Size - kept.First;
        particulars["writtenSeconds"] = Math.Round(site.Clock.GetElapsedTime(began).TotalSeconds);
        return kept with { Written = written };
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        say("hub and nodes start");
        particulars["startHubMs"] = Math.Round((await site.StartHubAsync(Longest, cancellation)).TotalMilliseconds);
        var began = site.Clock.GetTimestamp();
        await site.StartNodesAsync(cancellation);
        particulars["startNodesMs"] = Math.Round(site.Clock.GetElapsedTime(began).TotalMilliseconds);
        await UntilAtRestAsync(cancellation);
    }

    /// <summary>Sends a document to every office: it must arrive everywhere, behind all that was written. Half of them sign for it.</summary>
    private async Task<string> SendAsync(CancellationToken cancellation)
    {
        say("a document goes to every office");
        var offices = site.Offices.Select(each => each.Office).ToList();
        var body = OutgoingFile.Of("正文.pdf", SampleOffices.Resource("sample-body.pdf"));
        var sent = await site.General.SendAsync(DeskPageList.LivedTitle, offices, [body, OutgoingFile.Random("附件.dat", DocumentSize - body.Size)], cancellation);
        await site.UntilAsync("it is delivered to every office and archived", () => IsEverywhereAsync(sent.DocumentId, offices.Count, cancellation), cancellation, Longest);
        foreach (var (node, office) in site.Offices.Where((_, place) => place % 2 == 1))
        {
            await node.SignForAsync(sent.DocumentId, office, cancellation);
        }

        await UntilAtRestAsync(cancellation);
        return sent.DocumentId;
    }

    private async Task<bool> IsEverywhereAsync(string document, int offices, CancellationToken cancellation)
    {
        try
        {
            var reply = await site.Hub.GetAsync(new GetDocumentRequest { DocumentId = document }, cancellationToken: cancellation);
            return reply.Summary is { Volume.Length: > 0 } summary && summary.Delivered == (uint)offices;
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.NotFound)
        {
            // Not at the hub yet.
            return false;
        }
    }

    // Passed deadlines are stated first, and taken up by everybody.
    private async Task UntilAtRestAsync(CancellationToken cancellation)
    {
        var (size, since) = (ulong.MaxValue, site.Clock.GetTimestamp());
        await site.UntilHubAsync(
            "the hub is at rest",
            async () =>
            {
                var status = await site.Hub.GetStatusAsync(new GetHubStatusRequest(), cancellationToken: cancellation);
                var text = await site.Hub.SearchAsync(new SearchRequest { PageSize = 1 }, cancellationToken: cancellation);
                if (status.LedgerSize != size)
                {
                    (size, since) = (status.LedgerSize, site.Clock.GetTimestamp());
                }

                return status.AwaitingArchive == 0 && text.TextIndexedSize == size && site.Clock.GetElapsedTime(since) > Rest;
            },
            LookEvery,
            Longest,
            cancellation);
    }
}
