using System.Text.Json;
using DocExchange.Cli.Processes;
using DocExchange.Core.Statements;

namespace DocExchange.Cli.Demo;

/// <param name="Name">What is typed at sign-in.</param>
internal sealed record DemoUser(string Name, string Password, string Role);

/// <summary>Accounts for everybody who may try the pages, opened with the product's own verb; the passwords are drawn at each run.</summary>
internal static class DemoUsers
{
    // Nobody holds two of these; a node has all three beside the people of its desks.
    private static readonly string[] Administrators = [Roles.System, Roles.Security, Roles.Audit];

    /// <summary>One user for each role of the office whose desk is shown, and the node's three administrators.</summary>
    public static async Task<IReadOnlyList<DemoUser>> OpenAsync(DemoSite site, DemoNode node, CancellationToken cancellation)
    {
        var office = node.Shown.Id;
        var lines = Roles.OfDesk.Select(role => (Role: role, Grant: $"{office}:{role}")).Concat(Administrators.Select(role => (Role: role, Grant: role)))
            .Select((each, at) => $"{office}-{each.Role},{SamplePeople.NameOf(at)},{each.Grant}");
        return await OpenAsync(site, Executable.Node, node.Folder, lines, cancellation);
    }

    public static Task<IReadOnlyList<DemoUser>> OpenAtHubAsync(DemoSite site, CancellationToken cancellation) =>
        OpenAsync(site, Executable.Hub, site.HubFolder, Roles.OfConsole.Select((role, at) => $"console-{role},{SamplePeople.NameOf(at + Roles.OfDesk.Count + Administrators.Length)},{role}"), cancellation);

    private static async Task<IReadOnlyList<DemoUser>> OpenAsync(DemoSite site, Executable program, string data, IEnumerable<string> lines, CancellationToken cancellation)
    {
        var list = lines.ToList();
        var file = Path.Combine(site.Folder, Path.GetFileName(data) + ".users.csv");
        await File.WriteAllLinesAsync(file, list, cancellation);
        // No log: it would keep the passwords.
        var printed = await ProductProcess.RunAsync($"{Path.GetFileName(data)} add-users", program, null, ["add-users", "--data", data, "--file", file, "--lasting", Docex.FormatName, "json"], site.Options.StepLimit, cancellation);
        File.Delete(file);
        using var opened = JsonDocument.Parse(string.Concat(printed));
        var passwords = opened.RootElement.EnumerateArray().ToDictionary(user => user.GetProperty("user").GetString()!, user => user.GetProperty("password").GetString()!);
        return [.. list.Select(line => line.Split(',')).Select(fields => new DemoUser(fields[0], passwords[fields[0]], fields[2].Split(':')[^1]))];
    }
}
