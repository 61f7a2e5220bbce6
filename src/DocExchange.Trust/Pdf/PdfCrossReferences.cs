namespace DocExchange.Trust.Pdf;

/// <summary>
/// Where the cross-references of a file say that its objects stand: all sections, from the last to the first. Programs repair what is not exactly right each in its own way, and
/// find other objects then; so only what is counts as read. That leads away from an embedded file at best: whether its signature is one, the signature itself has to tell.
/// </summary>
internal sealed class PdfCrossReferences
{
    // Within so many bytes at the end all programs look for the word.
    private const int TailSize = 1024;
    private const int FirstSize = 4 * 1024;
    private const int Growth = 8;
    private const int MaxSection = 16 << 20;
    private const int MaxSections = 1024;
    private const int MaxObjects = 500_000;
    private const int MaxDictionary = 64 * 1024;
    private const int WindowSize = 64 * 1024;
    private const int LongestBeginning = 64;

    private readonly PdfBytes bytes;
    private readonly Stream file;
    private readonly HashSet<long> sections = [];
    private readonly List<PdfPlace> places = [];

    // Where the newest of each number stands: packed in another object, or nowhere since it was deleted.
    private const long Packed = 0;
    private const long Free = -1;
    private readonly Dictionary<long, long> newest = [];
    private int left = MaxObjects;
    private long startsAt;
    private PdfKeys? trailer;

    private PdfCrossReferences(PdfBytes bytes) => (this.bytes, file) = (bytes, bytes.File);

    /// <summary>Null where they are not exactly right, or more than is read.</summary>
    /// <param name="bytes">What is read counts there.</param>
    public static async Task<PdfCrossReferences?> ReadAsync(PdfBytes bytes, CancellationToken cancellation)
    {
        var references = new PdfCrossReferences(bytes);
        return await references.ReadSectionsAsync(cancellation) && await references.AreThereAsync(cancellation) && await references.HasPagesAsync(cancellation) ? references : null;
    }

    /// <summary>Whether a section, an object that any of them names, or the word that leads to the last one stands there.</summary>
    public bool LeadInto(long start, long end)
    {
        return IsIn(startsAt) || sections.Any(IsIn) || places.Exists(place => IsIn(place.Position));

        bool IsIn(long position) => position >= start && position < end;
    }

    private async Task<bool> ReadSectionsAsync(CancellationToken cancellation)
    {
        if (!await PdfEmbedding.BeginsAsync(file, 0, cancellation) || await LastAsync(cancellation) is not { } last || await FirstAsync(cancellation) is not { IsKnown: true } first)
        {
            return false;
        }

        var pending = new Queue<long>(first.Position is { } linearized ? [last, linearized] : [last]);
        while (pending.TryDequeue(out var position))
        {
            if (!sections.Add(position))
            {
                continue;
            }

            if (sections.Count > MaxSections || await SectionAsync(position, cancellation) is not { } section)
            {
                return false;
            }

            trailer ??= section.Trailer;
            places.AddRange(section.Objects);
            section.Objects.ForEach(place => newest.TryAdd(place.Number, place.Position));
            section.Packed.ForEach(number => newest.TryAdd(number, Packed));
            section.Free.ForEach(number => newest.TryAdd(number, Free));
            left -= section.Objects.Count + section.Packed.Count + section.Free.Count;
            section.Before.ForEach(pending.Enqueue);
        }

        return true;
    }

    /// <summary>What the last startxref says (ISO 32000-1 §7.5.5): some programs look for these letters, others for a word of its own.</summary>
    private async Task<long?> LastAsync(CancellationToken cancellation)
    {
        var start = Math.Max(0, file.Length - TailSize);
        var tail = await ReadAsync(start, TailSize, cancellation);
        var at = tail.Span.LastIndexOf("startxref"u8);
        if (at <= 0 || !PdfSyntax.Blanks.Contains(tail.Span[at - 1]))
        {
            return null;
        }

        startsAt = start + at;
        var words = new PdfWords(tail.Span[at..]);
        return words.Is("startxref"u8) ? words.Number() : null;
    }

    /// <summary>Of a file that is made for the web, programs take the section behind its first object (ISO 32000-1 annex F).</summary>
    private async Task<(bool IsKnown, long? Position)> FirstAsync(CancellationToken cancellation)
    {
        var head = await ReadAsync(0, MaxDictionary, cancellation);
        var at = 0;
        for (; head.Span[at..] is [(byte)'%', ..]; at += new PdfWords(head.Span[at..]).Blanks)
        {
            at += head.Span[at..].IndexOfAny(PdfSyntax.LineEnds) is >= 0 and var line ? line : head.Length - at;
        }

        var words = new PdfWords(head.Span[at..]);
        if (words.Object() is null)
        {
            return (head.Span[at..] is [>= (byte)'a' and <= (byte)'z', ..], null);
        }

        var rest = head[(at + words.At)..];
        if (PdfKeys.Read(rest, out _) is not { } keys)
        {
            return (rest.Span.TrimStart(PdfWords.BlankLetters) is [not ((byte)'<' or (byte)'%'), ..], null);
        }

        if (!keys.Has("Linearized") || (keys.Number("L") is { } length && length != file.Length))
        {
            return (true, null);
        }

        var end = head.Span.IndexOf("endobj"u8);
        return (end >= 0, end + "endobj".Length);
    }

    private async Task<PdfSection?> SectionAsync(long position, CancellationToken cancellation)
    {
        var whole = Math.Min(MaxSection, file.Length - position);
        for (var size = (long)FirstSize; whole > 0; size *= Growth)
        {
            size = Math.Min(size, whole);
            if (!bytes.Take(size))
            {
                return null;
            }

            if (PdfSection.Read(await ReadAsync(position, (int)size, cancellation), left, out var isCut) is { } section)
            {
                return section;
            }

            if (!isCut || size == whole)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>An object of that number stands wherever one is named; otherwise programs search the file for it.</summary>
    private async Task<bool> AreThereAsync(CancellationToken cancellation)
    {
        var (start, window) = (0L, ReadOnlyMemory<byte>.Empty);
        foreach (var place in places.Distinct().OrderBy(place => place.Position))
        {
            if (place.Position >= file.Length || place.Number >= trailer?.Number("Size"))
            {
                return false;
            }

            if (place.Position + LongestBeginning > start + window.Length && start + window.Length < file.Length)
            {
                if (!bytes.Take(WindowSize))
                {
                    return false;
                }

                (start, window) = (place.Position, await ReadAsync(place.Position, WindowSize, cancellation));
            }

            var beginning = window[(int)(place.Position - start)..];
            if (new PdfWords(beginning.Span[..Math.Min(beginning.Length, LongestBeginning)]).Object() != (place.Number, place.Generation))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Without a catalogue and pages programs search the file too. Of those that are packed in other objects it is enough that there are such.</summary>
    private async Task<bool> HasPagesAsync(CancellationToken cancellation)
    {
        if (trailer?.Number("Size") is null || trailer.Reference("Root") is not { } root || PlaceOf(root) is not (>= 0 and var position))
        {
            return false;
        }

        return position == Packed
            || (await DictionaryAsync(position, cancellation) is { } catalogue && catalogue.Reference("Pages") is { } pages && PlaceOf(pages) is >= 0 and var place
                && (place == Packed || await DictionaryAsync(place, cancellation) is not null));

        long PlaceOf(long number) => newest.GetValueOrDefault(number, Free);
    }

    private async Task<PdfKeys?> DictionaryAsync(long position, CancellationToken cancellation)
    {
        var beginning = await ReadAsync(position, MaxDictionary, cancellation);
        var words = new PdfWords(beginning.Span);
        return words.Object() is null ? null : PdfKeys.Read(beginning[words.At..], out _);
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(long position, int size, CancellationToken cancellation) =>
        await PdfScanner.ReadAsync(file, position, (int)Math.Min(size, file.Length - position), cancellation);
}
