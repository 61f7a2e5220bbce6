using System.Security.Cryptography;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Archiving;

/// <summary>
/// An archived package, piece by piece. The last piece is handed out only if the whole has the SHA-256 that names it.
/// </summary>
internal sealed class VolumePackageStream(Volume volume, Digest packageId, PackageEntry package) : ForwardStream
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private ReadOnlyMemory<byte> piece;
    private int nextPiece;
    private long loaded;

    public override long Length => package.Size;

    protected override long Passed => loaded - piece.Length;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (piece.IsEmpty && nextPiece < package.Pieces)
        {
            Load();
        }

        var read = Math.Min(buffer.Length, piece.Length);
        piece.Span[..read].CopyTo(buffer);
        piece = piece[read..];
        return read;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : ValueTask.FromResult(Read(buffer.Span));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Load()
    {
        var bytes = volume.Read(database => VolumeContents.FindPiece(database, packageId, nextPiece))
            ?? throw new ArchiveDamagedException(volume.Name, $"piece {nextPiece} of the package {packageId} is missing");
        hash.AppendData(bytes);
        loaded += bytes.Length;
        nextPiece++;
        if (nextPiece == package.Pieces)
        {
            var found = Digest.FromBytes(hash.GetHashAndReset());
            if (found != packageId || loaded != package.Size)
            {
                throw new ArchiveDamagedException(volume.Name, $"the package {packageId} of {package.Size} bytes has {loaded} with SHA-256 {found}");
            }
        }

        piece = bytes;
    }
}
