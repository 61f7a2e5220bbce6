using DocExchange.Cli;
using DocExchange.Cli.Processes;
using DocExchange.Core.Operating;
using DocExchange.Hammer.Exchange;
using DocExchange.Hammer.Scenarios;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;
using Grpc.Core;

namespace DocExchange.Hammer.Torture;

/// <summary>What must be true whenever everything runs again and has come to rest.</summary>
internal sealed class Invariants(HammerSite site, TortureLoad load)
{
    private static readonly TimeSpan RestLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan VerbLimit = TimeSpan.FromMinutes(5);

    private static readonly HashSet<string> NoneBefore = [];

    // What was compared before cannot get lost without the audits noticing; at the end everything is compared again.
    private readonly HashSet<string> compared = [];

    /// <summary>After a round: what was promised in it is there, once; nobody was alarmed; the ledger is in order.</summary>
    /// <returns>What is not true.</returns>
    public async Task<IReadOnlyList<string>> OfRoundAsync(CancellationToken cancellation)
    {
        var fresh = await DocumentsAsync(cancellation);
        fresh.RemoveAll(document => compared.Contains(document.Document));
        await RestAsync(fresh, cancellation);
        var problems = await ProblemsOfAsync(fresh, compared, cancellation);
        compared.UnionWith(fresh.Select(document => document.Document));
        return problems;
    }

    /// <summary>At the end: all documents again; the ledger, the archive and the nodes' stores as their own audits judge them; the catalogue against one made anew.</summary>
    public async Task<IReadOnlyList<string>> OfAllAsync(CancellationToken cancellation)
    {
        var all = await DocumentsAsync(cancellation);
        await RestAsync(all, cancellation);
        var problems = await ProblemsOfAsync(all, NoneBefore, cancellation);
        var before = await AnswersAsync(all, cancellation);
        foreach (var service in site.Services)
        {
            await service.StopAsync();
        }

        foreach (var node in site.Nodes)
        {
            problems.AddRange(await AuditAsync(node.Name, Executable.Node, node.Folder, cancellation));
        }

        problems.AddRange(await AuditAsync("hub", Executable.Hub, site.HubFolder, cancellation));
        await ProductProcess.RunAsync("hub rebuild", Executable.Hub, null, ["rebuild", "--data", site.HubFolder], VerbLimit, cancellation);
        foreach (var service in site.Services)
        {
            await service.StartAsync(cancellation);
        }

        var after = await AnswersAsync(all, cancellation);
        problems.AddRange(before.Zip(after).Where(pair => !pair.First.Equals(pair.Second)).Select(pair => $"{pair.First.Summary.DocumentId}: the catalogue made anew says something else: {pair.First} / {pair.Second}"));
        return problems;
    }

    // All a desk took, and those it took without anybody hearing of it.
    private async Task<List<SentDocument>> DocumentsAsync(CancellationToken cancellation)
    {
        var documents = load.Sent.ToDictionary(document => document.Document);
        foreach (var listed in await site.General.OutboxAsync(cancellation))
        {
            if (!documents.ContainsKey(listed.Summary.DocumentId))
            {
                var shown = await site.General.Desk.ShowAsync(new ShowRequest { DocumentId = listed.Summary.DocumentId }, cancellationToken: cancellation);
                var offices = shown.Document.Recipients.Select(row => row.Office[(row.Office.IndexOf('/', StringComparison.Ordinal) + 1)..]).ToList();
                documents.Add(listed.Summary.DocumentId, new SentDocument(listed.Summary.DocumentId, listed.Summary.PackageId, offices));
            }
        }

        return [.. documents.Values];
    }

    private async Task RestAsync(IReadOnlyList<SentDocument> documents, CancellationToken cancellation)
    {
        await site.UntilConnectedAsync(cancellation);
        foreach (var document in documents)
        {
            var offices = document.Offices.Count;
            var answered = load.Acts.Count(act => act.Document == document.Document);
            await site.UntilAsync($"{document.Document} is delivered, answered and archived", async () => await HasAsync(document, offices, answered, cancellation), cancellation, RestLimit);
        }
    }

    private async Task<bool> HasAsync(SentDocument document, int offices, int answered, CancellationToken cancellation)
    {
        try
        {
            var archived = await site.Hub.GetAsync(new GetDocumentRequest { DocumentId = document.Document }, cancellationToken: cancellation);
            var shown = await site.General.Desk.ShowAsync(new ShowRequest { DocumentId = document.Document }, cancellationToken: cancellation);
            return archived.Summary.Volume.Length > 0
                && new[] { archived.Summary, shown.Document.Summary }.All(summary => summary.Delivered == offices && summary.SignedFor + summary.Returned >= answered);
        }
        catch (RpcException fault) when (fault.StatusCode == StatusCode.NotFound)
        {
            return false;
        }
    }

    private async Task<List<string>> ProblemsOfAsync(List<SentDocument> documents, IReadOnlySet<string> earlier, CancellationToken cancellation)
    {
        var problems = new List<string>((await Census.TakeAsync(site, documents, isSignedFor: false, cancellation, earlier)).Problems);
        var here = documents.Select(document => document.Document).ToHashSet();
        foreach (var promised in load.Acts.Where(act => here.Contains(act.Document)).GroupBy(act => act.Document))
        {
            problems.AddRange(await BrokenPromisesAsync(promised.Key, [.. promised], cancellation));
        }

        foreach (var node in site.Nodes)
        {
            var status = await node.Desk.GetStatusAsync(new GetNodeStatusRequest(), cancellationToken: cancellation);
            problems.AddRange(status.Alarms.Select(alarm => $"{node.Name} was alarmed: {alarm}"));
        }

        problems.AddRange(await AuditAsync("hub", Executable.Hub, site.HubFolder, cancellation));
        return problems;
    }

    // The archive says of each office what its node had confirmed.
    private async Task<List<string>> BrokenPromisesAsync(string document, IReadOnlyList<PromisedAct> promised, CancellationToken cancellation)
    {
        var archived = await site.Hub.GetAsync(new GetDocumentRequest { DocumentId = document }, cancellationToken: cancellation);
        return
        [
            .. promised.Where(act => archived.Recipients.Single(row => row.Office.EndsWith("/" + act.Office, StringComparison.Ordinal)).State != act.Type)
                .Select(act => $"{document}: {act.Office} was promised its {act.Type}, the hub knows nothing of it"),
        ];
    }

    private async Task<List<ArchivedDocument>> AnswersAsync(IReadOnlyList<SentDocument> documents, CancellationToken cancellation)
    {
        var answers = new List<ArchivedDocument>(documents.Count);
        foreach (var document in documents)
        {
            answers.Add(await site.Hub.GetAsync(new GetDocumentRequest { DocumentId = document.Document }, cancellationToken: cancellation));
        }

        return answers;
    }

    private static async Task<IReadOnlyList<string>> AuditAsync(string name, Executable program, string folder, CancellationToken cancellation)
    {
        try
        {
            await ProductProcess.RunAsync(name + " audit", program, null, ["audit", "--data", folder, "--lang", "en"], VerbLimit, cancellation);
            return [];
        }
        catch (FailedException failure)
        {
            return [failure.English];
        }
    }
}
