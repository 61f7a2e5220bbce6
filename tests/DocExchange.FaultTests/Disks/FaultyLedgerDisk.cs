using DocExchange.Hub.Ledger;

namespace DocExchange.FaultTests.Disks;

/// <summary>The ledger's folder, whose writes fail on demand.</summary>
internal sealed class FaultyLedgerDisk(FolderDisk folder, WriteFault fault) : ILedgerDisk
{
    public IReadOnlyList<string> List() => folder.List();

    public ILedgerFile Open(string name)
    {
        fault.RequireWritable(name);
        return new FaultyFile(folder.Open(name), name, fault);
    }

    public void SyncFolder() => fault.PassSync("the ledger's folder is synced");

    public byte[]? TryRead(string path) => folder.TryRead(path);

    public void Replace(string path, ReadOnlySpan<byte> content, bool isDurable)
    {
        var written = content.ToArray();
        fault.Pass($"{path} is written", () => folder.Replace(path, written, isDurable: false));
    }

    public void Dispose() => folder.Dispose();

    private sealed class FaultyFile(ILedgerFile file, string name, WriteFault fault) : ILedgerFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> buffer, long offset) => file.Read(buffer, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            var written = bytes.ToArray();
            fault.Pass($"{name}, {written.Length} bytes at {offset}", () => file.Write(written, offset), name);
        }

        public void Truncate(long length) => fault.Pass($"{name}, length {length}", () => file.Truncate(length));

        public void Sync() => fault.PassSync($"{name} is synced");

        public void Dispose() => file.Dispose();
    }
}
