using System.Buffers.Binary;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Ofd;

/// <summary>
/// Finds what a ZIP holds beside what its directory names. A reader that goes from one local header to the next, or one that
/// repairs, shows other content than what was judged here; bytes alone, which no reader shows, are only said.
/// </summary>
internal static class OfdHiddenEntries
{
    private const int LocalSize = 30;
    private const int MaxDescriptor = 24;
    private const int CommonDescriptor = 16;
    private const ushort DescriptorFlag = 8;
    private const uint LocalSignature = 0x04034B50;
    private const int PieceSize = 64 * 1024;

    // More would not be named.
    private const int MaxFound = 32;

    // What is looked through of the bytes that nothing names.
    private const long MaxSearched = 16 << 20;

    public static async Task<IReadOnlyList<Finding>> FindAsync(Stream file, OfdDirectory directory, CancellationToken cancellation)
    {
        var known = new List<Place>(directory.Records.Select(record => new Place(record.From, record.To, false)));
        var hidden = new List<string>();
        foreach (var entry in directory.Entries)
        {
            if (await LocalAsync(file, entry, hidden, cancellation) is { } local)
            {
                known.Add(local);
            }
        }

        var (stray, searched) = (0L, 0L);
        foreach (var gap in Gaps(known, file.Length))
        {
            // What describes an entry behind its data is as long as this, and shorter than a header.
            var described = !gap.HasDescriptor ? 0 : gap.Length <= MaxDescriptor ? gap.Length : CommonDescriptor;
            stray += gap.Length - described;
            if (gap.Length - described >= LocalSize && hidden.Count < MaxFound)
            {
                searched += gap.Length;
                hidden.AddRange(searched > MaxSearched ? [$"@{gap.From}"] : await HeadersInAsync(file, gap, cancellation));
            }
        }

        return hidden.Count > 0 ? [OfdFindings.HiddenEntries(hidden)] : stray > 0 ? [OfdFindings.StrayBytes(stray)] : [];
    }

    /// <summary>
    /// From the local header to the end of the data; null where there is none, which is found when the entry is read. A header with another
    /// name, or with other sizes where it states any, is a hidden one.
    /// </summary>
    private static async Task<Place?> LocalAsync(Stream file, OfdEntry entry, List<string> hidden, CancellationToken cancellation)
    {
        if (entry.HeaderOffset > file.Length - LocalSize)
        {
            return null;
        }

        var header = await OfdZipDirectory.ReadAtAsync(file, entry.HeaderOffset, LocalSize, cancellation);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalSignature)
        {
            return null;
        }

        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(26));
        var start = entry.HeaderOffset + LocalSize + nameLength + BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(28));
        if (start > file.Length - entry.PackedSize)
        {
            return null;
        }

        var name = await OfdZipDirectory.ReadAtAsync(file, entry.HeaderOffset + LocalSize, nameLength, cancellation);
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(6));
        var hasDescriptor = ((flags | entry.Flags) & DescriptorFlag) != 0;
        if (!name.AsSpan().SequenceEqual(entry.RawName) || (!hasDescriptor && !IsSizedAs(header, entry)))
        {
            hidden.Add(OfdNames.Decode(name, flags));
        }

        return new Place(entry.HeaderOffset, start + entry.PackedSize, hasDescriptor);
    }

    private static bool IsSizedAs(ReadOnlySpan<byte> header, OfdEntry entry) =>
        Is(BinaryPrimitives.ReadUInt32LittleEndian(header[18..]), entry.PackedSize) && Is(BinaryPrimitives.ReadUInt32LittleEndian(header[22..]), entry.Size);

    // All ones: a Zip64 field has it.
    private static bool Is(uint stated, long size) => stated == size || stated == uint.MaxValue;

    private static IEnumerable<Gap> Gaps(IEnumerable<Place> known, long length)
    {
        var (end, hasDescriptor) = (0L, false);
        foreach (var span in known.OrderBy(span => span.From).Append(new Place(length, length, false)))
        {
            if (span.From > end)
            {
                yield return new Gap(end, span.From - end, hasDescriptor);
            }

            (end, hasDescriptor) = span.To > end ? (span.To, span.HasDescriptor) : (end, hasDescriptor);
        }
    }

    private static async Task<List<string>> HeadersInAsync(Stream file, Gap gap, CancellationToken cancellation)
    {
        var found = new List<string>();
        for (var at = gap.From; at < gap.From + gap.Length && found.Count < MaxFound; at += PieceSize)
        {
            // A header may lie across two pieces.
            var piece = await OfdZipDirectory.ReadAtAsync(file, at, (int)Math.Min(PieceSize + LocalSize, gap.From + gap.Length - at), cancellation);
            for (var index = piece.AsSpan().IndexOf("PK\x03\x04"u8); index >= 0 && index < PieceSize && found.Count < MaxFound; index = Next(piece, index))
            {
                found.Add(NameAt(piece.AsSpan(index)));
            }
        }

        return found;
    }

    private static int Next(byte[] piece, int index) => piece.AsSpan(index + 1).IndexOf("PK\x03\x04"u8) is var next and >= 0 ? index + 1 + next : -1;

    private static string NameAt(ReadOnlySpan<byte> header) => header.Length < LocalSize ? "?" : OfdNames.Decode(
        header[LocalSize..Math.Min(header.Length, LocalSize + BinaryPrimitives.ReadUInt16LittleEndian(header[26..]))].ToArray(), BinaryPrimitives.ReadUInt16LittleEndian(header[6..]));

    private readonly record struct Place(long From, long To, bool HasDescriptor);

    private readonly record struct Gap(long From, long Length, bool HasDescriptor);
}
