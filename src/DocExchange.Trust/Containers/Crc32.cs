using System.Buffers.Binary;

namespace DocExchange.Trust.Containers;

/// <summary>The CRC-32 of ZIP (ITU-T V.42, polynomial 0xEDB88320 reflected), sixteen bytes a step.</summary>
internal struct Crc32
{
    private const int Slices = 16;

    private static readonly uint[] Table = MakeTable();

    private uint complement;

    public readonly uint Value => complement;

    public static uint Of(ReadOnlySpan<byte> data)
    {
        var crc = default(Crc32);
        crc.Append(data);
        return crc.Value;
    }

    public void Append(ReadOnlySpan<byte> data)
    {
        var crc = ~complement;
        ReadOnlySpan<uint> table = Table;
        for (; data.Length >= Slices; data = data[Slices..])
        {
            var a = BinaryPrimitives.ReadUInt32LittleEndian(data) ^ crc;
            var b = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            var c = BinaryPrimitives.ReadUInt32LittleEndian(data[8..]);
            var d = BinaryPrimitives.ReadUInt32LittleEndian(data[12..]);
            crc = Step(table[3072..], a) ^ Step(table[2048..], b) ^ Step(table[1024..], c) ^ Step(table, d);
        }

        foreach (var value in data)
        {
            crc = table[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        complement = ~crc;
    }

    // Four neighbouring tables: the lowest byte of the word has the longest way to go.
    private static uint Step(ReadOnlySpan<uint> four, uint word)
    {
        four = four[..1024];
        return four[768 + (byte)word] ^ four[512 + (byte)(word >> 8)] ^ four[256 + (byte)(word >> 16)] ^ four[(int)(word >> 24)];
    }

    private static uint[] MakeTable()
    {
        var table = new uint[Slices * 256];
        for (var index = 0; index < table.Length; index++)
        {
            var previous = index < 256 ? (uint)index : table[index - 256];
            table[index] = index < 256 ? Divide(previous) : table[(byte)previous] ^ (previous >> 8);
        }

        return table;
    }

    private static uint Divide(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            value = (value >> 1) ^ (0xEDB88320 & (0 - (value & 1)));
        }

        return value;
    }
}
