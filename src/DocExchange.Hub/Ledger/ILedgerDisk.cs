namespace DocExchange.Hub.Ledger;

/// <summary>The folder of a ledger. An interface, so that tests can let the disk fail and the power go.</summary>
internal interface ILedgerDisk : IDisposable
{
    /// <summary>The names of the files directly in the folder.</summary>
    IReadOnlyList<string> List();

    /// <summary>Opens a file, empty if it is new. A new name survives power loss only after <see cref="SyncFolder"/>.</summary>
    ILedgerFile Open(string name);

    void SyncFolder();

    /// <summary>Null if there is no such file. Sub-folders are separated by a slash.</summary>
    byte[]? TryRead(string path);

    /// <summary>
    /// Writes a whole file; readers see the old or the new content, never a mixture. Durable on return if
    /// <paramref name="isDurable"/>, otherwise power loss may leave anything in its place.
    /// </summary>
    void Replace(string path, ReadOnlySpan<byte> content, bool isDurable);
}

/// <summary>Reads are safe for concurrent use, also with a write elsewhere in the file.</summary>
internal interface ILedgerFile : IDisposable
{
    long Length { get; }

    /// <summary>Fills the buffer as far as the file goes.</summary>
    int Read(Span<byte> buffer, long offset);

    /// <summary>On disk only after <see cref="Sync"/>; after power loss before that, any part of it may be there.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    void Truncate(long length);

    /// <summary>Returns when data and length are on disk.</summary>
    void Sync();
}
