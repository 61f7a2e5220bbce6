using System.Security.Cryptography.X509Certificates;
using DocExchange.Core.Statements;
using DocExchange.Node;
using DocExchange.Node.HubLink;
using DocExchange.Pages;
using DocExchange.Pages.Accounts;
using DocExchange.Tests.Node;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Pages;

/// <summary>
/// A real node on a free port, its link to the hub switched off, with a clock of its own: for tests of the desk's pages as
/// browsers see them. It hosts the offices of <see cref="NodeSite"/>: bgs (the sender), fgw (the recipient).
/// </summary>
internal sealed class TestDesk : IAsyncDisposable
{
    public const string Password = "Correct-horse-9";

    private readonly WebApplication application;
    private readonly List<PagesClient> browsers = [];

    private TestDesk(NodeSite site, WebApplication application, FakeTimeProvider clock) => (Site, this.application, Clock) = (site, application, clock);

    public NodeSite Site { get; }

    public FakeTimeProvider Clock { get; }

    public Uri Address => new(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(address => address.Contains("://127.0.0.1", StringComparison.Ordinal)));

    public IReadOnlyList<Microsoft.AspNetCore.Http.Endpoint> Endpoints => application.Services.GetRequiredService<Microsoft.AspNetCore.Routing.EndpointDataSource>().Endpoints;

    public static async Task<TestDesk> StartAsync(Action<PagesSettings>? settle = null, Action<IServiceCollection>? adapt = null)
    {
        var site = new NodeSite();
        var clock = new FakeTimeProvider(NodeSite.Now);
        var settings = new PagesSettings { Address = "127.0.0.1:0", SignInsPerMinute = 10_000 };
        settle?.Invoke(settings);
        var application = NodeApplication.Build(site.Folder, site.Node, settings, services =>
        {
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
            services.Replace(ServiceDescriptor.Singleton(new Passwords(settings, iterations: 1_000)));
            adapt?.Invoke(services);
        });
        application.Services.GetRequiredService<LinkStatus>().Switch(false);
        await application.StartAsync();
        return new TestDesk(site, application, clock);
    }

    public T Part<T>()
        where T : notnull => application.Services.GetRequiredService<T>();

    /// <summary>An account with a password of its own, ready to sign in with <see cref="Password"/>.</summary>
    public Account Open(string id, string name, params Grant[] grants)
    {
        var registry = Part<Registry>();
        var (account, oneTime) = registry.Open(id, name, grants);
        return registry.ChangePassword(account.Id, oneTime, Password);
    }

    /// <summary>A browser in which nobody has signed in.</summary>
    /// <param name="certificate">What it shows at a sign-in by certificate.</param>
    public PagesClient Browser(X509Certificate2? certificate = null)
    {
        var browser = new PagesClient(Address, certificate);
        browsers.Add(browser);
        return browser;
    }

    /// <summary>A browser in which a new person with this role has signed in.</summary>
    /// <param name="office">Local id; empty for every office of the node.</param>
    public async Task<PagesClient> SignInAsync(string id, string role = Roles.Clerk, string office = "fgw")
    {
        Open(id, id == "li4" ? "李四" : "人员" + id, new Grant(office, role));
        var browser = Browser();
        var answer = await browser.SignInAsync(id, Password);
        Assert.That(answer.Location, Is.EqualTo("/"), answer.Text);
        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        browsers.ForEach(browser => browser.Dispose());
        await application.StopAsync();
        await application.DisposeAsync();
        Site.Dispose();
    }
}
