using System.Buffers;
using System.Security.Cryptography;
using DocExchange.Durability;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Submission;

/// <summary>An upload into a part file, hashed on the way, so that the commit need not read it again.</summary>
internal sealed class FileSpoolUpload : SpoolUpload
{
    private const int ReadSize = 1024 * 1024;

    private readonly FileSpool spool;
    private readonly IDisk disk;
    private readonly FileSpool.Claim claim;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private IDiskFile? part;
    private long offset;
    private bool isDisposed;

    private FileSpoolUpload(FileSpool spool, IDisk disk, IDiskFile? part, Digest packageId, long size, FileSpool.Claim claim)
    {
        this.spool = spool;
        this.disk = disk;
        this.part = part;
        this.claim = claim;
        PackageId = packageId;
        Size = size;
    }

    public override Digest PackageId { get; }

    public override long Size { get; }

    public override long Offset => offset;

    /// <summary>An upload of what the spool has already.</summary>
    public static FileSpoolUpload Finished(FileSpool spool, IDisk disk, Digest packageId, long size, FileSpool.Claim claim) =>
        new(spool, disk, null, packageId, size, claim) { offset = size };

    /// <summary>Opens the part file and hashes what it has, if anything.</summary>
    public static FileSpoolUpload Resume(FileSpool spool, IDisk disk, string path, Digest packageId, long size, FileSpool.Claim claim, CancellationToken cancellation)
    {
        var upload = new FileSpoolUpload(spool, disk, disk.OpenOrCreate(path), packageId, size, claim);
        try
        {
            upload.Rehash(cancellation);
            return upload;
        }
        catch
        {
            upload.Abandon();
            throw;
        }
    }

    public override Task WriteAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        cancellation.ThrowIfCancellationRequested();
        if (chunk.Length > Size - offset)
        {
            throw new UploadRefusedException(
                UploadRefusal.BeyondAnnouncedSize,
                $"The package {PackageId} was announced with {Size} bytes; {offset} are here and {chunk.Length} more came.");
        }

        if (part is not null && chunk.Length > 0)
        {
            part.Write(offset, chunk.Span);
            hash.AppendData(chunk.Span);
            offset += chunk.Length;
            claim.Missing = Size - offset;
        }

        return Task.CompletedTask;
    }

    public override Task<CommitResult> CommitAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        return Task.Run(Commit, cancellation);
    }

    public override ValueTask DisposeAsync()
    {
        if (!isDisposed)
        {
            Abandon();
            spool.Release(PackageId);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Lets go of the part file, which stays as it is.</summary>
    internal void Abandon()
    {
        isDisposed = true;
        part?.Dispose();
        part = null;
        hash.Dispose();
    }

    private CommitResult Commit()
    {
        var path = spool.PathOf(PackageId);
        if (part is null)
        {
            disk.SyncFolder(Path.GetDirectoryName(path)!); // Its writer may have been killed before it could.
            return new CommitResult.Stored();
        }

        if (offset < Size)
        {
            return new CommitResult.Incomplete(offset, Size);
        }

        var received = Digest.FromBytes(hash.GetCurrentHash());
        if (received != PackageId)
        {
            StartAgain();
            return new CommitResult.Different(PackageId, received);
        }

        SyncOrDiscard();
        disk.MakeFolder(Path.GetDirectoryName(path)!);
        disk.Publish(part.Path, path);
        part.Dispose();
        part = null;
        return new CommitResult.Stored();
    }

    private void StartAgain()
    {
        part!.SetLength(0);
        part.Sync();
        _ = hash.GetHashAndReset();
        offset = 0;
        claim.Missing = Size;
    }

    private void Rehash(CancellationToken cancellation)
    {
        if (part!.Length > Size)
        {
            part.SetLength(0); // Left by someone who announced another size: one of the two was wrong.
        }

        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            int read;
            while ((read = part.Read(offset, buffer)) > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        SyncOrDiscard();
        claim.Missing = Size - offset;
    }

    // What a failed sync left is not to be believed, though it can be read and a second sync may succeed.
    private void SyncOrDiscard()
    {
        try
        {
            part!.Sync();
        }
        catch (IOException)
        {
            Discard();
            throw;
        }
    }

    private void Discard()
    {
        try
        {
            StartAgain();
        }
        catch (IOException)
        {
            // The disk is no better; the next upload tries again.
        }
    }
}
