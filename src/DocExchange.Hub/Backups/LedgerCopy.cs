using DocExchange.Durability.Backups;
using DocExchange.Hub.Ledger;

namespace DocExchange.Hub.Backups;

/// <summary>
/// Takes the first entries of a ledger into a backup, out of its folder and beside the process that appends. Tiles are left
/// out: they are made again from the entries. A finished segment that an earlier run copied with the same seal is not read:
/// the seal holds the edge of the tree over all entries up to its end.
/// </summary>
internal sealed class LedgerCopy(string folder, BackupWriter backup)
{
    private const string Prefix = "ledger/";

    /// <param name="size">Entries to take, all of them on disk.</param>
    /// <exception cref="LedgerCorruptException">One of them is missing or damaged.</exception>
    public void Run(long size, CancellationToken cancellation)
    {
        using var disk = FolderDisk.ForReading(folder);
        var count = LedgerOpening.Count(disk.List());
        long taken = 0;
        for (var number = 0; number < count && taken < size; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            taken = TakeSealed(disk, number, taken, size) ?? TakeEntries(disk, number, taken, size);
        }

        if (taken < size)
        {
            throw new LedgerCorruptException(LedgerSegment.FileName(Math.Max(0, count - 1)), 0, $"可读 {taken} 条，应复制 {size} 条。", $"{taken} entries can be read, {size} were to be copied.");
        }

        TakeCheckpoints(disk, size);
    }

    /// <returns>The index after the segment's last entry; null where it must be read.</returns>
    private long? TakeSealed(FolderDisk disk, int number, long first, long size)
    {
        var name = LedgerSegment.SealName(number);
        if (disk.TryRead(name) is not { } bytes || SegmentSeal.From(bytes) is not { Ends.Count: > 0 } seal || seal.FirstIndex != first || first + seal.Ends.Count > size)
        {
            return null;
        }

        backup.Add(Prefix + name, new MemoryStream(bytes), bytes.Length);
        return backup.IsUnchanged(Prefix + name) && backup.Keep(Prefix + LedgerSegment.FileName(number), seal.Ends[^1]) ? first + seal.Ends.Count : null;
    }

    private long TakeEntries(FolderDisk disk, int number, long first, long size)
    {
        var name = LedgerSegment.FileName(number);
        using var file = disk.Open(name);
        if (!LedgerSegment.HasHeader(file, first))
        {
            throw new LedgerCorruptException(name, 0, $"自第 {first} 条起的分段，文件头与写入时不符。", $"the header of the segment that begins with entry {first} is not what was written.");
        }

        // Read as the hub would read it: what it would not believe is not taken.
        var reader = new LedgerRecordReader(file, LedgerSegment.HeaderSize, first, file.Length);
        while (reader.Index < size && reader.TryNext(out _))
        {
        }

        using var content = new FileStream(Path.Combine(folder, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        backup.Add(Prefix + name, content, reader.Position);
        return reader.Index;
    }

    private void TakeCheckpoints(FolderDisk disk, long size)
    {
        using var content = new MemoryStream();
        if (disk.List().Contains(CheckpointLog.FileName))
        {
            using var file = disk.Open(CheckpointLog.FileName);
            var covered = CheckpointLog.ReadAll(file).Where(note => CheckpointLog.Parse(note).Size <= size);
            foreach (var (index, note) in covered.Index())
            {
                var record = new byte[LedgerRecord.SizeOf(note)];
                LedgerRecord.Write(record, index, note);
                content.Write(record);
            }
        }

        content.Position = 0;
        backup.Add(Prefix + CheckpointLog.FileName, content, content.Length);
    }
}
