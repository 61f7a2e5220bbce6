using System.Buffers;
using System.Buffers.Binary;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Ledger;

/// <summary>
/// What is written beside a segment when it is finished, so that opening need not read it again: where its records end and
/// the right edge of the tree after them (format: magic, first index, count, ends, levels, SHA-256 of it all;
/// big-endian). Derived: without it, the segment is read.
/// </summary>
internal sealed record SegmentSeal(long FirstIndex, IReadOnlyList<uint> Ends, TreeEdge Edge)
{
    private static ReadOnlySpan<byte> Magic => "docxseal"u8;

    public byte[] ToBytes()
    {
        var writer = new ArrayBufferWriter<byte>((Ends.Count * sizeof(uint)) + 65_536);
        writer.Write(Magic);
        WriteLong(writer, FirstIndex);
        WriteInt(writer, (uint)Ends.Count);
        foreach (var end in Ends)
        {
            WriteInt(writer, end);
        }

        WriteInt(writer, (uint)Edge.Levels.Count);
        foreach (var tile in Edge.Levels)
        {
            WriteInt(writer, (uint)tile.Width);
            writer.Write(tile.ToBytes(tile.Width));
        }

        writer.Write(Digest.Of(writer.WrittenSpan).Span);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Null if the bytes are not an undamaged seal.</summary>
    public static SegmentSeal? From(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Magic.Length + Digest.Size || !bytes.StartsWith(Magic) || !Digest.Of(bytes[..^Digest.Size]).Span.SequenceEqual(bytes[^Digest.Size..]))
        {
            return null;
        }

        // The digest vouches that these are bytes we wrote, so their structure needs no further doubt.
        var rest = bytes[Magic.Length..^Digest.Size];
        var firstIndex = BinaryPrimitives.ReadInt64BigEndian(rest);
        var ends = new uint[BinaryPrimitives.ReadInt32BigEndian(rest[8..])];
        rest = rest[12..];
        for (var i = 0; i < ends.Length; i++)
        {
            ends[i] = BinaryPrimitives.ReadUInt32BigEndian(rest);
            rest = rest[sizeof(uint)..];
        }

        var levels = new HashTile[BinaryPrimitives.ReadInt32BigEndian(rest)];
        rest = rest[4..];
        for (var level = 0; level < levels.Length; level++)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(rest) * Digest.Size;
            levels[level] = HashTile.From(rest.Slice(4, size)) ?? new HashTile();
            rest = rest[(4 + size)..];
        }

        return new SegmentSeal(firstIndex, ends, new TreeEdge(firstIndex + ends.Length, levels));
    }

    private static void WriteInt(ArrayBufferWriter<byte> writer, uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(writer.GetSpan(sizeof(uint)), value);
        writer.Advance(sizeof(uint));
    }

    private static void WriteLong(ArrayBufferWriter<byte> writer, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(writer.GetSpan(sizeof(long)), value);
        writer.Advance(sizeof(long));
    }
}
