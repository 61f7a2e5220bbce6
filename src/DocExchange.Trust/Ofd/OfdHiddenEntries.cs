using System.Buffers.Binary;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Ofd;

/// <summary>
/// Finds what a ZIP holds beside what its directory names. A reader that goes from one local header to the next, or one that
/// repairs, shows other content than what was judged here; bytes alone, which no reader shows, are only said.
/// </summary>
internal static class OfdHiddenEntries
{
    private const int PieceSize = 64 * 1024;

    // More would not be named.
    private const int MaxFound = 32;

    // What is looked through of the bytes that nothing names.
    private const long MaxSearched = 16 << 20;

    /// <param name="seen">By path: what is known of the data of entries.</param>
    /// <param name="unprotected">Paths of entries that no signature covers.</param>
    public static async Task<IReadOnlyList<Finding>> FindAsync(Stream file, OfdDirectory directory, IReadOnlyDictionary<string, OfdEntryData> seen, IReadOnlySet<string> unprotected, CancellationToken cancellation)
    {
        var found = new Found(file, seen, unprotected);
        found.AddFolders(directory.Entries);
        found.Hidden.AddRange(directory.Rivals.Select(rival => $"@{rival}").Take(MaxFound));
        var known = new List<Place>(directory.Records.Select(record => new Place(record.From, record.To)));
        foreach (var entry in directory.Entries)
        {
            if (found.Hidden.Count < MaxFound && await OfdLocalEntry.ReadAsync(file, entry, cancellation) is { } local)
            {
                known.Add(new Place(local.From, local.To));
                await found.AddAsync(entry, local, cancellation);
            }
        }

        // Comments and extra fields may hold anything.
        foreach (var (from, to) in directory.Records)
        {
            await found.SearchAsync(new Place(from, to), isGap: false, cancellation);
        }

        found.AddOverlaps(known);
        var stray = 0L;
        foreach (var gap in found.Hidden.Count < MaxFound ? Gaps(known, file.Length) : [])
        {
            stray += gap.Length;
            await found.SearchAsync(gap, isGap: true, cancellation);
        }

        return found.Hidden.Count > 0 ? [OfdFindings.HiddenEntries(found.Hidden)] :
        [
            .. stray > 0 ? [OfdFindings.StrayBytes(stray)] : Array.Empty<Finding>(),
            .. found.Loose.Count > 0 ? [OfdFindings.LooseEntries(found.Loose)] : Array.Empty<Finding>(),
        ];
    }

    private static IEnumerable<Place> Gaps(IEnumerable<Place> known, long length)
    {
        var end = 0L;
        foreach (var place in known.OrderBy(place => place.From).Append(new Place(length, length)))
        {
            if (place.From > end)
            {
                yield return new Place(end, place.From);
            }

            end = Math.Max(end, place.To);
        }
    }

    private sealed class Found(Stream file, IReadOnlyDictionary<string, OfdEntryData> seen, IReadOnlySet<string> unprotected)
    {
        private long claimed;
        private long searched;

        public List<string> Hidden { get; } = [];

        public List<string> Loose { get; } = [];

        /// <summary>A folder has no content; a reader that takes the name for a file's shows what is there.</summary>
        public void AddFolders(IEnumerable<OfdEntry> entries) =>
            Hidden.AddRange(entries.Where(entry => entry.Path.EndsWith('/') && entry is not { Size: 0, PackedSize: 0 }).Select(entry => entry.Path).Take(MaxFound));

        public async Task AddAsync(OfdEntry entry, OfdLocalEntry local, CancellationToken cancellation)
        {
            // More than there is in the file is data that several entries claim.
            claimed += entry.PackedSize;
            if (local.Differs || claimed > file.Length)
            {
                Hidden.Add(local.Name);
                return;
            }

            var data = await OfdEntryData.ReadAsync(file, entry, local.DataFrom, seen.TryGetValue(entry.Path, out var known) ? known : null, cancellation);
            if ((local.IsLoose || !data.HasChecksum) && Loose.Count < MaxFound)
            {
                Loose.Add(local.Name);
            }

            // Readers of PDF look for one far into a file that is called so; extra fields have up to 64 KiB.
            await SearchAsync(new Place(entry.HeaderOffset + OfdLocalEntry.HeaderSize, local.DataFrom), isGap: false, cancellation, isPdfAlone: true);
            if (unprotected.Contains(entry.Path))
            {
                await SearchAsync(new Place(local.DataFrom, local.DataFrom + entry.PackedSize), isGap: false, cancellation, isPdfAlone: true);
            }

            // Without sizes a reader may go on where the data begins.
            if (!data.IsWhole || (local.IsUnsized && entry.IsStored))
            {
                await SearchAsync(new Place(local.DataFrom, local.DataFrom + entry.PackedSize), isGap: false, cancellation);
            }
        }

        /// <summary>What begins inside something else is read as another by whoever goes from header to header.</summary>
        public void AddOverlaps(IEnumerable<Place> known)
        {
            var end = 0L;
            foreach (var place in known.Where(place => place.Length > 0).OrderBy(place => place.From))
            {
                if (place.From < end && Hidden.Count < MaxFound)
                {
                    Hidden.Add($"@{place.From}");
                }

                end = Math.Max(end, place.To);
            }
        }

        /// <summary>Looks for local headers, and for a PDF, where none should be.</summary>
        /// <param name="isGap">Nothing of the archive lies there: another directory or end record does not belong there either.</param>
        /// <param name="isPdfAlone">Whether a PDF is all that is looked for.</param>
        public async Task SearchAsync(Place place, bool isGap, CancellationToken cancellation, bool isPdfAlone = false)
        {
            if (place.Length <= 0 || Hidden.Count >= MaxFound)
            {
                return;
            }

            // What entries claim of the file is limited by its length already.
            searched += isPdfAlone ? 0 : place.Length;
            Hidden.AddRange(searched > MaxSearched ? [$"@{place.From}"] : await HeadersInAsync(place, isGap, isPdfAlone, cancellation));
        }

        private async Task<List<string>> HeadersInAsync(Place place, bool isGap, bool isPdfAlone, CancellationToken cancellation)
        {
            var found = new List<string>();
            for (var at = place.From; at < place.To && found.Count < MaxFound; at += PieceSize)
            {
                // A header may lie across two pieces, and begin in one place and end in the next.
                var begins = (int)Math.Min(PieceSize, place.To - at);
                var piece = await OfdZipDirectory.ReadAtAsync(file, at, (int)Math.Min(begins + OfdLocalEntry.HeaderSize, file.Length - at), cancellation);
                // What follows may be signed, and a PDF.
                if (HiddenDocuments.HoldsPdf(piece.AsSpan(0, (int)Math.Min(piece.Length, place.To - at))))
                {
                    found.Add($"PDF@{at}");
                }

                for (var index = isPdfAlone ? -1 : Next(piece, -1); index >= 0 && index < begins && found.Count < MaxFound; index = Next(piece, index))
                {
                    if (piece.AsSpan(index).StartsWith("PK\x03\x04"u8))
                    {
                        found.Add(NameAt(piece.AsSpan(index)));
                    }
                    else if (isGap && OfdLocalEntry.IsRecord(piece.AsSpan(index)))
                    {
                        found.Add($"@{at + index}");
                    }
                }
            }

            return found;
        }

        private static int Next(byte[] piece, int index) => piece.AsSpan(index + 1).IndexOf("PK"u8) is var next and >= 0 ? index + 1 + next : -1;

        private static string NameAt(ReadOnlySpan<byte> header) => header.Length < OfdLocalEntry.HeaderSize ? "?" : OfdNames.Decode(
            header[OfdLocalEntry.HeaderSize..Math.Min(header.Length, OfdLocalEntry.HeaderSize + BinaryPrimitives.ReadUInt16LittleEndian(header[26..]))],
            BinaryPrimitives.ReadUInt16LittleEndian(header[6..]));
    }

    private readonly record struct Place(long From, long To)
    {
        public long Length => To - From;
    }
}
