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

    private static ReadOnlySpan<byte> FindZip64(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var size = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (size > extra.Length - 4)
            {
                break;
            }

            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == Zip64Field)
            {
                return extra.Slice(4, size);
            }

            extra = extra[(4 + size)..];
        }

        return default;
    }
}
