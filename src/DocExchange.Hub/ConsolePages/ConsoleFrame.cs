using System.Reflection;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Pages.Layout;
using DocExchange.Pages.SigningIn;
using DocExchange.Trust.Faults;

namespace DocExchange.Hub.ConsolePages;

/// <summary>The console (控制台) as a site: each role sees its own part of it.</summary>
internal sealed class ConsoleFrame : ISiteFrame
{
    // In the order of the menu; who may go there is what the page itself says.
    private static readonly (string Address, string Word, IReadOnlyList<string> Roles)[] Parts =
    [
        ("/supervision", "supervision.title", [Roles.Supervisor]),
        ("/archives", "archives.title", [Roles.Archivist]),
        ("/health", "health.title", Rights.For(Right.SeeHealth)),
        ("/offices", "offices.title", Rights.For(Right.SeeOffices)),
        ("/invitations", "invitations.title", Rights.For(Right.KeepOffices)),
        ("/keys", "keys.title", Rights.For(Right.WithdrawTrust)),
        ("/accounts", "accounts.title", Rights.For(Right.SeeAccounts)),
        ("/trail", "trail.title", Rights.For(Right.ReadTrail)),
    ];

    public Assembly Assembly => typeof(ConsoleFrame).Assembly;

    public string TitleWord => "console.title";

    public string HomeOf(Visitor visitor) => MenuOf(visitor) is [var first, ..] ? first.Address : "/welcome";

    public IReadOnlyList<MenuItem> MenuOf(Visitor visitor) => [.. Parts.Where(part => visitor.Has(part.Roles)).Select(part => new MenuItem(part.Address, part.Word))];

    public IReadOnlyList<OfficeChoice> OfficesOf(Visitor visitor) => [];

    public RefusedException? AsRefusal(Exception fault) => fault switch
    {
        FormatException format => new RefusedException(Refusal.FormatFailure, "输入有误：" + FaultWords.Of(format), format.Message),
        _ => null,
    };
}
