using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Archiving;

/// <summary>
/// The archive: every package with the statements about its document, in volumes by period that can be copied to
/// other media and verified by themselves. What a task returned as archived survives kill -9 and power failure.
/// After an error assume it may have been written; everything may be repeated. One writer at a time is served, the
/// others wait; readers run beside it.
/// </summary>
internal interface IArchiveStore
{
    /// <summary>Names of the volumes, oldest first: a period, or a period and a number for what came after its volume was closed.</summary>
    IEnumerable<string> Volumes { get; }

    /// <summary>Archives one package; see <see cref="AddPackagesAsync"/>.</summary>
    Task<ArchivedPackage> AddPackageAsync(ArchivePackage package, string period, CancellationToken cancellation);

    /// <summary>
    /// Copies packages into the open volume of the period (a continuation where the first is closed) and returns after each was brought to disk, read again from
    /// there, and found to have its SHA-256. A package archived before is only read again, and keeps its volume.
    /// </summary>
    /// <param name="period">Year and month, <c>2026-01</c>.</param>
    /// <exception cref="ArchiveSourceException">The stream of a package is not that package. Those before it may be archived.</exception>
    /// <exception cref="ArchiveDamagedException">What the volume gave back is not what was written.</exception>
    Task<IReadOnlyList<ArchivedPackage>> AddPackagesAsync(IReadOnlyList<ArchivePackage> packages, string period, CancellationToken cancellation);

    /// <summary>
    /// Adds ledger entries about documents, each to the open volume that has a package of its document, else to the
    /// open volume of <paramref name="period"/>. An entry that is there already is not added again.
    /// </summary>
    Task AddStatementsAsync(IReadOnlyList<ArchiveStatement> statements, string period, CancellationToken cancellation);

    /// <summary>Whether a package is wholly written. That it is also readable, <see cref="AddPackagesAsync"/> tells.</summary>
    bool Contains(Digest packageId);

    /// <summary>The package, in pieces as they are read: memory stays flat. Null if it is not archived.</summary>
    /// <exception cref="ArchiveDamagedException">On reading: the volume is damaged, or the whole has not the SHA-256 that names it.</exception>
    Stream? OpenPackage(Digest packageId);

    /// <summary>What is archived about a document, from all volumes, in the order of the ledger, each entry once.</summary>
    IAsyncEnumerable<ArchivedStatement> Statements(Digest documentId, CancellationToken cancellation = default);

    /// <summary>Every package and its volume, by volume and id: for rebuilding the catalogue.</summary>
    IEnumerable<(Digest PackageId, string Volume)> AllPackages();

    /// <exception cref="ArgumentException">There is no such volume.</exception>
    VolumeStage StageOf(string volume);

    /// <summary>Makes a volume read-only for ever and returns its manifest; repeatable.</summary>
    Task<VolumeManifest> CloseVolumeAsync(string volume, CancellationToken cancellation);

    /// <summary>Null unless the volume is closed.</summary>
    VolumeManifest? ManifestOf(string volume);

    /// <summary>Runs <paramref name="act"/> while nothing is written to the archive, and none of its volumes is closed. Readers go on.</summary>
    Task<T> HoldAsync<T>(Func<T> act, CancellationToken cancellation);

    /// <summary>Gives out the files of a volume that takes more, as they stand; only within <see cref="HoldAsync"/>.</summary>
    /// <param name="take">Given a file's name, its content and its length; the stream is good until it returns.</param>
    void CopyOpen(string volume, Action<string, Stream, long> take);

    /// <summary>Reads everything in a volume again. Empty if all is well; otherwise each problem by name.</summary>
    Task<IReadOnlyList<ArchiveProblem>> VerifyVolumeAsync(string volume, CancellationToken cancellation);
}

internal enum VolumeStage
{
    /// <summary>It takes more.</summary>
    Open,

    /// <summary>It takes no more, but closing it was cut off: close it again.</summary>
    Closing,

    /// <summary>Read-only, with its manifest.</summary>
    Closed,
}

/// <summary>A package to archive, and what a person finds it by.</summary>
/// <param name="Open">Opens its bytes from the beginning; may be called more than once.</param>
/// <param name="AcceptedAt">As the ledger has it, ISO 8601.</param>
internal sealed record ArchivePackage(
    Digest PackageId, Digest DocumentId, long Size, Func<Stream> Open, string Number, string Title, string Sender, string AcceptedAt);

internal sealed record ArchivedPackage(Digest PackageId, string Volume);

/// <param name="Entry">The bytes of the ledger entry, verbatim.</param>
internal sealed record ArchiveStatement(long LedgerIndex, Digest DocumentId, string Type, ReadOnlyMemory<byte> Entry);

internal sealed record ArchivedStatement(long LedgerIndex, Digest DocumentId, string Type, ReadOnlyMemory<byte> Entry, string Volume);

/// <summary>What a closed volume is; kept beside it as <c>&lt;volume&gt;.litedb.json</c>, its digest in the ledger.</summary>
/// <param name="Sha256">Of the whole volume file.</param>
internal sealed record VolumeManifest(string Volume, int Format, long Size, string Sha256, long Packages, long Statements, DateTimeOffset ClosedAt);

/// <param name="PackageId">The package concerned, if the problem is with one.</param>
internal sealed record ArchiveProblem(string Volume, Digest? PackageId, string What);

internal sealed record ArchiveOptions
{
    /// <summary>Up to this size a package is one binary value; at most 15 MiB (LiteDB has 16 MB a document).</summary>
    public int WholeUpTo { get; init; } = 4 * 1024 * 1024;

    /// <summary>Larger packages are cut into pieces of this size.</summary>
    public int PieceSize { get; init; } = 1024 * 1024;

    /// <summary>Bytes in one transaction, which is what memory and the log grow to.</summary>
    public int TransactionSize { get; init; } = 4 * 1024 * 1024;

    /// <summary>Largest package in bytes.</summary>
    public long MaxPackageSize { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>Characters of a number, title, sender, time or type.</summary>
    public int MaxText { get; init; } = 2000;

    /// <summary>Bytes of a ledger entry.</summary>
    public int MaxEntry { get; init; } = 65_535;

    /// <summary>Volumes kept open at one time; others are opened when asked for.</summary>
    public int OpenVolumes { get; init; } = 12;

    /// <summary>Bytes of the file system that the archive leaves to the ledger.</summary>
    public long FreeSpaceReserve { get; init; } = 256L * 1024 * 1024;
}
