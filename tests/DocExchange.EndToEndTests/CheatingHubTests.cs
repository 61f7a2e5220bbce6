using System.Text;
using System.Text.Json;
using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;
using Google.Protobuf;
using Directory = System.IO.Directory;

namespace DocExchange.EndToEndTests;

/// <summary>
/// Whoever has the hub's machine and its keys exchanges the ledger behind everyone's back. The program of the hub is the
/// honest one; it serves, and signs, what lies in its folder.
/// </summary>
internal sealed class CheatingHubTests
{
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    // What follows from the ledger is exchanged with it, so that the hub finds nothing wrong.
    private static readonly string[] Exchanged = ["ledger", "witnessed", "catalogue.litedb", "catalogue-log.litedb"];

    private TestSite site = null!;

    [SetUp]
    public async Task StartAsync()
    {
        site = await TestSite.StartAsync("intl", ["a"]);
        foreach (var node in site.Nodes)
        {
            await node.KillAsync();
            await File.WriteAllTextAsync(Path.Combine(node.Folder, "settings.json"), """{ "HubLink": { "WitnessInterval": "00:00:00.300", "LongestPause": "00:00:01" } }""");
            await node.StartAsync();
        }
    }

    [TearDown]
    public async Task StopAsync() => await site.DisposeAsync();

    [Test]
    public async Task A_hub_that_drops_a_document_from_its_ledger_is_exposed_by_every_node()
    {
        var first = await SendWitnessedAsync("第一份");
        await AssertSoundAsync(first);
        var copy = await CopyLedgerAsync();
        var dropped = await SendWitnessedAsync("要抹去的一份");

        await site.StopHubAsync();
        var cosigned = await CosignedAsync();
        PutBack(copy);
        await site.StartHubAsync();

        await AssertExposedAsync(cosigned);
        Assert.That((await site.General.Desk.ShowAsync(new ShowRequest { DocumentId = dropped })).Ledger.State, Is.EqualTo("Witnessed"), "the proof stays with the sender");
    }

    [Test]
    public async Task A_hub_that_rewrites_its_ledger_and_grows_on_is_exposed_by_every_node()
    {
        var copy = await CopyLedgerAsync();
        await SendWitnessedAsync("真实的一份");
        await SwitchLinksAsync(false);
        var cosigned = await CosignedAsync();

        // Another history, larger than the one that was cosigned.
        await site.StopHubAsync();
        PutBack(copy);
        await site.StartHubAsync();
        for (var number = 0; (await site.Administration.GetStatusAsync(new GetHubStatusRequest())).LedgerSize <= (ulong)cosigned.Values.Max(); number++)
        {
            await site.Administration.ImportOfficesAsync(new ImportOfficesRequest { Csv = ByteString.CopyFrom(Encoding.UTF8.GetBytes($"office,zf,市人民政府,市政府{number},,京政发,,,,,\n")), EndMissing = true });
        }

        await SwitchLinksAsync(true);

        await AssertExposedAsync(cosigned);
    }

    private async Task<string> SendWitnessedAsync(string title)
    {
        var sent = await site.General.SendAsync(TestSite.Notice(title), ("意见.pdf", () => new MemoryStream(Body), Body.Length));
        ShowReply? shown = null;
        await Eventually.TrueAsync(
            async () =>
            {
                shown = await site.General.Desk.ShowAsync(new ShowRequest { DocumentId = sent.DocumentId });
                return shown.Ledger.State == "Witnessed" && shown.Document.Summary.Delivered == 1;
            },
            () => $"{title} witnessed: {shown?.Ledger}\n{site.Logs()}");
        Assert.That(shown!.Ledger.Witnesses, Is.EquivalentTo(new[] { "test/~general", "test/~n1" }));
        return sent.DocumentId;
    }

    private async Task AssertSoundAsync(string document)
    {
        var (audited, audit) = await DocexAsync(site.General, "ledger", "audit");
        var (shown, checkpoint) = await DocexAsync(site.General, "ledger", "checkpoint");
        var status = await DocexAsync(site.General, "status", document);
        var proof = Path.Combine(site.Folder, "0.tlog-proof");
        var (proved, proofs) = await DocexAsync(site.General, "ledger", "proof", "--entry", "0", "--out", proof);
        var (continued, _) = await DocexAsync(site.General, "ledger", "proof", "--from", "1");
        var (healthy, doctor) = await DocexAsync(site.General, "doctor", "--hub", site.HubFolder);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((audited, shown, status.Code, proved, continued), Is.EqualTo((0, 0, 0, 0, 0)), $"{audit}\n{checkpoint}\n{status.Output}\n{proofs}");
            Assert.That(Json(audit).GetProperty("problems").GetArrayLength(), Is.Zero);
            Assert.That(Json(audit).GetProperty("heldEntries").GetInt64(), Is.GreaterThan(0));
            Assert.That(Json(checkpoint).GetProperty("witnessed").GetProperty("cosignatures").GetArrayLength(), Is.EqualTo(2));
            Assert.That(Json(status.Output).GetProperty("ledger").GetProperty("state").GetString(), Is.EqualTo("Witnessed"));
            Assert.That(await File.ReadAllTextAsync(proof), Does.StartWith("c2sp.org/tlog-proof@v1\nindex 0\n").And.Contain("\n— test/~n1 "));
            Assert.That((await DocexAsync(site.General, "ledger", "proof")).Code, Is.EqualTo(64));
            Assert.That((healthy, Json(doctor).GetProperty("failures").GetInt32()), Is.EqualTo((0, 0)), doctor);
            Assert.That(Json(doctor).GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("check").GetString()), Is.SupersetOf(new[] { "file-modes", "free-space", "catalogue", "nodes", "link", "witnesses" }));
        }
    }

    /// <summary>Each node raises the alarm, keeps both checkpoints, and has cosigned nothing of the other ledger.</summary>
    private async Task AssertExposedAsync(IReadOnlyDictionary<string, long> cosigned)
    {
        foreach (var node in site.Nodes)
        {
            await Eventually.TrueAsync(
                async () => (await node.Desk.GetStatusAsync(new GetNodeStatusRequest())).Alarms.Any(alarm => alarm.Contains("不予见证")), () => $"an alarm at {node.Id}\n{site.Logs()}");
            var notes = Directory.EnumerateFiles(Path.Combine(node.Folder, "evidence")).Select(Path.GetFileName).ToList();
            var (status, _) = await DocexAsync(node, "node", "status");
            var (audited, audit) = await DocexAsync(node, "ledger", "audit");
            var (healthy, doctor) = await DocexAsync(node, "doctor");
            using (Assert.EnterMultipleScope())
            {
                Assert.That(notes, Has.Some.Contains("-kept-").And.Some.Contains("-seen-"));
                Assert.That(node.Process.Output, Does.Contain("does not continue"));
                Assert.That((status, healthy), Is.EqualTo((1, 1)), doctor);
                Assert.That(audited, Is.EqualTo(1), audit);
                Assert.That(Json(audit).GetProperty("problems").GetArrayLength(), Is.GreaterThan(0));
            }
        }

        Assert.That(await CosignedAsync(), Is.EqualTo(cosigned), "nothing was cosigned any more");
    }

    private async Task<Dictionary<string, long>> CosignedAsync()
    {
        var sizes = new Dictionary<string, long>();
        foreach (var node in site.Nodes)
        {
            var (_, checkpoint) = await DocexAsync(node, "ledger", "checkpoint");
            sizes.Add(node.Id, Json(checkpoint).GetProperty("cosignedSize").GetInt64());
        }

        return sizes;
    }

    private async Task SwitchLinksAsync(bool on)
    {
        foreach (var node in site.Nodes)
        {
            await node.Desk.SetLinkAsync(new SetLinkRequest { On = on });
        }
    }

    private async Task<string> CopyLedgerAsync()
    {
        await site.StopHubAsync();
        var copy = Directory.CreateDirectory(Path.Combine(site.Folder, "copy")).FullName;
        Copy(site.HubFolder, copy);
        await site.StartHubAsync();
        return copy;
    }

    private void PutBack(string copy)
    {
        foreach (var name in Exchanged.Select(name => Path.Combine(site.HubFolder, name)))
        {
            if (Directory.Exists(name))
            {
                Directory.Delete(name, recursive: true);
            }
            else
            {
                File.Delete(name);
            }
        }

        Copy(copy, site.HubFolder);
    }

    private static void Copy(string from, string to)
    {
        foreach (var name in Exchanged)
        {
            var source = Path.Combine(from, name);
            if (File.Exists(source))
            {
                File.Copy(source, Path.Combine(to, name));
            }

            foreach (var file in Directory.Exists(source) ? Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories) : [])
            {
                var target = Path.Combine(to, Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        }
    }

    private static async Task<(int Code, string Output)> DocexAsync(TestNode node, params string[] arguments)
    {
        string[] all = [.. arguments, "--node", node.Folder, "--format", "json", "--lang", "en"];
        return await ProductProcess.RunAsync("DocExchange.Cli", all);
    }

    private static JsonElement Json(string output) => JsonDocument.Parse(output).RootElement;
}
