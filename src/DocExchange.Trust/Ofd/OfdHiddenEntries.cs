using System.Buffers.Binary;
using System.Text;
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

    // By these other programs know Office and OpenDocument files, EPUBs and Java archives.
    private static readonly string[] OtherFormats = ["[Content_Types].xml", "mimetype", "META-INF/manifest.xml", "META-INF/container.xml", "META-INF/MANIFEST.MF"];

    // Browsers show these wherever they stand in a file that is called so.
    private static readonly string[] Markup = ["<html", "<!doctype", "<head", "<body", "<script", "<svg", "<iframe", "<img", "<table", "<div", "<p>"];

    /// <param name="read">By path, what is known of the data of entries, and what may be spent on the others.</param>
    /// <param name="unprotected">Paths of entries that no signature covers.</param>
    public static async Task<IReadOnlyList<Finding>> FindAsync(Stream file, OfdDirectory directory, (IReadOnlyDictionary<string, OfdEntryData> Seen, OfdBudget Budget) read, IReadOnlySet<string> unprotected, CancellationToken cancellation)
    {
        var found = new Found(file, read.Seen, read.Budget, unprotected);
        found.Hidden.AddRange(directory.Rivals.Select(rival => $"@{rival}").Take(MaxFound));
        var known = new List<Place>(directory.Records.Select(record => new Place(record.From, record.To)));
        foreach (var entry in directory.Entries)
        {
            if (found.Hidden.Count >= MaxFound)
            {
                break;
            }

            if (await OfdLocalEntry.ReadAsync(file, entry, cancellation) is { } local)
            {
                known.Add(new Place(local.From, local.To));
                await found.AddAsync(entry, local, cancellation);
            }
            else if (entry.Path.EndsWith('/') && entry is not { Size: 0, PackedSize: 0 })
            {
                found.Hidden.Add(entry.Path);
            }
        }

        // Comments and extra fields may hold anything.
        foreach (var (from, to) in directory.Records)
        {
            await found.SearchAsync(new Place(from, to), Sought.Pdf | Sought.Markup | Sought.Headers, cancellation);
        }

        // What stands at the beginning, or as a comment, is what the file is to other programs.
        await found.AddUnlessBlankAsync(new Place(directory.Comment.From, directory.Comment.To), cancellation);

        found.AddOverlaps(known);
        var stray = 0L;
        foreach (var gap in found.Hidden.Count < MaxFound ? Gaps(known, file.Length) : [])
        {
            stray += gap.Length;
            await found.AddUnlessBlankAsync(gap.From == 0 ? gap : default, cancellation);
            await found.SearchAsync(gap, Sought.Pdf | Sought.Markup | Sought.Headers | Sought.Records, cancellation);
        }

        var formats = directory.Entries.Select(entry => entry.Path).Where(path => unprotected.Contains(path) && OtherFormats.Contains(path, StringComparer.OrdinalIgnoreCase)).ToList();
        IReadOnlyList<Finding> told =
        [
            .. formats.Count > 0 ? [OfdFindings.OtherFormat(formats)] : Array.Empty<Finding>(),
            .. found.Misread.Count > 0 && found.IsAnyChecked ? [OfdFindings.ChecksumDiffers(found.Misread)] : Array.Empty<Finding>(),
            .. found.Careless.Count > 0 && found.IsAnyCareful ? [OfdFindings.HeaderLacking(found.Careless)] : Array.Empty<Finding>(),
            .. found.IsCut ? [OfdFindings.NotAllChecked] : Array.Empty<Finding>(),
        ];
        return found.Hidden.Count > 0 ? [OfdFindings.HiddenEntries(found.Hidden), .. told] :
        [
            .. told,
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

    private sealed class Found(Stream file, IReadOnlyDictionary<string, OfdEntryData> seen, OfdBudget budget, IReadOnlySet<string> unprotected)
    {
        // What compressors make of nothing is 2 bytes, or 5.
        private const int MaxEmpty = 16;

        private long claimed;
        private long searched;

        public List<string> Hidden { get; } = [];

        public List<string> Loose { get; } = [];

        /// <summary>Signed parts whose checksum is wrong: programs that compare it refuse them, or show the document without them.</summary>
        public List<string> Misread { get; } = [];

        /// <summary>Whether the checksum of some signed part is right: where none is, that is the way their maker writes, and nothing is left to show without them.</summary>
        public bool IsAnyChecked { get; private set; }

        /// <summary>The same for signed parts whose own header is not what it has to be: programs that go from one to the next stumble there.</summary>
        public List<string> Careless { get; } = [];

        public bool IsAnyCareful { get; private set; }

        /// <summary>Whether not everything was unpacked, since it takes too much work.</summary>
        public bool IsCut { get; private set; }

        public async Task AddAsync(OfdEntry entry, OfdLocalEntry local, CancellationToken cancellation)
        {
            // More than there is in the file is data that several entries claim.
            claimed += entry.PackedSize;
            if (local.Differs || claimed > file.Length)
            {
                Hidden.Add(local.Name);
                return;
            }

            var isKnown = seen.TryGetValue(entry.Path, out var known);
            var mayUnpack = isKnown || budget.TryUnpack(entry.Size);
            IsCut |= !mayUnpack;
            var data = mayUnpack ? await OfdEntryData.ReadAsync(file, entry, local.DataFrom, isKnown ? known : null, cancellation) : OfdEntryData.Damaged;

            // A folder has no content; a reader that takes the name for a file's shows what is there.
            if (entry.Path.EndsWith('/') && (entry.Size > 0 || entry.PackedSize > MaxEmpty || !data.IsWhole))
            {
                Hidden.Add(local.Name);
            }

            if ((local.IsLoose || !data.HasChecksum) && Loose.Count < MaxFound)
            {
                Loose.Add(local.Name);
            }

            if (!unprotected.Contains(entry.Path) && !entry.Path.EndsWith('/'))
            {
                IsAnyChecked |= data.HasChecksum && data.IsWhole && entry.PackedSize > 0;
                Misread.AddRange(data.HasChecksum ? [] : [local.Name]);
                IsAnyCareful |= !local.IsLoose && entry.PackedSize > 0;
                Careless.AddRange(local.IsLoose ? [local.Name] : []);
            }

            // Readers of PDF look for one far into a file that is called so; extra fields have up to 64 KiB.
            await SearchAsync(new Place(entry.HeaderOffset + OfdLocalEntry.HeaderSize, local.DataFrom), Sought.Pdf | Sought.Markup, cancellation);
            if (unprotected.Contains(entry.Path))
            {
                await SearchAsync(new Place(local.DataFrom, local.DataFrom + entry.PackedSize), Sought.Pdf, cancellation);
            }

            // Without sizes a reader may go on where the data begins.
            if (!data.IsWhole || (local.IsUnsized && entry.IsStored))
            {
                await SearchAsync(new Place(local.DataFrom, local.DataFrom + entry.PackedSize), Sought.Pdf | Sought.Headers, cancellation);
            }
        }

        /// <summary>Zeros, blanks and a byte order mark show nothing.</summary>
        public async Task AddUnlessBlankAsync(Place place, CancellationToken cancellation)
        {
            for (var at = place.From; at < place.To && Hidden.Count < MaxFound; at += PieceSize)
            {
                var piece = await OfdZipDirectory.ReadAtAsync(file, at, (int)Math.Min(PieceSize, place.To - at), cancellation);
                if (piece.AsSpan().ContainsAnyExcept("\0 \t\r\n\uFEFF"u8))
                {
                    Hidden.Add($"@{place.From}");
                    return;
                }
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

        /// <summary>Looks for what should not be there.</summary>
        public async Task SearchAsync(Place place, Sought sought, CancellationToken cancellation)
        {
            if (place.Length <= 0 || Hidden.Count >= MaxFound)
            {
                return;
            }

            // What entries claim of the file is limited by its length already.
            searched += sought.HasFlag(Sought.Headers) ? place.Length : 0;
            Hidden.AddRange(searched > MaxSearched ? [$"@{place.From}"] : await FindInAsync(place, sought, cancellation));
        }

        private async Task<List<string>> FindInAsync(Place place, Sought sought, CancellationToken cancellation)
        {
            var found = new List<string>();
            for (var at = place.From; at < place.To && found.Count < MaxFound; at += PieceSize)
            {
                // A header may lie across two pieces, and begin in one place and end in the next.
                var begins = (int)Math.Min(PieceSize, place.To - at);
                var piece = await OfdZipDirectory.ReadAtAsync(file, at, (int)Math.Min(begins + OfdLocalEntry.HeaderSize, file.Length - at), cancellation);
                // What follows may be signed, and a PDF.
                var within = (int)Math.Min(piece.Length, place.To - at);
                if (HiddenDocuments.HoldsPdf(piece.AsSpan(0, within)))
                {
                    found.Add($"PDF@{at}");
                }

                if (sought.HasFlag(Sought.Markup) && HoldsMarkup(piece.AsSpan(0, within)))
                {
                    found.Add($"HTML@{at}");
                }

                for (var index = sought.HasFlag(Sought.Headers) ? Next(piece, -1) : -1; index >= 0 && index < begins && found.Count < MaxFound; index = Next(piece, index))
                {
                    if (piece.AsSpan(index).StartsWith("PK\x03\x04"u8))
                    {
                        found.Add(NameAt(piece.AsSpan(index)));
                    }
                    else if (sought.HasFlag(Sought.Records) && OfdLocalEntry.IsRecord(piece.AsSpan(index)))
                    {
                        found.Add($"@{at + index}");
                    }
                }
            }

            return found;
        }

        private static bool HoldsMarkup(ReadOnlySpan<byte> bytes)
        {
            for (int at; (at = bytes.IndexOf((byte)'<')) >= 0; bytes = bytes[(at + 1)..])
            {
                var begun = bytes[at..];
                foreach (var tag in Markup)
                {
                    if (begun.Length >= tag.Length && Ascii.EqualsIgnoreCase(begun[..tag.Length], tag))
                    {
                        return true;
                    }
                }
            }

            return false;
        }

        private static int Next(byte[] piece, int index) => piece.AsSpan(index + 1).IndexOf("PK"u8) is var next and >= 0 ? index + 1 + next : -1;

        private static string NameAt(ReadOnlySpan<byte> header) => header.Length < OfdLocalEntry.HeaderSize ? "?" : OfdNames.Decode(
            header[OfdLocalEntry.HeaderSize..Math.Min(header.Length, OfdLocalEntry.HeaderSize + BinaryPrimitives.ReadUInt16LittleEndian(header[26..]))],
            BinaryPrimitives.ReadUInt16LittleEndian(header[6..]));
    }

    [Flags]
    private enum Sought
    {
        Pdf = 1,
        Markup = 2,

        /// <summary>Local headers.</summary>
        Headers = 4,

        /// <summary>Another directory or end record: nothing of the archive lies there.</summary>
        Records = 8,
    }

    private readonly record struct Place(long From, long To)
    {
        public long Length => To - From;
    }
}
