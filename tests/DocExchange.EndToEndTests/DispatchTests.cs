using DocExchange.EndToEndTests.Site;

namespace DocExchange.EndToEndTests;

internal sealed class DispatchTests
{
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    [TestCase("intl")]
    [TestCase("gm")]
    public async Task Three_offices_receive_a_document_and_sign_for_it(string suite)
    {
        await using var site = await TestSite.StartAsync(suite, ["a"], ["b", "c"]);

        var sent = await site.General.SendAsync(TestSite.Notice("关于加强政务信息化建设的意见"), ("意见.pdf", () => new MemoryStream(Body), Body.Length));
        var delivered = await site.WaitForAsync(sent.DocumentId, board => board.Summary.Delivered == 3);
        await site.SignForAllAsync(sent.DocumentId);
        var signed = await site.WaitForAsync(sent.DocumentId, board => board.Summary is { SignedFor: 3, Volume.Length: > 0 });

        var saved = await site.Nodes[1].SaveAsync(sent.DocumentId, "body/意见.pdf");
        var archived = await site.PackageFromArchiveAsync(sent.DocumentId);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(delivered.Summary.Number, Does.StartWith("京政发〔"));
            Assert.That(signed.Recipients.Select(row => row.State), Is.All.EqualTo("SignedFor"));
            Assert.That(signed.Recipients.Select(row => row.Actor), Is.All.StartsWith("张三"));
            Assert.That(saved, Is.EqualTo(Body));
            Assert.That(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(archived)), Is.EqualTo(sent.PackageId));
        }
    }
}
