using System.Collections.Concurrent;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Delivery;
using DocExchange.Hub.FullText;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Submission;
using DocExchange.Hub.Supervision;
using DocExchange.Protocol;
using DocExchange.Tests.Durability;
using DocExchange.Trust.Keys;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Hub.Operations;

/// <summary>A hub in this process on a folder of its own, without listeners: statements and packages go in, mailboxes come out.</summary>
internal sealed class HubUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder folder = new();
    private readonly Action<IServiceCollection>? change;
    private readonly Dictionary<string, (long Number, StatementId? Head)> chains = [];
    private readonly ConcurrentQueue<LoggedStatement> seen = new();
    private readonly SemaphoreSlim appended = new(0);
    private ServiceProvider services = null!;
    private ApplicationEnd lifetime = new();
    private TaskCompletionSource stop = null!;
    private Task running = null!;

    private HubUnderTest(ExchangeSite site, Action<IServiceCollection>? change)
    {
        Site = site;
        this.change = change;
    }

    public ExchangeSite Site { get; }

    public HubFolder Folder => new(folder.Path);

    public FakeTimeProvider Clock { get; } = new(ExchangeSite.Start.AddHours(1));

    public LogBook Log { get; } = new();

    public ILedgerStore Ledger => Get<ILedgerStore>();

    public ICatalogue Catalogue => Get<ICatalogue>();

    public LedgerWriter Writer => Get<LedgerWriter>();

    /// <summary>It stopped by itself and waits to be started again.</summary>
    public bool HasGivenUp => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <param name="change">Replaces stores by ones that fail.</param>
    public static async Task<HubUnderTest> StartAsync(Action<IServiceCollection>? change = null)
    {
        var hub = new HubUnderTest(await ExchangeSite.GetAsync(), change);
        hub.Site.CopyTo(hub.folder.Path);
        await hub.UpAsync();
        return hub;
    }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public object Get(Type part) => services.GetRequiredService(part);

    /// <summary>A service as the host makes one for each call.</summary>
    public T Make<T>() => ActivatorUtilities.CreateInstance<T>(services);

    /// <summary>Stops and starts again on what lies on disk.</summary>
    public async Task RestartAsync(bool withoutCatalogue = false)
    {
        await DownAsync();
        if (withoutCatalogue)
        {
            CatalogueFiles.Delete(Folder);
        }

        await UpAsync();
    }

    /// <summary>Starts again after it gave up, as whatever watches over services does; its last words do not matter.</summary>
    public async Task StartAgainAsync()
    {
        try
        {
            await DownAsync();
        }
        catch (IOException)
        {
        }

        await UpAsync();
    }

    /// <summary>Waits until the full-text index reflects the whole ledger.</summary>
    public async Task IndexAsync()
    {
        await Catalogue.WaitForAsync(Ledger.Size, CancellationToken.None);
        await Get<FullTextFeed>().CatchUpAsync(null, CancellationToken.None);
    }

    /// <summary>Stops, lets something happen to the folder, and starts again.</summary>
    public async Task RestartAfterAsync(Action change)
    {
        await DownAsync();
        change();
        await UpAsync();
    }

    /// <summary>Signs the next statement of the issuer's chain.</summary>
    /// <param name="edit">Changes it before it is signed.</param>
    public async Task<SignedStatement> SignAsync(
        StatementType type, PartyId issuer, StatementBody? body = null, DocumentId? document = null, Func<Statement, Statement>? edit = null, ISigningKey? key = null, StatementId? subject = null)
    {
        var chain = $"{issuer}#1";
        var (number, head) = chains.GetValueOrDefault(chain);
        var statement = new Statement
        {
            Exchange = ExchangeSite.Exchange,
            Type = type,
            Issuer = issuer,
            Actor = issuer.IsMachine ? null : new Actor("zhang", "张三", Roles.For(type) is [var role, ..] ? role : Roles.Clerk, "password"),
            ClaimedAt = Clock.GetUtcNow(),
            Document = document,
            Subject = subject,
            Chain = new ChainPosition(chain, number + 1, head),
            Body = body ?? new PlainBody(),
        };
        key ??= issuer.IsMachine ? Site.Nodes[issuer].Machine : Site.Offices[issuer].Key;
        return await SignedStatement.SignAsync(edit is null ? statement : edit(statement), key, CancellationToken.None);
    }

    /// <summary>Hands a statement in as its node would, and remembers it as head of its chain when it is taken.</summary>
    public async Task<LoggedEntry> PostAsync(SignedStatement signed, PartyId? node = null)
    {
        var issuer = signed.Statement.Issuer;
        var caller = node ?? (issuer.IsMachine ? issuer : Site.Offices[issuer].Node);
        var objects = signed.RecipientObject is { } list ? new[] { (ReadOnlyMemory<byte>)list } : [];
        var authentic = await Get<StatementIntake>().JudgeAsync(signed.Cms, objects, caller, CancellationToken.None);
        var logged = await Writer.SubmitAsync(authentic.Signed, authentic.Signer, caller, CancellationToken.None).WaitAsync(Patience);
        var chain = signed.Statement.Chain;
        if (chain.Number > chains.GetValueOrDefault(chain.ChainId).Number)
        {
            chains[chain.ChainId] = (chain.Number, signed.Id);
        }

        return logged;
    }

    public async Task<LoggedEntry> ActAsync(StatementType type, PartyId issuer, StatementBody? body = null, DocumentId? document = null, StatementId? subject = null) =>
        await PostAsync(await SignAsync(type, issuer, body, document, subject: subject));

    public Task<Wire.UploadReply> UploadAsync(TestPackage package, PartyId? node = null) => UploadAsync(package.Id, package.Bytes, node);

    public Task<Wire.UploadReply> UploadAsync(PackageId id, byte[] bytes, PartyId? node = null, ulong? size = null)
    {
        var chunks = bytes.Chunk(256 * 1024).Select((chunk, at) => at > 0
            ? new Wire.UploadRequest { Chunk = ByteString.CopyFrom(chunk) }
            : new Wire.UploadRequest { PackageId = id.Value.ToWire(), Size = size ?? (ulong)bytes.Length, Chunk = ByteString.CopyFrom(chunk) });
        return Get<PackageUploads>().ReceiveAsync(new StreamedRequests<Wire.UploadRequest>(chunks), node ?? ExchangeSite.SenderNode, CancellationToken.None);
    }

    /// <summary>Posts the Dispatched, uploads the package, and waits for the hub's word.</summary>
    public async Task<LoggedStatement> DispatchAsync(TestPackage package)
    {
        await ActAsync(StatementType.Dispatched, ExchangeSite.GeneralOffice, package.Dispatch, package.Document);
        await UploadAsync(package);
        return await WaitForAsync(logged => logged.Statement.Document == package.Document && logged.Statement.Type is StatementType.Accepted or StatementType.Rejected);
    }

    public Task<LoggedEntry> DeliverAsync(TestPackage package, PartyId recipient) => ActAsync(
        StatementType.Delivered, Site.Offices[recipient].Node, new DeliveredBody(recipient, package.Id), package.Document);

    /// <summary>The first logged statement of this kind, now or as it comes.</summary>
    public async Task<LoggedStatement> WaitForAsync(Func<LoggedStatement, bool> wanted)
    {
        while (true)
        {
            if (seen.FirstOrDefault(wanted) is { } found)
            {
                return found;
            }

            Assert.That(await appended.WaitAsync(Patience), Is.True, "The hub did not log what was waited for.");
        }
    }

    /// <summary>What lies in a node's mailbox.</summary>
    public async Task<IReadOnlyList<LoggedStatement>> MailboxAsync(PartyId node)
    {
        await Catalogue.WaitForAsync(Ledger.Size, CancellationToken.None);
        return [.. Catalogue.Mailbox(node.ToString(), 0, 10_000).Select(Get<DocumentReplay>().Read)];
    }

    /// <summary>What a node is sent that follows its mailbox from its beginning to its end.</summary>
    public async Task<IReadOnlyList<Wire.MailboxEntry>> WatchAsync(PartyId node)
    {
        await Catalogue.WaitForAsync(Ledger.Size, CancellationToken.None);
        using var end = new CancellationTokenSource();
        var events = new StreamedReplies<Wire.WatchEvent>(message =>
        {
            if (message.Checkpoint.Length > 0)
            {
                end.Cancel();
            }
        });
        await Get<MailboxFeed>().FollowAsync(node, 0, events, end.Token);
        return [.. events.Messages.Where(message => message.Entry is not null).Select(message => message.Entry)];
    }

    public async Task<byte[]> FetchAsync(PackageId package, PartyId node, long offset = 0)
    {
        var chunks = new StreamedReplies<Wire.PackageChunk>();
        await Get<PackageDelivery>().SendAsync(package.Value, offset, node, chunks, CancellationToken.None);
        return [.. chunks.Messages.SelectMany(message => message.Chunk)];
    }

    /// <summary>The refusal that something meets; a failed assertion when it meets none.</summary>
    public static async Task<RefusedException> RefusalOf(Func<Task> act) => (await Assert.CatchAsync<RefusedException>(act))!;

    /// <summary>Waits until all accepted packages that can be archived are.</summary>
    public async Task ArchiveAsync(Func<bool> isDone)
    {
        while (!isDone())
        {
            await Catalogue.WaitForAsync(Ledger.Size, CancellationToken.None);
            Assert.That(await Log.NextAsync(Patience), Is.True, "The archiver did nothing.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DownAsync();
        folder.Dispose();
        appended.Dispose();
    }

    private async Task UpAsync()
    {
        lifetime = new ApplicationEnd();
        var collection = HubHost.Services(Folder, HubSettings.Read(Folder.Settings)).AddSingleton<TimeProvider>(Clock).AddSingleton<IHostApplicationLifetime>(lifetime);
        collection.AddLogging(logging => logging.AddProvider(Log).SetMinimumLevel(LogLevel.Trace));
        change?.Invoke(collection);
        services = collection.BuildServiceProvider();
        stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        running = HubHost.WithWriterAsync(services, async writer =>
        {
            writer.Appended += Note;
            await Get<PackageIntake>().StartAsync(CancellationToken.None);
            await Get<Archiver>().StartAsync(CancellationToken.None);
            await Get<DeadlineWatch>().StartAsync(CancellationToken.None);
            up.SetResult();
            await stop.Task;
            await Get<DeadlineWatch>().StopAsync(CancellationToken.None);
            await Get<Archiver>().StopAsync(CancellationToken.None);
            await Get<PackageIntake>().StopAsync(CancellationToken.None);
            return true;
        });
        await Task.WhenAny(up.Task, running);
        if (!up.Task.IsCompleted)
        {
            await running;
        }
    }

    private async Task DownAsync()
    {
        stop.TrySetResult();
        try
        {
            await running;
        }
        finally
        {
            await services.DisposeAsync();
        }
    }

    private void Note(IReadOnlyList<(LoggedStatement Logged, Effect Effect)> entries)
    {
        foreach (var (logged, _) in entries)
        {
            seen.Enqueue(logged);
        }

        appended.Release();
    }
}
