namespace DocExchange.Durability;

/// <summary>
/// The few file operations from which the byte stores build their promises. Nothing but <see cref="IDiskFile.Sync"/>
/// (contents), <see cref="Publish"/>, <see cref="Delete"/> and <see cref="MakeFolder"/> (names) survives a power
/// failure; everything survives kill -9. Safe for concurrent use.
/// </summary>
/// <remarks>A disk that is full or read-only is always a <see cref="StorageException"/>; other faults are IOExceptions.</remarks>
public interface IDisk
{
    /// <summary>Opens for reading and writing, creating an empty file if there is none. No one else can open it meanwhile.</summary>
    IDiskFile OpenOrCreate(string path);

    /// <summary>As <see cref="OpenOrCreate"/>, but others may read the file meanwhile.</summary>
    IDiskFile OpenShared(string path);

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    IDiskFile OpenForReading(string path);

    bool Exists(string path);

    /// <summary>Gives a synced file its final name, replacing any other; returns after the folder is on disk.</summary>
    void Publish(string from, string to);

    /// <summary>Removes the file, if it is there; returns after the folder is on disk.</summary>
    void Delete(string path);

    /// <summary>Creates the folder and its parents; returns after their names are on disk.</summary>
    void MakeFolder(string folder);

    /// <summary>Brings names created, changed or removed in the folder to disk.</summary>
    void SyncFolder(string folder);

    /// <summary>Full paths of the files directly in the folder; none if the folder does not exist.</summary>
    IReadOnlyList<string> Files(string folder);

    /// <summary>Full paths of the folders directly in the folder; none if it does not exist.</summary>
    IReadOnlyList<string> Folders(string folder);

    DateTimeOffset LastWritten(string path);

    /// <summary>Takes the right to write from everyone: a closed volume stays as it is.</summary>
    void MakeReadOnly(string path);

    /// <summary>Bytes this process may still write to the file system that holds the folder.</summary>
    long FreeSpace(string folder);

    /// <summary>Bytes the file system that holds the folder has in all.</summary>
    long TotalSpace(string folder);
}

/// <summary>One open file. Reads may run beside each other and beside one writer.</summary>
public interface IDiskFile : IDisposable
{
    string Path { get; }

    long Length { get; }

    /// <returns>Bytes read; fewer than asked only at the end of the file, 0 behind it.</returns>
    int Read(long offset, Span<byte> buffer);

    void Write(long offset, ReadOnlySpan<byte> bytes);

    void SetLength(long length);

    /// <summary>
    /// Returns after every byte written so far is on disk. After an error assume nothing about the bytes since the
    /// last success: the kernel may have dropped them, and a second call may falsely succeed.
    /// </summary>
    void Sync();
}
