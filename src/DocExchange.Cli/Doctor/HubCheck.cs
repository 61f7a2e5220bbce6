using System.Globalization;
using DocExchange.Core.Offices;
using DocExchange.Protocol;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Doctor;

/// <summary>What a running hub says of itself and its nodes, judged.</summary>
internal static class HubCheck
{
    private const ulong MostBehind = 1_000;
    private const ulong MostUnarchived = 1_000;
    private const int DaysToAct = 30;
    private const int MostNamed = 10;

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    public static IEnumerable<Finding> Look(HubStatus status, string version, DateTimeOffset now) =>
    [
        VersionOf(status, version),
        CatalogueOf(status),
        ArchiveOf(status),
        StampingOf(status.Stamping ?? new StampingStatus()),
        .. status.Expiries.Where(each => each.Days < DaysToAct).Select(ExpiryOf),
        .. Nodes(status, now),
    ];

    private static Finding VersionOf(HubStatus status, string version) => status.Version == version
        ? Finding.Ok("version", $"中心 {status.Exchange} 正在运行，版本 {version}", $"The hub {status.Exchange} is running, version {version}")
        : Finding.Warning(
            "version", $"正在运行的中心是 {status.Version} 版，已安装的是 {version} 版。", $"The hub that runs is version {status.Version}; what is installed is {version}.",
            "请重新启动中心服务。", "Start the hub's service again.");

    private static Finding CatalogueOf(HubStatus status) => status.LedgerSize - Math.Min(status.LedgerSize, status.IndexedSize) <= MostBehind
        ? Finding.Ok("catalogue", $"账本 {status.LedgerSize} 条，目录库（第 {status.CatalogueForm} 式）已跟上", $"{status.LedgerSize} entries in the ledger, the catalogue (form {status.CatalogueForm}) is up with them")
        : Finding.Warning(
            "catalogue", $"目录库落后账本 {status.LedgerSize - status.IndexedSize} 条。", $"The catalogue is {status.LedgerSize - status.IndexedSize} entries behind the ledger.",
            "刚启动时会自行追上；若不减少，请看中心日志。", "It catches up by itself after a start. Look into the hub's log if it does not.");

    private static Finding ArchiveOf(HubStatus status) => status.AwaitingArchive <= MostUnarchived
        ? Finding.Ok("archive", $"已归档 {status.Archived} 件，待归档 {status.AwaitingArchive} 件", $"{status.Archived} documents archived, {status.AwaitingArchive} waiting")
        : Finding.Warning(
            "archive", $"{status.AwaitingArchive} 件公文尚未归档。", $"{status.AwaitingArchive} documents are not archived yet.",
            "请看中心日志中归档的报错，并检查磁盘。", "Look into the hub's log for the archiver's complaints, and at the disk.");

    private static Finding StampingOf(StampingStatus stamping) => stamping.FailingSince.Length > 0
        ? Finding.Failure(
            "time-stamps", $"自 {stamping.FailingSince} 起账本检查点未能盖时间戳", $"Since {stamping.FailingSince} checkpoints of the ledger are not stamped: {stamping.Problem}",
            "请检查时间戳服务的地址和证书。", "Check the address of the time-stamping service and its certificate.")
        : Finding.Ok("time-stamps", stamping.IsOwn ? "检查点由中心自带的时间戳服务盖章" : "检查点由外部时间戳服务盖章", stamping.IsOwn ? "Checkpoints are stamped by the hub's own service" : "Checkpoints are stamped by an outside service");

    private static Finding ExpiryOf(Expiry each)
    {
        var (chinese, english) = each.Days < 0
            ? ($"{each.Name} 的{ExpiryWords.ToChinese(each.What, each.Use)}已于 {each.Until} 到期。", $"The {ExpiryWords.ToEnglish(each.What, each.Use)} of {each.Holder} ran out on {each.Until}.")
            : ($"{each.Name} 的{ExpiryWords.ToChinese(each.What, each.Use)}还有 {each.Days} 天到期（{each.Until}）。", $"The {ExpiryWords.ToEnglish(each.What, each.Use)} of {each.Holder} runs out in {each.Days} days, on {each.Until}.");
        var (remedyChinese, remedyEnglish) = each.What switch
        {
            "seal" => ("docex hub renew-seal 换发印章。", "docex hub renew-seal makes a new one."),
            "revocation-list" => ("请发布新的吊销列表；外部机构的用 docex hub import-crl 导入。", "Publish a new list; one of an outside authority comes in with docex hub import-crl."),
            "authority" => ("请更换证书颁发机构。", "Replace the authority."),
            _ => ("中心用 docex hub invite 再次邀请，该节点用 docex node enrol --renew 更换密钥。", "docex hub invite invites the node again; docex node enrol --renew takes new keys there."),
        };
        return each.Days < 0 ? Finding.Failure("expiry", chinese, english, remedyChinese, remedyEnglish) : Finding.Warning("expiry", chinese, english, remedyChinese, remedyEnglish);
    }

    private static IEnumerable<Finding> Nodes(HubStatus status, DateTimeOffset now)
    {
        var away = status.Nodes.Where(node => !node.Watching).ToList();
        yield return away.Count == 0
            ? Finding.Ok("nodes", $"{status.Nodes.Count} 个节点全部在线", $"All {status.Nodes.Count} nodes are on the line")
            : Finding.Warning(
                "nodes", $"{away.Count} 个节点不在线：{Names(away)}", $"{away.Count} nodes are not on the line: {Names(away)}",
                "请联系这些单位检查节点和网络。", "Ask them to look at the node and the network.");
        foreach (var node in status.Nodes.Where(node => node.Report is not null))
        {
            if (BothLanguages.Of(node.Report.Alarms, node.Report.AlarmsEnglish) is [var alarm, ..])
            {
                yield return Finding.Failure(
                    "node-alarm", $"{node.Node} 报警：{alarm.Chinese}", $"{node.Node} raised an alarm: {alarm.English}",
                    "请联系安全保密管理员查明，查明后由其在该节点用 docex node close-alarm 关闭。", "The security administrator has to find out why, and closes it there with docex node close-alarm.");
            }

            if (DateTimeOffset.TryParse(node.Report.OldestWaiting, CultureInfo.InvariantCulture, out var oldest) && now - oldest > LongestWait)
            {
                yield return Finding.Warning(
                    "node-waiting", $"{node.Node} 有 {node.Report.WaitingStatements} 份凭证自 {node.Report.OldestWaiting} 起等待发送。", $"{node.Node} has {node.Report.WaitingStatements} statements waiting since {node.Report.OldestWaiting}.",
                    "请在该节点运行 docex doctor。", "Run docex doctor at that node.");
            }

            if (node.Report.FreeBytes < (ulong)FolderCheck.NoSpace)
            {
                yield return Finding.Failure(
                    "node-space", $"{node.Node} 的磁盘只剩 {node.Report.FreeBytes / 1048576} MiB。", $"The disk of {node.Node} has {node.Report.FreeBytes / 1048576} MiB left.", "请该单位扩充磁盘。", "It needs more room.");
            }
        }
    }

    private static string Names(List<NodeLink> nodes) => string.Join("、", nodes.Take(MostNamed).Select(node => node.Node)) + (nodes.Count > MostNamed ? "…" : "");
}
