using DocExchange.Hammer.Exchange;
using DocExchange.Hammer.Scenarios;
using DocExchange.Protocol.V1;
using Grpc.Core;

namespace DocExchange.Hammer.Past;

/// <summary>
/// Every document of the past as the hub shows it: once, archived, with every receipt. Of some the story and the package too: each entry
/// once, and the bytes that went into the spool.
/// </summary>
internal static class PastCensus
{
    private const int Page = 200;
    private const int Sampled = 50;
    private const int ProblemsKept = 10;

    public static async Task<Census> TakeAsync(HammerSite site, PastOffices past, IReadOnlyList<PastDocument> written, CancellationToken cancellation)
    {
        var shown = await ShownAsync(site, past, cancellation);
        var lost = new Dictionary<string, string>();
        var duplicated = new Dictionary<string, string>();
        foreach (var document in written)
        {
            var id = document.Id.ToString();
            if (MissingOf(document, shown[id].FirstOrDefault()) is { Length: > 0 } missing)
            {
                lost.TryAdd(id, missing);
            }

            if (shown[id].Count() > 1)
            {
                duplicated.TryAdd(id, $"{shown[id].Count()} times in the catalogue");
            }
        }

        var step = Math.Max(1, written.Count / Sampled);
        foreach (var document in written.Where(document => (document.Number - 1) % step == 0))
        {
            var id = document.Id.ToString();
            var (missing, twice) = await LookAsync(site, document, cancellation);
            if (missing.Length > 0)
            {
                lost.TryAdd(id, missing);
            }

            if (twice.Length > 0)
            {
                duplicated.TryAdd(id, twice);
            }
        }

        return new Census(written.Count, lost.Count, duplicated.Count, [.. lost.Concat(duplicated).Take(ProblemsKept).Select(each => $"{each.Key}: {each.Value}")]);
    }

    private static async Task<ILookup<string, DocumentSummary>> ShownAsync(HammerSite site, PastOffices past, CancellationToken cancellation)
    {
        var shown = new List<DocumentSummary>();
        var next = "";
        do
        {
            var request = new SearchRequest { Office = past.Sender.ToString(), PageSize = Page, Page = next };
            var reply = await site.Hub.SearchAsync(request, cancellationToken: cancellation);
            shown.AddRange(reply.Documents);
            next = reply.NextPage;
        }
        while (next.Length > 0);
        return shown.ToLookup(summary => summary.DocumentId);
    }

    private static string MissingOf(PastDocument document, DocumentSummary? summary)
    {
        var recipients = (uint)document.Dispatch.Recipients.Count;
        return summary is null ? "not in the catalogue"
            : summary.PackageId != document.Dispatch.Package.ToString() ? "the catalogue has another package"
            : summary.AcceptedAt.Length == 0 ? "not accepted"
            : summary.Volume.Length == 0 ? "in no volume"
            : summary.Delivered != recipients ? $"delivered to {summary.Delivered} of {recipients}"
            : summary.SignedFor != recipients ? $"signed for by {summary.SignedFor} of {recipients}"
            : "";
    }

    private static async Task<(string Missing, string Twice)> LookAsync(HammerSite site, PastDocument document, CancellationToken cancellation)
    {
        try
        {
            return await site.ArchivedDigestAsync(document.Id.ToString(), cancellation) != document.Dispatch.Package.ToString()
                ? ("the archive has not its package", "")
                : await EntriesOfAsync(site, document, cancellation);
        }
        catch (RpcException refused)
        {
            // The others are looked at all the same.
            return (refused.Status.Detail, "");
        }
    }

    private static async Task<(string Missing, string Twice)> EntriesOfAsync(HammerSite site, PastDocument document, CancellationToken cancellation)
    {
        using var call = site.Hub.GetStory(new GetDocumentRequest { DocumentId = document.Id.ToString() }, cancellationToken: cancellation);
        var entries = await call.ResponseStream.ReadAllAsync(cancellation).Select(entry => entry.Index).ToListAsync(cancellation);
        var wanted = 2 + (2 * document.Dispatch.Recipients.Count);
        return (
            entries.Distinct().Count() < wanted ? $"{entries.Distinct().Count()} of {wanted} entries in its story" : "",
            entries.Count > wanted ? $"{entries.Count} entries in its story, {wanted} were written" : "");
    }
}
