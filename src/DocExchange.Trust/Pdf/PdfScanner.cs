namespace DocExchange.Trust.Pdf;

/// <summary>What was found of signatures in the bytes of a PDF.</summary>
internal sealed record PdfSignatures
{
    /// <summary>In the order of what they cover, the first signature first.</summary>
    public IReadOnlyList<PdfSignatureField> Fields { get; init; } = [];

    /// <summary>Those whose own ByteRange begins with a PDF that stands further on in this one.</summary>
    public int Inside { get; init; }

    /// <summary>Those whose Contents does not stand where their own ByteRange says.</summary>
    public int Misplaced { get; init; }

    /// <summary>Those whose Contents stands in its place and is no hexadecimal string.</summary>
    public int Damaged { get; init; }

    /// <summary>What may be a signature and could not be read as one.</summary>
    public int Unread { get; init; }

    public bool IsLimited { get; init; }
}

/// <summary>
/// Finds the signatures of a PDF in its bytes. A signature is a dictionary with ByteRange and Contents; it cannot lie in a compressed
/// stream, since its own ByteRange leaves Contents out, so no table needs to be read to find it. Where both do not fit each other,
/// the file is not what was signed: that is no reason to call it unsigned. One of a PDF inside whose bytes stand plainly in the file is not told from one that is
/// used: programs that find anything wrong with a file search it for objects, each in its own way, and what makes them do so has no end.
/// </summary>
internal sealed class PdfScanner
{
    private const int FirstSize = 4 * 1024;
    private const int Growth = 4;
    private const int MoreThanContents = 64 * 1024;

    private readonly Stream file;
    private readonly PdfLimits limits;
    private readonly Dictionary<long, IReadOnlyList<PdfDictionary>> objects = [];
    private readonly List<PdfDictionary> known = [];
    private readonly List<PdfSignatureField> fields = [];
    private long left;
    private bool isTooMuch;

    private PdfScanner(Stream file, PdfLimits limits)
    {
        this.file = file;
        this.limits = limits;
        left = limits.MaxReadOf(file.Length);
    }

    public static Task<PdfSignatures> FindAsync(Stream file, PdfLimits limits, CancellationToken cancellation) => new PdfScanner(file, limits).FindAsync(cancellation);

    /// <summary>Contents, the signature value; not kept with the field, since many large ones would fill the memory.</summary>
    public static async Task<byte[]> ReadContentsAsync(Stream file, PdfSignatureField field, CancellationToken cancellation)
    {
        var contents = await ReadAsync(file, field.GapStart, (int)(field.GapEnd - field.GapStart), cancellation);
        var digits = 0;
        foreach (var value in contents.AsSpan(1, contents.Length - 2))
        {
            if (!PdfSyntax.Blanks.Contains(value))
            {
                contents[digits++] = value;
            }
        }

        return Convert.FromHexString(contents.AsSpan(0, digits));
    }

    private async Task<PdfSignatures> FindAsync(CancellationToken cancellation)
    {
        var marks = new PdfMarks(limits.MaxSignatures + 1);
        await marks.FindAsync(file, cancellation);
        var found = new PdfSignatures { IsLimited = marks.Ranges.Count > limits.MaxSignatures || marks.Strings.Count > limits.MaxSignatures };
        foreach (var mark in marks.Ranges.Take(limits.MaxSignatures))
        {
            if (await ResolveAsync(mark, cancellation) is not { } dictionary)
            {
                found = found with { Unread = found.Unread + 1 };
            }
            else if (known.TrueForAll(other => other.Start != dictionary.Start))
            {
                known.Add(dictionary);
                found = await WithAsync(found, dictionary, cancellation);
            }
        }

        var loose = marks.Strings.Take(limits.MaxSignatures).Count(position => !known.Exists(dictionary => dictionary.Holds(position)));
        return found with { Fields = [.. fields.OrderBy(field => field.End)], Unread = found.Unread + loose, IsLimited = found.IsLimited || isTooMuch };
    }

    private async Task<PdfSignatures> WithAsync(PdfSignatures found, PdfDictionary dictionary, CancellationToken cancellation)
    {
        if (dictionary is not { Range: [var from, var length, var gapEnd, var rest], Contents: { } contents } || from != 0 || contents.IsBlank)
        {
            return found with { Unread = found.Unread + 1 };
        }

        var field = new PdfSignatureField(dictionary.Key, length, gapEnd, gapEnd + rest, dictionary.SubFilter, dictionary.Filter);
        var isInPlace = contents.Start == length && contents.End == gapEnd;
        if (isInPlace && gapEnd + rest <= file.Length)
        {
            if (contents.IsWhole)
            {
                fields.Add(field);
                return found;
            }

            return found with { Damaged = found.Damaged + 1 };
        }

        // Some makers leave out the digits alone, or more than the string: that is nobody's alteration.
        if (!isInPlace && ((contents.Start <= length && contents.End >= gapEnd) || (contents.Start >= length && contents.End <= gapEnd)))
        {
            return found with { Unread = found.Unread + 1 };
        }

        // As ByteRange has it, a file may begin later: one that is embedded in this one, or has something before it.
        var start = contents.Start - length;
        var isLater = start > 0 && contents.End - start == gapEnd && start + gapEnd + rest <= file.Length;
        return isLater && await BeginsAsync(start, cancellation) ? found with { Inside = found.Inside + 1 } : found with { Misplaced = found.Misplaced + 1 };
    }

    private async Task<bool> BeginsAsync(long start, CancellationToken cancellation) => (await ReadAsync(file, start, 5, cancellation)).AsSpan().SequenceEqual("%PDF-"u8);

    /// <summary>The dictionary in which it is a key. An object may be named within a text of another one, so that the first that has it counts.</summary>
    private async Task<PdfDictionary?> ResolveAsync(PdfMark mark, CancellationToken cancellation)
    {
        foreach (var position in mark.Objects)
        {
            if (!objects.TryGetValue(position, out var dictionaries))
            {
                objects[position] = dictionaries = await ReadObjectAsync(position, cancellation);
            }

            if (dictionaries.FirstOrDefault(dictionary => dictionary.Key == mark.Position) is { } dictionary)
            {
                return dictionary;
            }
        }

        return null;
    }

    private async Task<IReadOnlyList<PdfDictionary>> ReadObjectAsync(long position, CancellationToken cancellation)
    {
        for (var size = (long)FirstSize; ; size *= Growth)
        {
            var whole = Math.Min(limits.MaxContentsSize + MoreThanContents, file.Length - position);
            size = Math.Min(size, whole);
            if ((left -= size) < 0)
            {
                isTooMuch = true;
                return [];
            }

            var reader = new PdfObjectReader(await ReadAsync(file, position, (int)size, cancellation), position);
            if (reader.Read())
            {
                return reader.Found;
            }

            if (!reader.IsCut || size == whole)
            {
                return [];
            }
        }
    }

    internal static async Task<byte[]> ReadAsync(Stream file, long position, int count, CancellationToken cancellation)
    {
        var bytes = new byte[count];
        file.Position = position;
        await file.ReadExactlyAsync(bytes, cancellation);
        return bytes;
    }
}
