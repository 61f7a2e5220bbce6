using System.Security.Cryptography;
using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol.V1;
using Grpc.Core;
using Directory = System.IO.Directory;

namespace DocExchange.EndToEndTests;

// What is tested is memory: nothing else of these tests runs beside it.
[NonParallelizable]
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
            foreach (var node in site.Nodes.Skip(1))
            {
                Assert.That(await HashAsync(Directory.GetFiles(Path.Combine(node.Folder, "packages"), sent.PackageId + "*", SearchOption.AllDirectories).Single()), Is.EqualTo(sent.PackageId), node.Id);
            }

            Assert.That(await HashOfArchivedAsync(site, sent.DocumentId), Is.EqualTo(sent.PackageId), "out of the archive volume");
            Assert.That(site.Hub.PeakResidentMiB, Is.LessThanOrEqualTo(MaxResidentMiB), "the hub, when that was read");
        }
    }

    // What a site has in use: the desk and console in a browser's reach, nodes that host many, and not the first document of its size.
    [Test]
    public async Task Two_of_them_one_after_the_other_pass_nodes_with_many_offices_and_pages()
    {
        await using var site = await TestSite.StartAsync("intl", Offices("d", 18), Offices("w", 123));
        await ServePagesAsync(site);
        for (var number = 1; number <= 2; number++)
        {
            var sent = await site.General.SendAsync(
                TestSite.Notice($"附大型图纸之{number}"), ("意见.pdf", () => new MemoryStream(Body), Body.Length), ("图纸.zip", () => new PatternStream(AttachmentSize + number), AttachmentSize + number));
            await site.WaitForAsync(sent.DocumentId, board => board.Summary is { Delivered: 141, Volume.Length: > 0 }, Limit);
            await site.SignForAllAsync(sent.DocumentId);
            await site.WaitForAsync(sent.DocumentId, board => board.Summary.SignedFor == 141, Limit);
        }

        var peaks = site.Nodes.Select(node => (node.Id, node.Process.PeakResidentMiB)).Append(("hub", site.Hub.PeakResidentMiB)).ToList();
        TestContext.Out.WriteLine(string.Join(", ", peaks));
        Assert.That(peaks.Select(peak => peak.Item2), Is.All.LessThanOrEqualTo(MaxResidentMiB), string.Join(", ", peaks));
    }

    private static string[] Offices(string prefix, int count) => [.. Enumerable.Range(1, count).Select(number => prefix + number)];

    private static async Task ServePagesAsync(TestSite site)
    {
        foreach (var folder in site.Nodes.Select(node => node.Folder).Append(site.HubFolder))
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "pages.json"), """{ "address": "127.0.0.1:0" }""");
        }

        await site.StopHubAsync();
        await site.StartHubAsync();
        foreach (var node in site.Nodes)
        {
            await node.KillAsync();
            await node.StartAsync();
        }
    }

    private static async Task<string> HashOfArchivedAsync(TestSite site, string document)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var call = site.Administration.GetPackage(new GetPackageRequest { DocumentId = document });
        await foreach (var chunk in call.ResponseStream.ReadAllAsync())
        {
            hash.AppendData(chunk.Chunk.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static async Task<string> HashAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file));
    }
}
