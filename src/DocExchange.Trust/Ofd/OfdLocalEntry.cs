using System.Buffers.Binary;

namespace DocExchange.Trust.Ofd;

/// <summary>An entry where it lies: the header in front of its data and, where there is one, the record behind it (APPNOTE §4.3.7, §4.3.9).</summary>
/// <param name="DataFrom">Where its data begins.</param>
/// <param name="To">Behind its data and the record behind that.</param>
/// <param name="Name">As its own header has it.</param>
/// <param name="Differs">It says what other content could be read by: another name, method or size, or that it is encrypted.</param>
/// <param name="IsLoose">It leaves out what the directory says, or writes a slash in front of the name.</param>
/// <param name="IsUnsized">It leaves out the sizes.</param>
internal sealed record OfdLocalEntry(long From, long DataFrom, long To, string Name, bool Differs, bool IsLoose, bool IsUnsized)
{
    public const int HeaderSize = 30;

    private const int MaxDescriptor = 24;

    // More slashes in front make another name.
    private const int MaxSlashes = 8;
    private const ushort DescriptorFlag = 8;
    private const ushort EncryptedFlag = 1;
    private const ushort Utf8Flag = 0x0800;
    private const uint LocalSignature = 0x04034B50;
    private const uint DescriptorSignature = 0x08074B50;

    /// <summary>Null where there is none, which is found when the entry is read.</summary>
    public static async Task<OfdLocalEntry?> ReadAsync(Stream file, OfdEntry entry, CancellationToken cancellation)
    {
        if (entry.HeaderOffset > file.Length - HeaderSize)
        {
            return null;
        }

        var header = await OfdZipDirectory.ReadAtAsync(file, entry.HeaderOffset, HeaderSize, cancellation);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalSignature)
        {
            return null;
        }

        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(26));
        int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(28));
        var start = entry.HeaderOffset + HeaderSize + nameLength + extraLength;
        if (start > file.Length - entry.PackedSize)
        {
            return null;
        }

        // Thousands of entries may share one header: what is another name by its length is not read.
        if (nameLength > entry.RawName.Length + MaxSlashes)
        {
            return new OfdLocalEntry(entry.HeaderOffset, start, start + entry.PackedSize, entry.Path, Differs: true, IsLoose: false, IsUnsized: false);
        }

        var rest = await OfdZipDirectory.ReadAtAsync(file, entry.HeaderOffset + HeaderSize, nameLength + extraLength, cancellation);
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(6));
        var end = start + entry.PackedSize;
        var described = 0;
        var (differs, isLoose, isUnsized) = Compare(header, rest.AsSpan(0, nameLength), rest.AsSpan(nameLength), entry);
        if (((flags | entry.Flags) & DescriptorFlag) != 0)
        {
            var behind = await OfdZipDirectory.ReadAtAsync(file, end, (int)Math.Min(MaxDescriptor, file.Length - end), cancellation);
            described = DescriptorLength(behind, entry);
            var isMissing = described == 0 && IsRecord(behind);
            differs |= described == 0 && !isMissing;
            isLoose |= isMissing;
        }

        return new OfdLocalEntry(entry.HeaderOffset, start, end + described, OfdNames.Decode(rest.AsSpan(0, nameLength), flags), differs, isLoose, isUnsized);
    }

    private static (bool Differs, bool IsLoose, bool IsUnsized) Compare(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra, OfdEntry entry)
    {
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
        var (crc, sizes) = (BinaryPrimitives.ReadUInt32LittleEndian(header[14..]), OfdZip64Sizes.ReadLocal(header, extra));

        // Where the sizes follow the data, the header may leave them out. A few makers leave them out and let nothing follow.
        var isEmpty = crc == 0 && sizes.Packed == 0 && sizes.Unpacked == 0;
        var hasDescriptor = (flags & DescriptorFlag) != 0;
        var isSized = Is(sizes.Packed, entry.PackedSize, hasDescriptor) && Is(sizes.Unpacked, entry.Size, hasDescriptor) && Is(crc, entry.Crc, hasDescriptor);
        var isNamed = name.SequenceEqual(entry.RawName);
        var isSlashed = !isNamed && name.TrimStart((byte)'/').SequenceEqual(entry.RawName);
        var differs = !(isNamed || isSlashed) || !(isSized || isEmpty)
            || ((flags ^ entry.Flags) & FlagsThatMatter(name)) != 0
            || BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) != entry.Method
            || entry.IsAmbiguous || OfdUnicodePath.IsOther(extra, name, entry.Flags, entry.Path) || OfdZip64Sizes.AreTwice(extra)
            || extra.IndexOf("PK\x03\x04"u8) >= 0;
        return (differs, isSlashed || !isSized, sizes.Packed != entry.PackedSize);
    }

    private static bool Is(long stated, long known, bool mayBeLeftOut) => stated == known || (mayBeLeftOut && stated == 0);

    /// <summary>How a name is spelt matters only where it is not plain.</summary>
    private static int FlagsThatMatter(ReadOnlySpan<byte> name) => EncryptedFlag | DescriptorFlag | (name.ContainsAnyExceptInRange((byte)0, (byte)0x7F) ? Utf8Flag : 0);

    /// <summary>With or without its signature, with short or long sizes; 0 where the bytes are none of this entry.</summary>
    private static int DescriptorLength(ReadOnlySpan<byte> bytes, OfdEntry entry)
    {
        foreach (var (hasSignature, isLong) in new[] { (true, false), (true, true), (false, false), (false, true) })
        {
            var (at, size) = (hasSignature ? sizeof(uint) : 0, isLong ? sizeof(long) : sizeof(uint));
            var length = at + sizeof(uint) + (2 * size);
            if (bytes.Length >= length && (!hasSignature || BinaryPrimitives.ReadUInt32LittleEndian(bytes) == DescriptorSignature)
                && BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) == entry.Crc
                && Size(bytes[(at + sizeof(uint))..], isLong) == entry.PackedSize && Size(bytes[(at + sizeof(uint) + size)..], isLong) == entry.Size)
            {
                return length;
            }
        }

        return 0;
    }

    private static long Size(ReadOnlySpan<byte> bytes, bool isLong) => isLong ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    /// <summary>Whether an entry, a directory or its end begins there.</summary>
    public static bool IsRecord(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("PK\x03\x04"u8) || bytes.StartsWith("PK\x01\x02"u8) || bytes.StartsWith("PK\x05\x06"u8) || bytes.StartsWith("PK\x06\x06"u8);
}
