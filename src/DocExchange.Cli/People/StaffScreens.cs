using System.CommandLine;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.People;

/// <summary>People of a desk as they are printed.</summary>
internal static class StaffScreens
{
    public static object Value(StaffMember member) => new
    {
        account = member.Account,
        name = member.Name,
        roles = member.Roles,
        delegations = member.Delegations.Select(each => new { principal = each.Principal, principalName = each.PrincipalName, roles = each.Roles, from = each.From, until = each.Until }),
        state = member.State,
        lastSignInAt = member.LastSignInAt,
        hasCertificate = member.HasCertificate,
        mayKeep = member.MayKeep,
    };

    public static string Line(Screen screen, StaffMember member) => string.Join("  ", new[]
    {
        member.Account,
        member.Name,
        string.Join(' ', member.Roles.Select(role => screen.Say(Core.Statements.Roles.ToChinese(role), role))),
        string.Join(' ', member.Delegations.Select(each => screen.Say($"代{each.PrincipalName}（{each.From} 至 {each.Until}）", $"for {each.PrincipalName} ({each.From} to {each.Until})"))),
        member.State switch
        {
            "InForce" => screen.Say("在用", "in use"),
            "FirstPassword" => screen.Say("待改密码", "one-time password"),
            "Locked" => screen.Say("已锁定", "locked"),
            "Ended" => screen.Say("已停用", "ended"),
            var state => state,
        },
        member.LastSignInAt,
    }.Where(column => column.Length > 0));

    public static Option<string[]> Roles(Terminal terminal, Command verb)
    {
        var roles = new Option<string[]>("--role")
        {
            Description = terminal.Say($"角色，可多次给出：{string.Join('、', Core.Statements.Roles.OfDesk)}", $"A role, may be given several times: {string.Join(", ", Core.Statements.Roles.OfDesk)}"),
            Required = true,
        };
        verb.Add(roles);
        return roles;
    }
}
