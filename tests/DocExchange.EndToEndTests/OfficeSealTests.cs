using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;
using DocExchange.Trust.Seals;
using Grpc.Core;

namespace DocExchange.EndToEndTests;

/// <summary>What an office does with a seal of its own, and what its node tells the hub's people.</summary>
internal sealed class OfficeSealTests
{
    [Test]
    public async Task A_stopped_seal_seals_nothing_more_and_a_renewed_one_is_taken_up_by_itself()
    {
        await using var site = await TestSite.StartAsync("intl", ["a"]);
        var before = SealOf(site);
        var request = new DocExchange.Protocol.Local.V1.StopSealRequest { Office = TestSite.Sender, EsId = before.EsId, Reason = "印章遗失", Person = new Person { Id = "sun", Name = "孙七", Role = "clerk" } };
        var denied = await Assert.ThrowsAsync<RpcException>(async () => await site.General.Desk.StopSealAsync(request));
        request.Person.Role = "seal-keeper";
        var stopped = await site.General.Desk.StopSealAsync(request);
        await Eventually.TrueAsync(
            async () => (await site.General.Desk.GetStatusAsync(new GetNodeStatusRequest())).DirectoryVersion >= stopped.DirectoryVersion, () => site.Logs());
        var refused = await Assert.ThrowsAsync<RpcException>(() => SendAsync(site, "用已停用的章"));

        await site.Administration.RenewSealAsync(new RenewSealRequest { Office = TestSite.Sender });
        await Eventually.TrueAsync(() => Task.FromResult(SealOf(site).EsId != before.EsId), () => site.Logs());
        var sent = await SendAsync(site, "用新章");
        var accepted = await site.WaitForAsync(sent.DocumentId, board => board.Summary.Phase == "Accepted");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(denied!.StatusCode, Is.EqualTo(StatusCode.PermissionDenied));
            Assert.That(refused!.Status.Detail, Does.Contain("stopped").Or.Contain("停用"));
            Assert.That(accepted.Summary.Title, Is.EqualTo("用新章"));
            Assert.That(await File.ReadAllTextAsync(Path.Combine(site.General.Folder, "audit.log")), Does.Contain("\"act\":\"StopSeal\"").And.Contain("孙七").And.Contain("\"step\":\"refused\""));
            Assert.That(await File.ReadAllTextAsync(Path.Combine(site.HubFolder, "audit.log")), Does.Contain("\"act\":\"StopOwnSeal\"").And.Contain("印章遗失"));
        }
    }

    [Test]
    public async Task The_hub_shows_what_every_node_says_of_itself_and_keeps_the_head_of_its_audit_trail()
    {
        await using var site = await SharedSites.BorrowAsync("intl");
        HubStatus? status = null;
        await Eventually.TrueAsync(
            async () =>
            {
                status = await site.Administration.GetStatusAsync(new GetHubStatusRequest());
                return status.Nodes.All(node => node is { Watching: true, Report.DirectoryVersion: > 0, Report.TrailLines: > 0 });
            },
            () => $"{status}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(status!.Nodes, Has.Count.EqualTo(3));
            Assert.That(status.Nodes.Select(node => node.Report.Version).Distinct(), Is.EqualTo(new[] { (await site.General.Desk.GetStatusAsync(new GetNodeStatusRequest())).Version }));
            Assert.That(status.Nodes.Select(node => node.Report.FreeBytes), Is.All.GreaterThan(0));
            Assert.That(await File.ReadAllTextAsync(Path.Combine(site.HubFolder, "audit.log")), Does.Contain("\"act\":\"NodeTrailHead\""));
        }

        site.GiveBack();
    }

    private static Seal SealOf(TestSite site) => Seal.Parse(File.ReadAllBytes(Path.Combine(site.General.Folder, "keys", TestSite.Sender + ".seal")));

    private static Task<SendReply> SendAsync(TestSite site, string title) =>
        site.General.SendAsync(TestSite.Notice(title), ("通知.pdf", () => new MemoryStream("%PDF-1.4 body"u8.ToArray()), 13));
}
