using System.Buffers.Binary;
using System.Numerics;

namespace DocExchange.Hub.Ledger;

/// <summary>
/// How an entry lies in a segment file (format): length, 4 bytes; CRC-32C over index, length and content, 4 bytes; content.
/// Numbers are big-endian. The index in the checksum keeps a record from being taken for another one, and no run of
/// zeros is a record, since an entry has at least one byte.
/// </summary>
internal static class LedgerRecord
{
    public const int HeaderSize = 8;

    public static int SizeOf(ReadOnlyMemory<byte> entry) => HeaderSize + entry.Length;

    public static void Write(Span<byte> record, long index, ReadOnlySpan<byte> entry)
    {
        BinaryPrimitives.WriteInt32BigEndian(record, entry.Length);
        BinaryPrimitives.WriteUInt32BigEndian(record[4..], Checksum(index, entry));
        entry.CopyTo(record[HeaderSize..]);
    }

    /// <summary>The length of the entry that a header announces; 0 if there is none.</summary>
    public static int LengthIn(ReadOnlySpan<byte> header)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(header);
        return length is > 0 and <= LedgerLimits.MaxEntry ? length : 0;
    }

    /// <summary>True if the bytes are exactly the record of this index, undamaged.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> record, long index) =>
        record.Length > HeaderSize
        && LengthIn(record) == record.Length - HeaderSize
        && BinaryPrimitives.ReadUInt32BigEndian(record[4..]) == Checksum(index, record[HeaderSize..]);

    private static uint Checksum(long index, ReadOnlySpan<byte> entry)
    {
        var crc = BitOperations.Crc32C(uint.MaxValue, (ulong)index);
        crc = BitOperations.Crc32C(crc, (uint)entry.Length);
        while (entry.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(entry));
            entry = entry[sizeof(ulong)..];
        }

        foreach (var value in entry)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}

/// <summary>Reads records one after the other, in large pieces, up to the first that is not intact.</summary>
internal sealed class LedgerRecordReader(ILedgerFile file, long offset, long index, long end)
{
    private const int BufferSize = 1024 * 1024;

    private readonly byte[] buffer = new byte[BufferSize];
    private int start;
    private int filled;

    /// <summary>Where the next record begins.</summary>
    public long Position { get; private set; } = offset;

    /// <summary>The index of the next record.</summary>
    public long Index { get; private set; } = index;

    /// <summary>True when everything up to the end was read; false while records, or rubbish, follow.</summary>
    public bool IsAtEnd => Position == end;

    /// <summary>The entry is valid until the next call.</summary>
    public bool TryNext(out ReadOnlyMemory<byte> entry)
    {
        entry = default;
        if (!Fill(LedgerRecord.HeaderSize) || LedgerRecord.LengthIn(buffer.AsSpan(start)) is not (> 0 and var length))
        {
            return false;
        }

        var size = LedgerRecord.HeaderSize + length;
        if (!Fill(size) || !LedgerRecord.IsIntact(buffer.AsSpan(start, size), Index))
        {
            return false;
        }

        entry = buffer.AsMemory(start + LedgerRecord.HeaderSize, length);
        start += size;
        Position += size;
        Index++;
        return true;
    }

    private bool Fill(int wanted)
    {
        if (filled - start >= wanted)
        {
            return true;
        }

        buffer.AsSpan(start, filled - start).CopyTo(buffer);
        (filled, start) = (filled - start, 0);
        var room = (int)Math.Min(BufferSize - filled, end - Position - filled);
        filled += room > 0 ? file.Read(buffer.AsSpan(filled, room), Position + filled) : 0;
        return filled >= wanted;
    }
}
