using System.CommandLine;
using DocExchange.Cli.Operating;
using DocExchange.Cli.Processes;

namespace DocExchange.Cli.Keys;

/// <summary>Verbs of <c>docex hub</c> about keys.</summary>
internal static class KeyVerbs
{
    public static IEnumerable<Command> OfHub(Terminal terminal) =>
    [
        new VerbGroup(
            terminal, "admin", "管理员（系统、安全保密、审计）", "Administrators: system, security, audit",
            new AdminAddVerb(terminal), new AdminEndVerb(terminal), new AdminListVerb(terminal)),
        new BindingsVerb(terminal),
        new ApproveBindingVerb(terminal),
        new ProcessVerb(terminal, () => Executable.Hub, "certify", "导入外部证书颁发机构为中心签发的证书（中心须停止）", "Take in the hub's own certificates by an outside authority (with the hub stopped)"),
        new ImportCertificateVerb(terminal),
        new ImportListVerb(terminal),
    ];
}
