using System.Text.Json;
using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;

namespace DocExchange.EndToEndTests;

/// <summary>What the hub does on its own account: passed deadlines, closed volumes, the audit trail.</summary>
internal sealed class SupervisionTests
{
    [Test]
    public async Task Passed_deadlines_closed_volumes_and_the_audit_trail_can_be_seen_and_audited()
    {
        await using var site = await TestSite.StartAsync("intl", ["a"], ["b"]);
        var draft = TestSite.Notice("限期签收");
        draft.SignBy = TimeProvider.System.GetUtcNow().AddSeconds(20).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var document = (await site.General.SendAsync(draft, ("通知.pdf", () => new MemoryStream("%PDF-1.4 body"u8.ToArray()), 13))).DocumentId;
        await site.Nodes[1].WaitForArrivalAsync("a", document);
        await site.Nodes[1].SignForAsync("a", document);
        await site.WaitForAsync(document, board => board.Recipients.Single(row => row.Office == "test/b").OverdueSince.Length > 0, TimeSpan.FromMinutes(2));
        await Eventually.TrueAsync(
            async () => (await BoardAsync(site, document)).Any(row => row.OverdueSince.Length > 0), () => "the overdue row at the sender: " + site.General.Process.Output);
        var board = await BoardAsync(site, document);
        await site.Nodes[2].SignForAsync("b", document);
        var late = await site.WaitForAsync(document, each => each.Recipients.All(row => row.State == "SignedFor"));

        var archived = await site.WaitForAsync(document, each => each.Summary.Volume.Length > 0);
        var closed = await site.Administration.CloseVolumeAsync(new CloseVolumeRequest { Volume = archived.Summary.Volume, EvenNow = true });
        var (sound, audit) = await AuditAsync(site);
        Assert.That(await site.StopHubAsync(), Is.Zero);
        var trail = await File.ReadAllLinesAsync(Path.Combine(site.HubFolder, "audit.log"));
        await File.WriteAllLinesAsync(Path.Combine(site.HubFolder, "audit.log"), trail.Select((line, at) => at == 2 ? line.Replace("\"line\":3", "\"line\":3 ", StringComparison.Ordinal) : line));
        var (altered, finding) = await AuditAsync(site);
        var (usage, complaint) = await ProductProcess.RunAsync("DocExchange.Hub", "audit", "--nonsense");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(board.Select(row => (row.Office, row.OverdueSince.Length > 0)), Is.EquivalentTo(new[] { ("test/a", false), ("test/b", true) }));
            Assert.That(late.Recipients.Single(row => row.Office == "test/b").OverdueSince, Is.Not.Empty);
            Assert.That(sound, Is.Zero, audit);
            Assert.That(JsonDocument.Parse(audit).RootElement.GetProperty("volumes")[0].GetProperty("sha256").GetString(), Is.EqualTo(closed.Sha256));
            Assert.That(trail, Has.Some.Contain("\"act\":\"CloseVolume\"").And.Some.Contain("\"act\":\"Invite\"").And.Some.Contain("\"act\":\"Enrol\""));
            Assert.That(trail.Single(line => line.Contains("\"act\":\"CloseVolume\"", StringComparison.Ordinal) && line.Contains("asked", StringComparison.Ordinal)), Does.Contain("\"who\":\"uid "));
            Assert.That((trail[0].Contains("\"act\":\"init\"", StringComparison.Ordinal), trail[1].Contains("\"act\":\"start\"", StringComparison.Ordinal), trail[^1].Contains("\"act\":\"stop\"", StringComparison.Ordinal)), Is.EqualTo((true, true, true)));
            Assert.That(altered, Is.EqualTo(1));
            Assert.That(finding, Does.Contain("第 3 行被改动"));
            Assert.That(usage, Is.EqualTo(64), complaint);
        }
    }

    private static async Task<IReadOnlyList<RecipientRow>> BoardAsync(TestSite site, string document) =>
        [.. (await site.General.Desk.ShowAsync(new ShowRequest { DocumentId = document, Office = TestSite.Sender })).Document.Recipients];

    private static Task<(int Code, string Output)> AuditAsync(TestSite site) => ProductProcess.RunAsync("DocExchange.Hub", "audit", "--data", site.HubFolder, "--format", "json");
}
