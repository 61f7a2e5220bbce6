using System.Collections.Concurrent;
using System.Globalization;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Protocol;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.HubLink;

/// <param name="LastSeen">Of one that is off the line: when it was last on it; null where the hub never saw it.</param>
internal sealed record RecipientLink(bool IsOnLine, DateTimeOffset? LastSeen)
{
    /// <summary>In the words of the wire.</summary>
    public string Word => IsOnLine ? "OnLine" : "OffLine";
}

/// <summary>
/// Which nodes of a document's recipients are on the line, as the hub says at the moment. A question a document, kept for as
/// long as a page that follows it waits; never waited for longer than <see cref="Patience"/>. Safe for concurrent use.
/// </summary>
internal sealed class RecipientLinks(LinkStatus link, TimeProvider time)
{
    /// <summary>A board is shown without what the hub has not said by then.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private const int MostKept = 200;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(4);

    private readonly ConcurrentDictionary<DocumentId, (DateTimeOffset At, IReadOnlyDictionary<PartyId, RecipientLink>? Answer)> kept = new();

    /// <summary>By office; those of which the hub cannot tell are not among them. Null where the hub is not reached, or is of an older version.</summary>
    public async Task<IReadOnlyDictionary<PartyId, RecipientLink>?> OfAsync(DocumentId document, CancellationToken cancellation)
    {
        if (link.Channel is not { } hub)
        {
            return null;
        }

        if (kept.TryGetValue(document, out var last) && time.GetUtcNow() - last.At < Fresh)
        {
            return last.Answer;
        }

        var answer = await AskAsync(hub, document, cancellation);
        if (kept.Count >= MostKept)
        {
            kept.Clear();
        }

        kept[document] = (time.GetUtcNow(), answer);
        return answer;
    }

    private async Task<IReadOnlyDictionary<PartyId, RecipientLink>?> AskAsync(HubChannel hub, DocumentId document, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            var reply = await hub.Exchange.RecipientLinksAsync(new Wire.RecipientLinksRequest { DocumentId = document.Value.ToWire() }, cancellationToken: either.Token);
            var answer = new Dictionary<PartyId, RecipientLink>();
            foreach (var said in reply.Links)
            {
                var known = new RecipientLink(said.OnLine, said.OnLine ? null : Moment(said.LastSeen));
                foreach (var office in said.Offices)
                {
                    if (PartyId.TryParse(office) is { } id)
                    {
                        answer[id] = known;
                    }
                }
            }

            return answer;
        }
        catch (RpcException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private static DateTimeOffset? Moment(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;
}
