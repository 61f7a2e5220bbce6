using System.Text.Json;
using DocExchange.Cli;
using DocExchange.Cli.Demo;
using DocExchange.Cli.Processes;
using DocExchange.Hammer.Exchange;

namespace DocExchange.Hammer.Pages;

/// <summary>Who looks at the pages: an account for each, opened by the product's own command while nothing runs.</summary>
internal sealed class PagePeople : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly HammerSite site;
    private readonly IReadOnlyDictionary<string, string> passwords;
    private readonly List<Browser> opened = [];

    private PagePeople(HammerSite site, IReadOnlyDictionary<string, string> passwords)
    {
        this.site = site;
        this.passwords = passwords;
    }

    /// <summary>Sends, at the node with the register of sent documents.</summary>
    public Browser Dispatcher { get; private set; } = null!;

    /// <summary>Receives, at the node with the register of received documents.</summary>
    public Browser Clerk { get; private set; } = null!;

    public Browser Supervisor { get; private set; } = null!;

    public Browser Archivist { get; private set; } = null!;

    public Browser System { get; private set; } = null!;

    public Browser Auditor { get; private set; } = null!;

    /// <summary>Opens the accounts.</summary>
    /// <returns>Their passwords.</returns>
    public static async Task<Dictionary<string, string>> OpenAsync(HammerSite site, HammerNode recipient, CancellationToken cancellation)
    {
        var passwords = new Dictionary<string, string>();
        await AddAsync(Executable.Hub, site.HubFolder, "督查员,supervisor|档案员,archivist|系统管理员,system|审计管理员,audit");
        await AddAsync(Executable.Node, site.General.Folder, $"发文员,{SampleOffices.GeneralOffice}:dispatcher");
        await AddAsync(Executable.Node, recipient.Folder, $"收文员,{recipient.Offices[0]}:clerk");
        return passwords;

        async Task AddAsync(Executable program, string data, string people)
        {
            var list = Path.Combine(site.Folder, "people.csv");
            await File.WriteAllLinesAsync(list, people.Split('|').Select(person => $"{person.Split(',', ':')[^1]},{person}"), cancellation);
            var lines = await ProductProcess.RunAsync("add-users", program, null, ["add-users", "--data", data, "--file", list, "--lasting", "--format", "json"], Longest, cancellation);
            foreach (var account in JsonDocument.Parse(string.Join('\n', lines)).RootElement.EnumerateArray())
            {
                passwords[account.GetProperty("user").GetString()!] = account.GetProperty("password").GetString()!;
            }
        }
    }

    /// <summary>When all runs.</summary>
    public static async Task<PagePeople> SignInAsync(HammerSite site, HammerNode recipient, IReadOnlyDictionary<string, string> passwords, CancellationToken cancellation)
    {
        var people = new PagePeople(site, passwords);
        people.Dispatcher = await people.InAsync(site.General.Process, "dispatcher", cancellation);
        people.Clerk = await people.InAsync(recipient.Process, "clerk", cancellation);
        people.Supervisor = await people.InAsync(site.HubProcess, "supervisor", cancellation);
        people.Archivist = await people.InAsync(site.HubProcess, "archivist", cancellation);
        people.System = await people.InAsync(site.HubProcess, "system", cancellation);
        people.Auditor = await people.InAsync(site.HubProcess, "audit", cancellation);
        return people;
    }

    public void Dispose() => opened.ForEach(browser => browser.Dispose());

    private async Task<Browser> InAsync(ProductProcess program, string user, CancellationToken cancellation)
    {
        var browser = await Browser.SignInAsync(program.PagesAddress!, program.Id, user, passwords[user], site.Clock, cancellation);
        opened.Add(browser);
        return browser;
    }
}
