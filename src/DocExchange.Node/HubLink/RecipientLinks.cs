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
/// Which nodes of a document's recipients are on the line, as the hub says at the moment. One question a document for all who look
/// at it, kept a little longer than a page that follows it waits; never waited for longer than <see cref="Patience"/>. Safe for concurrent use.
/// </summary>
internal sealed class RecipientLinks(LinkStatus link, TimeProvider time)
{
    /// <summary>A board is shown without what the hub has not said by then.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private const int MostKept = 200;

    // Pages ask every five seconds.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(6);

    private readonly ConcurrentDictionary<DocumentId, Question> kept = new();
    private HubChannel? older;

    /// <summary>By office; those of which the hub cannot tell, and all where it is of an older version, are not among them. Null where the hub does not answer.</summary>
    public async Task<IReadOnlyDictionary<PartyId, RecipientLink>?> OfAsync(DocumentId document, CancellationToken cancellation)
    {
        if (link.Channel is not { } hub)
        {
            return null;
        }

        if (hub == older)
        {
            return new Dictionary<PartyId, RecipientLink>();
        }

        var now = time.GetUtcNow();
        if (kept.Count >= MostKept)
        {
            foreach (var (old, _) in kept.Where(each => now - each.Value.At >= Fresh))
            {
                kept.TryRemove(old, out _);
            }
        }

        // Whoever goes away does not take the answer from the others.
        var question = new Question(now, new(() => AskAsync(hub, document)));
        var asked = kept.AddOrUpdate(document, question, (_, last) => now - last.At < Fresh ? last : question);
        return await asked.Answer.Value.WaitAsync(cancellation);
    }

    private async Task<IReadOnlyDictionary<PartyId, RecipientLink>?> AskAsync(HubChannel hub, DocumentId document)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            var reply = await hub.Exchange.RecipientLinksAsync(new Wire.RecipientLinksRequest { DocumentId = document.Value.ToWire() }, cancellationToken: patience.Token);
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
        catch (RpcException unknown) when (unknown.StatusCode == StatusCode.Unimplemented)
        {
            older = hub;
            return new Dictionary<PartyId, RecipientLink>();
        }
        catch (Exception silent) when (silent is RpcException or OperationCanceledException or ObjectDisposedException)
        {
            return null;
        }
    }

    private static DateTimeOffset? Moment(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;

    private sealed record Question(DateTimeOffset At, Lazy<Task<IReadOnlyDictionary<PartyId, RecipientLink>?>> Answer);
}
