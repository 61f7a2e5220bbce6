using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Hub.Catalogue;

namespace DocExchange.Hub.Ledger;

/// <summary>
/// Whom an entry concerns. An office is shown only what it is party to: a recipient sees the document and its own
/// row, not the receipts of others; the sender's and the issuers' nodes see all of it.
/// </summary>
internal static class Mailboxes
{
    /// <param name="effect">An act without effect concerns only those who must know of it: who made it, and the sender's side.</param>
    public static IEnumerable<string> Of(Statement statement, Effect effect, DocumentState? document, OfficeDirectory directory)
    {
        if (statement.Body is RejectedBody rejected)
        {
            return NodesOf(directory, [rejected.Sender]);
        }

        if (document is null)
        {
            return statement.Issuer.IsHub ? [CatalogueRow.Everyone] : NodesOf(directory, [statement.Issuer]);
        }

        return NodesOf(directory, PartiesOf(statement, effect, document));
    }

    /// <summary>The parties that an entry about a document concerns.</summary>
    public static IEnumerable<PartyId> PartiesOf(Statement statement, Effect effect, DocumentState document)
    {
        var senders = document.Dispatch.Issuers.Append(document.Sender).Append(statement.Issuer);
        return effect.IsEffective ? senders.Concat(Recipients(statement, document)) : senders;
    }

    /// <summary>The nodes that host these parties; a node's own id stands for itself.</summary>
    public static IEnumerable<string> NodesOf(OfficeDirectory directory, IEnumerable<PartyId> parties) => parties
        .Select(party => party.IsMachine ? party : directory.Find(party)?.HostedBy)
        .Where(node => node is { IsHub: false })
        .Select(node => node!.ToString())
        .Distinct();

    // Who is late concerns the sender's side only: a DeadlinePassed names them all.
    private static IEnumerable<PartyId> Recipients(Statement statement, DocumentState document) => statement.Type switch
    {
        StatementType.Accepted or StatementType.Withdrawn or StatementType.Voided or StatementType.Superseded => document.Recipients.Select(row => row.Office),
        StatementType.Resent or StatementType.Urged or StatementType.SentOnPaper => ((RecipientsBody)statement.Body).Recipients.All.Where(id => document.Recipient(id) is not null),
        StatementType.Delivered => [((DeliveredBody)statement.Body).Recipient],
        StatementType.ReturnReceived => document.Recipients.Where(row => row.ReturnStatement == statement.Subject).Select(row => row.Office),
        _ => [],
    };
}
