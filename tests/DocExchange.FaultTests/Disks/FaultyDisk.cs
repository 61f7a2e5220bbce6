using DocExchange.Durability;

namespace DocExchange.FaultTests.Disks;

/// <summary>
/// Files of this machine whose writes fail on demand. It syncs nothing: what is lost with the power is tested where disks are
/// in memory.
/// </summary>
internal sealed class FaultyDisk(WriteFault fault) : IDisk
{
    private readonly LocalDisk disk = new();

    public IDiskFile OpenOrCreate(string path)
    {
        Guarded(path, () => fault.RequireWritable(path));
        return new FaultyFile(disk.OpenOrCreate(path), fault);
    }

    public IDiskFile OpenShared(string path)
    {
        Guarded(path, () => fault.RequireWritable(path));
        return new FaultyFile(disk.OpenShared(path), fault);
    }

    public IDiskFile OpenForReading(string path) => disk.OpenForReading(path);

    public bool Exists(string path) => disk.Exists(path);

    public void Publish(string from, string to) => Guarded(to, () => fault.Pass($"{from} gets the name {to}", () => File.Move(from, to, overwrite: true)));

    public void Delete(string path)
    {
        if (File.Exists(path))
        {
            Guarded(path, () => fault.Pass($"{path} is removed", () => File.Delete(path)));
        }
    }

    public void MakeFolder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            Guarded(folder, () => fault.Pass($"{folder} is made", () => Directory.CreateDirectory(folder)));
        }
    }

    public void SyncFolder(string folder) => fault.PassSync($"{folder} is synced");

    public IReadOnlyList<string> Files(string folder) => disk.Files(folder);

    public IReadOnlyList<string> Folders(string folder) => disk.Folders(folder);

    public DateTimeOffset LastWritten(string path) => disk.LastWritten(path);

    public void MakeReadOnly(string path) => disk.MakeReadOnly(path);

    public long FreeSpace(string folder) => disk.FreeSpace(folder);

    public long TotalSpace(string folder) => disk.TotalSpace(folder);

    // As the disks of the product say it.
    private static void Guarded(string path, Action write)
    {
        try
        {
            write();
        }
        catch (IOException fault) when (StorageException.Of(fault, path, fault.Message) is { } meant)
        {
            throw meant;
        }
    }

    private sealed class FaultyFile(IDiskFile file, WriteFault fault) : IDiskFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> buffer) => file.Read(offset, buffer);

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            var written = bytes.ToArray();
            Guarded(Path, () => fault.Pass($"{Path}, {written.Length} bytes at {offset}", () => file.Write(offset, written), Path));
        }

        public void SetLength(long length) => Guarded(Path, () => fault.Pass($"{Path}, length {length}", () => file.SetLength(length)));

        public void Sync() => fault.PassSync($"{Path} is synced");

        public void Dispose() => file.Dispose();
    }
}
