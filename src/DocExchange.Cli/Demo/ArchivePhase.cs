using DocExchange.Core.Operating;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Demo;

/// <summary>Waits until the document and all its statements lie in a volume of the archive, and finds it there.</summary>
internal sealed class ArchivePhase() : DemoPhase("归档、检索", "Archive, search")
{
    public override async Task RunAsync(DemoSite site, DemoDisplay display, CancellationToken cancellation)
    {
        var request = new GetDocumentRequest { DocumentId = site.Sent.DocumentId };
        await site.UntilAsync("公文及其凭证归档", "the document and its statements are archived", IsArchivedAsync, cancellation);

        var word = site.Options.Title[^Math.Min(4, site.Options.Title.Length)..];
        var found = await site.Hub.SearchAsync(new SearchRequest { Number = site.Sent.Number, Title = word }, cancellationToken: cancellation);
        site.Facts.Found = found.Documents.Count(document => document.DocumentId == site.Sent.DocumentId);
        if (site.Facts.Found != 1)
        {
            throw new FailedException("NOT_FOUND", $"按字号“{site.Sent.Number}”和标题“{word}”检索不到已归档的公文。", $"The archive does not find the document by its number {site.Sent.Number} and '{word}'.");
        }

        display.Note($"已归档于 {site.Facts.Volume}，按字号和标题可检索", $"archived in {site.Facts.Volume}, found by number and title");

        async Task<bool> IsArchivedAsync()
        {
            var document = await site.Hub.GetAsync(request, cancellationToken: cancellation);
            var status = await site.Hub.GetStatusAsync(new GetHubStatusRequest(), cancellationToken: cancellation);
            var story = await Story.ReadAsync(site, cancellation);
            site.Facts.Volume = document.Summary.Volume;
            return document.Summary.Volume.Length > 0 && status.AwaitingArchive == 0 && status.ArchivedStatements >= (ulong)story.Count
                && document.Summary.SignedFor + document.Summary.Returned >= (uint)site.Facts.Recipients && IsAnswered(story);
        }

        bool IsAnswered(IReadOnlyList<StoryEntry> story) => site.Facts.ReturnReceived = story.Any(entry => entry.Type == "ReturnReceived" && entry.Effective);
    }
}
