using System.Text.Json;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Pages.Accounts;
using DocExchange.Tests.Pages;
using DocExchange.Tests.Pages.Inbox;
using DocExchange.Tests.Pages.Sending;
using Microsoft.Extensions.DependencyInjection;

namespace DocExchange.Tests.Cli;

/// <summary>
/// A node that runs, and verbs typed by people with accounts there: zhang3 dispatches for bgs; qian1 and sun2 keep the seal
/// of fgw, li4 its inbox, wu7 its accounts.
/// </summary>
internal sealed class DeskAccountVerbs : IAsyncDisposable
{
    private readonly string passwords;

    private DeskAccountVerbs(TestDesk desk, Arrivals arrivals)
    {
        (Desk, Arrivals, passwords) = (desk, arrivals, Path.Combine(desk.Site.Folder.Root, "account-password"));
        File.WriteAllText(passwords, TestDesk.Password + "\n");
    }

    public TestDesk Desk { get; }

    public Arrivals Arrivals { get; }

    public static async Task<DeskAccountVerbs> StartAsync(bool twoPersons = false)
    {
        var desk = await SendingDesk.StartAsync(services => services.Configure<DeskOptions>(options => options.TwoPersonSealing = twoPersons));
        desk.Open("zhang3", "张三", new Grant("bgs", Roles.Dispatcher));
        desk.Open("qian1", "钱一", new Grant("fgw", Roles.SealKeeper));
        desk.Open("sun2", "孙二", new Grant("fgw", Roles.SealKeeper));
        desk.Open("li4", "李四", new Grant("fgw", Roles.Clerk));
        desk.Open("wu7", "吴七", new Grant("fgw", Roles.OfficeAdministrator));
        return new DeskAccountVerbs(desk, Arrivals.At(desk));
    }

    /// <summary>What a call at the socket carries of who makes it.</summary>
    public static Grpc.Core.Metadata Basic(string account, string password) => new() { { "authorization", "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{account}:{password}")) } };

    /// <summary>A file below the node's folder, as somebody would have it on their own disk.</summary>
    public string Write(string name, string content = "%PDF-1.4 一")
    {
        var path = Path.Combine(Desk.Site.Folder.Root, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Typed by this person, and done.</summary>
    public async Task<JsonElement> RunAsync(string account, string office, params string[] args)
    {
        var run = await TryAsync(account, office, args);
        Assert.That(run.ExitCode, Is.Zero, $"docex {string.Join(' ', args)}\n{run.Output}{run.Error}");
        return run.Json;
    }

    public Task<CommandLine> TryAsync(string account, string office, params string[] args) => TryWithAsync(passwords, account, office, args);

    /// <param name="passwordFile">Holds what is given as the password.</param>
    public Task<CommandLine> TryWithAsync(string passwordFile, string account, string office, params string[] args) =>
        CommandLine.RunAsync([.. args, "--office", office, "--account", account, "--password-file", passwordFile, "--node", Desk.Site.Folder.Root, "--format", "json"]);

    /// <summary>The reason it was refused for.</summary>
    public async Task<string?> RefusedAsync(string account, string office, params string[] args)
    {
        var run = await TryAsync(account, office, args);
        Assert.That(run.ExitCode, Is.EqualTo(1), $"docex {string.Join(' ', args)}\n{run.Output}{run.Error}");
        return run.Json.GetProperty("error").GetString();
    }

    public ValueTask DisposeAsync() => Desk.DisposeAsync();
}
