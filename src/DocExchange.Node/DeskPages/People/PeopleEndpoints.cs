using DocExchange.Core.Statements;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;
using DocExchange.Pages.Auditing;
using DocExchange.Pages.SigningIn;

namespace DocExchange.Node.DeskPages.People;

/// <summary>What the administrators' pages of a node give as a file, and what they need.</summary>
internal static class PeopleEndpoints
{
    public static void Map(IEndpointRouteBuilder site) => site
        .MapGet("/trail/export", (HttpContext http, DataFolder folder, NodeFile node, Journal journal, TimeProvider clock) =>
            TrailDownload.Of(folder.AuditTrail, node.Id.Local.TrimStart('~'), http, journal, clock))
        .WithMetadata(new AllowedAttribute(Right.ReadTrail));

    public static IServiceCollection AddPeople(this IServiceCollection services) => services.AddScoped<OfficeStaff>().AddSingleton<DeskOffices>().AddSingleton<OpenWork>();
}
