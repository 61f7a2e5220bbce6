using System.Text.Json.Nodes;
using DocExchange.EndToEndTests.Site;
using Directory = System.IO.Directory;

namespace DocExchange.EndToEndTests;

/// <summary>A private key, PIN or password in a log: of hub and nodes, in their audit trails and in what docex prints. A token's PIN: <see cref="TokenTests"/>.</summary>
internal sealed class SecretsTests
{
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    [Test]
    public async Task Neither_hub_nor_nodes_nor_docex_tell_a_secret()
    {
        await using var site = await TestSite.StartAsync("intl", ["a"]);
        var sent = await site.General.SendAsync(TestSite.Notice("不泄密"), ("意见.pdf", () => new MemoryStream(Body), Body.Length));
        await site.SignForAllAsync(sent.DocumentId);
        await site.WaitForAsync(sent.DocumentId, board => board.Summary is { SignedFor: 1, Volume.Length: > 0 });
        var late = Path.Combine(site.Folder, "late.invitation.json");
        List<string> printed = [];
        string[][] verbs =
        [
            ["hub", "invite", "--node", "late", "--name", "后到节点", "--out", late, "--hub", site.HubFolder],
            ["hub", "import", site.HubFolder + "/hub.json", "--hub", site.HubFolder],
            ["hub", "status", "--hub", site.HubFolder],
            ["hub", "invitations", "--hub", site.HubFolder, "--format", "json"],
            ["node", "status", "--node", site.General.Folder, "--format", "json"],
            ["doctor", "--hub", site.HubFolder],
            ["doctor", "--node", site.General.Folder],
            ["status", sent.DocumentId, "--office", TestSite.Sender, "--node", site.General.Folder],
        ];
        foreach (var verb in verbs)
        {
            var (code, output) = await Docex.TryAsync(verb);
            Assert.That(code, verb is ["hub", "import", ..] ? Is.EqualTo(1) : verb[0] == "doctor" ? Is.LessThan(2) : Is.Zero, $"{string.Join(' ', verb)}\n{output}");
            printed.Add(output);
        }

        var secrets = SecretsOf(site.Folder).Append("PRIVATE KEY").ToList();

        // One that finds its keys locked says so, and not with what.
        var key = Path.Combine(site.Nodes[1].Folder, "secrets", "key-password");
        var password = await File.ReadAllTextAsync(key);
        await site.Nodes[1].KillAsync();
        await File.WriteAllTextAsync(key, "wrong-" + password);
        var locked = await Assert.ThrowsAsync<InvalidOperationException>(() => site.Nodes[1].StartAsync());
        printed.Add(locked!.Message);

        secrets.Add("wrong-" + password.Trim());
        var said = site.Logs() + string.Join('\n', printed) + string.Concat(Directory.EnumerateFiles(site.Folder, "*.log", SearchOption.AllDirectories).Select(File.ReadAllText));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(secrets, Has.Count.GreaterThan(5));
            Assert.That(said, Does.Contain(sent.DocumentId));
            Assert.That(secrets.Where(secret => said.Contains(secret, StringComparison.Ordinal)), Is.Empty);
        }
    }

    /// <summary>What the folders of hub and nodes keep secret, and the secrets of their invitations.</summary>
    private static IEnumerable<string> SecretsOf(string folder) =>
    [
        .. Directory.EnumerateDirectories(folder, "secrets", SearchOption.AllDirectories).SelectMany(Directory.EnumerateFiles).Select(File.ReadAllText).Select(text => text.Trim()).Where(text => text.Length >= 8),
        .. Directory.EnumerateFiles(folder, "*.invitation.json").Select(file => JsonNode.Parse(File.ReadAllText(file))!["secret"]!.GetValue<string>()),
    ];
}
