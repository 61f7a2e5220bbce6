using DocExchange.Core.Refusals;
using DocExchange.Durability.Auditing;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.ConsolePages.Supervision;
using DocExchange.Pages.SigningIn;

namespace DocExchange.Hub.ConsolePages.Archives;

/// <summary>The one way to a document's content on the console: whether the visitor may, and a line of the audit trail.</summary>
internal sealed class ArchiveVisits(ArchiveQueries queries, ContentRights rights, AuditTrail trail)
{
    /// <exception cref="RefusedException">Unknown, or not this visitor's to open.</exception>
    public DocumentSnapshot Open(string id, Visitor visitor, string act)
    {
        var (document, _) = queries.Find(id, null);
        if (!rights.MayOpen(document, visitor))
        {
            throw new RefusedException(
                Refusal.PermissionDenied, "督查员只能查阅规定单位（hub.json 的 supervisedOffices）的公文内容，其他公文仅有统计。",
                "A supervisor may open documents of the offices that supervisedOffices of hub.json names; of others there are figures only.");
        }

        trail.Append(new AuditedAct(act, $"{visitor.Account!.Id} {visitor.Account.Name}", "done", new Dictionary<string, string> { ["document"] = document.Id.ToString() }));
        return document;
    }
}
