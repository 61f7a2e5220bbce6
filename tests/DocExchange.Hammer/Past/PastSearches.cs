using System.Globalization;
using DocExchange.Core.Documents;
using DocExchange.Hammer.Exchange;
using DocExchange.Hammer.Measuring;
using DocExchange.Protocol.V1;

namespace DocExchange.Hammer.Past;

/// <summary>
/// Questions to the archive, one after the other, as the nodes of its past ask them: each answer must have what is known to be there. A
/// question for one document is asked on until it is found, and all that counts.
/// </summary>
internal sealed class PastSearches(HammerSite site, PastOffices past, IReadOnlyList<PastDocument> documents)
{
    private const int OfAKind = 200;
    private const int FewestOfAKind = 10;
    private const int WarmUp = 10;

    /// <summary>After which no more of a kind are asked, once there are enough to speak of.</summary>
    private static readonly TimeSpan LongestOfAKind = TimeSpan.FromSeconds(15);

    // The same documents are asked for in every run.
    private readonly Random random = new(documents.Count);

    /// <summary>What was not found, or not only once.</summary>
    public List<string> Problems { get; } = [];

    public async Task<Dictionary<string, Percentiles>> AskAsync(CancellationToken cancellation)
    {
        using var ofSender = past.SenderNode.Connect(site.Clock);
        using var ofRecipients = past.RecipientNodes[0].Connect(site.Clock);
        Archive.ArchiveClient[] askers = [ofSender.Archive, ofRecipients.Archive];
        var measured = new Dictionary<string, Percentiles>();
        foreach (var (kind, ask) in Kinds())
        {
            var latencies = new Latencies();
            for (var asked = 0; asked < WarmUp; asked++)
            {
                await SearchAsync(kind, askers[asked % askers.Length], ask, cancellation);
            }

            var began = site.Clock.GetTimestamp();
            for (var asked = 0; asked < OfAKind && (asked < FewestOfAKind || site.Clock.GetElapsedTime(began) < LongestOfAKind); asked++)
            {
                var at = site.Clock.GetTimestamp();
                await SearchAsync(kind, askers[asked % askers.Length], ask, cancellation);
                latencies.Add(site.Clock.GetElapsedTime(at));
            }

            measured[kind] = latencies.Percentiles()!;
        }

        return measured;
    }

    private static Dictionary<string, Func<PastDocument, (SearchRequest Request, bool IsForOne)>> Kinds() => new()
    {
        ["Number"] = document => (new SearchRequest { Number = document.Dispatch.Number }, true),
        ["Title"] = document => (new SearchRequest { Title = $"{PastText.TopicOf(document.Number)} {PastText.TypeOf(document.Number).Chinese()}" }, false),
        ["TitleOfOne"] = document => (new SearchRequest { Title = PastText.MarkOf(document.Number) }, true),
        ["Office"] = document => (new SearchRequest { Office = document.Dispatch.Recipients.Main[document.Number % document.Dispatch.Recipients.Main.Count].ToString() }, false),
        ["Type"] = document => (new SearchRequest { DocumentType = document.Dispatch.DocumentType }, false),
        ["Text"] = document => (new SearchRequest { Text = PastText.WordOf(document.Number) }, true),
        ["Date"] = _ => (new SearchRequest { From = "1990-01-01", Until = "2990-01-01" }, false),
    };

    private async Task SearchAsync(string kind, Archive.ArchiveClient archive, Func<PastDocument, (SearchRequest Request, bool IsForOne)> ask, CancellationToken cancellation)
    {
        var document = documents[random.Next(documents.Count)];
        var (request, isForOne) = ask(document);
        var found = new List<DocumentSummary>();
        do
        {
            var reply = await archive.SearchAsync(request, cancellationToken: cancellation);
            found.AddRange(reply.Documents);
            request.Page = reply.NextPage;
        }
        while (found.Count == 0 && request.Page.Length > 0);
        if (found.Count == 0 || (isForOne && (found.Count > 1 || found[0].DocumentId != document.Id.ToString())))
        {
            Problems.Add(string.Create(CultureInfo.InvariantCulture, $"a search ({kind}) for {document.Dispatch.Number} found {found.Count} documents, not that one"));
        }
    }
}
