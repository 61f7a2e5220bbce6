using System.Security.Cryptography;
using DocExchange.Cli;
using DocExchange.Cli.Demo;
using DocExchange.Cli.Processes;
using DocExchange.Protocol;
using DocExchange.Protocol.Local.V1;
using Google.Protobuf;
using Grpc.Core;

namespace DocExchange.Hammer.Exchange;

/// <summary>A node process, its desk as its people reach it, and the offices it hosts.</summary>
internal sealed class HammerNode(string name, string folder, IReadOnlyList<string> offices, string log, TimeSpan limit, string pages = "none") : IService, IAsyncDisposable
{
    private const int ChunkSize = 256 * 1024;

    private static readonly Person Clerk = new() { Id = "clerk", Name = "收文员", Role = "clerk" };

    private ProductProcess? process;
    private LocalSocket? socket;

    public string Name => name;

    public string Folder => folder;

    public IReadOnlyList<string> Offices => offices;

    public ProductProcess Process => process ?? throw new InvalidOperationException($"The node {name} is not running.");

    public Desk.DeskClient Desk { get; private set; } = null!;

    public async Task StartAsync(CancellationToken cancellation)
    {
        process = ProductProcess.Start(name, Executable.Node, log, "run", "--data", folder, "--pages", pages);
        await process.WaitUntilReadyAsync(limit, cancellation);
        socket ??= LocalSocket.ToNode(folder);
        Desk ??= new Desk.DeskClient(socket.Channel);
    }

    public Task KillAsync() => Kill.ProcessAsync(Process);

    public async Task StopAsync()
    {
        if (process is not null)
        {
            await process.DisposeAsync();
            process = null;
        }
    }

    public async Task<SendReply> SendAsync(string title, IReadOnlyList<string> recipients, IReadOnlyList<OutgoingFile> files, CancellationToken cancellation)
    {
        var draft = new Draft
        {
            Office = SampleOffices.GeneralOffice,
            Issuers = { SampleOffices.Government },
            Title = title,
            AgencyCode = SampleOffices.AgencyCode,
            DocumentType = "意见",
            Addressing = new Addressing { Main = { recipients } },
            Files = { files.Select(file => new FileName { Name = file.Name, Size = (ulong)file.Size }) },
            Person = SamplePeople.Dispatcher,
        };
        using var call = Desk.Send(cancellationToken: cancellation);
        var chunks = files.SelectMany(file => file.Pieces(ChunkSize)).Select(chunk => new SendRequest { Chunk = UnsafeByteOperations.UnsafeWrap(chunk) });
        return await call.SendAsync(chunks.Prepend(new SendRequest { Draft = draft }).ToAsyncEnumerable(), cancellation);
    }

    public Task<ActReply> SignForAsync(string document, string office, CancellationToken cancellation) => ActAsync(document, office, "SignedFor", "", cancellation);

    public Task<ActReply> ActAsync(string document, string office, string type, string text, CancellationToken cancellation) =>
        Desk.ActAsync(new ActRequest { Office = office, DocumentId = document, Type = type, Text = text, Person = Clerk }, cancellationToken: cancellation).ResponseAsync;

    /// <summary>Every line of the inbox, newest first.</summary>
    public Task<List<ListedDocument>> InboxAsync(CancellationToken cancellation) =>
        LinesAsync(request => Desk.ListInboxAsync(request, cancellationToken: cancellation).ResponseAsync);

    /// <summary>Every line of the outbox, newest first.</summary>
    public Task<List<ListedDocument>> OutboxAsync(CancellationToken cancellation) =>
        LinesAsync(request => Desk.ListOutboxAsync(request, cancellationToken: cancellation).ResponseAsync);

    /// <returns>The SHA-256 of the package as this node keeps it, hexadecimal; empty where it has none.</returns>
    public async Task<string> PackageDigestAsync(string document, CancellationToken cancellation)
    {
        try
        {
            using var call = Desk.Save(new SaveRequest { DocumentId = document }, cancellationToken: cancellation);
            using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await foreach (var chunk in call.ResponseStream.ReadAllAsync(cancellation))
            {
                digest.AppendData(chunk.Chunk.Span);
            }

            return Convert.ToHexStringLower(digest.GetHashAndReset());
        }
        catch (RpcException fault) when (fault.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition or StatusCode.PermissionDenied)
        {
            return "";
        }
    }

    private static async Task<List<ListedDocument>> LinesAsync(Func<ListRequest, Task<ListReply>> list)
    {
        var lines = new List<ListedDocument>();
        var page = new ListReply();
        do
        {
            page = await list(new ListRequest { Limit = 500, Page = page.Next });
            lines.AddRange(page.Documents);
        }
        while (page.Next.Length > 0);
        return lines;
    }

    public async ValueTask DisposeAsync()
    {
        socket?.Dispose();
        await StopAsync();
    }
}
