using System.Runtime.CompilerServices;
using DocExchange.Durability;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Archiving;

/// <summary>
/// The archive in LiteDB volumes <c>archive/2026-01.litedb</c>. <see cref="VolumeContents"/> is their format,
/// <see cref="Volume"/> keeps them through crashes, <see cref="PackageArchiver"/> writes and compares packages.
/// </summary>
internal sealed class LiteDbArchive : IArchiveStore, IDisposable
{
    private const int PageLength = 1000;
    private const int StatementsAtOnce = 64;

    private readonly VolumeShelf shelf;
    private readonly IDisk disk;
    private readonly string folder;
    private readonly TimeProvider clock;
    private readonly ArchiveOptions options;
    private readonly PackageArchiver archiver;
    private readonly SemaphoreSlim writer = new(1, 1);

    /// <param name="folder">The folder <c>archive</c>; created if missing. One process owns it.</param>
    public LiteDbArchive(string folder, IDisk disk, TimeProvider clock, ArchiveOptions? options = null)
    {
        this.folder = folder;
        this.disk = disk;
        this.clock = clock;
        this.options = options ?? new ArchiveOptions();
        shelf = new VolumeShelf(folder, disk, clock, this.options.OpenVolumes);
        archiver = new PackageArchiver(this.options, RequireRoom);
    }

    public IEnumerable<string> Volumes => shelf.Names;

    public async Task<ArchivedPackage> AddPackageAsync(ArchivePackage package, string period, CancellationToken cancellation) =>
        (await AddPackagesAsync([package], period, cancellation))[0];

    public Task<IReadOnlyList<ArchivedPackage>> AddPackagesAsync(IReadOnlyList<ArchivePackage> packages, string period, CancellationToken cancellation) =>
        Writing<IReadOnlyList<ArchivedPackage>>(async () =>
        {
            foreach (var package in packages)
            {
                RequireWithinLimits(package);
            }

            var placed = new Dictionary<Digest, string>();
            var fresh = new List<ArchivePackage>();
            foreach (var package in packages.DistinctBy(package => package.PackageId))
            {
                if (shelf.Holding(package.PackageId) is not { } holder)
                {
                    fresh.Add(package);
                }
                else
                {
                    await archiver.CompareOrRewriteAsync(holder, package, cancellation);
                    placed[package.PackageId] = holder.Name;
                }
            }

            if (fresh.Count > 0)
            {
                var volume = shelf.OpenOf(period);
                await archiver.AddAsync(volume, fresh, cancellation);
                fresh.ForEach(package => placed[package.PackageId] = volume.Name);
            }

            return [.. packages.Select(package => new ArchivedPackage(package.PackageId, placed[package.PackageId]))];
        }, cancellation);

    public Task AddStatementsAsync(IReadOnlyList<ArchiveStatement> statements, string period, CancellationToken cancellation) =>
        Writing(() =>
        {
            foreach (var statement in statements)
            {
                RequireWithinLimits(statement);
            }

            var volumes = statements.Select(statement => statement.DocumentId).Distinct().ToDictionary(document => document, document => VolumeFor(document, period));
            foreach (var ofVolume in statements.GroupBy(statement => volumes[statement.DocumentId]))
            {
                foreach (var batch in ofVolume.Chunk(Math.Max(1, options.TransactionSize / options.MaxEntry)))
                {
                    cancellation.ThrowIfCancellationRequested();
                    RequireRoom(batch.Sum(statement => (long)statement.Entry.Length));
                    ofVolume.Key.Write(database =>
                    {
                        VolumeContents.PutStatements(database, batch);
                        return 0;
                    });
                }
            }

            return Task.FromResult(0);
        }, cancellation);

    public bool Contains(Digest packageId) => shelf.Holding(packageId) is not null;

    public Stream? OpenPackage(Digest packageId)
    {
        foreach (var volume in shelf.NewestFirst())
        {
            if (volume.Read(database => VolumeContents.FindPackage(database, packageId)) is { } package)
            {
                return new VolumePackageStream(volume, packageId, package);
            }
        }

        return null;
    }

    public async IAsyncEnumerable<ArchivedStatement> Statements(Digest documentId, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var last = -1L;
        while (true)
        {
            // The next few of every volume; beyond the shortest full page another volume may have entries between.
            var pages = await Task.Run(() => shelf.NewestFirst().Select(volume => PageOf(volume, documentId, last)).ToList(), cancellation);
            var horizon = pages.Where(page => page.Count == StatementsAtOnce).Select(page => page[^1].LedgerIndex).DefaultIfEmpty(long.MaxValue).Min();
            foreach (var statement in pages.SelectMany(page => page).Where(statement => statement.LedgerIndex <= horizon).OrderBy(statement => statement.LedgerIndex).ThenBy(statement => statement.Volume, StringComparer.Ordinal))
            {
                if (statement.LedgerIndex > last)
                {
                    last = statement.LedgerIndex;
                    yield return statement;
                }
            }

            if (horizon == long.MaxValue)
            {
                yield break;
            }
        }
    }

    public IEnumerable<(Digest PackageId, string Volume)> AllPackages()
    {
        foreach (var name in shelf.Names)
        {
            foreach (var packageId in PackagesOf(shelf.Get(name)))
            {
                yield return (packageId, name);
            }
        }
    }

    public VolumeStage StageOf(string volume) =>
        shelf.Get(volume) is var found && VolumeShelf.IsOpen(found) ? VolumeStage.Open : found.IsClosed ? VolumeStage.Closed : VolumeStage.Closing;

    public Task<VolumeManifest> CloseVolumeAsync(string volume, CancellationToken cancellation) =>
        Writing(() => VolumeClosing.CloseAsync(disk, shelf.Get(volume), archiver, clock, cancellation), cancellation);

    public Task<IReadOnlyList<ArchiveProblem>> VerifyVolumeAsync(string volume, CancellationToken cancellation) =>
        Task.Run(() => new VolumeVerification(disk, shelf.Get(volume), PackagesOf).RunAsync(cancellation), cancellation);

    public VolumeManifest? ManifestOf(string volume) => shelf.Get(volume) is { IsClosed: true } closed ? VolumeClosing.ReadManifest(disk, closed) : null;

    public Task<T> HoldAsync<T>(Func<T> act, CancellationToken cancellation) => Writing(() => Task.FromResult(act()), cancellation);

    public void CopyOpen(string volume, Action<string, Stream, long> take) => shelf.Get(volume).Copy(take);

    public void Dispose()
    {
        shelf.Dispose();
        writer.Dispose();
    }

    private static IReadOnlyList<ArchivedStatement> PageOf(Volume volume, Digest documentId, long last) =>
    [
        .. volume.Read(database => VolumeContents.StatementsAfter(database, documentId, last, StatementsAtOnce))
            .Select(found => found.IsWhole
                ? new ArchivedStatement(found.LedgerIndex, documentId, found.Type, found.Entry, volume.Name)
                : throw new ArchiveDamagedException(volume.Name, $"the ledger entry {found.LedgerIndex} has not its SHA-256")),
    ];

    private static IEnumerable<Digest> PackagesOf(Volume volume)
    {
        var last = "";
        while (true)
        {
            var page = volume.Read(database => VolumeContents.PackagesAfter(database, last, PageLength));
            foreach (var packageId in page)
            {
                yield return packageId;
            }

            if (page.Count < PageLength)
            {
                yield break;
            }

            last = page[^1].ToString();
        }
    }

    private Volume VolumeFor(Digest documentId, string period) =>
        shelf.NewestFirst().FirstOrDefault(volume => VolumeShelf.IsOpen(volume) && volume.Read(database => VolumeContents.HoldsDocument(database, documentId)))
            ?? shelf.OpenOf(period);

    private void RequireWithinLimits(ArchivePackage package)
    {
        if (package.Size <= 0 || package.Size > options.MaxPackageSize)
        {
            throw new ArgumentException($"A package to archive has 1 to {options.MaxPackageSize} bytes; {package.PackageId} has {package.Size}.", nameof(package));
        }

        RequireText(package.Number, "number");
        RequireText(package.Title, "title");
        RequireText(package.Sender, "sender");
        RequireText(package.AcceptedAt, "acceptedAt");
    }

    private void RequireWithinLimits(ArchiveStatement statement)
    {
        RequireText(statement.Type, "type");
        ArgumentOutOfRangeException.ThrowIfNegative(statement.LedgerIndex);
        if (statement.Entry.Length > options.MaxEntry)
        {
            throw new ArgumentException($"A ledger entry has at most {options.MaxEntry} bytes; entry {statement.LedgerIndex} has {statement.Entry.Length}.", nameof(statement));
        }
    }

    private void RequireText(string text, string field)
    {
        if (text.Length > options.MaxText)
        {
            throw new ArgumentException($"The {field} has {text.Length} characters; the archive takes {options.MaxText}.", nameof(text));
        }
    }

    // Bytes pass through the log into the volume, so they need their room twice; pages are not always full.
    private void RequireRoom(long bytes)
    {
        var needed = (3 * bytes) + options.FreeSpaceReserve;
        var free = disk.FreeSpace(folder);
        if (free < needed)
        {
            throw new StorageFullException(folder, $"{free} bytes are free and the archive needs {needed} to write {bytes}");
        }
    }

    private Task<T> Writing<T>(Func<Task<T>> write, CancellationToken cancellation) => Task.Run(async () =>
    {
        await writer.WaitAsync(cancellation);
        try
        {
            return await write();
        }
        finally
        {
            writer.Release();
        }
    }, cancellation);
}
