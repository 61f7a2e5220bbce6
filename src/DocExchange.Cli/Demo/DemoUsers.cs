using System.Text.Json;
using DocExchange.Cli.Processes;

namespace DocExchange.Cli.Demo;

/// <param name="Name">What is typed at sign-in.</param>
internal sealed record DemoUser(string Name, string Password, string Role);

/// <summary>Accounts for everybody who may try the pages, opened with the product's own verb; the passwords are drawn at each run.</summary>
internal static class DemoUsers
{
    private static readonly string[] OfSender = ["dispatcher", "seal-keeper", "clerk", "supervisor", "archivist", "reader", "office-administrator"];
    private static readonly string[] OfRecipient = ["clerk", "dispatcher", "seal-keeper", "reader", "office-administrator"];
    private static readonly string[] OfConsole = ["supervisor", "archivist", "system", "security", "audit"];

    /// <summary>Users of the one office whose desk is shown, and a system administrator of the node.</summary>
    public static async Task<IReadOnlyList<DemoUser>> OpenAsync(DemoSite site, DemoNode node, CancellationToken cancellation)
    {
        var office = node.Shown.Id;
        var roles = node == site.General ? OfSender : OfRecipient;
        var lines = roles.Select((role, at) => $"{office}-{role},{SamplePeople.NameOf(at)},{office}:{role}").Append($"{office}-system,{SamplePeople.NameOf(roles.Length)},system");
        return await OpenAsync(site, Executable.Node, node.Folder, lines, cancellation);
    }

    public static Task<IReadOnlyList<DemoUser>> OpenAtHubAsync(DemoSite site, CancellationToken cancellation) =>
        OpenAsync(site, Executable.Hub, site.HubFolder, OfConsole.Select((role, at) => $"console-{role},{SamplePeople.NameOf(at + OfSender.Length)},{role}"), cancellation);

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
