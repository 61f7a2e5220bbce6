using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;

namespace DocExchange.Node.Outbox;

/// <summary>An act before it has its place in a chain.</summary>
internal sealed record StatementDraft(StatementType Type, PartyId Issuer, Actor? Actor, DocumentId? Document, StatementBody Body, StatementId? Subject = null)
{
    public Statement At(ChainPosition position, string exchange, DateTimeOffset time) => new()
    {
        Exchange = exchange,
        Type = Type,
        Issuer = Issuer,
        Actor = Actor,
        ClaimedAt = time,
        Document = Document,
        Subject = Subject,
        Chain = position,
        Body = Body,
    };
}
