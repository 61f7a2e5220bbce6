using System.Diagnostics;
using System.Text.Json;
using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.EndToEndTests;

/// <summary>A client nobody here wrote the library of: Node's @grpc/grpc-js, from proto/ alone.</summary>
internal sealed class OtherLanguageTests
{
    private const int MaxSeconds = 120;

    [Test]
    public async Task A_client_made_from_the_proto_files_searches_the_archive_and_checks_the_proofs()
    {
        var folder = Path.Combine(Repository.Folder, "tests", "DocExchange.EndToEndTests", "grpc-js-client");
        await RunAsync("npm", folder, "ci", "--no-audit", "--no-fund");
        await using var site = await SharedSites.BorrowAsync("intl");
        var draft = TestSite.Notice("关于汛期值守的通知");
        draft.Addressing = new Addressing { Main = { "a", "c" } };
        var sent = await site.General.SendAsync(draft, ("通知.pdf", () => new MemoryStream("%PDF-1.4 body"u8.ToArray()), 13));
        await site.WaitForAsync(sent.DocumentId, board => board.Summary.Delivered == 2);
        await Task.WhenAll(site.Nodes[1].SignForAsync("a", sent.DocumentId), site.Nodes[2].SignForAsync("c", sent.DocumentId));
        await site.WaitForAsync(sent.DocumentId, board => board.Summary.SignedFor == 2);

        var keys = Path.Combine(site.General.Folder, "keys");
        var printed = await RunAsync(
            "node", folder, "client.mjs", Path.Combine(Repository.Folder, "proto"), site.HubAddress, "hub.test.docexchange",
            Path.Combine(keys, "authorities.pem"), Path.Combine(keys, "tls.p8"), File.ReadAllText(Directory.GetFiles(Path.Combine(site.General.Folder, "secrets"))[0]).Trim(),
            Path.Combine(keys, "tls.cer"), Path.Combine(site.HubFolder, "authority", "intl-issuing.pem"),
            JsonDocument.Parse(File.ReadAllText(Path.Combine(site.General.Folder, "node.json"))).RootElement.GetProperty("ledgerKey").GetString()!, "汛期值守");

        var result = JsonDocument.Parse(printed).RootElement;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.GetProperty("found").GetInt32(), Is.EqualTo(1));
            Assert.That(result.GetProperty("title").GetString(), Is.EqualTo(draft.Title));
            Assert.That(result.GetProperty("types").EnumerateArray().Select(type => type.GetString()), Is.SupersetOf(new[] { "Dispatched", "Accepted", "Delivered", "SignedFor" }));
            Assert.That(result.GetProperty("proven").GetInt32(), Is.EqualTo(6));
            Assert.That(result.GetProperty("signed").GetBoolean(), Is.True, "the checkpoint, by the ledger's key");
            Assert.That(result.GetProperty("consistent").GetBoolean(), Is.True);
            Assert.That(result.GetProperty("forged").GetBoolean(), Is.False, "another root");
            Assert.That(result.GetProperty("refusal").GetString(), Is.EqualTo("NOT_FOUND"));
        }

        site.GiveBack();
    }

    private static async Task<string> RunAsync(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(MaxSeconds));
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}\n{await output}\n{await errors}");
        return await output;
    }
}
