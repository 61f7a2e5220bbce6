using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using DocExchange.Node;
using DocExchange.Node.HubLink;
using DocExchange.Node.Monitoring;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Pages;
using DocExchange.Pages.Monitoring;
using DocExchange.Tests.House;
using DocExchange.Tests.Pages.Monitoring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Node.Monitoring;

/// <summary>A running node as whoever watches over it sees it, beside its pages, without a hub.</summary>
public sealed class NodeMonitoringTests
{
    private readonly FakeTimeProvider clock = new(NodeSite.Now);
    private NodeSite site = null!;
    private WebApplication application = null!;
    private HttpClient watcher = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        site = new NodeSite();
        await File.WriteAllTextAsync(Path.Combine(site.Folder.Root, "settings.json"), """{ "Monitoring": { "Address": "127.0.0.1:0", "DiskWarningMiB": 0, "DiskWarningPercent": 0 } }""");
        application = NodeApplication.Build(site.Folder, site.Node, new PagesSettings { Address = "127.0.0.1:0" }, services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));
        Part<LinkStatus>().Switch(false);
        await application.StartAsync();
        watcher = new HttpClient { BaseAddress = new Uri(Part<MonitoringDoor>().Address!) };
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        watcher.Dispose();
        await application.StopAsync();
        await application.DisposeAsync();
        site.Dispose();
    }

    [Test]
    public void Has_the_metrics_that_are_described()
    {
        using var meters = new MeterReader(Part<NodeGauges>().Meter);

        Assert.That(Repository.Table("README.md", "Metrics of a node").Select(row => $"{row[0]} {row[1]} {row[2]}".Replace("  ", " ", StringComparison.Ordinal)), Is.EquivalentTo(meters.Described));
    }

    [Test]
    public async Task Gives_out_its_own_metrics_and_the_runtimes_as_Prometheus_reads_them()
    {
        await Part<StatementQueue>().AddAsync([NodeSite.Dispatch(1)], null, CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(90));

        var text = await watcher.GetStringAsync(MonitoringSetup.Metrics);

        var lines = text.Split('\n').Where(line => !line.StartsWith('#')).Select(line => line.Split(' ')).Where(parts => parts.Length > 1)
            .GroupBy(parts => parts[0].Split('{')[0]).ToDictionary(group => group.Key, group => double.Parse(group.First()[1], System.Globalization.CultureInfo.InvariantCulture));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines["docexchange_node_queue_statements"], Is.EqualTo(1));
            Assert.That(lines["docexchange_node_queue_age_seconds"], Is.EqualTo(90).Within(1));
            Assert.That(lines["docexchange_node_hub_reachable"], Is.Zero);
            Assert.That(lines["docexchange_node_tls_expiry_days"], Is.GreaterThan(365));
            Assert.That(lines["docexchange_node_disk_free_bytes"], Is.GreaterThan(0));
            Assert.That(lines["dotnet_process_memory_working_set_bytes"], Is.GreaterThan(0));
            Assert.That(lines.Keys, Does.Contain("dotnet_process_cpu_time_seconds_total").And.Contain("target_info"));
            Assert.That(lines.Keys, Has.None.EqualTo("docexchange_node_checkpoint_age_seconds"), "None was seen.");
        }
    }

    [Test]
    public async Task Is_alive_and_ready_without_a_hub_and_says_how_the_link_does()
    {
        using var ready = JsonDocument.Parse(await watcher.GetStringAsync(MonitoringSetup.Ready));
        using var live = JsonDocument.Parse(await watcher.GetStringAsync(MonitoringSetup.Live));

        Assert.That((ready.RootElement.GetProperty("status").GetString(), live.RootElement.GetProperty("status").GetString()), Is.EqualTo(("ready", "alive")));
        Assert.That(
            ready.RootElement.GetProperty("parts").EnumerateArray().Select(part => $"{part.GetProperty("part")} {part.GetProperty("state")}"),
            Is.EqualTo(new[] { "records well", "audit-trail well", "disk well", "link well" }));
        Assert.That(ready.RootElement.GetProperty("parts")[3].GetProperty("what").GetString(), Is.EqualTo("SwitchedOff."));
    }

    [TestCase("/sign-in")]
    [TestCase("/")]
    [TestCase("/health")]
    [TestCase("/grpc.health.v1.Health/Check")]
    public async Task Answers_nothing_else_there(string path)
    {
        using var answer = await watcher.GetAsync(path);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Takes_nothing_in()
    {
        using var answer = await watcher.PostAsync(MonitoringSetup.Metrics, new StringContent("x"));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
    }

    [Test]
    public async Task Gives_out_no_metrics_to_browsers_nor_on_the_socket_whatever_host_they_name()
    {
        var address = DocExchange.Pages.Doors.PageDoor.AddressOf(Part<IServer>(), new PagesSettings { Address = "127.0.0.1:0" })!;
        Assert.That(address, Is.Not.EqualTo(Part<MonitoringDoor>().Address));
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(address) };
        using var clerk = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(site.Folder.Socket), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            BaseAddress = new Uri("http://localhost"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        foreach (var client in new[] { browser, clerk })
        {
            foreach (var path in new[] { MonitoringSetup.Metrics, MonitoringSetup.Ready })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };
                request.Headers.Host = new Uri(Part<MonitoringDoor>().Address!).Authority;
                using var answer = await client.SendAsync(request);
                Assert.That((int)answer.StatusCode, Is.Not.EqualTo(200).And.Not.EqualTo(500), $"{client.BaseAddress}{path}");
                Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain("docexchange_"));
            }
        }
    }

    [Test]
    public void Keeps_a_worry_among_the_alarms_for_as_long_as_it_lasts()
    {
        var bell = Part<AlarmBell>();
        bell.Raise("matter", "一件事", "A matter.");
        bell.Keep([new Worry("disk", "磁盘", "The disk."), new Worry("expiry", "到期", "A certificate.")]);
        var both = bell.Newest().Select(alarm => alarm.English).Order().ToList();
        bell.Keep([new Worry("disk", "磁盘更满", "The disk, more so.")]);
        var one = bell.Newest().Select(alarm => alarm.English).Order().ToList();
        bell.Keep([]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(both, Is.EqualTo(new[] { "A certificate.", "A matter.", "The disk." }));
            Assert.That(one, Is.EqualTo(new[] { "A matter.", "The disk, more so." }));
            Assert.That(bell.Newest().Select(alarm => alarm.English), Is.EqualTo(new[] { "A matter." }));
        }
    }

    [TestCase("0.0.0.0")]
    [TestCase("localhost:9465")]
    [TestCase("9465")]
    public void Names_an_address_that_is_none(string address) => Assert.That(() => MonitoringDoor.At(address), Throws.TypeOf<FormatException>().With.Message.Contains($"'{address}' is not an IP address and a port"));

    private T Part<T>()
        where T : notnull => application.Services.GetRequiredService<T>();
}
