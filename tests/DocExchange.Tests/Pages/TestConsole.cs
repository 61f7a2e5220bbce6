using DocExchange.Core.Statements;
using DocExchange.Hub.ConsolePages;
using DocExchange.Hub.Operations;
using DocExchange.Pages;
using DocExchange.Pages.Accounts;
using DocExchange.Pages.Doors;
using DocExchange.Tests.Hub.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace DocExchange.Tests.Pages;

/// <summary>The console of a <see cref="HubUnderTest"/> on a free port: for tests of its pages as browsers see them.</summary>
internal sealed class TestConsole : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly List<PagesClient> browsers = [];

    private TestConsole(HubUnderTest hub, WebApplication application) => (Hub, this.application) = (hub, application);

    public HubUnderTest Hub { get; }

    public IReadOnlyList<Endpoint> Endpoints => application.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <param name="settle">Changes hub.json as the console reads it.</param>
    public static async Task<TestConsole> StartAsync(Action<HubSettings>? settle = null, Action<IServiceCollection>? change = null)
    {
        var hub = await HubUnderTest.StartAsync(change);
        var pages = new PagesSettings { Address = "127.0.0.1:0", SignInsPerMinute = 10_000 };
        var settings = HubSettings.Read(hub.Folder.Settings);
        settle?.Invoke(settings);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        foreach (var part in HubHost.Services(hub.Folder, settings).Where(part => part.ServiceType.Namespace?.StartsWith("DocExchange", StringComparison.Ordinal) == true))
        {
            // The very parts of the hub, which ends them itself.
            builder.Services.AddSingleton(part.ServiceType, part.ServiceType == typeof(HubSettings) ? settings : hub.Get(part.ServiceType));
        }

        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(hub.Clock));
        builder.Services.AddConsole(pages, hub.Folder);
        builder.Services.Replace(ServiceDescriptor.Singleton(new Passwords(pages, iterations: 1_000)));
        builder.WebHost.ConfigureKestrel((_, kestrel) => PageDoor.Listen(kestrel, pages, hub.Folder.PagesCertificate));
        var application = builder.Build();
        application.MapConsole();
        await application.StartAsync();
        return new TestConsole(hub, application);
    }

    /// <summary>A browser in which a new person with this role has signed in.</summary>
    public async Task<PagesClient> SignInAsync(string id, string role)
    {
        var registry = application.Services.GetRequiredService<Registry>();
        var (account, oneTime) = registry.Open(id, "人员" + id, [new Grant("", role)]);
        registry.ChangePassword(account.Id, oneTime, TestDesk.Password);
        var browser = Browser();
        var answer = await browser.SignInAsync(id, TestDesk.Password);
        Assert.That(answer.Location, Is.EqualTo("/"), answer.Text);
        return browser;
    }

    /// <summary>A browser in which nobody has signed in.</summary>
    public PagesClient Browser()
    {
        var browser = new PagesClient(new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()));
        browsers.Add(browser);
        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        browsers.ForEach(browser => browser.Dispose());
        await application.StopAsync();
        await application.DisposeAsync();
        await Hub.DisposeAsync();
    }
}
