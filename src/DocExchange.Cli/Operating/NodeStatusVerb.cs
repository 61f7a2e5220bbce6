using System.CommandLine;
using DocExchange.Protocol;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex node status</c></summary>
internal sealed class NodeStatusVerb(Terminal terminal) : NodeVerb(terminal, "status", "节点状态", "The node's state")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation)
    {
        var status = await desk.GetStatusAsync(new GetNodeStatusRequest(), cancellationToken: cancellation);
        screen.Show(
            new
            {
                node = status.Node,
                version = status.Version,
                dataVersion = status.DataVersion,
                dataProgram = status.DataProgram,
                link = status.Link,
                linkProblem = screen.Say(status.LinkProblem, BothLanguages.EnglishOf(status.LinkProblem, status.LinkProblemEnglish)),
                cursor = status.Cursor,
                directoryVersion = status.DirectoryVersion,
                waitingStatements = status.WaitingStatements,
                waitingPackages = status.WaitingPackages,
                offices = status.Offices.Select(office => new { office = office.Office, name = office.Name, hasSeal = office.HasSeal }),
                checkpoint = status.Checkpoint.ToStringUtf8(),
                witnessedSize = status.WitnessedSize,
                alarms = screen.Say(status.Alarms, status.AlarmsEnglish),
            },
            [
                screen.Say($"节点 {status.Node}，版本 {status.Version}，连接：{LinkWord(status.Link)} {status.LinkProblem}", $"Node {status.Node}, version {status.Version}, link: {status.Link} {BothLanguages.EnglishOf(status.LinkProblem, status.LinkProblemEnglish)}"),
                screen.Say($"数据第 {status.DataVersion} 版（{status.DataProgram}）", $"Data version {status.DataVersion} ({status.DataProgram})"),
                screen.Say($"账本已读到 {status.Cursor}，机构目录第 {status.DirectoryVersion} 版", $"Ledger read up to {status.Cursor}, directory version {status.DirectoryVersion}"),
                screen.Say($"账本已见证到 {status.WitnessedSize} 条", $"Ledger witnessed up to {status.WitnessedSize} entries"),
                screen.Say($"待发送：凭证 {status.WaitingStatements}，公文包 {status.WaitingPackages}", $"Waiting: {status.WaitingStatements} statements, {status.WaitingPackages} packages"),
                .. screen.Say(status.Alarms, status.AlarmsEnglish).Select(alarm => "! " + alarm),
                .. status.Offices.Select(office => $"  {office.Office}  {office.Name}  {(office.HasSeal ? screen.Say("有印章", "sealed") : "")}"),
            ]);
        return status.Alarms.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static string LinkWord(string link) => link switch
    {
        "Connected" => "已连接",
        "Connecting" => "正在连接",
        "SwitchedOff" => "已停用",
        _ => link,
    };
}
