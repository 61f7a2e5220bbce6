using DocExchange.Core.Operating;
using DocExchange.Core.Supervision;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Protocol;
using DocExchange.Node.Auditing;
using DocExchange.Node.Backups;
using DocExchange.Node.Desk;
using DocExchange.Node.DeskPages;
using DocExchange.Node.DeskPages.Board;
using DocExchange.Node.DeskPages.Drafts;
using DocExchange.Node.DeskPages.Inbox;
using DocExchange.Node.DeskPages.Outbox;
using DocExchange.Node.DeskPages.People;
using DocExchange.Node.DeskPages.Previews;
using DocExchange.Node.DeskPages.Registers;
using DocExchange.Node.Drafts;
using DocExchange.Node.Enrolling;
using DocExchange.Node.HubLink;
using DocExchange.Node.Inbox;
using DocExchange.Node.Keys;
using DocExchange.Node.Monitoring;
using DocExchange.Node.OaApi;
using DocExchange.Node.Offices;
using DocExchange.Node.Outbox;
using DocExchange.Node.Receiving;
using DocExchange.Node.Records;
using DocExchange.Pages;
using DocExchange.Pages.Accounts;
using DocExchange.Pages.Doors;
using DocExchange.Pages.Monitoring;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace DocExchange.Node;

/// <summary>The running node: the desk on a Unix socket in the data folder, and the link to the hub.</summary>
internal static class NodeApplication
{
    private const int MostFormValues = 10_000;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static async Task RunAsync(DataFolder folder, string? pagesAddress, CancellationToken cancellation)
    {
        _ = NodeFile.Read(folder);
        using var only = folder.Claim();
        KeyRenewal.Finish(folder);
        folder.EmptyScratch();
        var pages = PagesSettings.Read(folder.PagesSettings, pagesAddress);
        await using var application = Build(folder, NodeFile.Read(folder), pages);
        // Before anything starts: without its keys the node cannot work.
        _ = application.Services.GetRequiredService<KeyRing>();
        application.Services.GetRequiredService<WitnessedBook>().RememberOwnKey();
        var trail = application.Services.GetRequiredService<AuditTrail>();
        trail.Append(new AuditedAct("start", Environment.UserName, "done", new Dictionary<string, string> { ["version"] = NodeOverview.Version }));
        File.Delete(folder.Socket);
        await application.StartAsync(cancellation);
        File.SetUnixFileMode(folder.Socket, OwnerOnly);
        if (PageDoor.AddressOf(application.Services.GetRequiredService<IServer>(), pages) is { } address)
        {
            Console.WriteLine($"pages {address}");
        }

        if (application.Services.GetRequiredService<MonitoringDoor>().Address is { } watched)
        {
            Console.WriteLine($"monitoring {watched}");
        }

        Console.WriteLine("ready");
        await application.WaitForShutdownAsync(cancellation);
        trail.Append(new AuditedAct("stop", Environment.UserName, "done", new Dictionary<string, string>()));
        var (records, accounts) = (application.Services.GetRequiredService<NodeRecords>(), application.Services.GetRequiredService<AccountBook>());
        if (records.Broken.IsCancellationRequested || accounts.Broken.IsCancellationRequested)
        {
            throw DurableDatabase.MustStartAgain("node", records.Fault ?? accounts.Fault);
        }
    }

    /// <param name="adapt">Puts something else in the place of a part, such as another clock.</param>
    public static WebApplication Build(DataFolder folder, NodeFile node, PagesSettings pages, Action<IServiceCollection>? adapt = null)
    {
        folder.Create();
        var builder = PagesSetup.CreateBuilder(folder.Root);
        NodeSettings.Load(builder.Configuration, folder.Settings);
        builder.Services.AddSerilog(logger => logger
            .MinimumLevel.Override("Microsoft.AspNetCore", LogEventLevel.Warning)
            .MinimumLevel.Override("Grpc", LogEventLevel.Warning)
            // The cookies' keys lie in a folder of the owner, as all other keys do; it warns of that at each start.
            .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection", LogEventLevel.Error)
            .WriteTo.File(new CompactJsonFormatter(), Path.Combine(folder.Log, "node-.json"), rollingInterval: RollingInterval.Day, retainedFileCountLimit: 90, fileSizeLimitBytes: 256 << 20, rollOnFileSizeLimit: true)
            .WriteTo.Console(restrictedToMinimumLevel: LogEventLevel.Warning, standardErrorFromLevel: LogEventLevel.Verbose));
        var monitoring = MonitoringOptions.DoorOf(builder.Configuration);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(folder.Socket, listen => listen.Protocols = HttpProtocols.Http2);
            monitoring.Listen(kestrel);
            PageDoor.Listen(kestrel, pages, folder.PagesCertificate);
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        AddParts(builder.Services, folder, node);
        builder.Services.AddSingleton<TimeProvider>(provider => new SiteClock(CalendarText.ParseZone(provider.GetRequiredService<IOptions<DeskOptions>>().Value.TimeZone)));
        AddMonitoring(builder.Services, monitoring);
        builder.Services.AddPages<DeskFrame>(pages, PagesFilesOf(folder)).AddPeople();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<RequestDrain>();
            grpc.Interceptors.Add<RefusalInterceptor>();
            grpc.Interceptors.Add<SocketSignIn>();
            grpc.Interceptors.Add<DeskAudit>();
            grpc.MaxReceiveMessageSize = 2 * 1024 * 1024;
        });
        builder.Services.AddGrpcHealthChecks().AddCheck<ConditionCheck>("node");
        builder.Services.AddGrpcReflection();
        adapt?.Invoke(builder.Services);

        var application = builder.Build();
        application.MapMonitoring(monitoring);
        application.MapPages(site =>
        {
            OutboxEndpoints.Map(site);
            PeopleEndpoints.Map(site);
            site.MapOaApi();
            ReceivedFiles.Map(site);
            Acknowledging.Map(site);
            DossierDownloads.Map(site);
            InRegisterBook.Map(site);
        });
        application.MapGrpcService<DeskService>();
        application.MapGrpcService<DraftingService>();
        application.MapGrpcService<SealQueueService>();
        application.MapGrpcService<StaffService>();
        application.MapGrpcService<RegistersService>();
        application.MapGrpcService<ReceptionService>();
        application.MapGrpcService<AuditService>();
        application.MapGrpcService<LedgerRelay>();
        application.MapGrpcHealthChecksService();
        application.MapGrpcReflectionService();
        application.Services.GetRequiredService<PackageShelf>().Sweep(application.Services.GetRequiredService<NodeRecords>());
        application.Services.GetRequiredService<DraftShelf>().Sweep(application.Services.GetRequiredService<NodeRecords>());
        application.Services.GetRequiredService<ReceivedLines>().Complete();
        // Without its databases a node can do nothing, and what it holds in memory may be more than they have: it goes down, to be started again.
        application.Services.GetRequiredService<NodeRecords>().Broken.Register(application.Lifetime.StopApplication);
        application.Services.GetRequiredService<AccountBook>().Broken.Register(application.Lifetime.StopApplication);
        _ = monitoring.IsOpen ? application.Services.GetRequiredService<NodeGauges>() : null;
        return application;
    }

    private static void AddMonitoring(IServiceCollection services, MonitoringDoor monitoring)
    {
        services.AddOptions<MonitoringOptions>().BindConfiguration("Monitoring").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(monitoring).AddSingleton<NodeWorries>().AddSingleton<NodeGauges>().AddSingleton<ICondition, NodeCondition>();
        services.AddHostedService(provider => new WorryWatch(
            provider.GetRequiredService<NodeWorries>(), provider.GetRequiredService<AlarmBell>().Keep, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<WorryWatch>>()));
        if (monitoring.IsOpen)
        {
            services.AddMonitoring("docexchange-node", NodeOverview.Version, NodeGauges.Name);
        }
    }

    public static PagesFiles PagesFilesOf(DataFolder folder) => new(folder.People, folder.CookieKeys, folder.PagesCertificate);

    private static void AddParts(IServiceCollection services, DataFolder folder, NodeFile node)
    {
        services.AddOptions<HubLinkOptions>().BindConfiguration("HubLink").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<DeskOptions>().BindConfiguration("Desk").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(folder).AddSingleton(node).AddSingleton(SitePolicy.Read(folder.Policy));
        services.AddSingleton<IDisk, LocalDisk>();
        services.AddSingleton(provider => AuditTrail.Open(folder.AuditTrail, provider.GetRequiredService<IDisk>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<NodeRecords>().AddSingleton<ObjectFolder>().AddSingleton<AlarmBell>();
        services.AddSingleton(_ => KeyRing.Open(folder, node)).AddSingleton(_ => KeyRing.OpenTls(folder));
        services.AddSingleton<DirectoryCopy>().AddSingleton<TrustedAuthorities>();
        services.AddSingleton<StatementQueue>().AddSingleton<NumbersInHand>().AddSingleton<NumberRegister>().AddSingleton<IdentifierRegister>().AddSingleton<DraftElements>().AddSingleton<Acknowledgements>();
        services.AddSingleton<DocumentStates>().AddSingleton<EntryBook>().AddSingleton<PackageShelf>().AddSingleton<PackageVerification>().AddSingleton<Delivery>();
        services.AddSingleton<Listing>().AddSingleton<DeskPeople>().AddSingleton<Departure>().AddSingleton<Issuing>().AddSingleton<Drafting>()
            .AddSingleton<Sending>().AddSingleton<Composing>().AddSingleton<DraftStandings>().AddSingleton<Countersigning>().AddSingleton<Dispatching>()
            .AddSingleton<Acting>().AddSingleton<SealStopping>().AddSingleton<LedgerStandings>().AddSingleton<Reading>().AddSingleton<Dossiers>().AddSingleton<NodeOverview>().AddSingleton<DeskService>();
        services.AddSingleton<SealUses>().AddSingleton<SentRegister>().AddSingleton<Boards>().AddSingleton<OutboxBook>().AddSingleton<DraftShelf>().AddSingleton<DraftBook>().AddSingleton<DraftChecks>().AddSingleton<Freezing>()
            .AddSingleton<Sealing>().AddSingleton<DraftDeparture>().AddSingleton<Corrections>().AddSingleton<UrgeRequests>().AddSingleton<ArchiveNumbers>().AddSingleton<Succession>();
        services.AddHostedService(provider => provider.GetRequiredService<Succession>());
        services.AddScoped<DraftUploads.Desktop>().AddScoped<SocketCaller>().AddScoped<PrintedSheets>().AddSingleton<DraftSheets>().AddSingleton<PackageHandover>();
        // A form holds one box an office, and a file where there is no script; what may be sent where is said at each address.
        services.Configure<FormOptions>(forms => (forms.ValueCountLimit, forms.MultipartBodyLengthLimit) = (MostFormValues, long.MaxValue));
        services.AddSingleton<ReceivedLines>().AddSingleton<ReceivedList>().AddSingleton<InRegister>().AddSingleton<RegisterNumbers>().AddSingleton<UrgentNotice>()
            .AddSingleton<ReceivedDocuments>().AddSingleton<ReceivingActs>().AddSingleton<ArrivalHook>().AddSingleton<InRegisterBook>().AddSingleton<RegisterTables>().AddSingleton<VerificationReport>().AddSingleton<BodyPreview>().AddSingleton<ReceivedRegister>().AddHostedService(provider => provider.GetRequiredService<ArrivalHook>());
        services.AddSingleton<EvidenceFolder>().AddSingleton<IWitnessMemory, WitnessMemory>().AddSingleton<WitnessDuty>().AddSingleton<WitnessedBook>().AddSingleton<WitnessLoop>();
        services.AddSingleton<LinkStatus>().AddSingleton<RecipientLinks>().AddSingleton<CheckpointGuard>().AddSingleton<DirectoryRefresh>().AddSingleton<RenewedSeals>().AddSingleton<ClockWatch>().AddSingleton<ReportLoop>()
            .AddSingleton<MailboxLoop>().AddSingleton<UploadLoop>().AddSingleton<FetchLoop>().AddSingleton<PostLoop>();
        services.AddSingleton(provider => new NodeBackup(
            folder, node, provider.GetRequiredService<NodeRecords>(), provider.GetRequiredService<AuditTrail>(), provider.GetRequiredService<IDisk>(), provider.GetRequiredService<TimeProvider>(), provider.GetService<AccountBook>)).AddSingleton<BackupDesk>();
        services.AddOaApi();
        services.AddHostedService<HubLinkService>();
    }
}
