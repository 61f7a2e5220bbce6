using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Documents;

/// <summary>How far the ledger bears a document out.</summary>
internal static class LedgerLine
{
    public static object? Value(LedgerStanding? standing) => standing is null
        ? null
        : new
        {
            state = standing.State,
            index = standing.State == "Queued" ? (ulong?)null : standing.Index,
            witnessedSize = standing.WitnessedSize,
            witnessedAt = standing.WitnessedAt,
            witnesses = standing.Witnesses,
            quorum = standing.Quorum,
        };

    public static IEnumerable<string> Lines(Screen screen, LedgerStanding? standing)
    {
        if (standing is null)
        {
            yield break;
        }

        yield return standing.State switch
        {
            "Queued" => screen.Say("存证：待发送", "Ledger: waiting to be sent"),
            "Logged" => screen.Say($"存证：已登记，账本第 {standing.Index} 条，待中心受理", $"Ledger: logged as entry {standing.Index}, not accepted yet"),
            "Accepted" => screen.Say($"存证：已受理，账本第 {standing.Index} 条，待见证", $"Ledger: accepted with entry {standing.Index}, not witnessed yet"),
            "Witnessed" => screen.Say(
                $"存证：已见证，账本第 {standing.Index} 条，{standing.WitnessedAt} 由 {string.Join("、", standing.Witnesses)} 见证",
                $"Ledger: accepted with entry {standing.Index}, witnessed at {standing.WitnessedAt} by {string.Join(", ", standing.Witnesses)}"),
            _ => screen.Say($"存证：账本第 {standing.Index} 条，{standing.State}", $"Ledger: entry {standing.Index}, {standing.State}"),
        };
    }
}
