using System.Buffers.Binary;

namespace DocExchange.Trust.Ofd;

/// <summary>Sizes and offset of an entry, from its Zip64 extra field where the short fields are full (APPNOTE §4.5.3).</summary>
internal readonly record struct OfdZip64Sizes(long Packed, long Unpacked, long Offset)
{
    private const ushort Zip64Field = 1;

    public static OfdZip64Sizes Read(ReadOnlySpan<byte> record, ReadOnlySpan<byte> extra)
    {
        long packed = BinaryPrimitives.ReadUInt32LittleEndian(record[20..]);
        long unpacked = BinaryPrimitives.ReadUInt32LittleEndian(record[24..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(record[42..]);
        var field = FindZip64(extra);
        Take(ref unpacked, ref field);
        Take(ref packed, ref field);
        Take(ref offset, ref field);
        return new OfdZip64Sizes(packed, unpacked, offset);
    }

    /// <summary>Of a local header, which has no offset.</summary>
    public static OfdZip64Sizes ReadLocal(ReadOnlySpan<byte> header, ReadOnlySpan<byte> extra)
    {
        long packed = BinaryPrimitives.ReadUInt32LittleEndian(header[18..]);
        long unpacked = BinaryPrimitives.ReadUInt32LittleEndian(header[22..]);
        var field = FindZip64(extra);
        Take(ref unpacked, ref field);
        Take(ref packed, ref field);
        return new OfdZip64Sizes(packed, unpacked, 0);
    }

    private static void Take(ref long value, ref ReadOnlySpan<byte> field)
    {
        if (value == uint.MaxValue && field.Length >= sizeof(long))
        {
            value = BinaryPrimitives.ReadInt64LittleEndian(field);
            field = field[sizeof(long)..];
        }
    }

    /// <summary>Whether the fields state the sizes more than once: readers differ in which they go by.</summary>
    public static bool AreTwice(ReadOnlySpan<byte> extra)
    {
        var count = 0;
        while (OfdExtraFields.TryTake(ref extra, out var id, out _))
        {
            count += id == Zip64Field ? 1 : 0;
        }

        return count > 1;
    }

    private static ReadOnlySpan<byte> FindZip64(ReadOnlySpan<byte> extra)
    {
        while (OfdExtraFields.TryTake(ref extra, out var id, out var content))
        {
            if (id == Zip64Field)
            {
                return content;
            }
        }

        return default;
    }
}
