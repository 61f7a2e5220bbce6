using System.Buffers;
using System.Security.Cryptography;
using DocExchange.Trust.Digests;

namespace DocExchange.Durability.Backups;

/// <summary>Copies one file into a new one, which only its owner may read, digested on the way and on disk when done. Memory stays flat.</summary>
/// <param name="progress">Told how many bytes it has passed over in all.</param>
internal sealed class FileCopy(IDisk disk, long reserve, CancellationToken cancellation, IProgress<long>? progress = null)
{
    public const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    public const UnixFileMode OwnersFolder = OwnersFile | UnixFileMode.UserExecute;

    private const int BufferSize = 1024 * 1024;

    private readonly HashSet<string> touched = new(StringComparer.Ordinal);
    private long passed;

    /// <param name="length">Bytes to copy; the stream must have as many.</param>
    /// <exception cref="StorageFullException">There is no room.</exception>
    public Digest To(string path, Stream content, long length)
    {
        MakeFolder(Path.GetDirectoryName(path)!);
        var free = disk.FreeSpace(Path.GetDirectoryName(path)!);
        if (free - reserve < length)
        {
            throw new StorageFullException(path, $"{free} bytes are free, {reserve} stay reserved, and {length} are to be written");
        }

        try
        {
            return Write(path, content, length);
        }
        catch (IOException fault) when (StorageException.Of(fault, path, "a file could not be copied") is { } meant)
        {
            throw meant;
        }
    }

    /// <summary>The SHA-256 of a file that is there.</summary>
    public Digest Of(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        return Hash(file, file.Length, null);
    }

    /// <summary>Notes that names in the folder changed.</summary>
    public void Touch(string folder) => touched.Add(folder);

    /// <summary>Returns when all names are on disk.</summary>
    public void SyncFolders()
    {
        foreach (var folder in touched.Where(Directory.Exists))
        {
            disk.SyncFolder(folder);
        }

        touched.Clear();
    }

    /// <summary>Makes a folder and its parents for the owner only.</summary>
    public void MakeFolder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            var parent = Path.GetDirectoryName(folder)!;
            MakeFolder(parent);
            _ = OperatingSystem.IsWindows() ? Directory.CreateDirectory(folder) : Directory.CreateDirectory(folder, OwnersFolder);
        }

        // Always: who made it may not have come to syncing its name.
        if (Path.GetDirectoryName(folder) is { } above)
        {
            Touch(above);
        }

        Touch(folder);
    }

    private Digest Write(string path, Stream content, long length)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnersFile;
        }

        using var file = new FileStream(path, options);
        var digest = Hash(content, length, file);
        file.Flush(flushToDisk: true);
        return digest;
    }

    private Digest Hash(Stream content, long length, FileStream? target)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (var left = length; left > 0;)
            {
                cancellation.ThrowIfCancellationRequested();
                var read = content.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
                if (read == 0)
                {
                    throw new EndOfStreamException($"{length} bytes were expected, {left} of them are missing.");
                }

                hash.AppendData(buffer, 0, read);
                target?.Write(buffer, 0, read);
                left -= read;
                passed += read;
                progress?.Report(passed);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Digest.FromBytes(hash.GetHashAndReset());
    }
}
