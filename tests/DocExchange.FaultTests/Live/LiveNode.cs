using System.Security.Cryptography.X509Certificates;
using DocExchange.Node;
using DocExchange.Node.Auditing;
using DocExchange.Node.HubLink;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;
using DocExchange.Pages;
using DocExchange.Protocol;
using DocExchange.Protocol.Local.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DocExchange.FaultTests.Live;

/// <summary>A node in this process, started as its program starts it, and started again when it gives up.</summary>
internal sealed class LiveNode(DataFolder folder) : IAsyncDisposable
{
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    private WebApplication? application;

    // Opened once: their password is stretched for longer than all else of a start takes.
    private KeyRing? keys;
    private X509Certificate2? tls;
    private GrpcChannel? channel;

    public DataFolder Folder => folder;

    /// <summary>Where it finds the hub; null for what its enrolment said.</summary>
    public string? HubAddress { get; set; }

    /// <summary>Puts other parts into the place of its own.</summary>
    public Action<IServiceCollection> Adapt { get; set; } = _ => { };

    public Desk.DeskClient Desk { get; private set; } = null!;

    /// <summary>It stopped by itself and waits to be started again.</summary>
    public bool HasGivenUp => application is null || application.Lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>How often it was started again after it gave up.</summary>
    public int Restarts { get; private set; }

    public async Task StartAsync()
    {
        var node = NodeFile.Read(folder);
        keys ??= KeyRing.Open(folder, node);
        tls ??= KeyRing.OpenTls(folder);
        application = NodeApplication.Build(folder, HubAddress is { } address ? node with { HubAddress = address } : node, PagesSettings.Read(folder.PagesSettings), services =>
        {
            services.AddSingleton(keys).AddSingleton(tls);
            services.Configure<HubLinkOptions>(options => (options.FirstPause, options.LongestPause) = (TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(200)));
            Adapt(services);
        });
        application.Services.GetRequiredService<WitnessedBook>().RememberOwnKey();
        File.Delete(folder.Socket);
        await application.StartAsync();
        channel = LocalSocket.Open(folder.Socket);
        Desk = new Desk.DeskClient(channel);
    }

    public async Task StopAsync()
    {
        channel?.Dispose();
        if (application is { } running)
        {
            application = null;
            await running.StopAsync();
            await running.DisposeAsync();
        }
    }

    /// <summary>Tries until it runs, as a service manager does.</summary>
    public async Task StartIfGivenUpAsync()
    {
        while (HasGivenUp)
        {
            try
            {
                await StopAsync();
                await StartAsync();
                Restarts++;
            }
            catch (IOException)
            {
                // The write that failed was one of the start: it fails once.
                await StopAsync();
            }
        }
    }

    public T Get<T>()
        where T : notnull => application!.Services.GetRequiredService<T>();

    public async Task<SendReply> SendAsync(string title, Func<Stream>? attachment = null, long size = 0)
    {
        var draft = new Draft
        {
            Office = LiveExchange.Sender,
            Title = title,
            DocumentType = "意见",
            AgencyCode = "京政发",
            Addressing = new Addressing { Main = { "all" } },
            Person = new Person { Id = "li", Name = "李四", Role = "dispatcher" },
            Files = { new FileName { Name = "意见.pdf", Size = (ulong)Body.Length } },
        };
        if (attachment is not null)
        {
            draft.Files.Add(new FileName { Name = "附件.bin", Size = (ulong)size });
        }

        using var call = Desk.Send();
        return await call.SendAsync(PiecesAsync(), CancellationToken.None);

        async IAsyncEnumerable<SendRequest> PiecesAsync()
        {
            yield return new SendRequest { Draft = draft };
            yield return new SendRequest { Chunk = ByteString.CopyFrom(Body) };
            if (attachment is null)
            {
                yield break;
            }

            await using var content = attachment();
            var buffer = new byte[512 * 1024];
            for (int read; (read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false)) > 0;)
            {
                yield return new SendRequest { Chunk = ByteString.CopyFrom(buffer, 0, read) };
            }
        }
    }

    public Task<ActReply> SignForAsync(string document) => Desk.ActAsync(new ActRequest
    {
        Office = LiveExchange.Recipient,
        DocumentId = document,
        Type = "SignedFor",
        Person = new Person { Id = "zhang", Name = "张三", Role = "clerk" },
    }).ResponseAsync;

    public async Task<IReadOnlyList<ListedDocument>> InboxAsync() => [.. (await Desk.ListInboxAsync(new ListRequest { Office = LiveExchange.Recipient, Limit = 500 })).Documents];

    public async Task<IReadOnlyList<ListedDocument>> OutboxAsync() => [.. (await Desk.ListOutboxAsync(new ListRequest { Office = LiveExchange.Sender, Limit = 500 })).Documents];

    public async Task<NodeStatus> StatusAsync() => await Desk.GetStatusAsync(new GetNodeStatusRequest());

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        keys?.Dispose();
        tls?.Dispose();
    }
}
