using System.Reflection;
using DocExchange.Core.Statements;
using DocExchange.Hub.Operations;
using DocExchange.Node.Desk;
using DocExchange.Pages.SigningIn;
using Microsoft.AspNetCore.Components;

namespace DocExchange.Tests.Pages;

/// <summary>Every page says who may ask for it, and the administrators' pages are each for those whose right it is.</summary>
public sealed class GuardedPagesTests
{
    private static readonly Assembly[] Sites = [typeof(HubHost).Assembly, typeof(DeskService).Assembly, typeof(Visitor).Assembly];

    private static IEnumerable<Type> Pages => Sites.SelectMany(site => site.GetTypes()).Where(type => type.GetCustomAttributes<RouteAttribute>().Any());

    [TestCaseSource(nameof(Pages))]
    public void Every_page_says_who_may_ask_for_it(Type page) =>
        Assert.That(page.GetCustomAttribute<AllowedAttribute>() is not null || page.GetCustomAttribute<ForEverybodyAttribute>() is not null, Is.True);

    [Test]
    public void The_audit_administrator_reads_the_trail_and_nothing_else() =>
        Assert.That(AddressesOf(Roles.Audit), Is.EqualTo(new[] { "/trail", "/trail" }), "at the hub and at a node");

    [Test]
    public void System_and_security_administrators_come_to_no_document()
    {
        string[] own = ["/accounts", "/alarms", "/health", "/invitations", "/keys", "/offices", "/o/{Office}/people"];
        Assert.That(AddressesOf(Roles.System).Concat(AddressesOf(Roles.Security)).Where(address => !own.Any(part => address.StartsWith(part, StringComparison.Ordinal))), Is.Empty);
    }

    private static IEnumerable<string> AddressesOf(string role) =>
        Pages.Where(page => page.GetCustomAttribute<AllowedAttribute>()?.Roles.Contains(role) == true).SelectMany(page => page.GetCustomAttributes<RouteAttribute>()).Select(route => route.Template).Order();
}
