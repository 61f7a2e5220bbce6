using DocExchange.Core.Operating;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Backups;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.ConsolePages;
using DocExchange.Hub.Delivery;
using DocExchange.Hub.Dossiers;
using DocExchange.Hub.FullText;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Monitoring;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Stamping;
using DocExchange.Hub.Submission;
using DocExchange.Hub.Supervision;
using DocExchange.Pages;
using DocExchange.Pages.Accounts;
using DocExchange.Pages.Doors;
using DocExchange.Pages.Monitoring;
using DocExchange.Protocol;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Hosting.Server;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace DocExchange.Hub.Operations;

/// <summary>Puts the hub together on its data folder and runs it.</summary>
internal static class HubHost
{
    public static async Task<int> RunAsync(HubFolder folder, string? pagesAddress, CancellationToken cancellation)
    {
        var settings = HubSettings.Read(folder.Settings);
        var pages = PagesSettings.Read(folder.PagesSettings, pagesAddress);
        var monitoring = settings.Monitoring;
        if (settings.ExternalAuthority && OutsideSetup.IsUnfinished(folder))
        {
            throw new FailedException(
                "SETUP",
                $"中心尚无证书。请先让证书颁发机构签发“{folder.Requests}”中的请求，再执行 docex hub certify --data {folder.Root} --authority 文件 --certificate 文件。",
                $"The hub has no certificates yet. Have the requests in '{folder.Requests}' certified, then run 'docex hub certify --data {folder.Root} --authority FILE --certificate FILE'.");
        }

        using var only = folder.Claim();
        folder.EmptyScratch();
        var log = Log(folder);
        if (SealMakerFile.TryWrite(folder) is { } fault)
        {
            log.Warning(fault, "The certificates of the seal maker could not be written to {File}", folder.SealMakerCertificates);
        }

        var builder = PagesSetup.CreateBuilder(folder.Root);
        builder.Logging.ClearProviders();
        foreach (var service in Services(folder, settings))
        {
            builder.Services.Add(service);
        }

        builder.Services.AddConsole(pages, folder);
        // After them: they bring a logger factory that writes nothing.
        builder.Services.AddSerilog(log);
        builder.Services.AddHostedService(services => services.GetRequiredService<PackageIntake>());
        builder.Services.AddHostedService(services => services.GetRequiredService<Archiver>());
        builder.Services.AddHostedService(services => services.GetRequiredService<FullTextFeed>());
        builder.Services.AddHostedService(services => services.GetRequiredService<DeadlineWatch>());
        builder.Services.AddHostedService(services => services.GetRequiredService<VolumeKeeper>());
        builder.Services.AddHostedService(services => services.GetRequiredService<AuditHeads>());
        builder.Services.AddHostedService<Upkeep>();
        builder.Services.AddHostedService(services => new WorryWatch(services.GetRequiredService<HubWorries>(), _ => { }, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<WorryWatch>>()));
        if (monitoring.IsOpen)
        {
            builder.Services.AddMonitoring("docexchange-hub", HubOverview.Version, HubMeters.Name);
        }

        builder.Services.AddGrpc(options =>
        {
            if (monitoring.IsOpen)
            {
                options.Interceptors.Add<CallMeter>();
            }

            options.Interceptors.Add<RequestDrain>();
            options.Interceptors.Add<AuthorisationInterceptor>();
            options.Interceptors.Add<AuditInterceptor>();
            options.MaxReceiveMessageSize = 8 * 1024 * 1024;
        })
            // The largest that nodes send is a piece of a package; whole lists come through the socket.
            .AddServiceOptions<ExchangeService>(LimitMessages).AddServiceOptions<LedgerService>(LimitMessages).AddServiceOptions<DirectoryService>(LimitMessages)
            .AddServiceOptions<ArchiveService>(LimitMessages).AddServiceOptions<EnrolmentService>(LimitMessages);
        builder.Services.AddGrpcReflection();
        builder.Services.AddGrpcHealthChecks().AddCheck<ConditionCheck>("hub");
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(20));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel((_, kestrel) =>
        {
            HubListeners.Configure(kestrel, folder, settings, kestrel.ApplicationServices);
            monitoring.Listen(kestrel);
            PageDoor.Listen(kestrel, pages, folder.PagesCertificate);
        });
        await using var app = builder.Build();
        app.MapMonitoring(monitoring);
        app.MapConsole();
        MapServices(app);
        app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<Closing>().Begin);
        _ = app.Services.GetRequiredService<HubOverview>();
        _ = app.Services.GetRequiredService<SiteCalendar>();
        _ = monitoring.IsOpen ? app.Services.GetRequiredService<HubGauges>() : null;
        var trail = app.Services.GetRequiredService<AuditTrail>();
        trail.Append(new AuditedAct("start", AuditedPerson.OfProcess(), "done", new Dictionary<string, string> { ["version"] = HubOverview.Version }));
        await WithWriterAsync(app.Services, async _ =>
        {
            await app.StartAsync(cancellation);
            File.SetUnixFileMode(folder.Socket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            if (PageDoor.AddressOf(app.Services.GetRequiredService<IServer>(), pages) is { } address)
            {
                Console.WriteLine($"pages {address}");
            }

            if (monitoring.Address is { } watched)
            {
                Console.WriteLine($"monitoring {watched}");
            }

            Console.WriteLine($"ready {settings.Address} enrolment {settings.EnrolmentAddress}");
            await app.WaitForShutdownAsync(cancellation);
            return true;
        });
        trail.Append(new AuditedAct("stop", AuditedPerson.OfProcess(), "done", new Dictionary<string, string>()));
        return 0;
    }

    /// <summary>Makes the catalogue and the full-text index anew; the ledger size it reflects is returned.</summary>
    public static async Task<long> RebuildAsync(HubFolder folder, WorkBar bar, CancellationToken cancellation)
    {
        var settings = HubSettings.Read(folder.Settings);
        using var only = folder.Claim();
        CatalogueFiles.Delete(folder);
        FullTextIndex.Remove(folder.Search);
        await using var services = Services(folder, settings).BuildServiceProvider();
        services.GetRequiredService<AuditTrail>().Append(new AuditedAct("rebuild", AuditedPerson.OfProcess(), "asked", new Dictionary<string, string>()));
        var size = services.GetRequiredService<ILedgerStore>().Size;
        bar.Begin("重建目录库", "Making the catalogue", size);
        return await WithWriterAsync(services, RefillAsync, bar);

        async Task<long> RefillAsync(LedgerWriter _)
        {
            var catalogue = services.GetRequiredService<ICatalogue>();
            await catalogue.WaitForAsync(size, cancellation);
            bar.Begin("重建全文索引", "Making the full-text index", size);
            await services.GetRequiredService<FullTextFeed>().CatchUpAsync(bar, cancellation);
            return catalogue.ProjectedSize;
        }
    }

    /// <summary>Brings the catalogue up to the ledger, then runs the writer while <paramref name="act"/> runs.</summary>
    /// <param name="progress">Told how many entries the catalogue reflects.</param>
    public static async Task<T> WithWriterAsync<T>(IServiceProvider services, Func<LedgerWriter, Task<T>> act, IProgress<long>? progress = null)
    {
        await services.GetRequiredService<CatalogueRestore>().CatchUpAsync(progress, CancellationToken.None);
        var writer = services.GetRequiredService<LedgerWriter>();
        using var stop = new CancellationTokenSource();
        var writing = writer.RunAsync(stop.Token);
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(
            services.GetRequiredService<ICatalogue>().Broken, services.GetRequiredService<SiteStore>().Broken, services.GetService<AccountBook>()?.Broken ?? CancellationToken.None);
        // Without the writer or a database a hub only refuses: it goes down, to be started again.
        void GiveUp() => services.GetService<IHostApplicationLifetime>()?.StopApplication();
        await using var watching = broken.Token.Register(GiveUp);
        try
        {
            var acting = act(writer);
            if (await Task.WhenAny(acting, writing) == writing)
            {
                GiveUp();
            }

            var done = await acting;
            return broken.IsCancellationRequested
                ? throw DurableDatabase.MustStartAgain("hub", services.GetRequiredService<ICatalogue>().Fault ?? services.GetRequiredService<SiteStore>().Fault ?? services.GetService<AccountBook>()?.Fault)
                : done;
        }
        finally
        {
            await stop.CancelAsync();
            await writing;
        }
    }

    /// <summary>Stores and rules of one data folder, without the network.</summary>
    public static IServiceCollection Services(HubFolder folder, HubSettings settings)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(folder).AddSingleton(settings).AddSingleton(SitePolicy.Read(folder.Policy)).AddSingleton<TimeProvider>(new SiteClock(settings.Zone));
        services.AddSingleton(_ => HubIdentity.Open(folder, settings));
        services.AddSingleton<IDisk, LocalDisk>();
        services.AddSingleton<ILedgerStore>(_ => new ReopeningLedger(() => FileLedgerStore.Open(folder.Ledger), () => FolderDisk.RequireWritable(folder.Ledger)));
        services.AddSingleton<ICatalogue>(provider => CatalogueFiles.Open(folder, settings, provider.GetRequiredService<IDisk>()));
        services.AddSingleton<IObjectStore>(provider => new FileObjectStore(folder.Objects, provider.GetRequiredService<IDisk>()));
        services.AddSingleton<ISpool>(provider => new FileSpool(folder.Spool, provider.GetRequiredService<IDisk>(), new SpoolOptions
        {
            MaxPackageSize = settings.MaxPackageMiB * 1024L * 1024,
            FreeSpaceReserve = settings.FreeSpaceReserveMiB * 1024L * 1024,
        }));
        services.AddSingleton<IArchiveStore>(provider => new LiteDbArchive(folder.Archive, provider.GetRequiredService<IDisk>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new SiteStore(folder.Site, provider.GetRequiredService<IDisk>()));
        services.AddStamping();
        services.AddSingleton<SiteKeys>().AddSingleton<DirectoryKeeper>().AddSingleton<DirectoryPublishing>().AddSingleton<DirectoryHistory>();
        services.AddSingleton<DocumentReplay>().AddSingleton<LedgerFold>().AddSingleton<EntryTaker>().AddSingleton<WriterDecisions>().AddSingleton<LedgerWriter>().AddSingleton<CatalogueRestore>();
        services.AddSingleton(provider => new WitnessedCheckpoints(folder.Witnessed, provider.GetRequiredService<IDisk>())).AddSingleton<WitnessRounds>();
        services.AddSingleton<Invitations>().AddSingleton<Revocation>().AddSingleton<BindingConsents>().AddSingleton<OfficeSeals>().AddSingleton<SealRenewal>().AddSingleton<OwnSealStops>().AddSingleton<Administrators>();
        services.AddSingleton<OwnCertification>().AddSingleton<OutsideCertification>();
        services.AddSingleton<ICertification>(provider => settings.ExternalAuthority ? provider.GetRequiredService<OutsideCertification>() : provider.GetRequiredService<OwnCertification>());
        services.AddSingleton<StatementIntake>().AddSingleton<StatementRejections>().AddSingleton<PackageIntake>().AddSingleton<PackageUploads>();
        services.AddSingleton<NodeLimits>().AddSingleton<Closing>().AddSingleton<MailboxFeed>().AddSingleton<RecipientLines>().AddSingleton<PackageDelivery>();
        services.AddSingleton<Archiver>().AddSingleton<ArchiveQueries>();
        services.AddSingleton<PublicStatements>().AddSingleton<FormerNames>().AddSingleton<DossierSelection>().AddSingleton<DossierParts>().AddSingleton<DossierDesk>();
        services.AddSingleton(_ => new FullTextIndex(folder.SearchIndex)).AddSingleton<IndexProposals>().AddSingleton<FullTextSearch>().AddSingleton<FieldSearch>().AddSingleton<DocumentTexts>().AddSingleton<FullTextFeed>();
        services.AddSingleton<SeekablePackages>().AddSingleton<DocumentExamination>();
        services.AddSingleton(provider => AuditTrail.Open(folder.AuditTrail, provider.GetRequiredService<IDisk>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<NodeReports>().AddSingleton<UrgeRequests>().AddSingleton<HubOverview>().AddSingleton<Strangers>();
        services.AddSingleton<HubMeters>().AddSingleton<HubGauges>().AddSingleton<SpoolSurvey>().AddSingleton<HubWorries>();
        services.AddSingleton<ICondition>(provider =>
        {
            var writer = provider.GetRequiredService<LedgerWriter>();
            return new HubCondition(provider.GetRequiredService<ILedgerStore>(), () => writer.IsRunning, provider.GetRequiredService<ICatalogue>(), provider.GetRequiredService<IDisk>(), folder, settings);
        });
        services.AddSingleton(provider => new HubBackup(
            folder, settings, provider.GetRequiredService<ILedgerStore>(), provider.GetRequiredService<IArchiveStore>(), provider.GetRequiredService<SiteStore>(), provider.GetRequiredService<AuditTrail>(),
            provider.GetRequiredService<IDisk>(), provider.GetRequiredService<TimeProvider>(), provider.GetService<AccountBook>)).AddSingleton<SpoolRelease>().AddSingleton<BackupDesk>();
        services.AddSingleton(_ => SiteCalendar.Open(folder.Calendar, settings.Zone)).AddSingleton<SupervisionFigures>();
        services.AddSingleton<HubWord>().AddSingleton<DeadlineWatch>().AddSingleton<VolumeKeeper>().AddSingleton<AuditHeads>();
        return services;
    }

    private static void LimitMessages(GrpcServiceOptions options) => options.MaxReceiveMessageSize = PackageUploads.MaxMessage;

    private static void MapServices(WebApplication app)
    {
        app.MapGrpcService<ExchangeService>();
        app.MapGrpcService<LedgerService>();
        app.MapGrpcService<DirectoryService>();
        app.MapGrpcService<TimestampsService>();
        app.MapGrpcService<ArchiveService>();
        app.MapGrpcService<EnrolmentService>();
        app.MapGrpcService<AdministrationService>();
        app.MapGrpcService<KeyAdministrationService>();
        app.MapGrpcReflectionService();
        app.MapGrpcHealthChecksService();
    }

    private static Serilog.Core.Logger Log(HubFolder folder) => new LoggerConfiguration()
        .MinimumLevel.Information()
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .MinimumLevel.Override("Grpc", LogEventLevel.Warning)
        // The cookies' keys lie in a folder of the owner, as all other keys do; it warns of that at each start.
        .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection", LogEventLevel.Error)
        .Enrich.FromLogContext()
        .WriteTo.Console(restrictedToMinimumLevel: LogEventLevel.Warning, standardErrorFromLevel: LogEventLevel.Verbose, formatProvider: null)
        .WriteTo.File(new CompactJsonFormatter(), Path.Combine(folder.Log, "hub-.json"), rollingInterval: RollingInterval.Day, fileSizeLimitBytes: 256 << 20, rollOnFileSizeLimit: true, retainedFileCountLimit: 31)
        .CreateLogger();
}
