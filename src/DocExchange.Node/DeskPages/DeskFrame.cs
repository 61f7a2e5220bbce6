using System.Reflection;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Drafts;
using DocExchange.Node.Keys;
using DocExchange.Node.Offices;
using DocExchange.Node.Receiving;
using DocExchange.Node.Records;
using DocExchange.Pages.Layout;
using DocExchange.Pages.SigningIn;

namespace DocExchange.Node.DeskPages;

/// <summary>The desk (收发台) as a site: one office at a time, below <c>/o/{office}</c>.</summary>
internal sealed class DeskFrame(NodeFile node, DirectoryCopy directories, Sealing sealing, ReceivedList received, AlarmBell alarms) : ISiteFrame
{
    private static readonly string[] OfSent = [Roles.Dispatcher, Roles.Supervisor, Roles.Reader, Roles.Archivist];

    // In the order of the menu; who may go there is what the page itself says.
    private static readonly (string Address, string Word, IReadOnlyList<string> Roles)[] Parts =
    [
        ("inbox", "inbox.title", [Roles.Clerk, Roles.Reader]),
        ("in-register", "in-register.title", [Roles.Clerk, Roles.Reader, Roles.Archivist]),
        ("outbox", "outbox.title", OfSent),
        ("drafts", "drafts.title", [Roles.Dispatcher]),
        ("sealing", "sealing.title", [Roles.SealKeeper]),
        ("registers/out", "register.out", OfSent),
        ("sealing/register", "sealing.register", [Roles.SealKeeper, Roles.Supervisor]),
        ("seals", "seals.title", Rights.For(Right.StopOwnSeal)),
        ("people", "people.title", [.. Rights.For(Right.KeepDesk), .. Rights.For(Right.AppointOfficeAdministrators)]),
        ("tokens", "tokens.title", Rights.For(Right.KeepDesk)),
    ];

    public Assembly Assembly => typeof(DeskFrame).Assembly;

    public string TitleWord => "desk.title";

    public string HomeOf(Visitor visitor)
    {
        var offices = OfficesWithin(visitor);
        return OfTheNode(visitor) is [var first, ..] ? first.Address : offices.Count == 0
            ? throw new RefusedException(Refusal.PermissionDenied, "您在本节点的单位中没有角色，请与系统管理员联系。", "You have no role in an office of this node. Ask your administrator.")
            : HomeAt(offices[0], visitor);
    }

    public IReadOnlyList<MenuItem> MenuOf(Visitor visitor) =>
    [
        .. Parts.Where(part => visitor.Office.Length > 0 && visitor.Has(part.Roles)).Select(part => new MenuItem($"/o/{visitor.Office}/{part.Address}", part.Word, CountOf(part.Address, visitor), DocumentsOf(part.Address, visitor))),
        .. OfTheNode(visitor),
    ];

    public IReadOnlyList<OfficeChoice> OfficesOf(Visitor visitor) =>
        [.. OfficesWithin(visitor).Select(office => new OfficeChoice(HomeAt(office, visitor), NameOf(office), office.Local == visitor.Office))];

    public Type? Banner => typeof(DeskBanner);

    public RefusedException? AsRefusal(Exception fault) => RefusalInterceptor.AsRefusal(fault);

    public string NameOf(PartyId office) => directories.FindNewest()?.Find(office)?.Name ?? office.Local;

    private static string HomeAt(PartyId office, Visitor visitor)
    {
        var roles = visitor.RolesAt(office.Local);
        return $"/o/{office.Local}/{Parts.FirstOrDefault(part => part.Roles.Intersect(roles).Any()).Address ?? "welcome"}";
    }

    // What is of no office.
    private IReadOnlyList<MenuItem> OfTheNode(Visitor visitor)
    {
        var roles = visitor.RolesAt("");
        return
        [
            .. roles.Intersect(Rights.For(Right.ReadTrail)).Select(_ => new MenuItem("/trail", "trail.title")),
            .. roles.Intersect(Rights.For(Right.CloseAlarms)).Select(_ => new MenuItem("/alarms", "alarms.title", alarms.CountOpen())),
        ];
    }

    private int CountOf(string address, Visitor visitor) => address switch
    {
        "inbox" => received.Count(PartyId.Office(node.Exchange, visitor.Office).ToString(), InboxTab.Open),
        "sealing" => sealing.WaitingFor(PartyId.Office(node.Exchange, visitor.Office)).Count,
        _ => 0,
    };

    private static string? DocumentsOf(string address, Visitor visitor) => address switch
    {
        "inbox" => $"/o/{visitor.Office}/in",
        "outbox" => $"/o/{visitor.Office}/out",
        _ => null,
    };

    private IReadOnlyList<PartyId> OfficesWithin(Visitor visitor)
    {
        var own = visitor.Offices;
        return [.. node.Offices.Select(PartyId.Parse).Where(office => !office.IsMachine && (own.Contains(office.Local) || own.Contains("")))];
    }
}
