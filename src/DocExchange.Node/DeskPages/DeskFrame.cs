using System.Reflection;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Node.Desk;
using DocExchange.Node.Keys;
using DocExchange.Node.Offices;
using DocExchange.Pages.Layout;
using DocExchange.Pages.SigningIn;

namespace DocExchange.Node.DeskPages;

/// <summary>The desk (收发台) as a site: one office at a time, below <c>/o/{office}</c>.</summary>
internal sealed class DeskFrame(NodeFile node, DirectoryCopy directories) : ISiteFrame
{
    public Assembly Assembly => typeof(DeskFrame).Assembly;

    public string TitleWord => "desk.title";

    public string HomeOf(Visitor visitor)
    {
        var offices = OfficesWithin(visitor);
        return offices.Count == 0
            ? throw new RefusedException(Refusal.PermissionDenied, "您在本节点的单位中没有角色，请与系统管理员联系。", "You have no role in an office of this node. Ask your administrator.")
            : $"/o/{offices[0].Local}/welcome";
    }

    public IReadOnlyList<MenuItem> MenuOf(Visitor visitor) => visitor.Office.Length == 0 ? [] : [new MenuItem($"/o/{visitor.Office}/welcome", "desk.welcome")];

    public IReadOnlyList<OfficeChoice> OfficesOf(Visitor visitor)
    {
        var offices = OfficesWithin(visitor);
        return offices.Count < 2 ? [] : [.. offices.Select(office => new OfficeChoice($"/o/{office.Local}/welcome", NameOf(office), office.Local == visitor.Office))];
    }

    public RefusedException? AsRefusal(Exception fault) => RefusalInterceptor.AsRefusal(fault);

    public string NameOf(PartyId office) => directories.FindNewest()?.Find(office)?.Name ?? office.Local;

    private IReadOnlyList<PartyId> OfficesWithin(Visitor visitor)
    {
        var own = visitor.Offices;
        return [.. node.Offices.Select(PartyId.Parse).Where(office => !office.IsMachine && (own.Contains(office.Local) || own.Contains("")))];
    }
}
