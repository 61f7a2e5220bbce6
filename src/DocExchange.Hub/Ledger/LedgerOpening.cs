using System.Globalization;
using DocExchange.Trust.Merkle;

namespace DocExchange.Hub.Ledger;

/// <summary>
/// Finds out, when a ledger is opened, which entries are on disk. Finished segments are believed by their seals; the last
/// one is read and checked. A record that is not intact is the tail of a batch that nobody was told of, and is
/// cut off, only where no checkpoint covers it; anywhere else it is damage, and nothing is opened or changed.
/// </summary>
internal sealed class LedgerOpening(ILedgerDisk disk, LedgerTree tree, long covered)
{
    private readonly List<LedgerSegment> segments = [];

    /// <exception cref="LedgerCorruptException">An entry that a checkpoint covers is missing or damaged.</exception>
    public IReadOnlyList<LedgerSegment> Run()
    {
        try
        {
            var count = CountSegments();
            for (var number = 0; number < count; number++)
            {
                segments.Add(OpenSegment(number, isLast: number == count - 1));
            }

            if (tree.Size < covered)
            {
                var last = segments.LastOrDefault();
                throw new LedgerCorruptException(
                    last?.Name ?? LedgerSegment.FileName(0), last?.Length ?? 0, $"只有 {tree.Size} 条，但检查点已覆盖 {covered} 条。", $"{tree.Size} entries are there, but a checkpoint covers {covered}.");
            }

            if (segments.Count == 0)
            {
                segments.Add(LedgerSegment.Create(disk, 0, 0));
            }

            return segments;
        }
        catch
        {
            segments.ForEach(segment => segment.Dispose());
            throw;
        }
    }

    /// <summary>Segments are numbered without gaps from 0.</summary>
    public static int Count(IEnumerable<string> names)
    {
        var present = names.Where(name => name.StartsWith("entries-", StringComparison.Ordinal) && name.EndsWith(".log", StringComparison.Ordinal))
            .Select(name => int.TryParse(name["entries-".Length..^".log".Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1)
            .ToHashSet();
        for (var number = 0; number < present.Count; number++)
        {
            if (!present.Contains(number))
            {
                throw new LedgerCorruptException(LedgerSegment.FileName(number), 0, "其前后的文件都在，缺此文件。", "the file is missing between others.");
            }
        }

        return present.Count;
    }

    private int CountSegments() => Count(disk.List());

    private LedgerSegment OpenSegment(int number, bool isLast)
    {
        var file = disk.Open(LedgerSegment.FileName(number));
        try
        {
            if (!isLast && SealOf(number, file) is { } seal)
            {
                tree.StartFrom(seal.Edge);
                return LedgerSegment.Sealed(number, seal, file);
            }

            if (!LedgerSegment.HasHeader(file, tree.Size))
            {
                return Renew(number, isLast, file);
            }

            var segment = LedgerSegment.Unread(number, tree.Size, file);
            ReadRecords(segment, isLast);
            return segment;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private SegmentSeal? SealOf(int number, ILedgerFile file) =>
        SegmentSeal.From(disk.TryRead(LedgerSegment.SealName(number))) is { Ends.Count: > 0 } seal && seal.FirstIndex == tree.Size && seal.Ends[^1] == file.Length
            ? seal
            : null;

    // A segment gets entries only after its header is on disk: without one, it was being made when the power went.
    private LedgerSegment Renew(int number, bool isLast, ILedgerFile file)
    {
        if (!isLast || file.Length > LedgerSegment.HeaderSize || tree.Size < covered)
        {
            throw new LedgerCorruptException(LedgerSegment.FileName(number), 0, $"自第 {tree.Size} 条起的分段，文件头与写入时不符。", $"the header of the segment that begins with entry {tree.Size} is not what was written.");
        }

        file.Dispose();
        return LedgerSegment.Create(disk, number, tree.Size);
    }

    private void ReadRecords(LedgerSegment segment, bool isLast)
    {
        var reader = segment.ReadAll();
        var uncovered = reader.Position;
        while (reader.TryNext(out var entry))
        {
            tree.Append(MerkleHash.Leaf(entry.Span));
            segment.Add(LedgerRecord.SizeOf(entry));
            uncovered = reader.Index <= covered ? reader.Position : uncovered;
        }

        if (!reader.IsAtEnd && (!isLast || reader.Index < covered))
        {
            throw new LedgerCorruptException(segment.Name, reader.Position, $"第 {reader.Index} 条与写入时不符。", $"entry {reader.Index} is not what was written.");
        }

        if (!reader.IsAtEnd)
        {
            KeepCopyOfTail(segment);
            segment.CutTail();
        }
        else if (isLast)
        {
            // After kill -9, or a sync that failed, these records may be in memory only; from here on they count as being on disk.
            segment.WriteAgain(uncovered);
        }
    }

    // For whoever wants to know what was cut off; nothing reads it, so a full disk need not stop the ledger.
    private void KeepCopyOfTail(LedgerSegment segment)
    {
        try
        {
            disk.Replace(string.Create(CultureInfo.InvariantCulture, $"torn-{segment.Number:D6}-{segment.Length}"), segment.ReadTail(), isDurable: true);
        }
        catch (IOException)
        {
        }
    }
}
