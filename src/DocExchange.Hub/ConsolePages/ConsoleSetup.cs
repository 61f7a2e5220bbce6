using DocExchange.Hub.ConsolePages.Archives;
using DocExchange.Hub.ConsolePages.Offices;
using DocExchange.Hub.ConsolePages.Supervision;
using DocExchange.Hub.Operations;
using DocExchange.Hub.People;
using DocExchange.Pages;

namespace DocExchange.Hub.ConsolePages;

/// <summary>Adds the console to a hub.</summary>
internal static class ConsoleSetup
{
    public static IServiceCollection AddConsole(this IServiceCollection services, PagesSettings pages, HubFolder folder) => services
        .AddPages<ConsoleFrame>(pages, folder.PagesFiles)
        .AddScoped<ConsolePeople>().AddScoped<OfficeKeeping>()
        .AddSingleton<ContentRights>().AddSingleton<ArchiveVisits>();

    public static void MapConsole(this WebApplication app) => app.MapPages(site =>
    {
        AdministrationEndpoints.Map(site);
        SupervisionDownloads.Map(site);
        ArchiveDownloads.Map(site);
    });
}
