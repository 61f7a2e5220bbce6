using DocExchange.Core.Refusals;
using DocExchange.Durability.Auditing;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.ConsolePages.Supervision;
using DocExchange.Pages.SigningIn;

namespace DocExchange.Hub.ConsolePages.Archives;

/// <summary>The one way to a document's content on the console: whether the visitor may, and a line of the audit trail.</summary>
internal sealed class ArchiveVisits(ArchiveQueries queries, ContentRights rights, AuditTrail trail, TimeProvider clock)
{
    // A visit: its pages are turned within this time, and the trail has one line for them.
    private static readonly TimeSpan Visit = TimeSpan.FromMinutes(15);
    private const int MostVisits = 1_000;

    private readonly Dictionary<(string Account, string Document), DateTimeOffset> begun = [];

    /// <param name="isFurtherPage">A page after the first: no line of its own where the visit has one.</param>
    /// <exception cref="RefusedException">Unknown, or not this visitor's to open.</exception>
    public DocumentSnapshot Open(string id, Visitor visitor, string act, bool isFurtherPage = false)
    {
        var (document, _) = queries.Find(id, null);
        if (!rights.MayOpen(document, visitor))
        {
            throw new RefusedException(
                Refusal.PermissionDenied, "督查员只能查阅规定单位（hub.json 的 supervisedOffices）的公文内容，其他公文仅有统计。",
                "A supervisor may open documents of the offices that supervisedOffices of hub.json names; of others there are figures only.");
        }

        var account = visitor.Account!;
        if (isFurtherPage && IsBegun(account.Id, document.Id.ToString()))
        {
            return document;
        }

        trail.Append(new AuditedAct(act, $"{account.Id} {account.Name}", "done", new Dictionary<string, string> { ["document"] = document.Id.ToString() }));
        Begin(account.Id, document.Id.ToString());
        return document;
    }

    private bool IsBegun(string account, string document)
    {
        lock (begun)
        {
            return begun.TryGetValue((account, document), out var at) && clock.GetUtcNow() - at < Visit;
        }
    }

    private void Begin(string account, string document)
    {
        lock (begun)
        {
            if (begun.Count >= MostVisits)
            {
                // Costs a line more for visits at this moment.
                begun.Clear();
            }

            begun[(account, document)] = clock.GetUtcNow();
        }
    }
}
