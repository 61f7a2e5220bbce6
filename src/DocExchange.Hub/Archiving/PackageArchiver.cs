using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Archiving;

/// <summary>Writes packages into an open volume in bounded transactions, and reads each again before it counts as archived.</summary>
internal sealed class PackageArchiver(ArchiveOptions options, Action<long> requireRoom)
{
    /// <summary>Adds packages the volume does not have: small ones together, larger ones in pieces.</summary>
    public async Task AddAsync(Volume volume, IEnumerable<ArchivePackage> packages, CancellationToken cancellation)
    {
        var together = new List<(ArchivePackage Package, byte[] Bytes)>();
        var waiting = 0L;
        foreach (var package in packages)
        {
            cancellation.ThrowIfCancellationRequested();
            await RemoveUnfinishedAsync(volume, package.PackageId, cancellation);
            if (package.Size > options.WholeUpTo)
            {
                await AddInPiecesAsync(volume, package, cancellation);
                await CompareAsync(volume, package.PackageId, cancellation);
                continue;
            }

            if (waiting + package.Size > options.TransactionSize)
            {
                await AddTogetherAsync(volume, together, cancellation);
                waiting = 0;
            }

            together.Add((package, await ReadWholeAsync(package, cancellation)));
            waiting += package.Size;
        }

        await AddTogetherAsync(volume, together, cancellation);
    }

    /// <summary>
    /// Reads a package again that is there already; a crash may have come between writing and comparing. Writes it
    /// anew if it is damaged.
    /// </summary>
    public async Task CompareOrRewriteAsync(Volume volume, ArchivePackage package, CancellationToken cancellation)
    {
        try
        {
            await CompareAsync(volume, package.PackageId, cancellation);
        }
        catch (ArchiveDamagedException) when (!volume.IsClosed)
        {
            Forget(volume, package.PackageId);
            await AddAsync(volume, [package], cancellation);
        }
    }

    /// <summary>Removes what a crash left of a package, in transactions no larger than others.</summary>
    public Task RemoveUnfinishedAsync(Volume volume, Digest packageId, CancellationToken cancellation)
    {
        var pieces = volume.Read(database => VolumeContents.UnfinishedPieces(database, packageId));
        if (pieces == 0)
        {
            return Task.CompletedTask;
        }

        var atOnce = Math.Max(1, options.TransactionSize / Math.Max(options.PieceSize, options.WholeUpTo));
        for (var piece = 0; piece < pieces; piece += atOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = (piece, Math.Min(pieces, piece + atOnce));
            Write(volume, database => VolumeContents.RemovePieces(database, packageId, from, to));
        }

        Write(volume, database => VolumeContents.RemoveUnfinished(database, packageId));
        return Task.CompletedTask;
    }

    private static void Write(Volume volume, Action<LiteDB.LiteDatabase> change) => volume.Write(database =>
    {
        change(database);
        return 0;
    });

    private static void Forget(Volume volume, Digest packageId)
    {
        var pieces = volume.Read(database => VolumeContents.FindPackage(database, packageId))?.Pieces ?? 0;
        Write(volume, database => VolumeContents.Forget(database, packageId, pieces));
    }

    private static async Task CompareAsync(Volume volume, Digest packageId, CancellationToken cancellation)
    {
        var package = volume.Read(database => VolumeContents.FindPackage(database, packageId))
            ?? throw new ArchiveDamagedException(volume.Name, $"the package {packageId} was written and is not there");
        await using var stream = new VolumePackageStream(volume, packageId, package);
        await stream.CopyToAsync(Stream.Null, cancellation); // the stream compares
    }

    private static async Task<byte[]> ReadWholeAsync(ArchivePackage package, CancellationToken cancellation)
    {
        await using var source = package.Open();
        var bytes = new byte[package.Size];
        var read = await source.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        await RequireEndAsync(package, source, read, cancellation);
        RequireSame(package, Digest.Of(bytes));
        return bytes;
    }

    private static async Task RequireEndAsync(ArchivePackage package, Stream source, long read, CancellationToken cancellation)
    {
        if (read < package.Size)
        {
            throw new ArchiveSourceException(package.PackageId, $"ends after {read} of {package.Size} bytes");
        }

        if (await source.ReadAsync(new byte[1], cancellation) > 0)
        {
            throw new ArchiveSourceException(package.PackageId, $"has more than its {package.Size} bytes");
        }
    }

    private static void RequireSame(ArchivePackage package, Digest found)
    {
        if (found != package.PackageId)
        {
            throw new ArchiveSourceException(package.PackageId, $"has the SHA-256 {found}");
        }
    }

    private async Task AddTogetherAsync(Volume volume, List<(ArchivePackage Package, byte[] Bytes)> together, CancellationToken cancellation)
    {
        if (together.Count == 0)
        {
            return;
        }

        requireRoom(together.Sum(waiting => waiting.Package.Size));
        Write(volume, database =>
        {
            foreach (var (package, bytes) in together)
            {
                VolumeContents.PutPiece(database, package.PackageId, 0, bytes);
                VolumeContents.PutPackage(database, package, pieces: 1);
            }
        });
        foreach (var (package, _) in together)
        {
            await CompareAsync(volume, package.PackageId, cancellation);
        }

        together.Clear();
    }

    private async Task AddInPiecesAsync(Volume volume, ArchivePackage package, CancellationToken cancellation)
    {
        var pieces = checked((int)((package.Size + options.PieceSize - 1) / options.PieceSize));
        requireRoom(package.Size);
        Write(volume, database => VolumeContents.Begin(database, package.PackageId, pieces));
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        await using var source = package.Open();
        var buffers = Enumerable.Range(0, Math.Max(1, options.TransactionSize / options.PieceSize)).Select(_ => new byte[options.PieceSize]).ToArray();
        var read = 0L;
        for (var first = 0; first < pieces; first += buffers.Length)
        {
            var batch = new List<byte[]>();
            for (var piece = first; piece < Math.Min(pieces, first + buffers.Length); piece++)
            {
                var buffer = package.Size - read < options.PieceSize ? new byte[package.Size - read] : buffers[piece - first];
                var got = await source.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
                read += got;
                if (got < buffer.Length)
                {
                    throw new ArchiveSourceException(package.PackageId, $"ends after {read} of {package.Size} bytes");
                }

                hash.AppendData(buffer);
                batch.Add(buffer);
            }

            var start = first;
            Write(volume, database => batch.ForEach(bytes => VolumeContents.PutPiece(database, package.PackageId, start++, bytes)));
        }

        await RequireEndAsync(package, source, read, cancellation);
        RequireSame(package, Digest.FromBytes(hash.GetHashAndReset()));
        Write(volume, database => VolumeContents.PutPackage(database, package, pieces));
    }
}
