using System.Text.Json;

namespace DocExchange.BrowserTests.Site;

/// <summary>A hub or a node with pages: a process of its own that can be stopped and started again at the same address.</summary>
/// <param name="scheme">https: its pages.json names a certificate.</param>
internal sealed class Place(string project, string folder, int port, string scheme = "http") : IAsyncDisposable
{
    private ProductProcess? process;

    public string Folder => folder;

    /// <summary>Where browsers reach it.</summary>
    public string Address => $"{scheme}://127.0.0.1:{port}";

    public IReadOnlyList<User> Users { get; private set; } = [];

    public bool IsRunning => process is not null;

    public string Output => process?.Output ?? "";

    public User Named(string id) => Users.Single(user => user.Id == id);

    /// <summary>The first who has this role.</summary>
    public User As(string role) => Users.First(user => user.Role == role);

    /// <summary>Opens accounts with the product's own verb, while it does not run.</summary>
    /// <param name="lines">user,name,roles.</param>
    public async Task OpenAccountsAsync(bool isLasting, params IEnumerable<string> lines)
    {
        var list = lines.ToList();
        var file = folder + ".users.csv";
        await File.WriteAllLinesAsync(file, list);
        string[] arguments = ["add-users", "--data", folder, "--file", file, "--format", "json"];
        var (code, output) = await ProductProcess.RunAsync(project, isLasting ? [.. arguments, "--lasting"] : arguments);
        Assert.That(code, Is.Zero, output);
        using var opened = JsonDocument.Parse(output);
        var passwords = opened.RootElement.EnumerateArray().ToDictionary(user => user.GetProperty("user").GetString()!, user => user.GetProperty("password").GetString()!);
        Users = [.. Users, .. list.Select(line => line.Split(',')).Select(fields => new User(fields[0], fields[1], fields[2].Split(':')[^1], passwords[fields[0]]))];
    }

    public async Task StartAsync() => process = await ProductProcess.ServeAsync(project, "run", "--data", folder, "--pages", $"127.0.0.1:{port}");

    /// <summary>SIGTERM, as an operator stops it.</summary>
    public async Task StopAsync()
    {
        await process!.StopAsync();
        await process.DisposeAsync();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await process.DisposeAsync();
        }
    }
}
