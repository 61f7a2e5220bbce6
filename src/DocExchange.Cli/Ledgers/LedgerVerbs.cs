using System.CommandLine;

namespace DocExchange.Cli.Ledgers;

/// <summary><c>docex ledger</c>: the ledger, checked from outside.</summary>
internal static class LedgerVerbs
{
    public static Command All(Terminal terminal) => new VerbGroup(
        terminal, "ledger", "存证账本", "The ledger",
        new LedgerCheckpointVerb(terminal), new LedgerProofVerb(terminal), new LedgerAuditVerb(terminal));
}
