using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;

namespace DocExchange.Hub.Objects;

/// <summary>
/// Small things named by their SHA-256: directories, CRLs, OCSP answers, long lists. Objects are never changed or
/// removed. Safe for concurrent use.
/// </summary>
internal interface IObjectStore
{
    /// <summary>
    /// Returns only after the object is on disk under its digest. Storing it again is free of effect, but repairs a
    /// damaged copy. After an error it may or may not have been stored.
    /// </summary>
    /// <exception cref="ObjectTooLargeException">The object is larger than this store takes.</exception>
    Task<Digest> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <summary>The object, its SHA-256 checked; null if there is none.</summary>
    /// <exception cref="ObjectDamagedException">What is on disk is not what was stored.</exception>
    byte[]? Get(Digest digest);

    bool Contains(Digest digest);
}

internal sealed record ObjectStoreOptions
{
    /// <summary>Largest object in bytes.</summary>
    public int MaxSize { get; init; } = 16 * 1024 * 1024;
}

internal sealed class ObjectTooLargeException(long size, int limit)
    : Exception($"An object of {size} bytes is over the limit of {limit} bytes.");

internal sealed class ObjectDamagedException(string path, string chinese, string english)
    : IOException($"The object {path} is damaged: {english}. Restore it from a backup or store it again."), IWorded
{
    public string Path => path;

    public string Chinese => $"对象 {path} 已损坏：{chinese}。请从备份恢复，或重新存入。";
}
