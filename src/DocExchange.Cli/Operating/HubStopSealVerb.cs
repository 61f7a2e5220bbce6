using System.CommandLine;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex hub stop-seal</c></summary>
internal sealed class HubStopSealVerb : HubVerb
{
    private readonly Option<string> office;
    private readonly Option<string> esId;
    private readonly Option<string> reason;

    public HubStopSealVerb(Terminal terminal)
        : base(terminal, "stop-seal", "停用电子印章", "Stop a seal")
    {
        office = Required<string>("--office", "单位编号", "Id of the office");
        esId = Required<string>("--id", "印章编码", "Number of the seal");
        reason = Required<string>("--reason", "原因", "Why");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Administration.AdministrationClient hub, CancellationToken cancellation)
    {
        var request = new StopSealRequest { Office = parse.GetValue(office), EsId = parse.GetValue(esId), Reason = parse.GetValue(reason) };
        ShowChange(screen, await hub.StopSealAsync(request, cancellationToken: cancellation), "已停用。", "Stopped.");
        return ExitCode.Ok;
    }
}
