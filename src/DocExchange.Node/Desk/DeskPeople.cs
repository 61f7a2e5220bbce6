using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Keys;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Desk;

/// <summary>Who is at the desk, for which office, and whether the role allows it.</summary>
internal sealed class DeskPeople(NodeFile node, KeyRing keys)
{
    private const int MaxName = 100;

    /// <exception cref="RefusedException">No such office, or its keys are not here.</exception>
    public PartyId Hosted(string office)
    {
        var id = Office(office);
        return keys.Holds(id) && !id.IsMachine
            ? id
            : throw new RefusedException(Refusal.NotHosted, $"{id} 不在本节点。本节点的单位：{string.Join("、", node.Offices)}。", $"{id} is not at this node, which hosts {string.Join(", ", node.Offices)}.");
    }

    public PartyId Office(string office) => PartyId.TryParse(office.Contains('/') ? office : $"{node.Exchange}/{office}")
        ?? throw new RefusedException(Refusal.FormatFailure, $"“{Shorten(office)}”不是单位标识。", $"'{Shorten(office)}' is not the id of an office.");

    /// <summary>The issuers a draft names, host first; the dispatcher where it names none.</summary>
    public IReadOnlyList<PartyId> Issuers(Local.Draft draft, PartyId sender) => draft.Issuers.Count == 0 ? [sender] : [.. draft.Issuers.Select(Office).Distinct()];

    public static RefusedException NotEntitled(OfficeDirectory directory, PartyId sender, string issuer) => new(
        Refusal.NotEntitled,
        $"机构目录第 {directory.Version} 版未授权 {sender} 代 {Shorten(issuer)} 发文。",
        $"Directory version {directory.Version} does not let {sender} dispatch for {Shorten(issuer)}.");

    /// <exception cref="RefusedException">Nobody is named, or the role may not do this.</exception>
    public static Actor Actor(Local.Person? person, string what, IReadOnlyList<string> roles)
    {
        if (person is null || person.Id.Length is 0 or > MaxName || person.Name.Length is 0 or > MaxName)
        {
            throw new RefusedException(Refusal.FormatFailure, $"请注明经办人的工号和姓名（各不超过 {MaxName} 个字符）。", $"Name the person who acts, id and name, at most {MaxName} characters each.");
        }

        var actor = new Actor(person.Id, person.Name, person.Role, "local");
        RequireRole(actor, what, roles);
        return actor;
    }

    /// <exception cref="RefusedException">The role may not do this.</exception>
    public static void RequireRole(Actor actor, string what, IReadOnlyList<string> roles)
    {
        if (!roles.Contains(actor.Role))
        {
            throw new RefusedException(
                Refusal.PermissionDenied,
                $"{what}须由{string.Join("或", roles.Select(Roles.ToChinese))}办理；{actor.Name} 的角色是“{Roles.ToChinese(actor.Role)}”。",
                $"This is for the role {string.Join(" or ", roles)}; {actor.Name} has the role '{Shorten(actor.Role)}'.");
        }
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
