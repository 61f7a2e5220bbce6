using DocExchange.Protocol;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Doctor;

/// <summary>What a running node says of itself, judged.</summary>
internal static class NodeCheck
{
    public static IEnumerable<Finding> Look(NodeStatus status, string version) =>
    [
        VersionOf(status, version),
        LinkOf(status),
        DirectoryOf(status),
        QueueOf(status),
        WitnessOf(status),
        .. status.Offices.Where(office => !office.HasSeal).Select(SealOf),
        .. BothLanguages.Of(status.Alarms, status.AlarmsEnglish).Select(alarm => AlarmOf(alarm.Chinese, alarm.English)),
    ];

    private static Finding VersionOf(NodeStatus status, string version) => status.Version == version
        ? Finding.Ok("version", $"节点 {status.Node} 正在运行，版本 {version}", $"The node {status.Node} is running, version {version}")
        : Finding.Warning(
            "version", $"正在运行的节点是 {status.Version} 版，已安装的是 {version} 版。", $"The node that runs is version {status.Version}; what is installed is {version}.",
            "请重新启动节点服务。", "Start the node's service again.");

    private static Finding LinkOf(NodeStatus status) => status.Link switch
    {
        "Connected" => Finding.Ok("link", "与中心的连接正常", "The link to the hub is up"),
        "SwitchedOff" => Finding.Warning("link", "与中心的连接已被关闭。", "The link to the hub is switched off.", "需要收发公文时请重新接通。", "Switch it on again."),
        _ => Finding.Failure(
            "link", $"连不上中心：{status.LinkProblem}", $"The hub is not reached: {BothLanguages.EnglishOf(status.LinkProblem, status.LinkProblemEnglish)}",
            "请检查中心地址、防火墙和两台机器的时钟。", "Check the hub's address, the firewall, and the clocks of both machines."),
    };

    private static Finding DirectoryOf(NodeStatus status) => status.DirectoryVersion > 0
        ? Finding.Ok("directory", $"机构目录第 {status.DirectoryVersion} 版", $"Directory version {status.DirectoryVersion}")
        : Finding.Failure(
            "directory", "尚无机构目录，收到的公文无法核验。", "There is no directory yet; nothing that comes can be judged.",
            "第一次连上中心后会自行取得。", "It comes with the first connection to the hub.");

    private static Finding QueueOf(NodeStatus status) => status is { WaitingStatements: 0, WaitingPackages: 0 } || status.Link != "Connected"
        ? Finding.Ok("queue", $"待发送：凭证 {status.WaitingStatements}，公文包 {status.WaitingPackages}", $"Waiting: {status.WaitingStatements} statements, {status.WaitingPackages} packages")
        : Finding.Warning(
            "queue", $"已连上中心，仍有凭证 {status.WaitingStatements} 份、公文包 {status.WaitingPackages} 个等待发送。", $"The hub is reached, and {status.WaitingStatements} statements and {status.WaitingPackages} packages still wait.",
            "片刻后再看；若不减少，请看节点日志。", "Look again in a moment. Look into the node's log if they do not become fewer.");

    private static Finding WitnessOf(NodeStatus status) => status.WitnessedSize > 0
        ? Finding.Ok("witnesses", $"账本已见证到第 {status.WitnessedSize} 条", $"The ledger is witnessed up to {status.WitnessedSize} entries")
        : Finding.Warning(
            "witnesses", "还没有经见证的账本检查点。", "No checkpoint of the ledger has been witnessed yet.",
            "见证节点数达到要求后会自行出现。", "One comes as soon as enough nodes are on the line.");

    private static Finding SealOf(HostedOffice office) => Finding.Warning(
        "seal", $"{office.Office} {office.Name} 没有可用的印章，不能发出盖章公文。", $"{office.Office} has no seal that may be used; it cannot send sealed documents.",
        "请中心用 docex hub renew-seal 制发。", "The hub makes one with docex hub renew-seal.");

    private static Finding AlarmOf(string chinese, string english) => Finding.Failure(
        "alarm", chinese, english,
        "磁盘、到期和印章未能启用的告警请按所述处理，处理后自行消失；其他告警请先联系安全保密管理员查明，查明后由其用 docex node close-alarm 关闭。",
        "Do what it says of a disk, a seal that could not be taken up or of what runs out, and it goes away; of any other ask the security administrator before you go on, who closes it with docex node close-alarm.");
}
