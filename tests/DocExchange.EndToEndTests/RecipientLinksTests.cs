using System.Globalization;
using System.Text.Json;
using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;

namespace DocExchange.EndToEndTests;

/// <summary>A sender sees whose node is off the line, since when, and when it is back.</summary>
internal sealed class RecipientLinksTests
{
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    [Test]
    public async Task The_node_of_a_recipient_that_is_killed_is_off_the_line_until_it_is_started_again()
    {
        await using var site = await TestSite.StartAsync("intl", ["a"], ["b"]);
        var draft = TestSite.Notice("节点断线");
        draft.Addressing = new Addressing { Main = { "a", "b" } };
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        // Of a node that never came the hub says nothing in its first minutes.
        var earlier = (await site.General.SendAsync(draft.Clone(), ("通知.pdf", () => new MemoryStream(Body), Body.Length))).DocumentId;
        await site.Nodes[2].WaitForArrivalAsync("b", earlier);
        await site.Nodes[2].KillAsync();
        var document = (await site.General.SendAsync(draft, ("通知.pdf", () => new MemoryStream(Body), Body.Length))).DocumentId;
        await site.Nodes[1].WaitForArrivalAsync("a", document);

        var rows = await UntilAsync(site, document, row => row.Office == "test/b" && row.Link == "OffLine");
        var text = await Docex.RunAsync("status", document, "--node", site.General.Folder);
        var json = JsonDocument.Parse(await Docex.RunAsync("status", document, "--node", site.General.Folder, "--format", "json")).RootElement.GetProperty("rows").EnumerateArray();
        var recipients = await site.Nodes[1].Desk.ShowAsync(new ShowRequest { DocumentId = document, WithLinks = true });
        await site.Nodes[2].StartAsync();
        await site.Nodes[2].WaitForArrivalAsync("b", document);
        var after = await UntilAsync(site, document, row => row is { Office: "test/b", State: "Delivered", Link: "OnLine" });

        using (Assert.EnterMultipleScope())
        {
            var off = rows.Single(row => row.Office == "test/b");
            Assert.That(DateTimeOffset.Parse(off.LinkLastSeen, CultureInfo.InvariantCulture), Is.InRange(before, TimeProvider.System.GetUtcNow()));
            Assert.That(rows.Single(row => row.Office == "test/a").Link, Is.EqualTo("OnLine"));
            Assert.That(text, Does.Contain("节点离线（自 " + off.LinkLastSeen).And.Contain("节点在线"));
            Assert.That(json.Select(row => (row.GetProperty("office").GetString(), row.GetProperty("link").GetString())), Is.EquivalentTo(new[] { ("test/a", "OnLine"), ("test/b", "OffLine") }));
            Assert.That(recipients.Document.Recipients.Select(row => row.Link), Is.All.Empty, "a recipient is not told");
            Assert.That(after.Single(row => row.Office == "test/b").LinkLastSeen, Is.Empty);
        }
    }

    private static async Task<IReadOnlyList<RecipientRow>> UntilAsync(TestSite site, string document, Func<RecipientRow, bool> isSo)
    {
        IReadOnlyList<RecipientRow> rows = [];
        await Eventually.TrueAsync(
            async () =>
            {
                rows = (await site.General.Desk.ShowAsync(new ShowRequest { DocumentId = document, WithLinks = true })).Document.Recipients;
                return rows.Any(isSo);
            },
            () => $"{string.Join("; ", rows)}\n{site.Logs()}");
        return rows;
    }
}
