using DocExchange.Core.Refusals;
using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol;
using DocExchange.Protocol.Local.V1;
using DocExchange.Trust.Seals;
using Grpc.Core;

namespace DocExchange.EndToEndTests;

/// <summary>联合发文: one frozen manifest, signed and sealed by issuers at two nodes, dispatched by an office that is neither.</summary>
internal sealed class JointDocumentTests
{
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    [TestCase("intl")]
    [TestCase("gm")]
    public async Task Two_issuers_at_two_nodes_sign_one_document_that_a_third_office_dispatches(string suite)
    {
        await using var site = await SharedSites.BorrowAsync(suite);
        var (issuer, recipient) = (site.Nodes[1], site.Nodes[2]);

        var (draft, package) = await site.General.ComposeAsync(Joint("关于联合防汛的意见"), "意见.pdf", Body);
        var unfinished = await RefusalOfAsync(site.General.DispatchAsync("bgt", package, "c", "d"));
        var stranger = await RefusalOfAsync(recipient.CountersignAsync("c", package));
        var altered = await RefusalOfAsync(issuer.CountersignAsync("a", Altered(package)));
        var (seen, nothing) = await issuer.CountersignAsync("a", package, inspectOnly: true);
        var (signed, complete) = await issuer.CountersignAsync("a", package);
        var twice = await RefusalOfAsync(issuer.CountersignAsync("a", complete));
        var usurped = await RefusalOfAsync(issuer.DispatchAsync("a", complete, "c", "d"));
        var sent = await site.General.DispatchAsync("bgt", complete, "c", "d");
        await recipient.SignForAsync("c", sent.DocumentId);
        var board = await site.WaitForAsync(sent.DocumentId, board => board.Summary is { Delivered: 2, SignedFor: 1, Volume.Length: > 0 });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Standing(draft), Is.EqualTo(new[] { ("test/zf", true, true), ("test/a", false, false) }));
            Assert.That(unfinished.Refusal, Is.EqualTo(Refusal.SignatureMissing));
            Assert.That(unfinished.English, Does.Contain("The issuer test/a has not signed").And.Contain("no seal of the issuer test/a").And.Not.Contain("test/zf"));
            Assert.That(stranger.Refusal, Is.EqualTo(Refusal.NotEntitled));
            Assert.That(altered.Refusal, Is.EqualTo(Refusal.NotAuthentic));
            Assert.That((Standing(seen), nothing), Is.EqualTo((Standing(draft), Array.Empty<byte>())));
            Assert.That(Standing(signed), Is.EqualTo(new[] { ("test/zf", true, true), ("test/a", true, true) }));
            Assert.That(twice.Refusal, Is.EqualTo(Refusal.WrongState));
            Assert.That(usurped.Refusal, Is.EqualTo(Refusal.NotEntitled));
            Assert.That(new[] { signed.DocumentId, sent.DocumentId }, Is.All.EqualTo(draft.DocumentId));
            Assert.That(board.Summary.Issuers, Is.EqualTo(new[] { "test/zf", "test/a" }));
            Assert.That((board.Summary.Sender, board.Summary.Number), Is.EqualTo(("test/bgt", draft.Number)));
            Assert.That(await recipient.SaveAsync(sent.DocumentId), Is.EqualTo(complete));
            Assert.That(await site.PackageFromArchiveAsync(sent.DocumentId), Is.EqualTo(complete));
        }

        site.GiveBack();
    }

    [Test]
    public async Task A_stopped_seal_is_neither_applied_nor_dispatched()
    {
        await using var site = await TestSite.StartAsync("intl", ["a"], ["b"]);
        var issuer = site.Nodes[1];
        var (first, package) = await site.General.ComposeAsync(Joint("关于第一件事的意见"), "意见.pdf", Body);
        var (second, other) = await site.General.ComposeAsync(Joint("关于第二件事的意见"), "意见.pdf", Body);
        var (_, complete) = await issuer.CountersignAsync("a", package);

        var change = await site.Administration.StopSealAsync(new DocExchange.Protocol.V1.StopSealRequest { Office = "a", EsId = SealNumber(issuer, "a"), Reason = "印章遗失" });
        await Eventually.TrueAsync(
            async () => await VersionOfAsync(site.General) >= change.DirectoryVersion && await VersionOfAsync(issuer) >= change.DirectoryVersion, () => "the new directory: " + site.Logs());
        var notSealed = await RefusalOfAsync(issuer.CountersignAsync("a", other));
        var notSent = await RefusalOfAsync(site.General.DispatchAsync("bgt", complete, "b"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(second.Number, Is.Not.EqualTo(first.Number));
            Assert.That(notSealed.Refusal, Is.EqualTo(Refusal.Revoked));
            Assert.That(notSent.Refusal, Is.EqualTo(Refusal.NotAuthentic));
            Assert.That(notSent.English, Does.Contain("SEAL_STOPPED: The seal of the issuer test/a has been stopped"));
        }
    }

    [Test]
    public async Task The_command_line_passes_a_draft_package_from_issuer_to_issuer_as_files()
    {
        await using var site = await SharedSites.BorrowAsync("intl");
        var (body, draft, complete) = (Path.Combine(site.Folder, "正文.pdf"), Path.Combine(site.Folder, "1.asice"), Path.Combine(site.Folder, "2.asice"));
        await File.WriteAllBytesAsync(body, Body);

        var composed = await DocexAsync(
            site.General, "compose", "--office", "bgt", "--issuer", "zf", "--issuer", "a", "--title", "关于联合防汛的意见", "--type", "意见", "--agency", "京政发", "--to", "b", "--body", body, "--out", draft);
        var early = await DocexAsync(site.General, "dispatch", draft, "--office", "bgt", "--to", "b");
        var looked = await DocexAsync(site.Nodes[1], "countersign", draft, "--office", "a");
        var signed = await DocexAsync(site.Nodes[1], "countersign", draft, "--office", "a", "--out", complete);
        var again = await DocexAsync(site.Nodes[1], "countersign", draft, "--office", "a", "--out", complete);
        var sent = await DocexAsync(site.General, "dispatch", complete, "--office", "bgt", "--to", "b");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(composed.ExitCode, Is.Zero, composed.Output);
            Assert.That(composed.Output, Does.Contain("○ 单位a（test/a）未签名，未盖章"));
            Assert.That(early.ExitCode, Is.EqualTo(1), early.Output);
            Assert.That(early.Output, Does.Contain("缺少署名机关 单位a 的有效签名"));
            Assert.That((looked.ExitCode, looked.Output.Contains(complete, StringComparison.Ordinal)), Is.EqualTo((0, false)), looked.Output);
            Assert.That(signed.ExitCode, Is.Zero, signed.Output);
            Assert.That(signed.Output, Does.Contain("✓ 单位a（test/a）已签名，已盖章"));
            Assert.That(again.ExitCode, Is.EqualTo(1), again.Output);
            Assert.That(sent.ExitCode, Is.Zero, sent.Output);
        }

        site.GiveBack();
    }

    private static Task<(int ExitCode, string Output)> DocexAsync(TestNode node, string verb, params string[] arguments) =>
        ProductProcess.RunAsync("DocExchange.Cli", [verb, "--node", node.Folder, .. arguments]);

    private static Draft Joint(string title)
    {
        var draft = TestSite.Notice(title);
        (draft.Office, draft.Addressing) = ("bgt", new Addressing { Main = { "b" } });
        draft.Issuers.AddRange([TestSite.Sender, "a"]);
        return draft;
    }

    private static (string, bool, bool)[] Standing(DraftStanding standing) => [.. standing.Issuers.Select(issuer => (issuer.Office, issuer.HasSigned, issuer.HasSealed))];

    private static byte[] Altered(byte[] package)
    {
        var altered = package.ToArray();
        altered[altered.AsSpan().IndexOf(Body)] ^= 1;
        return altered;
    }

    private static string SealNumber(TestNode node, string office) => Seal.Parse(File.ReadAllBytes(Path.Combine(node.Folder, "keys", office + ".seal"))).EsId;

    private static async Task<RefusedException> RefusalOfAsync(Task call) => (await Assert.ThrowsAsync<RpcException>(() => call))!.ToRefusal()!;

    private static async Task<ulong> VersionOfAsync(TestNode node) => (await node.Desk.GetStatusAsync(new GetNodeStatusRequest())).DirectoryVersion;
}
