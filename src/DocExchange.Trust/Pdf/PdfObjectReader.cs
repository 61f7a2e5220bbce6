using System.Globalization;

namespace DocExchange.Trust.Pdf;

/// <summary>
/// Reads one object from where its word obj ends, letter by letter (ISO 32000-1 §7.3), and keeps the dictionaries in it that have a ByteRange:
/// what stands in a text or a comment is none.
/// </summary>
/// <param name="bytes">From there on.</param>
/// <param name="place">Of the first of them in the file.</param>
internal sealed class PdfObjectReader(ReadOnlyMemory<byte> bytes, long place)
{
    private const int MaxDepth = 64;

    // Of an object: a signature dictionary has a few dozen.
    private const int MaxValues = 10_000;

    private readonly List<PdfDictionary> found = [];
    private int at;
    private int values;

    public IReadOnlyList<PdfDictionary> Found => found;

    /// <summary>The object goes on behind the bytes.</summary>
    public bool IsCut { get; private set; }

    /// <returns>Whether it is an object from its beginning to its end.</returns>
    public bool Read() => ReadValue(0);

    private ReadOnlySpan<byte> Rest => bytes.Span[at..];

    private bool ReadValue(int depth)
    {
        SkipBlanks();
        if (++values > MaxValues)
        {
            return false;
        }

        return Rest switch
        {
            [] => Cut(),
            [(byte)'/', ..] => ReadName(out _),
            [(byte)'(', ..] => SkipText(),
            [(byte)'<', (byte)'<', ..] => depth < MaxDepth && ReadDictionary(depth),
            [(byte)'<'] => Cut(),
            [(byte)'<', ..] => SkipTo((byte)'>'),
            [(byte)'[', ..] => depth < MaxDepth && ReadArray(depth),
            [(byte)')' or (byte)'>' or (byte)']' or (byte)'{' or (byte)'}', ..] => false,
            _ => SkipWord(),
        };
    }

    private bool ReadDictionary(int depth)
    {
        var entries = new List<(string Name, int Key, int Start, int End)>();
        var start = at;
        for (at += 2; ;)
        {
            SkipBlanks();
            if (Rest.Length < 2)
            {
                return Cut();
            }

            if (Rest is [(byte)'>', (byte)'>', ..])
            {
                at += 2;
                break;
            }

            var key = at;
            if (Rest[0] != '/' || !ReadName(out var name))
            {
                return false;
            }

            SkipBlanks();
            var from = at;
            if (!ReadValue(depth + 1) || !SkipReference(out var end))
            {
                return false;
            }

            if (name is not null)
            {
                entries.Add((name, key, from, end));
            }
        }

        if (entries.Find(entry => entry.Name == "ByteRange") is { Name: not null } range)
        {
            found.Add(new PdfDictionary(
                place + start, place + at, place + range.Key, Single("ByteRange") is { } numbers ? NumbersIn(numbers) : null, Single("Contents") is { } hex ? HexIn(hex) : null,
                NameIn("SubFilter"), NameIn("Filter")));
        }

        return true;

        Range? Single(string name) => entries.FindAll(entry => entry.Name == name) is [var only] ? only.Start..only.End : null;
        string? NameIn(string name) => Single(name) is { } value && bytes.Span[value] is [(byte)'/', .. var letters] ? PdfSyntax.Name(letters) : null;
    }

    private bool ReadArray(int depth)
    {
        for (at++; ;)
        {
            SkipBlanks();
            if (Rest.IsEmpty)
            {
                return Cut();
            }

            if (Rest[0] == ']')
            {
                at++;
                return true;
            }

            if (!ReadValue(depth + 1))
            {
                return false;
            }
        }
    }

    /// <summary>A value may be of several words: 12 0 R.</summary>
    /// <param name="end">Of the value.</param>
    private bool SkipReference(out int end)
    {
        for (end = at; ; end = at)
        {
            SkipBlanks();
            if (Rest.IsEmpty)
            {
                return Cut();
            }

            if (PdfSyntax.Ends.Contains(Rest[0]))
            {
                return true;
            }

            if (++values > MaxValues || !SkipWord())
            {
                return false;
            }
        }
    }

    /// <param name="name">Null where it is none of those that are asked for.</param>
    private bool ReadName(out string? name)
    {
        name = null;
        var length = Rest[1..].IndexOfAny(PdfSyntax.Ends);
        if (length < 0)
        {
            return Cut();
        }

        name = PdfSyntax.KnownName(Rest.Slice(1, length));
        at += 1 + length;
        return true;
    }

    private bool SkipText()
    {
        for (var open = 0; at < bytes.Length; at++)
        {
            switch (bytes.Span[at])
            {
                case (byte)'\\':
                    at++;
                    break;
                case (byte)'(':
                    open++;
                    break;
                case (byte)')' when --open == 0:
                    at++;
                    return true;
            }
        }

        return Cut();
    }

    private bool SkipTo(byte last)
    {
        var length = Rest.IndexOf(last);
        at += length + 1;
        return length >= 0 || Cut();
    }

    private bool SkipWord()
    {
        var length = Rest.IndexOfAny(PdfSyntax.Ends);
        at += Math.Max(0, length);
        return length > 0 || Cut();
    }

    private void SkipBlanks()
    {
        while (true)
        {
            var blanks = Rest.IndexOfAnyExcept(PdfSyntax.Blanks);
            at = blanks < 0 ? bytes.Length : at + blanks;
            if (Rest is not [(byte)'%', ..])
            {
                return;
            }

            var comment = Rest.IndexOfAny(PdfSyntax.LineEnds);
            at = comment < 0 ? bytes.Length : at + comment;
        }
    }

    private bool Cut()
    {
        IsCut = true;
        return false;
    }

    private long[]? NumbersIn(Range value)
    {
        if (bytes.Span[value] is not [(byte)'[', .. var inside, (byte)']'])
        {
            return null;
        }

        // Comments may stand between them.
        var numbers = new List<long>();
        var array = bytes.Slice(value.Start.Value + 1, inside.Length + 1);
        var reader = new PdfObjectReader(array, 0);
        for (reader.SkipBlanks(); reader.Rest.Length > 1; reader.SkipBlanks())
        {
            var from = reader.at;
            if (numbers.Count == 4 || !reader.SkipWord()
                || !long.TryParse(array.Span[from..reader.at], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number is < 0 or > 1L << 48)
            {
                return null;
            }

            numbers.Add(number);
        }

        return numbers.Count == 4 ? [.. numbers] : null;
    }

    private PdfHex? HexIn(Range value)
    {
        if (bytes.Span[value] is not [(byte)'<', not (byte)'<', ..] || bytes.Span[value][^1] != '>')
        {
            return null;
        }

        var inside = bytes.Span[value][1..^1];
        var blanks = 0;
        var isBlank = true;
        foreach (var letter in inside)
        {
            var isSpace = PdfSyntax.Blanks.Contains(letter);
            blanks += isSpace ? 1 : 0;
            isBlank &= isSpace || letter == '0';
        }

        return new PdfHex(place + value.Start.Value, place + value.End.Value, !inside.ContainsAnyExcept(PdfSyntax.HexDigits) && (inside.Length - blanks) % 2 == 0 && inside.Length > 0, isBlank);
    }
}
