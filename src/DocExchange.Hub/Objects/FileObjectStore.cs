using DocExchange.Durability;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Objects;

/// <summary>Objects as files <c>objects/&lt;2 hex&gt;/&lt;digest&gt;</c>, written aside and renamed when they are on disk.</summary>
internal sealed class FileObjectStore : IObjectStore
{
    private readonly string folder;
    private readonly IDisk disk;
    private readonly ObjectStoreOptions options;
    private long writes;

    /// <param name="folder">The folder <c>objects</c>; created if missing. One process owns it.</param>
    public FileObjectStore(string folder, IDisk disk, ObjectStoreOptions? options = null)
    {
        this.folder = folder;
        this.disk = disk;
        this.options = options ?? new ObjectStoreOptions();
        disk.MakeFolder(Aside);
        foreach (var leftover in disk.Files(Aside))
        {
            disk.Delete(leftover);
        }
    }

    private string Aside => Path.Combine(folder, "tmp");

    public Task<Digest> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (bytes.Length > options.MaxSize)
        {
            throw new ObjectTooLargeException(bytes.Length, options.MaxSize);
        }

        return Task.Run(() => Put(bytes.Span), cancellation);
    }

    public byte[]? Get(Digest digest)
    {
        var path = PathOf(digest);
        if (!disk.Exists(path))
        {
            return null;
        }

        using var file = disk.OpenForReading(path);
        if (file.Length > options.MaxSize)
        {
            throw new ObjectDamagedException(path, $"有 {file.Length} 字节，超过对象的最大长度", $"it has {file.Length} bytes, more than any object may have");
        }

        var bytes = new byte[file.Length];
        var read = file.Read(0, bytes);
        var found = Digest.Of(bytes.AsSpan(0, read));
        return found == digest ? bytes : throw new ObjectDamagedException(path, $"其 SHA-256 是 {found}", $"its SHA-256 is {found}");
    }

    public bool Contains(Digest digest) => disk.Exists(PathOf(digest));

    private Digest Put(ReadOnlySpan<byte> bytes)
    {
        var digest = Digest.Of(bytes);
        var path = PathOf(digest);
        disk.MakeFolder(Path.GetDirectoryName(path)!);
        if (IsWhole(digest))
        {
            disk.SyncFolder(Path.GetDirectoryName(path)!); // Its writer may have been killed before it could.
            return digest;
        }

        var aside = Path.Combine(Aside, $"{digest}.{Interlocked.Increment(ref writes)}");
        using (var file = disk.OpenOrCreate(aside))
        {
            file.Write(0, bytes);
            file.Sync();
        }

        disk.Publish(aside, path);
        return digest;
    }

    private bool IsWhole(Digest digest)
    {
        try
        {
            return Get(digest) is not null;
        }
        catch (ObjectDamagedException)
        {
            return false;
        }
    }

    private string PathOf(Digest digest)
    {
        var name = digest.ToString();
        return Path.Combine(folder, name[..2], name);
    }
}
