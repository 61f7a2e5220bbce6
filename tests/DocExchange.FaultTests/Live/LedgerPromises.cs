using DocExchange.Core.Ledger;
using DocExchange.Core.Statements;

namespace DocExchange.FaultTests.Live;

/// <summary>What must be true of the ledger of an exchange, whatever happened in it.</summary>
internal static class LedgerPromises
{
    /// <summary>Nothing twice, in a ledger or a part of one.</summary>
    public static void RequireOnce(IReadOnlyList<Statement> statements)
    {
        Assert.That(Twice(statements, statement => (statement.Chain.ChainId, statement.Chain.Number)), Is.Empty, "Numbers of a chain that were used twice.");
        Assert.That(Twice(statements.Where(statement => statement.Type is StatementType.Dispatched or StatementType.Accepted), statement => (statement.Type, statement.Document)), Is.Empty, "Documents dispatched or accepted twice.");
        Assert.That(Twice(statements.Where(statement => statement.Body is DeliveredBody), statement => (statement.Document, ((DeliveredBody)statement.Body).Recipient)), Is.Empty, "Documents delivered twice.");
        Assert.That(Twice(statements.Where(statement => statement.Type == StatementType.SignedFor), statement => (statement.Document, statement.Issuer)), Is.Empty, "Documents signed for twice.");
        Assert.That(Twice(statements.Select(statement => statement.Body).OfType<DispatchBody>().Where(body => body.Number is not null), body => body.Number), Is.Empty, "Numbers given to two documents.");
    }

    /// <summary>Of a hub that does not run.</summary>
    public static async Task<IReadOnlyList<Statement>> ReadAsync(LiveHub hub)
    {
        await using var ledger = hub.OpenLedger();
        var statements = new List<Statement>();
        await foreach (var (_, entry) in ledger.ReadFrom(0, CancellationToken.None))
        {
            statements.Add(SignedStatement.Parse(LedgerEntry.Parse(entry).Statement, _ => null).Statement);
        }

        return statements;
    }

    private static IEnumerable<TKey> Twice<T, TKey>(IEnumerable<T> values, Func<T, TKey> key) => values.GroupBy(key).Where(group => group.Count() > 1).Select(group => group.Key);
}
