using DocExchange.EndToEndTests.Site;

namespace DocExchange.EndToEndTests;

internal sealed class DispatchTests
{
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    [TestCase("intl")]
    [TestCase("gm")]
    public async Task Four_offices_receive_a_document_and_sign_for_it(string suite)
    {
        await using var site = await SharedSites.BorrowAsync(suite);

        var sent = await site.General.SendAsync(TestSite.Notice("关于加强政务信息化建设的意见"), ("意见.pdf", () => new MemoryStream(Body), Body.Length));
        var delivered = await site.WaitForAsync(sent.DocumentId, board => board.Summary.Delivered == 4);
        await site.SignForAllAsync(sent.DocumentId);
        var signed = await site.WaitForAsync(sent.DocumentId, board => board.Summary is { SignedFor: 4, Volume.Length: > 0 });

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

        site.GiveBack();
    }

    [Test]
    public async Task A_seal_that_is_said_to_be_in_the_body_and_is_not_is_refused_before_anything_is_sent()
    {
        await using var site = await SharedSites.BorrowAsync("intl");
        var body = Path.Combine(site.Folder, "意见.pdf");
        await File.WriteAllBytesAsync(body, Body);
        var before = await SendAsync();

        var (code, output) = await Docex.TryAsync(
            "send", "--office", TestSite.Sender, "--type", "意见", "--title", "关于加强政务信息化建设的意见", "--agency", "京政发", "--to", "a", "--body", body, "--seal-in-body", "--node", site.General.Folder, "--lang", "en");
        var after = await SendAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(code, Is.EqualTo(1));
            Assert.That(output, Does.Contain("the seal of the issuer test/zf is in the body, but the body bears no seal"));
            Assert.That(SerialOf(after), Is.EqualTo(SerialOf(before) + 1), "what was refused has taken no number");
        }

        site.GiveBack();

        async Task<string> SendAsync() => (await site.General.SendAsync(TestSite.Notice("关于加强政务信息化建设的意见"), ("意见.pdf", () => new MemoryStream(Body), Body.Length))).Number;

        // 京政发〔2026〕15号
        static int SerialOf(string number) => int.Parse(number[(number.IndexOf('〕') + 1)..^1]);
    }
}
