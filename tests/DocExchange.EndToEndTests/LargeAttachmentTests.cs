using System.Security.Cryptography;
using DocExchange.EndToEndTests.Site;

namespace DocExchange.EndToEndTests;

internal sealed class LargeAttachmentTests
{
    private const long AttachmentSize = 256L * 1024 * 1024;
    private const long MaxResidentMiB = 300;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    [Test]
    public async Task A_256_MiB_attachment_reaches_three_recipients_and_the_archive_with_little_memory()
    {
        await using var site = await TestSite.StartAsync("intl", ["a"], ["b"], ["c"]);

        var sent = await site.General.SendAsync(
            TestSite.Notice("附大型图纸"), ("意见.pdf", () => new MemoryStream(Body), Body.Length), ("图纸.zip", () => new PatternStream(AttachmentSize), AttachmentSize));
        var board = await site.WaitForAsync(sent.DocumentId, board => board.Summary is { Delivered: 3, Volume.Length: > 0 }, Limit);

        var peaks = site.Nodes.Select(node => (node.Id, node.Process.PeakResidentMiB)).Append(("hub", site.Hub.PeakResidentMiB)).ToList();
        TestContext.Out.WriteLine(string.Join(", ", peaks));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(board.Summary.PackageSize, Is.GreaterThan((ulong)AttachmentSize));
            Assert.That(peaks.Select(peak => peak.Item2), Is.All.LessThanOrEqualTo(MaxResidentMiB), string.Join(", ", peaks));
            Assert.That(await HashAsync(Directory.GetFiles(Path.Combine(site.Nodes[1].Folder, "packages"), sent.PackageId + "*", SearchOption.AllDirectories).Single()), Is.EqualTo(sent.PackageId));
        }
    }

    private static async Task<string> HashAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file));
    }
}
