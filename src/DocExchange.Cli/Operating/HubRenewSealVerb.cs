using System.CommandLine;
using DocExchange.Cli.Seals;
using DocExchange.Protocol.V1;
using Google.Protobuf;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex hub renew-seal</c>: another seal for an office, by the hub or by another maker.</summary>
internal sealed class HubRenewSealVerb : HubVerb
{
    private readonly Option<string> office;
    private readonly Option<string?> seal;

    public HubRenewSealVerb(Terminal terminal)
        : base(terminal, "renew-seal", "换发单位的电子印章（名称变更、即将到期，或启用制章单位所制印章）", "Give an office another seal (another name, it runs out, or a seal maker made one)")
    {
        office = Required<string>("--office", "单位编号", "Id of the office");
        seal = Option<string?>("--seal", "制章单位所制印章（SESeal，DER）；不给则由中心制作", "A seal by a seal maker (SESeal, DER); without it the hub makes one");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Administration.AdministrationClient hub, CancellationToken cancellation)
    {
        var request = new RenewSealRequest { Office = parse.GetValue(office) };
        if (parse.GetValue(seal) is { } file)
        {
            request.Seal = UnsafeByteOperations.UnsafeWrap(SealVerbs.ReadSealFile(file));
        }

        ShowChange(screen, await hub.RenewSealAsync(request, cancellationToken: cancellation), "已换发，节点将自动启用。", "Made; the node takes it up by itself.");
        return ExitCode.Ok;
    }
}
