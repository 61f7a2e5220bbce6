using System.Buffers.Binary;

namespace DocExchange.Trust.Containers;

/// <summary>What the ZIP structure says of an entry; everything else about it follows from the format.</summary>
internal sealed record ZipEntry(string Path, byte[] Name, uint Crc32, long Size)
{
    public ZipEntry(string path, uint crc32, long size)
        : this(path, EntryNames.Utf8.GetBytes(path), crc32, size)
    {
    }

    /// <summary>Bytes of local header and data.</summary>
    public long Span => ZipStructure.LocalSize + Name.Length + Size;
}

/// <summary>
/// Every byte of a package that is not data (PKWARE APPNOTE 6.3 §4.3): entries stored, 1980-01-01 00:00, version 1.0,
/// one set of attributes, no extra fields, comments or descriptors. The writer writes these bytes, the reader compares with them.
/// </summary>
internal static class ZipStructure
{
    public const int LocalSize = 30;
    public const int CentralSize = 46;
    public const int EndSize = 22;

    public const uint CentralSignature = 0x02014B50;
    public const uint EndSignature = 0x06054B50;

    private const uint LocalSignature = 0x04034B50;
    private const ushort Version = 10;

    // Unix, regular file, rw-r--r--. With DOS (0) unzip takes UTF-8 names for a DOS code page and mangles them, with Unix
    // and no mode it makes files nobody can read.
    private const ushort MadeBy = 3 << 8 | Version;
    private const uint Attributes = 0x81A4_0000;

    // Bit 11, APPNOTE §4.4.4; left out where the name is ASCII, as common tools do.
    private const ushort NameIsUtf8 = 1 << 11;

    // 1980-01-01, the earliest date there is.
    private const ushort Date = 1 << 5 | 1;

    private static readonly (int Offset, string Name)[] LocalFields =
    [
        (0, "signature"), (4, "version needed"), (6, "flags"), (8, "method"), (10, "time"), (12, "date"), (14, "CRC-32"),
        (18, "compressed size"), (22, "size"), (26, "name length"), (28, "extra length"), (30, "name"),
    ];

    private static readonly (int Offset, string Name)[] CentralFields =
    [
        (0, "signature"), (4, "version made by"), (6, "version needed"), (8, "flags"), (10, "method"), (12, "time"), (14, "date"),
        (16, "CRC-32"), (20, "compressed size"), (24, "size"), (28, "name length"), (30, "extra length"), (32, "comment length"),
        (34, "disk"), (36, "internal attributes"), (38, "external attributes"), (42, "offset"), (46, "name"),
    ];

    private static readonly (int Offset, string Name)[] EndFields =
    [
        (0, "signature"), (4, "disk"), (6, "disk of the directory"), (8, "entries on this disk"), (10, "entries"),
        (12, "directory size"), (16, "directory offset"), (20, "comment length"),
    ];

    public static byte[] LocalHeader(ZipEntry entry)
    {
        var header = new byte[LocalSize + entry.Name.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(header, LocalSignature);
        WriteCommon(header.AsSpan(4), entry);
        entry.Name.CopyTo(header, LocalSize);
        return header;
    }

    public static byte[] CentralHeader(ZipEntry entry, long offset)
    {
        var header = new byte[CentralSize + entry.Name.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(header, CentralSignature);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), MadeBy);
        WriteCommon(header.AsSpan(6), entry);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(38), Attributes);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(42), checked((uint)offset));
        entry.Name.CopyTo(header, CentralSize);
        return header;
    }

    public static byte[] End(int count, long directorySize, long directoryOffset)
    {
        var end = new byte[EndSize];
        BinaryPrimitives.WriteUInt32LittleEndian(end, EndSignature);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), checked((ushort)count));
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), checked((ushort)count));
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), checked((uint)directorySize));
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), checked((uint)directoryOffset));
        return end;
    }

    /// <summary>Bytes of the whole file.</summary>
    public static long TotalSize(IEnumerable<ZipEntry> entries) =>
        EndSize + entries.Sum(entry => entry.Span + CentralSize + entry.Name.Length);

    /// <param name="kind">The size of the structure without its name tells which one it is.</param>
    public static string FieldAt(int kind, int offset)
    {
        var fields = kind switch { LocalSize => LocalFields, CentralSize => CentralFields, _ => EndFields };
        return fields.Last(field => field.Offset <= offset).Name;
    }

    // The 26 bytes that local and central header share.
    private static void WriteCommon(Span<byte> fields, ZipEntry entry)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(fields, Version);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[2..], entry.Name.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)0x7F) ? NameIsUtf8 : (ushort)0);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[8..], Date);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[10..], entry.Crc32);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[14..], checked((uint)entry.Size));
        BinaryPrimitives.WriteUInt32LittleEndian(fields[18..], checked((uint)entry.Size));
        BinaryPrimitives.WriteUInt16LittleEndian(fields[22..], checked((ushort)entry.Name.Length));
    }
}
