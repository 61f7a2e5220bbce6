using System.CommandLine;
using DocExchange.Cli.Documents;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex node stop-seal</c></summary>
internal sealed class NodeStopSealVerb : NodeVerb
{
    private readonly Option<string> office;
    private readonly Option<string> esId;
    private readonly Option<string> reason;
    private readonly PersonOption person;

    public NodeStopSealVerb(Terminal terminal)
        : base(terminal, "stop-seal", "本单位印章遗失或被盗用时立即停用", "Stop a seal of one's own at once, lost or in wrong hands")
    {
        office = Required<string>("--office", "单位编号", "Id of the office");
        esId = Required<string>("--id", "印章编码", "Number of the seal");
        reason = Required<string>("--reason", "原因", "Why");
        person = new PersonOption(terminal, this, "seal-keeper");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation)
    {
        var request = new StopSealRequest { Office = parse.GetValue(office), EsId = parse.GetValue(esId), Reason = parse.GetValue(reason), Person = person.Read(parse) };
        var stopped = await desk.StopSealAsync(request, cancellationToken: cancellation);
        screen.Show(
            new { directoryVersion = stopped.DirectoryVersion, ledgerIndex = stopped.LedgerIndex },
            screen.Say($"印章 {request.EsId} 已停用：机构目录第 {stopped.DirectoryVersion} 版。", $"The seal {request.EsId} is stopped: directory version {stopped.DirectoryVersion}."));
        return ExitCode.Ok;
    }
}
