using DocExchange.Core.Statements;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Operations;
using DocExchange.Pages.SigningIn;

namespace DocExchange.Hub.ConsolePages.Supervision;

/// <summary>
/// Whose documents a visitor of the console may open. An archivist opens all; a supervisor those that the offices of
/// <c>supervisedOffices</c> issued or sent, and of others sees the figures only.
/// </summary>
internal sealed class ContentRights(HubSettings settings)
{
    private readonly HashSet<string> open = [.. settings.SupervisedOffices.Select(office => office.Contains('/') ? office : $"{settings.Exchange}/{office}")];

    public bool MayOpen(DocumentSnapshot document, Visitor visitor) =>
        visitor.Has(Roles.Archivist) || (visitor.Has(Roles.Supervisor) && (open.Contains(document.Sender) || document.Issuers.Any(open.Contains)));
}
