using DocExchange.Core.Statements;
using DocExchange.Hub.ConsolePages.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Pages.Auditing;
using DocExchange.Pages.SigningIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;

namespace DocExchange.Hub.ConsolePages;

/// <summary>What the administrators' pages give as a file.</summary>
internal static class AdministrationEndpoints
{
    public static void Map(IEndpointRouteBuilder site)
    {
        site.MapPost("/invitations/file", Invite).WithMetadata(new AllowedAttribute(Right.KeepOffices));
        site.MapGet("/trail/export", (HttpContext http, HubFolder folder, HubSettings settings, Journal journal, TimeProvider clock) =>
            TrailDownload.Of(folder.AuditTrail, settings.Exchange, http, journal, clock)).WithMetadata(new AllowedAttribute(Right.ReadTrail));
    }

    // The secret in it is kept nowhere: the file is made with the answer, and never again.
    private static IResult Invite([FromForm] string? node, [FromForm] string? name, [FromForm] StringValues offices, [FromForm] int? hours, OfficeKeeping keeping)
    {
        var file = keeping.Invite(node ?? "", name ?? "", [.. offices.OfType<string>()], hours ?? 0);
        return Results.File(file, "application/json", $"invitation-{node!.Trim()}.json");
    }
}
