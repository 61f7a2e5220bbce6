using DocExchange.Protocol.V1;
using Grpc.Core;

namespace DocExchange.Cli.Demo;

/// <summary>The ledger entries of the document that was sent, as the hub's archive tells them.</summary>
internal static class Story
{
    public static async Task<IReadOnlyList<StoryEntry>> ReadAsync(DemoSite site, CancellationToken cancellation)
    {
        var entries = new List<StoryEntry>();
        using var call = site.Hub.GetStory(new GetDocumentRequest { DocumentId = site.Sent.DocumentId }, cancellationToken: cancellation);
        await foreach (var entry in call.ResponseStream.ReadAllAsync(cancellation))
        {
            entries.Add(entry);
        }

        return entries;
    }
}
