using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Supervision;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Delivery;

/// <summary>Tells the sender of a document which nodes of its recipients are on the line; nobody else learns it.</summary>
internal sealed class RecipientLines(ICatalogue catalogue, DirectoryKeeper directories, MailboxFeed mailboxes, NodeReports reports, TimeProvider clock)
{
    /// <summary>After a start of the hub, nodes come back one after the other: who has not come in this time is away.</summary>
    public static readonly TimeSpan Return = TimeSpan.FromMinutes(2);

    private readonly DateTimeOffset began = clock.GetUtcNow();

    /// <exception cref="RefusedException">There is no such document, or the node does not host its sender; which of these is not told.</exception>
    public Wire.RecipientLinksReply Of(DocumentId document, PartyId caller)
    {
        var directory = directories.Current;
        if (catalogue.Find(document) is not { } found || directory.Find(PartyId.Parse(found.Sender))?.HostedBy != caller)
        {
            throw new RefusedException(Refusal.UnknownDocument, $"没有公文 {document}，或无权查看。", $"There is no document {document}, or it is not yours to see.");
        }

        var reply = new Wire.RecipientLinksReply();
        if (found.AcceptedAt is not null && !found.IsFinal)
        {
            // The recipients come first among the parties.
            var hosts = found.Parties.Take(found.Recipients).GroupBy(office => directory.Find(PartyId.Parse(office))?.HostedBy);
            reply.Links.AddRange(hosts.Select(hosted => Of(hosted.Key, hosted)).OfType<Wire.RecipientLink>());
        }

        return reply;
    }

    private Wire.RecipientLink? Of(PartyId? node, IEnumerable<string> offices)
    {
        var presence = node is null ? null : mailboxes.Presence.GetValueOrDefault(node);
        if (node is null || (presence is null && clock.GetUtcNow() - began < Return))
        {
            return null;
        }

        return new Wire.RecipientLink
        {
            Offices = { offices },
            OnLine = presence?.IsWatching ?? false,
            LastSeen = presence is { IsWatching: true } ? "" : ArchiveWire.Format(presence?.LastSeen ?? reports.Of(node)?.At),
        };
    }
}
