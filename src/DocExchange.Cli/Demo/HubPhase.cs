using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using DocExchange.Cli.Processes;
using DocExchange.Protocol.V1;
using Google.Protobuf;

namespace DocExchange.Cli.Demo;

/// <summary>Sets up a hub, starts it, and imports the offices.</summary>
internal sealed class HubPhase() : DemoPhase("启动中心、导入机构目录", "Start the hub, import the offices")
{
    public override async Task RunAsync(DemoSite site, DemoDisplay display, CancellationToken cancellation)
    {
        var (exchange, enrolment) = FreePorts();
        site.HubAddress = $"127.0.0.1:{exchange}";
        string[] arguments =
        [
            "init", "--data", site.HubFolder, "--exchange", SampleOffices.Exchange, "--organization", "北京市人民政府办公厅",
            "--address", site.HubAddress, "--enrolment", $"127.0.0.1:{enrolment}", "--listen", "127.0.0.1",
        ];
        await ProductProcess.RunAsync("hub init", Executable.Hub, site.LogOf("hub-init"), arguments, site.Options.StepLimit, cancellation);
        await SettleAsync(site, cancellation);
        site.ConsoleUsers = site.Options.Serve ? await DemoUsers.OpenAtHubAsync(site, cancellation) : [];
        await site.StartHubAsync(cancellation);
        var change = await site.Hub.ImportOfficesAsync(new ImportOfficesRequest { Csv = ByteString.CopyFromUtf8(site.Offices.Csv) }, cancellationToken: cancellation);
        display.Note($"机构目录第 {change.DirectoryVersion} 版，{change.Offices} 个单位", $"office directory version {change.DirectoryVersion}, {change.Offices} offices");
    }

    /// <summary>
    /// The supervisor opens documents of 市政府 and 办公厅, and sees figures of all others. A body of another type than
    /// usual is shown too: this site takes it.
    /// </summary>
    private static async Task SettleAsync(DemoSite site, CancellationToken cancellation)
    {
        var file = Path.Combine(site.HubFolder, "hub.json");
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(file, cancellation))!;
        settings["supervisedOffices"] = new JsonArray(SampleOffices.Government, SampleOffices.GeneralOffice);
        settings["bodyTypes"] = new JsonArray([.. site.Options.BodyTypes.Select(type => (JsonNode)type)]);
        await File.WriteAllTextAsync(file, settings.ToJsonString(), cancellation);
    }

    /// <summary>Two ports that nobody uses now; held both at once, so that they differ.</summary>
    private static (int First, int Second) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}
