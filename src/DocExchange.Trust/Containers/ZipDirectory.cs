using System.Buffers.Binary;
using System.Text;

namespace DocExchange.Trust.Containers;

/// <param name="Offset">Of the data, after the local header.</param>
internal sealed record LocatedEntry(ZipEntry Entry, long Offset);

/// <summary>
/// Reads the structure of a ZIP and demands that it is, byte for byte, what the writer would have written: names, CRCs
/// and sizes are taken from the central directory, all else is computed from them and compared.
/// </summary>
internal static class ZipDirectory
{
    // What a ZIP comment can have at most: how far back an end record is looked for, to tell a tail from a truncation.
    private const int MaxTail = ushort.MaxValue + ZipStructure.EndSize;

    // Far more than any permissible header: longer names are to be complained about by name.
    private const long MaxHeader = 4096;

    public static Task<IReadOnlyList<LocatedEntry>> ReadAsync(Stream zip, PackageLimits limits, CancellationToken cancellation) =>
        ReadAsync(zip, limits.EffectiveMaxSize, count => PackageGuard.CheckCount(count, limits), entries => PackageGuard.Check(entries, limits), cancellation);

    /// <param name="checkCount">Refuses too many entries, before their headers are read.</param>
    /// <param name="check">Refuses names and sizes, before anything that they lead to is read.</param>
    public static async Task<IReadOnlyList<LocatedEntry>> ReadAsync(
        Stream zip, long maxSize, Action<int> checkCount, Action<IReadOnlyList<ZipEntry>> check, CancellationToken cancellation)
    {
        if (zip.Length > maxSize)
        {
            throw PackageGuard.TooLarge("公文包", "The package", zip.Length, maxSize);
        }

        var (count, directory, size) = await ReadEndAsync(zip, checkCount, cancellation);
        var bytes = await ReadAtAsync(zip, directory, size, cancellation);
        var entries = ParseCentral(bytes, directory, count);
        check(entries);

        var located = Locate(entries);
        CompareCentral(entries, located, bytes, directory);
        foreach (var (entry, offset) in located)
        {
            var start = offset - ZipStructure.LocalSize - entry.Name.Length;
            var expected = ZipStructure.LocalHeader(entry);
            if (start + expected.Length > directory)
            {
                throw NotCanonical(ZipStructure.LocalSize, 0, start, entry.Path);
            }

            var local = await ReadAtAsync(zip, start, expected.Length, cancellation);
            Compare(expected, local, ZipStructure.LocalSize, start, entry.Path);
        }

        var end = await ReadAtAsync(zip, directory + size, ZipStructure.EndSize, cancellation);
        Compare(ZipStructure.End(entries.Count, size, entries.Sum(entry => entry.Span)), end, ZipStructure.EndSize, directory + size, null);
        return located;
    }

    public static async Task<byte[]> ReadAtAsync(Stream zip, long offset, long size, CancellationToken cancellation)
    {
        var bytes = new byte[size];
        zip.Position = offset;
        try
        {
            await zip.ReadExactlyAsync(bytes, cancellation);
        }
        catch (EndOfStreamException fault)
        {
            throw Truncated(zip.Length, fault);
        }

        return bytes;
    }

    public static PackageFormatException Truncated(long length, Exception? cause = null) => new(
        PackageFaults.Truncated, $"公文包在第 {length} 字节处中断，文件不完整。请重新获取。", $"The package breaks off at byte {length}. Fetch it again.", cause);

    private static async Task<(int Count, long Directory, int Size)> ReadEndAsync(Stream zip, Action<int> checkCount, CancellationToken cancellation)
    {
        if (zip.Length < ZipStructure.EndSize)
        {
            throw Truncated(zip.Length);
        }

        var position = zip.Length - ZipStructure.EndSize;
        var end = await ReadAtAsync(zip, position, ZipStructure.EndSize, cancellation);
        if (BinaryPrimitives.ReadUInt32LittleEndian(end) != ZipStructure.EndSignature)
        {
            throw await WithoutEndAsync(zip, cancellation);
        }

        var count = BinaryPrimitives.ReadUInt16LittleEndian(end.AsSpan(10));
        long size = BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(12));
        long directory = BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(16));
        checkCount(count);
        if (directory + size != position || size > count * MaxHeader)
        {
            throw NotCanonical(ZipStructure.EndSize, 12, position, null);
        }

        return (count, directory, (int)size);
    }

    private static async Task<PackageFormatException> WithoutEndAsync(Stream zip, CancellationToken cancellation)
    {
        var start = Math.Max(0, zip.Length - MaxTail);
        var tail = await ReadAtAsync(zip, start, zip.Length - start, cancellation);
        var found = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (found < 0 || found + ZipStructure.EndSize > tail.Length)
        {
            return Truncated(zip.Length);
        }

        var after = start + found + ZipStructure.EndSize;
        return new PackageFormatException(
            PackageFaults.ZipNotCanonical, $"公文包结尾之后（第 {after} 字节起）还有多余的内容。", $"Bytes follow the end of the package, from byte {after} on: comments and additions are not allowed.");
    }

    private static List<ZipEntry> ParseCentral(ReadOnlySpan<byte> bytes, long directory, int count)
    {
        var entries = new List<ZipEntry>(count);
        var position = 0;
        for (var index = 0; index < count; index++)
        {
            var header = bytes[position..];
            if (header.Length < ZipStructure.CentralSize || BinaryPrimitives.ReadUInt32LittleEndian(header) != ZipStructure.CentralSignature)
            {
                throw NotCanonical(ZipStructure.CentralSize, 0, directory + position, null);
            }

            var length = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
            if (length > header.Length - ZipStructure.CentralSize)
            {
                throw NotCanonical(ZipStructure.CentralSize, 28, directory + position, null);
            }

            entries.Add(ParseEntry(header, length, directory + position));

            // Extra field and comment are skipped here and refused when the header is compared.
            position += ZipStructure.CentralSize + length + BinaryPrimitives.ReadUInt16LittleEndian(header[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
            if (position > bytes.Length)
            {
                throw NotCanonical(ZipStructure.CentralSize, 30, directory + position, null);
            }
        }

        return entries;
    }

    private static ZipEntry ParseEntry(ReadOnlySpan<byte> header, int length, long offset)
    {
        var name = header.Slice(ZipStructure.CentralSize, length).ToArray();
        try
        {
            return new ZipEntry(
                EntryNames.Utf8.GetString(name), name, BinaryPrimitives.ReadUInt32LittleEndian(header[16..]), BinaryPrimitives.ReadUInt32LittleEndian(header[24..]));
        }
        catch (DecoderFallbackException fault)
        {
            throw new PackageFormatException(
                PackageFaults.EntryName, $"第 {offset} 字节处的条目名称不是 UTF-8。", $"The name of the entry at byte {offset} is not UTF-8.", fault);
        }
    }

    private static List<LocatedEntry> Locate(List<ZipEntry> entries)
    {
        var located = new List<LocatedEntry>(entries.Count);
        long position = 0;
        foreach (var entry in entries)
        {
            located.Add(new LocatedEntry(entry, position + ZipStructure.LocalSize + entry.Name.Length));
            position += entry.Span;
        }

        return located;
    }

    private static void CompareCentral(List<ZipEntry> entries, List<LocatedEntry> located, byte[] bytes, long directory)
    {
        var position = 0;
        for (var index = 0; index < entries.Count; index++)
        {
            var local = located[index].Offset - ZipStructure.LocalSize - entries[index].Name.Length;
            var expected = ZipStructure.CentralHeader(entries[index], local);
            Compare(expected, bytes.AsSpan(position, Math.Min(expected.Length, bytes.Length - position)), ZipStructure.CentralSize, directory + position, entries[index].Path);
            position += expected.Length;
        }

        if (position != bytes.Length)
        {
            throw NotCanonical(ZipStructure.EndSize, 12, directory + position, null);
        }
    }

    private static void Compare(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> found, int kind, long position, string? path)
    {
        var common = expected.CommonPrefixLength(found);
        if (common < expected.Length)
        {
            throw NotCanonical(kind, common, position, path);
        }
    }

    private static PackageFormatException NotCanonical(int kind, int offset, long position, string? path)
    {
        var structure = kind switch
        {
            ZipStructure.LocalSize => ("本地文件头", "local header"),
            ZipStructure.CentralSize => ("中央目录", "central directory"),
            _ => ("结束记录", "end record"),
        };
        var field = ZipStructure.FieldAt(kind, offset);
        var (chinese, english) = path is null ? ("", "") : ($"条目“{EntryNames.Quote(path)}”的", $" of '{EntryNames.Quote(path)}'");
        return new PackageFormatException(
            PackageFaults.ZipNotCanonical,
            $"公文包的 ZIP 结构不符合规定：{chinese}{structure.Item1}，字段 {field}，第 {position + offset} 字节。",
            $"The ZIP structure is not the one a package has: {structure.Item2}{english}, field {field}, byte {position + offset}.");
    }
}
