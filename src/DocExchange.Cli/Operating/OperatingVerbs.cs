using System.CommandLine;
using DocExchange.Cli.Keys;
using DocExchange.Cli.Processes;

namespace DocExchange.Cli.Operating;

/// <summary>Verbs of those who run a hub or a node.</summary>
internal static class OperatingVerbs
{
    public static Command Hub(Terminal terminal) => new VerbGroup(
        terminal, "hub", "交换中心", "The hub",
        [
            new ProcessVerb(terminal, () => Executable.Hub, "init", "建立中心的数据目录、密钥和证书颁发机构", "Set up a hub's data folder, keys and authorities"),
            new ProcessVerb(terminal, () => Executable.Hub, "run", "运行中心", "Run the hub"),
            new ProcessVerb(terminal, () => Executable.Hub, "create-admin", "建立控制台管理员用户", "Open the account of an administrator of the console"),
            new ProcessVerb(terminal, () => Executable.Hub, "add-users", "按清单建立控制台用户", "Open the accounts of a list at the console"),
            new ProcessVerb(terminal, () => Executable.Hub, "rebuild", "由账本重建目录库", "Rebuild the catalogue from the ledger"),
            new ProcessVerb(terminal, () => Executable.Hub, "audit", "审计账本、时间戳、审计日志与已封档案卷", "Audit ledger, time-stamps, audit trail and closed volumes"),
            new ProcessVerb(terminal, () => Executable.Hub, "restore", "从备份恢复到空目录并审计", "Restore a backup into an empty folder, and audit it"),
            new ProcessVerb(terminal, () => Executable.Hub, "trail", "查询、导出审计日志", "Search and export the audit trail"),
            new BackupVerb(terminal, BackupVerb.Served.Hub), new HubStatusVerb(terminal), new HubNodesVerb(terminal), new HubStampVerb(terminal), new HubImportVerb(terminal), new HubInviteVerb(terminal), new HubInvitationsVerb(terminal),
            new HubRevokeVerb(terminal), new HubStopSealVerb(terminal), new HubRenewSealVerb(terminal),
            new HubCloseVolumeVerb(terminal), new HubSearchVerb(terminal), new HubShowVerb(terminal), new HubSaveVerb(terminal), new HubDossierVerb(terminal), new HubSuperviseVerb(terminal),
            .. KeyVerbs.OfHub(terminal),
        ]);

    public static Command Node(Terminal terminal) => new VerbGroup(
        terminal, "node", "单位节点", "A node",
        new ProcessVerb(terminal, () => Executable.Node, "enrol", "凭邀请文件登记", "Enrol with an invitation"),
        new ProcessVerb(terminal, () => Executable.Node, "run", "运行节点", "Run the node"),
        new ProcessVerb(terminal, () => Executable.Node, "create-admin", "建立收发台管理员用户", "Open the account of an administrator of the desk"),
        new ProcessVerb(terminal, () => Executable.Node, "add-users", "按清单建立收发台用户", "Open the accounts of a list at the desk"),
        new ProcessVerb(terminal, () => Executable.Node, "token", "OA 系统接口令牌：make、list、end", "Tokens of OA systems: make, list, end"),
        new ProcessVerb(terminal, () => Executable.Node, "audit", "审计节点数据", "Audit the node's data"),
        new BackupVerb(terminal, BackupVerb.Served.Node),
        new ProcessVerb(terminal, () => Executable.Node, "restore", "从备份恢复到空目录并审计", "Restore a backup into an empty folder, and audit it"),
        new ProcessVerb(terminal, () => Executable.Node, "trail", "查询、导出审计日志", "Search and export the audit trail"),
        new NodeStatusVerb(terminal), new NodeAlarmsVerb(terminal), new NodeCloseAlarmVerb(terminal), new NodeStopSealVerb(terminal));

    public static Command Offices(Terminal terminal) => new VerbGroup(
        terminal, "office", "机构目录", "The office directory",
        new OfficeListVerb(terminal), new OfficePreviewVerb(terminal));
}
