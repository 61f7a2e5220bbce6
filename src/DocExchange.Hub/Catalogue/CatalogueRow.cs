using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Core.Supervision;

namespace DocExchange.Hub.Catalogue;

/// <summary>What the catalogue takes note of for one ledger entry. Everything in it follows from the ledger.</summary>
/// <param name="Mailboxes">The nodes to whose offices the entry concerns; <see cref="Everyone"/> for all.</param>
/// <param name="TakesPlace">The statement took its place in its chain; false for an equivocation.</param>
/// <param name="Numbers">发文字号 that change hands with the entry, and who holds them from then on; null for nobody.</param>
/// <param name="Document">The document's state right after the entry; null where the entry concerns none.</param>
/// <param name="Rejection">What the entry rejects that was not taken into the ledger; null where it rejects a document, or nothing.</param>
internal sealed record CatalogueRow(
    long Index,
    StatementId Statement,
    StatementType Type,
    ChainPosition Chain,
    bool TakesPlace,
    bool IsEffective,
    IReadOnlyList<string> Mailboxes,
    IReadOnlyList<NumberHolder> Numbers,
    DocumentSnapshot? Document,
    Rejection? Rejection = null)
{
    public const string Everyone = "*";

    /// <summary>What it did to what offices owe.</summary>
    public IReadOnlyList<DutyChange> Duties { get; init; } = [];
}

/// <summary>A statement that was not taken, and the node that sent it.</summary>
internal sealed record Rejection(StatementId Statement, PartyId Sender);

/// <param name="Key">As <see cref="DocumentSnapshot.NumberKey"/> makes it.</param>
internal sealed record NumberHolder(string Key, DocumentId? Holder);

/// <summary>The head of a chain: the last statement that took its place in it.</summary>
internal sealed record ChainHead(string ChainId, long Number, StatementId Statement);
