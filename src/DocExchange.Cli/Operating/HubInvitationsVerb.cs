using System.CommandLine;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex hub invitations</c></summary>
internal sealed class HubInvitationsVerb : HubVerb
{
    private readonly Option<string?> withdraw;

    public HubInvitationsVerb(Terminal terminal)
        : base(terminal, "invitations", "已发出的邀请；可收回未使用的", "The invitations that were made; one nobody has used can be withdrawn") =>
        withdraw = Option<string?>("--withdraw", "收回发给该节点的邀请", "Withdraw the invitation for this node");

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Administration.AdministrationClient hub, CancellationToken cancellation)
    {
        if (parse.GetValue(withdraw) is { } node)
        {
            await hub.WithdrawInvitationAsync(new WithdrawInvitationRequest { Node = node }, cancellationToken: cancellation);
        }

        var reply = await hub.ListInvitationsAsync(new ListInvitationsRequest(), cancellationToken: cancellation);
        screen.Show(
            reply.Invitations.Select(each => new { node = each.Node, name = each.Name, offices = each.Offices, expires = each.Expires, state = each.State }),
            reply.Invitations.Select(each => $"{each.Node}  {each.Name}  {StateOf(screen, each.State)}  {each.Expires}  {string.Join(' ', each.Offices)}"));
        return ExitCode.Ok;
    }

    private static string StateOf(Screen screen, string state) => state switch
    {
        "open" => screen.Say("未使用", "open"),
        "begun" => screen.Say("办理中", "begun"),
        "used" => screen.Say("已使用", "used"),
        _ => screen.Say("已过期", "expired"),
    };
}
