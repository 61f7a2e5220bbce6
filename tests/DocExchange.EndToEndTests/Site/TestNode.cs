using System.Text.Json.Nodes;
using DocExchange.Protocol;
using DocExchange.Protocol.Local.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace DocExchange.EndToEndTests.Site;

/// <summary>A node of the site: a real process with keys and data folder of its own.</summary>
internal sealed class TestNode(string id, string folder, IReadOnlyList<string> offices) : IAsyncDisposable
{
    private const int ChunkSize = 512 * 1024;

    private ProductProcess? process;
    private GrpcChannel? channel;

    public string Id => id;

    public string Folder => folder;

    public IReadOnlyList<string> Offices => offices;

    public bool IsRunning => process is not null;

    public ProductProcess Process => process ?? throw new InvalidOperationException($"Node {id} is not running.");

    public Desk.DeskClient Desk { get; private set; } = null!;

    /// <summary>The clock it has from its next start on; null for this machine's.</summary>
    public MachineClock? Clock { get; set; }

    /// <summary>The folder of the programs it has from its next start on; null for this version's.</summary>
    public string? Programs { get; set; }

    public async Task StartAsync()
    {
        process = await ProductProcess.ServeAsync(Clock, Programs, "DocExchange.Node", "run", "--data", folder);
        channel?.Dispose();
        channel = LocalChannel.Open(Path.Combine(folder, "node.sock"));
        Desk = new Desk.DeskClient(channel);
    }

    /// <summary>Returns when the node has an office directory, which it needs to address anybody.</summary>
    public Task WaitForDirectoryAsync() => Eventually.TrueAsync(
        async () => (await Desk.GetStatusAsync(new GetNodeStatusRequest())).DirectoryVersion > 0, () => $"a directory at {id}: {Process.Output}");

    /// <summary>From its next start on, the node calls the hub at this address.</summary>
    public void CallHubAt(string address)
    {
        var path = Path.Combine(folder, "node.json");
        var settings = JsonNode.Parse(File.ReadAllText(path))!;
        settings["hubAddress"] = address;
        File.WriteAllText(path, settings.ToJsonString());
    }

    public async Task KillAsync()
    {
        await Process.KillAsync();
        await Process.DisposeAsync();
        process = null;
    }

    /// <returns>The exit code after SIGTERM.</returns>
    public async Task<int> StopAsync()
    {
        var code = await Process.StopAsync();
        await Process.DisposeAsync();
        process = null;
        return code;
    }

    /// <summary>Sends a document; files are name and content.</summary>
    public async Task<SendReply> SendAsync(Draft draft, params (string Name, Func<Stream> Open, long Size)[] files)
    {
        draft.Files.AddRange(files.Select(file => new FileName { Name = file.Name, Size = (ulong)file.Size }));
        using var call = Desk.Send();
        return await call.SendAsync(PiecesAsync(), CancellationToken.None);

        async IAsyncEnumerable<SendRequest> PiecesAsync()
        {
            yield return new SendRequest { Draft = draft };
            var buffer = new byte[ChunkSize];
            foreach (var file in files)
            {
                await using var content = file.Open();
                for (int read; (read = await content.ReadAtLeastAsync(buffer, ChunkSize, throwOnEndOfStream: false)) > 0;)
                {
                    yield return new SendRequest { Chunk = ByteString.CopyFrom(buffer, 0, read) };
                }
            }
        }
    }

    public Task<ActReply> ActAsync(string office, string document, string type, string text = "", params string[] recipients)
    {
        var request = new ActRequest { Office = office, DocumentId = document, Type = type, Text = text, Person = Person(office) };
        request.Recipients.AddRange(recipients);
        return Desk.ActAsync(request).ResponseAsync;
    }

    /// <summary>Signs for a document as soon as it is in the office's inbox, as a clerk would.</summary>
    public async Task SignForAsync(string office, string document)
    {
        await WaitForArrivalAsync(office, document);
        await ActAsync(office, document, "SignedFor");
    }

    public Task WaitForArrivalAsync(string office, string document) => Eventually.TrueAsync(
        async () => (await InboxAsync(office)).Any(listed => listed.Summary.DocumentId == document && listed.State == "Delivered"),
        () => $"{document} in the inbox of {office}: {Process.Output}",
        TimeSpan.FromMinutes(2));

    public async Task<IReadOnlyList<ListedDocument>> InboxAsync(string office) =>
        [.. (await Desk.ListInboxAsync(new ListRequest { Office = office })).Documents];

    public async Task<byte[]> SaveAsync(string document, string part = "")
    {
        using var call = Desk.Save(new SaveRequest { DocumentId = document, Part = part });
        using var content = new MemoryStream();
        await foreach (var chunk in call.ResponseStream.ReadAllAsync())
        {
            chunk.Chunk.WriteTo(content);
        }

        return content.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        channel?.Dispose();
        if (process is not null)
        {
            await process.DisposeAsync();
        }
    }

    private static Person Person(string office) => new() { Id = "zhang", Name = $"张三（{office}）", Role = office == TestSite.Sender ? "dispatcher" : "clerk" };
}
