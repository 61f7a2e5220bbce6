using System.CommandLine;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex hub renew-seal</c></summary>
internal sealed class HubRenewSealVerb : HubVerb
{
    private readonly Option<string> office;

    public HubRenewSealVerb(Terminal terminal)
        : base(terminal, "renew-seal", "换发单位的电子印章（名称变更或即将到期）", "Make an office's seal anew (another name, or it runs out)") =>
        office = Required<string>("--office", "单位编号", "Id of the office");

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Administration.AdministrationClient hub, CancellationToken cancellation)
    {
        var request = new RenewSealRequest { Office = parse.GetValue(office) };
        ShowChange(screen, await hub.RenewSealAsync(request, cancellationToken: cancellation), "已换发，节点将自动启用。", "Made; the node takes it up by itself.");
        return ExitCode.Ok;
    }
}
