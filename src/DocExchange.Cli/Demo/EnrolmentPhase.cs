using System.Text.Json.Nodes;
using DocExchange.Cli.Processes;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Demo;

/// <summary>Invites three nodes, enrols and starts them; one is cut off from the hub at once.</summary>
internal sealed class EnrolmentPhase() : DemoPhase("三个节点登记、启动", "Enrol and start three nodes")
{
    public override async Task RunAsync(DemoSite site, DemoDisplay display, CancellationToken cancellation)
    {
        var started = 0;
        display.Count("节点", "nodes", 0, site.Nodes.Count);
        await Task.WhenAll(site.Nodes.Select(async node =>
        {
            await EnrolAsync(site, node, cancellation);
            node.Users = site.Options.Serve ? await DemoUsers.OpenAsync(site, node, cancellation) : [];
            await site.StartNodeAsync(node, cancellation);
            display.Count("节点", "nodes", Interlocked.Increment(ref started), site.Nodes.Count);
        }));
        await site.UntilAsync("全部节点连接中心、取得最新机构目录", "all nodes connected with the newest directory", () => AreReadyAsync(site, cancellation), cancellation);
        await site.Departments.Desk.SetLinkAsync(new SetLinkRequest { On = false }, cancellationToken: cancellation);
        display.Note($"{site.Departments.Chinese}断开与中心的连接，稍后恢复", $"the node '{site.Departments.Name}' is cut off from the hub, to come back later");
    }

    private static async Task EnrolAsync(DemoSite site, DemoNode node, CancellationToken cancellation)
    {
        var invite = new InviteRequest { Node = node.Name, Name = node.Chinese, Offices = { node.Offices.Select(office => office.Id) } };
        var reply = await site.Hub.InviteAsync(invite, cancellationToken: cancellation);
        var invitation = Path.Combine(site.Folder, node.Name + ".invitation.json");
        await File.WriteAllBytesAsync(invitation, reply.Invitation.ToByteArray(), cancellation);
        string[] arguments = ["enrol", "--data", node.Folder, "--invitation", invitation, "--suite", site.Options.Suite];
        await ProductProcess.RunAsync($"{node.Name} enrol", Executable.Node, site.LogOf(node.Name + "-enrol"), arguments, site.Options.StepLimit, cancellation);

        // It holds the secret and has served its purpose.
        File.Delete(invitation);

        // Nobody waits ten seconds at a demonstration for a ledger to be witnessed.
        var settings = new JsonObject
        {
            ["HubLink"] = new JsonObject { ["WitnessInterval"] = "00:00:00.500" },
            ["Desk"] = new JsonObject { ["BodyTypes"] = string.Join(',', site.Options.BodyTypes) },
        };
        await File.WriteAllTextAsync(Path.Combine(node.Folder, "settings.json"), settings.ToJsonString(), cancellation);
    }

    private static async Task<bool> AreReadyAsync(DemoSite site, CancellationToken cancellation)
    {
        var hub = await site.Hub.GetStatusAsync(new GetHubStatusRequest(), cancellationToken: cancellation);
        foreach (var node in site.Nodes)
        {
            var status = await node.Desk.GetStatusAsync(new GetNodeStatusRequest(), cancellationToken: cancellation);
            if (status.Link != "Connected" || status.DirectoryVersion != hub.DirectoryVersion)
            {
                return false;
            }
        }

        return true;
    }
}
