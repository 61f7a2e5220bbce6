using System.Globalization;

namespace DocExchange.Trust.Pdf;

/// <summary>
/// Where the cross-references of a file say that its objects stand (ISO 32000-1 §7.5.4, §7.5.8): all sections, from the last to the first. Programs repair what is not quite
/// right in ways of their own, so only what is exactly right counts as read: then all programs find the same objects.
/// </summary>
internal sealed class PdfCrossReferences
{
    private const int TailSize = 1024;
    private const int FirstSize = 4 * 1024;
    private const int Growth = 8;
    private const int MaxRead = 32 << 20;
    private const int MaxSections = 64;
    private const int MaxObjects = 100_000;
    private const int ObjectSize = 32;

    private readonly Stream file;
    private readonly Dictionary<long, long> newest = [];
    private readonly HashSet<long> sections = [];
    private readonly HashSet<long> positions = [];
    private long left = MaxRead;
    private int objects = MaxObjects;

    private PdfCrossReferences(Stream file) => this.file = file;

    /// <summary>Where the file says that the last section stands.</summary>
    public long StartsAt { get; private set; }

    /// <summary>Null where they are not exactly right, or more than is read.</summary>
    public static async Task<PdfCrossReferences?> ReadAsync(Stream file, CancellationToken cancellation)
    {
        var references = new PdfCrossReferences(file);
        return await references.ReadAsync(cancellation) ? references : null;
    }

    /// <summary>Whether a section, or an object that any of them names, stands there.</summary>
    public bool LeadInto(long start, long end) => sections.Concat(positions).Any(position => position >= start && position < end);

    /// <summary>An object that is a number and nothing else.</summary>
    public async Task<long?> NumberAsync(long number, CancellationToken cancellation)
    {
        if (!newest.TryGetValue(number, out var position))
        {
            return null;
        }

        var words = new PdfWords(await ReadAsync(position, ObjectSize * 2, cancellation));
        return words.Object() is not null && words.Number() is { } value && words.Is("endobj") ? value : null;
    }

    private async Task<bool> ReadAsync(CancellationToken cancellation)
    {
        var tail = await ReadAsync(Math.Max(0, file.Length - TailSize), TailSize, cancellation);
        var at = tail.Span.LastIndexOf("startxref"u8);
        if (at < 0 || !await PdfEmbedding.BeginsAsync(file, 0, cancellation))
        {
            return false;
        }

        StartsAt = Math.Max(0, file.Length - TailSize) + at;
        var pending = new Queue<long?>([new PdfWords(tail[(at + "startxref".Length)..]).Number()]);
        while (pending.TryDequeue(out var section))
        {
            if (section is not { } position || position >= file.Length || sections.Count == MaxSections)
            {
                return false;
            }

            if (sections.Add(position))
            {
                if (await SectionAsync(position, cancellation) is not { } read || !await AreThereAsync(read.Objects, cancellation))
                {
                    return false;
                }

                read.Before.ForEach(pending.Enqueue);
            }
        }

        return true;
    }

    private async Task<PdfSection?> SectionAsync(long position, CancellationToken cancellation)
    {
        for (var size = (long)FirstSize; ; size *= Growth)
        {
            var whole = file.Length - position;
            size = Math.Min(size, whole);
            if ((left -= size) < 0)
            {
                return null;
            }

            var bytes = await ReadAsync(position, (int)size, cancellation);
            if (bytes.Span.IndexOf(bytes.Span.StartsWith("xref"u8) ? "startxref"u8 : "endstream"u8) is >= 0 and var end)
            {
                return PdfSection.Read(bytes[..end]);
            }

            if (size == whole)
            {
                return null;
            }
        }
    }

    /// <summary>An object of that number stands wherever one is named; otherwise programs search the file for it.</summary>
    private async Task<bool> AreThereAsync(IReadOnlyList<(long Number, long Position)> named, CancellationToken cancellation)
    {
        foreach (var (number, position) in named)
        {
            if (--objects < 0 || position >= file.Length || new PdfWords(await ReadAsync(position, ObjectSize, cancellation)).Object() != number)
            {
                return false;
            }

            positions.Add(position);
            newest.TryAdd(number, position);
        }

        return true;
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(long position, int size, CancellationToken cancellation) =>
        await PdfScanner.ReadAsync(file, position, (int)Math.Min(size, file.Length - position), cancellation);
}

/// <summary>Words and numbers apart from each other by blanks, and nothing else.</summary>
internal sealed class PdfWords(ReadOnlyMemory<byte> bytes)
{
    private int at;

    public ReadOnlyMemory<byte> Rest => bytes[at..];

    public bool Is(string word) => Ascii(Next()) == word;

    /// <summary>Null where the next word is none.</summary>
    public long? Number() => long.TryParse(Ascii(Next()), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 1L << 48 ? number : null;

    /// <summary>The number of the object whose beginning stands here: 12 0 obj.</summary>
    public long? Object() => Number() is { } number && Number() is not null && Is("obj") ? number : null;

    private ReadOnlySpan<byte> Next()
    {
        var rest = bytes.Span[at..];
        var start = rest.IndexOfAnyExcept(PdfSyntax.Blanks) is >= 0 and var found ? found : rest.Length;
        var length = rest[start..].IndexOfAny(PdfSyntax.Ends) is >= 0 and var end ? end : rest.Length - start;
        at += start + length;
        return rest.Slice(start, length);
    }

    private static string Ascii(ReadOnlySpan<byte> word) => System.Text.Encoding.Latin1.GetString(word);
}
