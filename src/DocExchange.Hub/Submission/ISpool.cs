using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;

namespace DocExchange.Hub.Submission;

/// <summary>
/// Packages between their upload and the day they are archived and final, named by their SHA-256. A package is in
/// the spool once its commit has returned, and then survives power failure. Safe for concurrent use.
/// </summary>
internal interface ISpool
{
    /// <summary>Begins an upload, or resumes one: <see cref="SpoolUpload.Offset"/> says from where. Dispose it to pause.</summary>
    /// <param name="size">Bytes of the whole package.</param>
    /// <exception cref="UploadRefusedException">A limit, or another upload of this package, stands against it.</exception>
    /// <exception cref="DocExchange.Durability.StorageFullException">There would not be room enough for it.</exception>
    Task<SpoolUpload> BeginAsync(Digest packageId, long size, CancellationToken cancellation);

    bool Contains(Digest packageId);

    /// <summary>Bytes on disk of an upload that is not finished; 0 where there is none.</summary>
    long Held(Digest packageId);

    /// <summary>The package from its beginning, its bytes not checked again; null if it is not in the spool.</summary>
    Stream? OpenRead(Digest packageId);

    /// <summary>Bytes of a package in the spool.</summary>
    /// <exception cref="FileNotFoundException">It is not in the spool.</exception>
    long Size(Digest packageId);

    /// <summary>Removes a package, if it is there. Readers that have it open may read on.</summary>
    void Delete(Digest packageId);

    IEnumerable<Digest> All();

    /// <summary>Removes unfinished uploads without a write for the given time; those running stay.</summary>
    /// <returns>How many were removed.</returns>
    int RemoveAbandoned(TimeSpan silence, TimeProvider clock);
}

/// <summary>One upload. For one caller at a time.</summary>
internal abstract class SpoolUpload : IAsyncDisposable
{
    public abstract Digest PackageId { get; }

    /// <summary>Bytes of the whole package, as announced.</summary>
    public abstract long Size { get; }

    /// <summary>Bytes received so far, which is where the next chunk belongs. Those found on resuming are on disk; later ones after the commit.</summary>
    public abstract long Offset { get; }

    /// <summary>Appends a chunk. On a full disk what was written before stays resumable.</summary>
    /// <exception cref="UploadRefusedException">The package would become longer than announced; nothing of the chunk is kept.</exception>
    public abstract Task WriteAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellation);

    /// <summary>Checks size and SHA-256; answers <see cref="CommitResult.Stored"/> only after the package is on disk. Repeatable.</summary>
    public abstract Task<CommitResult> CommitAsync(CancellationToken cancellation);

    public abstract ValueTask DisposeAsync();
}

/// <summary>What became of an upload.</summary>
internal abstract record CommitResult
{
    private CommitResult()
    {
    }

    /// <summary>The package is in the spool.</summary>
    public sealed record Stored : CommitResult;

    /// <summary>Bytes are missing; those received are kept, the upload goes on at the offset.</summary>
    public sealed record Incomplete(long Offset, long Size) : CommitResult;

    /// <summary>The bytes are not the package announced; they were destroyed and the upload starts again from 0.</summary>
    public sealed record Different(Digest Announced, Digest Received) : CommitResult;
}

internal enum UploadRefusal
{
    Unspecified,

    /// <summary>Another upload of the same package is running.</summary>
    InProgress,

    /// <summary>The package is larger than the spool takes, or its size is not positive.</summary>
    SizeOutOfRange,

    /// <summary>More bytes came than were announced.</summary>
    BeyondAnnouncedSize,

    /// <summary>The package is in the spool already, with another size.</summary>
    SizeDiffers,

    /// <summary>As many uploads are running as the spool takes.</summary>
    TooManyUploads,
}

internal sealed class UploadRefusedException(UploadRefusal reason, string message) : Exception(message), IWorded
{
    public string Chinese => reason switch
    {
        UploadRefusal.InProgress => "此公文包的另一次上传正在进行，请续传，或待其结束后重试。",
        UploadRefusal.SizeOutOfRange => "公文包的大小不在允许的范围内。",
        UploadRefusal.BeyondAnnouncedSize => "收到的字节多于所报的大小。",
        UploadRefusal.SizeDiffers => "此公文包已在接收区，大小与所报的不同。",
        _ => "同时上传的公文包过多，请稍后重试。",
    };

    public UploadRefusal Reason => reason;
}

internal sealed record SpoolOptions
{
    /// <summary>Largest package in bytes.</summary>
    public long MaxPackageSize { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>Bytes of the file system that uploads leave to the ledger and the archive.</summary>
    public long FreeSpaceReserve { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Uploads running at one time.</summary>
    public int MaxUploads { get; init; } = 512;
}
