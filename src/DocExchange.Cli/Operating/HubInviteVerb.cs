using System.CommandLine;
using DocExchange.Cli.Pki;
using DocExchange.Core.Operating;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex hub invite</c></summary>
internal sealed class HubInviteVerb : HubVerb
{
    private readonly Option<string> node;
    private readonly Option<string> name;
    private readonly Option<string[]> offices;
    private readonly Option<int> hours;
    private readonly Option<string> output;

    public HubInviteVerb(Terminal terminal)
        : base(terminal, "invite", "为节点生成邀请文件（含秘密，请安全交付）", "Make a node's invitation (it holds a secret: hand it over safely)")
    {
        node = Required<string>("--node", "节点编号，如 general", "Id of the node, such as general");
        name = Required<string>("--name", "节点名称", "Name of the node");
        offices = Repeated("--office", "由该节点承载的单位，可多次给出", "An office it hosts, may be given several times");
        hours = Option("--hours", "有效小时数", "Hours until it expires", 168);
        output = Required<string>("--out", "邀请文件", "The invitation file");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Administration.AdministrationClient hub, CancellationToken cancellation)
    {
        if (parse.GetValue(hours) is < 1 or > 8760)
        {
            throw new UsageException("--hours 应为 1 至 8760。", "--hours is 1 to 8760.");
        }

        var path = parse.GetRequiredValue(output);
        NewFile.Require(path);
        var request = new InviteRequest { Node = parse.GetValue(node), Name = parse.GetValue(name), Offices = { parse.GetValue(offices) ?? [] }, ValidHours = (uint)parse.GetValue(hours) };
        var reply = await hub.InviteAsync(request, cancellationToken: cancellation);
        PrivateFile.Write(path, reply.Invitation.ToByteArray());
        screen.Show(
            new { node = request.Node, file = path, offices = request.Offices },
            screen.Say($"邀请文件 {path}，{request.Offices.Count} 个单位，{request.ValidHours} 小时内有效。", $"Invitation {path} for {request.Offices.Count} offices, valid for {request.ValidHours} hours."));
        return ExitCode.Ok;
    }
}
