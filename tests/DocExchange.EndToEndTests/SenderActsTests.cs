using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol.Local.V1;
using Grpc.Core;

namespace DocExchange.EndToEndTests;

/// <summary>What a sender may do after a document has left, as both sides see it.</summary>
internal sealed class SenderActsTests
{
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    [Test]
    public async Task Urging_withdrawing_adding_a_recipient_and_voiding_reach_both_sides()
    {
        await using var site = await SharedSites.BorrowAsync("intl");
        var (first, second) = (site.Nodes[1], site.Nodes[2]);
        var document = (await site.General.SendAsync(ToAAndB(), ("通知.pdf", () => new MemoryStream(Body), Body.Length))).DocumentId;
        await first.WaitForArrivalAsync("b", document);

        await site.General.ActAsync(TestSite.Sender, document, "Urged", "请尽快签收");
        await first.SignForAsync("a", document);
        await site.WaitForAsync(document, board => board.Summary.SignedFor == 1);
        await site.General.ActAsync(TestSite.Sender, document, "Withdrawn", "发错附件");
        await site.General.ActAsync(TestSite.Sender, document, "Resent", "", "c");
        await second.WaitForArrivalAsync("c", document);
        var before = await site.WaitForAsync(document, board => board.Recipients.Count == 3 && board.Summary.Delivered == 3);
        await Eventually.TrueAsync(
            async () => (await first.InboxAsync("b")).Single(listed => listed.Summary.DocumentId == document).State == "Withdrawn", () => "the withdrawn copy at b: " + first.Process.Output);
        var refused = await Assert.ThrowsAsync<RpcException>(() => first.ActAsync("b", document, "SignedFor"));
        await site.General.ActAsync(TestSite.Sender, document, "Voided", "文件有误");
        var after = await site.WaitForAsync(document, board => board.Summary.Phase == "Voided");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(before.Recipients.Select(row => (row.Office, row.State)), Is.EquivalentTo(new[] { ("test/a", "SignedFor"), ("test/b", "Withdrawn"), ("test/c", "Delivered") }));
            Assert.That(before.Recipients.Select(row => (row.Office, row.Urged)), Is.EquivalentTo(new[] { ("test/a", 1u), ("test/b", 1u), ("test/c", 0u) }));
            Assert.That(refused!.StatusCode, Is.EqualTo(StatusCode.FailedPrecondition));
            Assert.That(after.Recipients.Select(row => row.State), Is.All.EqualTo("Voided"));
        }

        site.GiveBack();
    }

    private static Draft ToAAndB()
    {
        var draft = TestSite.Notice("发后办理");
        draft.Addressing = new Addressing { Main = { "a", "b" } };
        return draft;
    }
}
