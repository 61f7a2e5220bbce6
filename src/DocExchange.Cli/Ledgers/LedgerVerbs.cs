using System.CommandLine;
using DocExchange.Cli.Operating;
using DocExchange.Cli.Processes;

namespace DocExchange.Cli.Ledgers;

/// <summary><c>docex ledger</c>: the ledger, checked from outside.</summary>
internal static class LedgerVerbs
{
    public static Command All(Terminal terminal) => new VerbGroup(
        terminal, "ledger", "存证账本", "The ledger",
        new LedgerCheckpointVerb(terminal), new LedgerProofVerb(terminal),
        new ProcessVerb(terminal, () => Executable.Hub, "audit", "审计中心数据目录中的账本：--data DIR", "Audit the ledger in a hub's data folder: --data DIR"));
}
