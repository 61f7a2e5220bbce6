using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Receiving;
using DocExchange.Pages;
using DocExchange.Pages.SigningIn;
using Microsoft.AspNetCore.Mvc;

namespace DocExchange.Node.DeskPages.Inbox;

/// <summary>The button of the banner: somebody at the desk has taken notice of a 特急 document.</summary>
internal static class Acknowledging
{
    public static void Map(IEndpointRouteBuilder site) =>
        site.MapPost("/o/{Office}/in/{document}/acknowledge", Acknowledge).WithMetadata(new AllowedAttribute(Roles.Clerk));

    private static IResult Acknowledge(string office, string document, [FromForm] string? next, Visitor visitor, UrgentNotice notice, DeskPeople people)
    {
        var actor = visitor.ActAt(office, [Roles.Clerk]);
        notice.Acknowledge(people.Hosted(office).ToString(), DraftMetadata.DocumentIdOf(document), actor);
        return Results.LocalRedirect(Addresses.Own(next));
    }
}
