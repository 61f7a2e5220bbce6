using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;

namespace DocExchange.Hammer.Past;

/// <summary>
/// Statements in their chains. What names a statement is its content: each can name its predecessor before that one is signed. For one
/// caller at a time.
/// </summary>
internal sealed class PastChains
{
    private static readonly Actor Dispatcher = new("dispatcher", "发文员", Roles.Dispatcher, "password");
    private static readonly Actor Clerk = new("clerk", "收文员", Roles.Clerk, "password");

    private readonly Dictionary<string, (long Number, StatementId? Last)> heads = [];

    /// <summary>A statement that is in the ledger: its chain goes on behind it.</summary>
    public void Continue(Statement statement, StatementId id) => heads[statement.Chain.ChainId] = (statement.Chain.Number, id);

    /// <summary>How far a chain is, and its last statement.</summary>
    public (long Number, StatementId? Last) HeadOf(string chain) => heads.GetValueOrDefault(chain);

    public (Statement Statement, StatementId Id) Next(
        StatementType type, PartyId issuer, string chain, StatementBody body, DocumentId document, DateTimeOffset at, StatementId? subject = null)
    {
        var (number, last) = heads.GetValueOrDefault(chain);
        var statement = new Statement
        {
            Exchange = issuer.Exchange,
            Type = type,
            Issuer = issuer,
            Actor = issuer.IsMachine || issuer.IsHub ? null : type == StatementType.Dispatched ? Dispatcher : Clerk,
            ClaimedAt = at,
            Document = document,
            Subject = subject,
            Chain = new ChainPosition(chain, number + 1, last),
            Body = body,
        };
        var id = StatementXml.IdOf(StatementXml.Write(statement, out _));
        heads[chain] = (number + 1, id);
        return (statement, id);
    }
}
