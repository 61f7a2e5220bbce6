using DocExchange.EndToEndTests.Site;

namespace DocExchange.EndToEndTests;

internal sealed class DistrictTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    [Test]
    public async Task Eighteen_districts_each_with_process_keys_and_data_folder_of_its_own_sign_or_return()
    {
        var districts = Enumerable.Range(1, 18).Select(number => new[] { $"d{number}" }).ToArray();
        await using var site = await TestSite.StartAsync("intl", districts);

        var sent = await site.General.SendAsync(TestSite.Notice("各区县防汛准备"), ("通知.pdf", () => new MemoryStream(Body), Body.Length));
        await site.WaitForAsync(sent.DocumentId, board => board.Summary.Delivered == 18, Limit);
        await site.Nodes[1].WaitForArrivalAsync("d1", sent.DocumentId);
        await site.Nodes[1].ActAsync("d1", sent.DocumentId, "Returned", "附件缺第三页");
        await Task.WhenAll(site.Recipients.Skip(1).Select(recipient => recipient.Node.SignForAsync(recipient.Office, sent.DocumentId)));
        var board = await site.WaitForAsync(sent.DocumentId, board => board.Summary is { SignedFor: 17, Returned: 1 }, Limit);

        var processes = site.Nodes.Select(node => node.Process.Id).Append(site.Hub.Id).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(processes.Distinct().Count(), Is.EqualTo(20));
            Assert.That(board.Recipients.Single(row => row.Office == "test/d1").ReturnReason, Is.EqualTo("附件缺第三页"));
            Assert.That(board.Recipients.Single(row => row.Office == "test/d1").State, Is.EqualTo("Returned"));
            foreach (var (node, office) in site.Recipients)
            {
                Assert.That(await node.InboxAsync(office), Has.Count.EqualTo(1), office);
            }
        }
    }
}
