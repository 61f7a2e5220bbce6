using DocExchange.Core.Offices;
using DocExchange.Core.Statements;

namespace DocExchange.Core.Routing;

/// <summary>How much of a document's state a statement can change.</summary>
public static class StatementScope
{
    /// <summary>
    /// The recipient whose row of the board is all that it can change; null where it may change the document or the rows
    /// of others.
    /// </summary>
    public static PartyId? OnlyRowOf(Statement statement) => statement switch
    {
        { Body: DeliveredBody delivered } => delivered.Recipient,
        _ when IsOfRecipient(statement.Type) => statement.Issuer,
        _ => null,
    };

    /// <summary>An act of a recipient, which changes the row of its office alone.</summary>
    public static bool IsOfRecipient(StatementType type) => StatementTypes.AuthorOf(type) == StatementAuthor.Recipient;
}
