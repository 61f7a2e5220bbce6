using System.Text.Json;
using DocExchange.Cli;
using DocExchange.Cli.Processes;
using DocExchange.Core.Operating;
using DocExchange.Hammer.Exchange;
using DocExchange.Hammer.Measuring;
using DocExchange.Hammer.Past;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Operations;
using DocExchange.Protocol.V1;

namespace DocExchange.Hammer.Scenarios;

/// <summary>
/// A hub with a long past: what it costs to start, to search, to audit, to make the catalogue anew, and how fast documents still live
/// beside it, in the same run as with an empty archive. The past is written while the hub is down; everything that is measured
/// is the hub's own process with default settings.
/// </summary>
internal sealed class ArchiveScenario(HammerSite site, HammerOptions options, Action<string> say)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(6);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>The archiver rests when it has copied nothing for so long.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    private readonly HubFolder folder = new(site.HubFolder);
    private readonly Dictionary<string, double> particulars = [];
    private readonly List<string> problems = [];
    private long ledgerSize;

    public static Task<RunFigures> RunAsync(HammerSite site, HammerOptions options, CancellationToken cancellation) =>
        new ArchiveScenario(site, options, options.Say ?? (_ => { })).RunAsync(cancellation);

    private async Task<RunFigures> RunAsync(CancellationToken cancellation)
    {
        var empty = await LiveAsync(new HashSet<string>(), cancellation);
        NotePeak("peakEmptyMiB");
        using var past = await PastOffices.EnrolAsync(site, options.Offices, cancellation);
        var written = await WriteAsync(past, cancellation);
        await CatchUpAsync(cancellation);
        await CopyAsync(past, written, cancellation);
        NotePeak("peakCatchUpMiB");
        await RestartAsync(past, cancellation);
        await SearchAsync(past, written, cancellation);
        await site.StartNodesAsync(cancellation);
        var full = await LiveAsync(empty.Sent, cancellation);
        NotePeak("peakFullMiB");
        Compare(empty, full);
        var before = await StatusAsync(cancellation);
        await site.StopAsync();
        foreach (var (kind, size) in FolderSizes.Of(folder))
        {
            particulars[kind] = size;
        }

        await AuditAsync(before, cancellation);
        await RebuildAsync(before, cancellation);
        NotePeak("peakRebuildMiB");
        var census = await PastCensus.TakeAsync(site, past, written, cancellation);
        return full with
        {
            Errors = empty.Errors + full.Errors + problems.Count,
            Problems = [.. empty.Problems, .. full.Problems, .. problems.Distinct()],
            Census = empty.Census + full.Census + census,
            Particulars = particulars,
        };
    }

    private Task<RunFigures> LiveAsync(IReadOnlySet<string> earlier, CancellationToken cancellation)
    {
        say($"documents live their whole life, {options.WarmUp} before it counts, then {options.Duration.TotalSeconds:0} s");
        return LifeScenario.RunAsync(site, options, earlier, cancellation);
    }

    private async Task<IReadOnlyList<PastDocument>> WriteAsync(PastOffices past, CancellationToken cancellation)
    {
        var version = (await StatusAsync(cancellation)).DirectoryVersion;
        await site.StopAsync();
        var writer = new PastWriter(folder, past, (long)version, site.Clock);
        say($"{options.Documents} documents of {writer.EntriesOfADocument} entries are written");
        var began = site.Clock.GetTimestamp();
        var written = await writer.WriteAsync(options.Documents, options.LeftOut, cancellation);
        var took = site.Clock.GetElapsedTime(began);
        ledgerSize = writer.LedgerSize;
        particulars["pastDocuments"] = options.Documents;
        particulars["pastEntries"] = ((double)options.Documents * writer.EntriesOfADocument) - options.LeftOut;
        particulars["writtenEntriesPerSecond"] = PerSecond(particulars["pastEntries"], took);
        return written;
    }

    private async Task CatchUpAsync(CancellationToken cancellation)
    {
        say("the hub starts and takes them up");
        var took = await StartHubAsync(cancellation);
        particulars["catchUpSeconds"] = Math.Round(took.TotalSeconds, 1);
        particulars["catchUpEntriesPerSecond"] = PerSecond(particulars["pastEntries"], took);
        var status = await StatusAsync(cancellation);
        particulars["ledgerEntries"] = status.LedgerSize;
        if (status.LedgerSize < (ulong)ledgerSize || status.IndexedSize < (ulong)ledgerSize)
        {
            problems.Add($"the hub says it has {status.LedgerSize} entries, {status.IndexedSize} of them in the catalogue; {ledgerSize} were there when it started");
        }
    }

    private async Task CopyAsync(PastOffices past, IReadOnlyList<PastDocument> written, CancellationToken cancellation)
    {
        say("the archiver copies them");
        var began = site.Clock.GetTimestamp();
        using (var link = past.SenderNode.Connect(site.Clock))
        {
            // The oldest first: with the last, all are. Asked as a node: of its own people the hub would write down every question.
            var last = new SearchRequest { Number = written[^1].Dispatch.Number };
            await UntilAsync(
                "the last document is in a volume", async () => (await link.Archive.SearchAsync(last, cancellationToken: cancellation)).Documents is [{ Volume.Length: > 0 }], cancellation);
        }

        var took = site.Clock.GetElapsedTime(began);
        particulars["archivedDocumentsPerSecond"] = PerSecond(written.Count, took);
        particulars["archivedEntriesPerSecond"] = PerSecond(particulars["pastEntries"], took);
        await UntilAtRestAsync(past, cancellation);
        particulars["archiverAtRestSeconds"] = Math.Round((site.Clock.GetElapsedTime(began) - Rest).TotalSeconds, 1);
    }

    private async Task RestartAsync(PastOffices past, CancellationToken cancellation)
    {
        say("the hub starts with its catalogue in place");
        await site.StopAsync();
        particulars["startMs"] = Math.Round((await StartHubAsync(cancellation)).TotalMilliseconds);
        particulars["hubAfterStartMiB"] = ProcessGauge.Read(site.HubProcess.Id).ResidentMiB;
        await UntilAtRestAsync(past, cancellation);
    }

    private async Task SearchAsync(PastOffices past, IReadOnlyList<PastDocument> written, CancellationToken cancellation)
    {
        say("the archive is searched");
        var searches = new PastSearches(site, past, written);
        foreach (var (kind, times) in await searches.AskAsync(cancellation))
        {
            (particulars[$"search{kind}P50Ms"], particulars[$"search{kind}P95Ms"], particulars[$"search{kind}P99Ms"]) = (times.P50, times.P95, times.P99);
        }

        problems.AddRange(searches.Problems);
    }

    private void Compare(RunFigures empty, RunFigures full)
    {
        particulars["documentsPerSecondEmpty"] = PerSecond(empty.Documents, empty.Window);
        particulars["documentsPerSecondFull"] = PerSecond(full.Documents, full.Window);
        if (empty.Documents > 0)
        {
            particulars["fullToEmpty"] = Math.Round(full.Documents / full.Window.TotalSeconds / (empty.Documents / empty.Window.TotalSeconds), 2);
        }
    }

    private async Task AuditAsync(HubStatus before, CancellationToken cancellation)
    {
        say("the ledger is audited");
        var began = site.Clock.GetTimestamp();
        try
        {
            var lines = await ProductProcess.RunAsync("hub audit", Executable.Hub, null, ["audit", "--data", folder.Root, "--format", "json"], Longest, cancellation);
            var audited = JsonDocument.Parse(string.Join('\n', lines)).RootElement.GetProperty("entries").GetInt64();
            particulars["auditEntriesPerSecond"] = PerSecond(audited, site.Clock.GetElapsedTime(began));
            if (audited < (long)before.LedgerSize)
            {
                problems.Add($"the audit read {audited} entries, the hub had {before.LedgerSize}");
            }
        }
        catch (FailedException failure)
        {
            problems.Add(failure.English);
        }
    }

    private async Task RebuildAsync(HubStatus before, CancellationToken cancellation)
    {
        say("the catalogue is deleted and made anew");
        CatalogueFiles.Delete(folder);
        var took = await StartHubAsync(cancellation);
        particulars["rebuildSeconds"] = Math.Round(took.TotalSeconds, 1);
        var after = await StatusAsync(cancellation);
        particulars["rebuildEntriesPerSecond"] = PerSecond(after.IndexedSize, took);
        if (after.Documents != before.Documents || after.Archived != before.Archived)
        {
            problems.Add($"made anew, the catalogue has {after.Documents} documents, {after.Archived} of them archived; before it had {before.Documents} and {before.Archived}");
        }

    }

    private Task<TimeSpan> StartHubAsync(CancellationToken cancellation) => site.StartHubAsync(Longest, cancellation);

    private async Task<HubStatus> StatusAsync(CancellationToken cancellation) => await site.Hub.GetStatusAsync(new GetHubStatusRequest(), cancellationToken: cancellation);

    // Archiver and full text go on behind the catalogue: what is measured next is not to be measured beside them.
    private async Task UntilAtRestAsync(PastOffices past, CancellationToken cancellation)
    {
        using var link = past.SenderNode.Connect(site.Clock);
        var copied = ulong.MaxValue;
        var since = site.Clock.GetTimestamp();
        await UntilAsync(
            "archiver and full text are at rest",
            async () =>
            {
                var status = await StatusAsync(cancellation);
                if (status.ArchivedStatements != copied)
                {
                    (copied, since) = (status.ArchivedStatements, site.Clock.GetTimestamp());
                }

                var reply = await link.Archive.SearchAsync(new SearchRequest { PageSize = 1 }, cancellationToken: cancellation);
                return status.AwaitingArchive == 0 && reply.TextIndexedSize == status.LedgerSize && site.Clock.GetElapsedTime(since) > Rest;
            },
            cancellation);
    }

    private Task UntilAsync(string what, Func<Task<bool>> isSo, CancellationToken cancellation) => site.UntilHubAsync(what, isSo, LookEvery, Longest, cancellation);

    // Of the hub's process that runs now.
    private void NotePeak(string name) => particulars[name] = ProcessGauge.Read(site.HubProcess.Id).PeakResidentMiB;

    private static double PerSecond(double count, TimeSpan time) => Math.Round(count / time.TotalSeconds, 1);
}
