using System.Buffers.Binary;

namespace DocExchange.Trust.Ofd;

/// <param name="Records">The directory and the end records with the comment, each from and to an offset of the file.</param>
/// <param name="Rivals">Where another program may find another directory or end record than those that were read.</param>
internal sealed record OfdDirectory(IReadOnlyList<OfdEntry> Entries, IReadOnlyList<(long From, long To)> Records, IReadOnlyList<long> Rivals)
{
    /// <summary>Behind the end record.</summary>
    public (long From, long To) Comment { get; init; }
}

/// <summary>
/// Reads the directory of a ZIP file of any maker (PKWARE APPNOTE 6.3): Zip64, descriptors, comments, bytes before the
/// first entry. Only the directory counts; nothing is unpacked here.
/// </summary>
internal static class OfdZipDirectory
{
    private const int EndSize = 22;
    private const int Zip64LocatorSize = 20;
    private const int Zip64EndSize = 56;
    private const int CentralSize = 46;
    private const int MaxComment = 0xFFFF;
    private const uint EndSignature = 0x06054B50;
    private const uint Zip64LocatorSignature = 0x07064B50;
    private const uint Zip64EndSignature = 0x06064B50;
    private const uint CentralSignature = 0x02014B50;

    /// <summary>Every entry in the order of the directory, folders included, and where the records behind the entries lie.</summary>
    /// <exception cref="OfdFormatException">No ZIP, damaged, or over a limit.</exception>
    public static async Task<OfdDirectory> ReadAsync(Stream file, OfdLimits limits, CancellationToken cancellation)
    {
        if (file.Length > limits.MaxFileSize)
        {
            throw TooLarge("文件", "The file", file.Length, limits.MaxFileSize);
        }

        var (end, start, records, rivals) = await FindEndAsync(file, limits, cancellation);
        if (end.Count > limits.MaxEntries)
        {
            throw new OfdFormatException("OFD_TOO_MANY_ENTRIES", $"压缩包中的文件超过 {limits.MaxEntries} 个。", $"The ZIP file has more than {limits.MaxEntries} entries.");
        }

        if (end.Size > limits.MaxDirectorySize)
        {
            throw TooLarge("压缩包目录", "The ZIP directory", end.Size, limits.MaxDirectorySize);
        }

        var directory = await ReadAtAsync(file, start, (int)end.Size, cancellation);
        var (entries, length) = ReadEntries(directory, end, start - end.Offset, limits);

        // What its size takes in behind the entries it counts is none of it.
        return new OfdDirectory(entries, [(start, start + length), .. records], rivals) { Comment = (Math.Min(records[0].From + EndSize, records[0].To), records[0].To) };
    }

    public static async Task<byte[]> ReadAtAsync(Stream file, long offset, int count, CancellationToken cancellation)
    {
        if (offset < 0 || count < 0 || offset > file.Length - count)
        {
            throw Damaged("an offset or a size points outside the file");
        }

        var bytes = new byte[count];
        file.Position = offset;
        await file.ReadExactlyAsync(bytes, cancellation);
        return bytes;
    }

    public static OfdFormatException Damaged(string why) =>
        new("OFD_ZIP_DAMAGED", "文件不是有效的 ZIP 压缩包，或已损坏。", $"The file is no ZIP file or is damaged: {why}.");

    public static OfdFormatException TooLarge(string chinese, string english, long size, long limit) =>
        new("OFD_TOO_LARGE", $"{chinese}有 {size} 字节，超过上限 {limit}。", $"{english} has {size} bytes, more than the limit of {limit}.");

    /// <summary>The end record, and where the directory really begins: some makers put bytes of their own before the ZIP.</summary>
    private static async Task<Found> FindEndAsync(Stream file, OfdLimits limits, CancellationToken cancellation)
    {
        var tailSize = (int)Math.Min(file.Length, EndSize + MaxComment);
        var tail = await ReadAtAsync(file, file.Length - tailSize, tailSize, cancellation);
        Found? found = null;
        var rivals = new List<long>();
        for (var index = tailSize - EndSize; index >= 0; index--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(index)) != EndSignature)
            {
                continue;
            }

            // Programs differ in which of several they take: the last one, or the last one whose comment reaches to the end of the file.
            var position = file.Length - tailSize + index;
            var reach = position + EndSize + BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(index + EndSize - 2));
            if (found is not null && reach != file.Length)
            {
                continue;
            }

            var led = await TryFindAsync(file, position, ReadEnd(tail.AsSpan(index)), reach, limits, cancellation);
            if (led is null ? found is null : found is not null)
            {
                rivals.Add(position);
            }

            found ??= led;
        }

        return found is { } one ? one with { Rivals = [.. one.Rivals, .. rivals] } : throw Damaged("it has no end record that leads to a directory");
    }

    /// <summary>Null where the end record leads to no directory.</summary>
    /// <param name="reach">Where its comment says that it ends.</param>
    private static async Task<Found?> TryFindAsync(Stream file, long position, End end, long reach, OfdLimits limits, CancellationToken cancellation)
    {
        var rivals = new List<long>();
        var records = new List<(long From, long To)> { (position, Math.Min(reach, file.Length)) };
        var after = position;
        if (await FindZip64Async(file, position, limits, cancellation) is { } large)
        {
            if (!Fits(end, large.End))
            {
                throw Damaged("its two end records lead to two directories");
            }

            (end, after) = (large.End, large.Position);
            rivals.AddRange(large.Rivals);
            records.AddRange([(position - Zip64LocatorSize, position), (after, after + Zip64EndSize)]);
        }

        var start = after - end.Size;
        var isBefore = end.Size >= 0 && start >= 0 && await IsDirectoryAsync(file, start, end, cancellation);
        if (await IsDirectoryAsync(file, end.Offset, end, cancellation))
        {
            // Where both places hold one, programs differ in which they read.
            if (isBefore && end.Count > 0 && end.Offset != start)
            {
                rivals.Add(end.Offset);
            }
        }
        else if (!isBefore)
        {
            return null;
        }

        return new Found(end, isBefore ? start : end.Offset, records, rivals);
    }

    // APPNOTE §4.4.1.4: the short record has what the long one has, or says that it is there.
    private static bool Fits(End small, End large) =>
        (small.Count == large.Count || small.Count == ushort.MaxValue) && (small.Size == large.Size || small.Size == uint.MaxValue) && (small.Offset == large.Offset || small.Offset == uint.MaxValue);

    private static End ReadEnd(ReadOnlySpan<byte> record) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(record[10..]),
        BinaryPrimitives.ReadUInt32LittleEndian(record[12..]),
        BinaryPrimitives.ReadUInt32LittleEndian(record[16..]));

    private static async Task<(End End, long Position, IReadOnlyList<long> Rivals)?> FindZip64Async(Stream file, long end, OfdLimits limits, CancellationToken cancellation)
    {
        if (end < Zip64LocatorSize + Zip64EndSize)
        {
            return null;
        }

        var locator = await ReadAtAsync(file, end - Zip64LocatorSize, Zip64LocatorSize, cancellation);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != Zip64LocatorSignature)
        {
            return null;
        }

        // The record lies where the locator says, or, with bytes before the ZIP, directly before the locator.
        var found = new List<(End End, long Position)>();
        foreach (var position in new[] { BinaryPrimitives.ReadInt64LittleEndian(locator.AsSpan(8)), end - Zip64LocatorSize - Zip64EndSize }.Distinct())
        {
            if (position < 0 || position > end - Zip64LocatorSize - Zip64EndSize)
            {
                continue;
            }

            var record = await ReadAtAsync(file, position, Zip64EndSize, cancellation);
            if (BinaryPrimitives.ReadUInt32LittleEndian(record) == Zip64EndSignature)
            {
                var count = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(32));
                var size = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(40));
                var isSane = count >= 0 && count <= limits.MaxEntries && size >= 0;
                found.Add((new End(isSane ? count : limits.MaxEntries + 1L, size, BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48))), position));
            }
        }

        return found.Count == 0 ? null : (found[0].End, found[0].Position, [.. found.Skip(1).Select(other => other.Position)]);
    }

    private static async Task<bool> IsDirectoryAsync(Stream file, long start, End end, CancellationToken cancellation)
    {
        if (end.Count == 0)
        {
            return end.Size == 0;
        }

        if (start < 0 || start > file.Length - CentralSize)
        {
            return false;
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(await ReadAtAsync(file, start, sizeof(uint), cancellation)) == CentralSignature;
    }

    private static (List<OfdEntry> Entries, int Length) ReadEntries(byte[] directory, End end, long shift, OfdLimits limits)
    {
        var entries = new List<OfdEntry>();
        long total = 0;
        var position = 0;
        for (var index = 0; index < end.Count; index++)
        {
            var record = directory.AsSpan(position);
            if (record.Length < CentralSize || BinaryPrimitives.ReadUInt32LittleEndian(record) != CentralSignature)
            {
                throw Damaged($"its directory breaks off after {index} entries");
            }

            var (entry, length) = ReadEntry(record, shift, limits);
            position += length;
            total += entry.Size;
            if (total > limits.MaxTotalSize)
            {
                throw TooLarge("压缩包解开后", "The unpacked ZIP file", total, limits.MaxTotalSize);
            }

            entries.Add(entry);
        }

        return (entries, position);
    }

    private static (OfdEntry Entry, int Length) ReadEntry(ReadOnlySpan<byte> record, long shift, OfdLimits limits)
    {
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(record[28..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(record[30..]);
        var length = CentralSize + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(record[32..]);
        if (length > record.Length)
        {
            throw Damaged("an entry of its directory is cut off");
        }

        if (nameLength > limits.MaxNameLength)
        {
            throw new OfdFormatException("OFD_NAME", $"压缩包中的文件名超过 {limits.MaxNameLength} 字节。", $"A name in the ZIP file has more than {limits.MaxNameLength} bytes.");
        }

        var raw = record.Slice(CentralSize, nameLength).ToArray();
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(record[8..]);
        var extra = record.Slice(CentralSize + nameLength, extraLength);
        var sizes = OfdZip64Sizes.Read(record, extra);
        var name = OfdNames.Decode(raw, flags);
        var path = OfdNames.Normalise(name);
        OfdEntryKind.RejectLink(record, path);
        CheckSizes(path, sizes, limits);
        var entry = new OfdEntry(
            path, raw, BinaryPrimitives.ReadUInt16LittleEndian(record[10..]), flags, sizes.Packed, sizes.Unpacked, sizes.Offset + shift,
            BinaryPrimitives.ReadUInt32LittleEndian(record[16..]), OfdUnicodePath.IsOther(extra, raw, flags, path) || OfdZip64Sizes.AreTwice(extra) || OfdNames.IsRoundabout(name) || OfdEntryKind.IsOther(record, path))
        {
            IsSlashedOtherwise = OfdNames.IsSlashedOtherwise(name),
        };
        return (entry, length);
    }

    private static void CheckSizes(string path, OfdZip64Sizes sizes, OfdLimits limits)
    {
        const long Small = 1 << 20;
        if (sizes.Packed < 0 || sizes.Unpacked < 0 || sizes.Offset < 0)
        {
            throw Damaged($"the sizes of '{path}' are not possible");
        }

        if (sizes.Unpacked > limits.MaxEntrySize)
        {
            throw TooLarge($"“{path}”", $"'{path}'", sizes.Unpacked, limits.MaxEntrySize);
        }

        if (sizes.Unpacked > Small && sizes.Unpacked / limits.MaxRatio > sizes.Packed)
        {
            throw new OfdFormatException(
                "OFD_RATIO", $"“{path}”的压缩比超过 {limits.MaxRatio}，可能是压缩炸弹。", $"'{path}' unpacks to more than {limits.MaxRatio} times its size.");
        }
    }

    private readonly record struct End(long Count, long Size, long Offset);

    private sealed record Found(End End, long Start, IReadOnlyList<(long From, long To)> Records, IReadOnlyList<long> Rivals);
}
