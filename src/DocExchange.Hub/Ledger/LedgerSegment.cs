using System.Buffers.Binary;
using System.Globalization;

namespace DocExchange.Hub.Ledger;

/// <summary>
/// One file of entries (format): magic and first index, then records. Only the last segment grows. One writer; readers may
/// read every entry they know to be there.
/// </summary>
internal sealed class LedgerSegment : IDisposable
{
    public const int HeaderSize = 16;

    private const int MostAtOnce = 1024 * 1024;

    private readonly ILedgerFile file;
    private uint[] ends;

    private LedgerSegment(int number, long firstIndex, ILedgerFile file, uint[] ends)
    {
        (Number, FirstIndex, this.file, this.ends, Count) = (number, firstIndex, file, ends, ends.Length);
    }

    public int Number { get; }

    public string Name => FileName(Number);

    public long FirstIndex { get; }

    public int Count { get; private set; }

    /// <summary>Where the next record goes.</summary>
    public long Length => Count == 0 ? HeaderSize : ends[Count - 1];

    private static ReadOnlySpan<byte> Magic => "docxldg1"u8;

    public static string FileName(int number) => string.Create(CultureInfo.InvariantCulture, $"entries-{number:D6}.log");

    public static string SealName(int number) => string.Create(CultureInfo.InvariantCulture, $"entries-{number:D6}.seal");

    /// <summary>Makes the file durably, in place of one that has no entry yet.</summary>
    public static LedgerSegment Create(ILedgerDisk disk, int number, long firstIndex)
    {
        var file = disk.Open(FileName(number));
        try
        {
            file.Truncate(0);
            file.Write(Header(firstIndex), 0);
            file.Sync();
            disk.SyncFolder();
            return new LedgerSegment(number, firstIndex, file, []);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A segment whose records are not known yet: they are to be added with <see cref="Add"/>.</summary>
    public static LedgerSegment Unread(int number, long firstIndex, ILedgerFile file) => new(number, firstIndex, file, []);

    public static LedgerSegment Sealed(int number, SegmentSeal seal, ILedgerFile file) => new(number, seal.FirstIndex, file, [.. seal.Ends]);

    public static bool HasHeader(ILedgerFile file, long firstIndex)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        return file.Read(header, 0) == HeaderSize && header.SequenceEqual(Header(firstIndex));
    }

    public SegmentSeal Seal(TreeEdge edge) => new(FirstIndex, new ArraySegment<uint>(ends, 0, Count), edge);

    /// <summary>Counts one more record, which lies behind the last.</summary>
    public void Add(int recordSize)
    {
        if (Count == ends.Length)
        {
            // Readers keep the old array, which holds all they know of.
            var larger = new uint[Math.Max(1024, 2 * ends.Length)];
            ends.CopyTo(larger, 0);
            Volatile.Write(ref ends, larger);
        }

        ends[Count] = checked((uint)(Length + recordSize));
        Count++;
    }

    /// <summary>Writes records behind the last one and returns when they are on disk. They are not counted yet.</summary>
    public void WriteDurably(ReadOnlySpan<byte> records)
    {
        file.Write(records, Length);
        file.Sync();
    }

    /// <summary>Removes what lies behind the last counted record.</summary>
    public void CutTail()
    {
        file.Truncate(Length);
        file.Sync();
    }

    public byte[] ReadTail()
    {
        var tail = new byte[(int)Math.Min(file.Length - Length, LedgerLimits.MaxBatchBytes * 2L)];
        file.Read(tail, Length);
        return tail;
    }

    /// <summary>Brings the records from there on to disk though a sync of them has failed before: then the kernel may call clean what is not on disk.</summary>
    public void WriteAgain(long from)
    {
        var buffer = new byte[Math.Min(MostAtOnce, Length - from)];
        for (int read; from < Length && (read = file.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, Length - from)), from)) > 0; from += read)
        {
            file.Write(buffer.AsSpan(0, read), from);
        }

        file.Sync();
    }

    public ReadOnlyMemory<byte> Read(long index)
    {
        var (start, end) = Extent(index);
        var record = new byte[end - start];
        return file.Read(record, start) == record.Length && LedgerRecord.IsIntact(record, index)
            ? record.AsMemory(LedgerRecord.HeaderSize)
            : throw new LedgerCorruptException(Name, start, $"第 {index} 条与写入时不符。", $"entry {index} is not what was written.");
    }

    /// <summary>From one entry up to, not including, another.</summary>
    public LedgerRecordReader ReadRange(long index, long endIndex) =>
        new(file, Extent(index).Start, index, Extent(endIndex - 1).End);

    /// <summary>From the first record to the end of the file, for a segment that was not read yet.</summary>
    public LedgerRecordReader ReadAll() => new(file, HeaderSize, FirstIndex, file.Length);

    public void Dispose() => file.Dispose();

    private static byte[] Header(long firstIndex)
    {
        var header = new byte[HeaderSize];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(Magic.Length), firstIndex);
        return header;
    }

    private (long Start, long End) Extent(long index)
    {
        var known = Volatile.Read(ref ends);
        var position = (int)(index - FirstIndex);
        return (position == 0 ? HeaderSize : known[position - 1], known[position]);
    }
}
