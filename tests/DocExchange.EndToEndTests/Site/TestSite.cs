using System.Net.Security;
using System.Text;
using System.Text.Json.Nodes;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Directory = System.IO.Directory;

namespace DocExchange.EndToEndTests.Site;

/// <summary>A whole exchange on loopback: the hub and its nodes as processes, with a fresh PKI, in a temporary folder.</summary>
internal sealed class TestSite : IAsyncDisposable
{
    private readonly List<TestNode> nodes = [];
    private GrpcChannel? channel;
    private ProductProcess? hub;

    private readonly IReadOnlyDictionary<string, string> tokens;

    private bool isGivenBack;

    private TestSite(string suite, string folder, IReadOnlyDictionary<string, string> tokens) => (Suite, Folder, this.tokens) = (suite, folder, tokens);

    public const string Sender = "zf";

    public string Suite { get; }

    public string Folder { get; }

    public string HubFolder => Path.Combine(Folder, "hub");

    /// <summary>host:port of the nodes' listener.</summary>
    public string HubAddress { get; private set; } = "";

    /// <summary>host:port of the enrolment listener.</summary>
    public string EnrolmentAddress { get; private set; } = "";

    /// <summary>The clock the hub has from its next start on; null for this machine's.</summary>
    public MachineClock? HubClock { get; set; }

    /// <summary>The folder of the programs the hub has from its next start on; null for this version's.</summary>
    public string? HubPrograms { get; set; }

    public ProductProcess Hub => hub ?? throw new InvalidOperationException("The hub is not running.");

    public Administration.AdministrationClient Administration { get; private set; } = null!;

    public IReadOnlyList<TestNode> Nodes => nodes;

    /// <summary>The node of the General Office, which sends.</summary>
    public TestNode General => nodes[0];

    public IEnumerable<(TestNode Node, string Office)> Recipients => nodes.Skip(1).SelectMany(node => node.Offices.Select(office => (node, office)));

    /// <param name="hosted">One entry a recipient node: the offices it hosts. All are members of the group "all".</param>
    public static Task<TestSite> StartAsync(string suite, params string[][] hosted) => StartAsync(suite, new Dictionary<string, string>(), hosted);

    /// <param name="tokens">PKCS#11 URIs of the offices whose key for documents is on a token.</param>
    public static async Task<TestSite> StartAsync(string suite, IReadOnlyDictionary<string, string> tokens, params string[][] hosted)
    {
        var site = new TestSite(suite, Directory.CreateTempSubdirectory("docex-e2e-").FullName, tokens);
        return await site.SetUpOrEndAsync(hosted);
    }

    /// <summary>One that was set up and runs with the programs of an earlier version.</summary>
    /// <param name="programs">The folder that tools/publish.sh made of them.</param>
    public static Task<TestSite> StartEarlierAsync(string programs, string suite, params string[][] hosted)
    {
        var site = new TestSite(suite, Directory.CreateTempSubdirectory("docex-e2e-").FullName, new Dictionary<string, string>()) { HubPrograms = programs };
        return site.SetUpOrEndAsync(hosted);
    }

    public async Task StartHubAsync()
    {
        hub = await ProductProcess.ServeAsync(HubClock, HubPrograms, "DocExchange.Hub", "run", "--data", HubFolder);
        channel?.Dispose();
        channel = LocalChannel.Open(Path.Combine(HubFolder, "hub.sock"));
        Administration = new Administration.AdministrationClient(channel);
    }

    public async Task KillHubAsync()
    {
        await Hub.KillAsync();
        await Hub.DisposeAsync();
        hub = null;
    }

    /// <returns>The exit code after SIGTERM.</returns>
    public async Task<int> StopHubAsync()
    {
        var code = await Hub.StopAsync();
        await Hub.DisposeAsync();
        hub = null;
        return code;
    }

    /// <summary>A notice of the sender to everybody in the group "all".</summary>
    public static Draft Notice(string title, string agencyCode = "京政发") => new()
    {
        Office = Sender,
        Title = title,
        DocumentType = "意见",
        AgencyCode = agencyCode,
        Addressing = new Addressing { Main = { "all" } },
        Person = new Person { Id = "li", Name = "李四", Role = "dispatcher" },
    };

    /// <summary>A connection to the nodes' listener with a node's own certificate.</summary>
    public GrpcChannel ChannelAs(TestNode node)
    {
        var keys = Path.Combine(node.Folder, "keys");
        var password = File.ReadAllText(Path.Combine(node.Folder, "secrets", "key-password"));
        using var key = KeyPair.FromEncryptedPkcs8(File.ReadAllBytes(Path.Combine(keys, "tls.p8")), password);
        var certificate = Pkcs12KeyFile.ReadForTls(Pkcs12KeyFile.Write(key, Certificate.Parse(File.ReadAllBytes(Path.Combine(keys, "tls.cer"))), [], password, iterations: 1_000), password);
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                // Whom the test talks to is the hub it started.
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
                ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
            },
        };
        return GrpcChannel.ForAddress($"https://{HubAddress}", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }

    /// <summary>Waits until the hub's board fulfils a condition.</summary>
    public async Task<ArchivedDocument> WaitForAsync(string document, Func<ArchivedDocument, bool> condition, TimeSpan? limit = null)
    {
        ArchivedDocument? last = null;
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    last = await Administration.GetAsync(new GetDocumentRequest { DocumentId = document });
                    return condition(last);
                }
                catch (RpcException fault) when (fault.StatusCode is StatusCode.NotFound or StatusCode.Unavailable)
                {
                    return false;
                }
            },
            () => $"the board of {document}: {last?.Summary}; {string.Join(" ", last?.Rejections ?? [])}\n{Logs()}",
            limit);
        return last!;
    }

    /// <summary>Every recipient signs for the document at its own desk.</summary>
    public Task SignForAllAsync(string document) => Parallel.ForEachAsync(
        Recipients, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (recipient, _) => await recipient.Node.SignForAsync(recipient.Office, document));

    public async Task<byte[]> PackageFromArchiveAsync(string document)
    {
        using var call = Administration.GetPackage(new GetPackageRequest { DocumentId = document });
        using var content = new MemoryStream();
        await foreach (var chunk in call.ResponseStream.ReadAllAsync())
        {
            chunk.Chunk.WriteTo(content);
        }

        return content.ToArray();
    }

    public string Logs() => string.Join("\n", nodes.Where(node => node.IsRunning).Select(node => $"[{node.Id}] {node.Process.Output}").Append(hub is null ? "" : $"[hub] {hub.Output}"));

    /// <summary>The test went well and leaves the site as it found it: the next one may have it.</summary>
    public void GiveBack() => isGivenBack = true;

    public async ValueTask DisposeAsync()
    {
        if (isGivenBack)
        {
            isGivenBack = false;
            SharedSites.Take(this);
            return;
        }

        await EndAsync();
    }

    public async Task EndAsync()
    {
        channel?.Dispose();
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        if (hub is not null)
        {
            await hub.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>A site whose nodes are enrolled, and of which nothing runs any more: its folder.</summary>
    public static async Task<string> MakeFolderAsync(string suite, string[][] hosted)
    {
        var site = new TestSite(suite, Directory.CreateTempSubdirectory("docex-e2e-").FullName, new Dictionary<string, string>());
        site.TakeAddresses();
        await site.EnrolAllAsync(hosted);
        Assert.That(await site.StopHubAsync(), Is.Zero);
        site.channel?.Dispose();
        return site.Folder;
    }

    private async Task<TestSite> SetUpOrEndAsync(string[][] hosted)
    {
        try
        {
            await SetUpAsync(hosted);
            return this;
        }
        catch
        {
            await EndAsync();
            throw;
        }
    }

    private async Task SetUpAsync(string[][] hosted)
    {
        TakeAddresses();
        if (tokens.Count == 0 && HubPrograms is null && SiteTemplates.Has(hosted))
        {
            await SiteTemplates.CopyAsync(Suite, hosted, Folder);
            await MoveInAsync(hosted);
        }
        else
        {
            await EnrolAllAsync(hosted);
        }

        await Task.WhenAll(nodes.Select(node => node.StartAsync()));
        await Task.WhenAll(nodes.Select(node => node.WaitForDirectoryAsync()));
    }

    private void TakeAddresses() => (HubAddress, EnrolmentAddress) = ($"127.0.0.1:{FreePort.Take()}", $"127.0.0.1:{FreePort.Take()}");

    // The copy of a site at addresses of its own.
    private async Task MoveInAsync(string[][] hosted)
    {
        var path = Path.Combine(HubFolder, "hub.json");
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        (settings["address"], settings["enrolmentAddress"]) = (HubAddress, EnrolmentAddress);
        await File.WriteAllTextAsync(path, settings.ToJsonString());
        nodes.AddRange(NodesOf(hosted).Select(node => new TestNode(node.Id, Path.Combine(Folder, node.Id), node.Offices)));
        nodes.ForEach(node => node.CallHubAt(HubAddress));
        await StartHubAsync();
    }

    private static IEnumerable<(string Id, string[] Offices)> NodesOf(string[][] hosted) =>
        [("general", [Sender, "bgt"]), .. hosted.Select((offices, number) => ($"n{number + 1}", offices))];

    private async Task EnrolAllAsync(string[][] hosted)
    {
        var (code, output) = await ProductProcess.RunAsync(
            HubPrograms, "DocExchange.Hub", ["init", "--data", HubFolder, "--exchange", "test", "--organization", "市政府办公厅", "--address", HubAddress, "--enrolment", EnrolmentAddress]);
        Assert.That(code, Is.Zero, output);
        await StartHubAsync();
        await Administration.ImportOfficesAsync(new ImportOfficesRequest { Csv = ByteString.CopyFrom(Csv(hosted)) });
        foreach (var (id, offices) in NodesOf(hosted))
        {
            nodes.Add(await EnrolAsync(id, offices));
        }
    }

    private async Task<TestNode> EnrolAsync(string id, string[] offices)
    {
        var request = new InviteRequest { Node = id, Name = "节点 " + id };
        request.Offices.AddRange(offices);
        var invitation = await Administration.InviteAsync(request);
        var folder = Path.Combine(Folder, id);
        Directory.CreateDirectory(folder);
        var file = Path.Combine(Folder, id + ".invitation.json");
        await File.WriteAllBytesAsync(file, invitation.Invitation.ToByteArray());
        var (code, output) = await ProductProcess.RunAsync(
            HubPrograms, "DocExchange.Node", ["enrol", "--data", folder, "--invitation", file, "--suite", Suite, .. offices.Where(tokens.ContainsKey).SelectMany(office => new[] { "--token", $"{office}={tokens[office]}" })]);
        Assert.That(code, Is.Zero, output + "\n" + Hub.Output);
        return new TestNode(id, folder, offices) { Programs = HubPrograms };
    }

    private static byte[] Csv(string[][] hosted)
    {
        var csv = new StringBuilder("group,all,各单位\n");
        csv.Append("office,zf,市人民政府,市政府,,京政发,,,,,\n");
        csv.Append("office,bgt,市人民政府办公厅,市府办,,京政办发,,,,zf,\n");
        foreach (var office in hosted.SelectMany(offices => offices))
        {
            csv.Append($"office,{office},单位{office},{office},,,,,all,,010-{office.Length:D4}\n");
        }

        return Encoding.UTF8.GetBytes(csv.ToString());
    }
}
