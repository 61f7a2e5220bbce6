using System.Buffers.Text;

namespace DocExchange.Trust.Pdf;

/// <summary>A dictionary (ISO 32000-1 §7.3.7) whose keys are asked for one by one. Where a key stands there twice programs take one or the other, so that it is none.</summary>
internal sealed class PdfKeys
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> values = [];

    private PdfKeys(int end) => End = end;

    /// <summary>Where it ends in the bytes.</summary>
    public int End { get; }

    /// <summary>Null where the bytes do not begin with one.</summary>
    /// <param name="isCut">It goes on behind the bytes.</param>
    public static PdfKeys? Read(ReadOnlyMemory<byte> bytes, out bool isCut)
    {
        List<(Range Name, Range Value)> entries = [];
        var reader = new PdfObjectReader(bytes, 0) { Outermost = entries };
        var isDictionary = bytes.Span.TrimStart(PdfWords.BlankLetters).StartsWith("<<"u8);
        isCut = false;
        if (!isDictionary || !reader.Read())
        {
            isCut = isDictionary && reader.IsCut;
            return null;
        }

        var keys = new PdfKeys(reader.Length);
        return entries.TrueForAll(entry => PdfSyntax.Name(bytes.Span[entry.Name]) is { } name && keys.values.TryAdd(name, bytes[entry.Value])) ? keys : null;
    }

    public bool Has(string name) => values.ContainsKey(name);

    public bool IsName(string name, string value) => values.TryGetValue(name, out var found) && found.Span is [(byte)'/', .. var letters] && PdfSyntax.Name(letters) == value;

    public ReadOnlyMemory<byte> Value(string name) => values.GetValueOrDefault(name);

    /// <summary>A number without sign and point; null for all else.</summary>
    public long? Number(string name) => NumbersIn(Value(name).Span) is [var only] ? only : null;

    /// <summary>Of an array of such numbers; null for all else.</summary>
    public IReadOnlyList<long>? Numbers(string name) => Value(name).Span is [(byte)'[', .. var inside, (byte)']'] ? NumbersIn(inside) : null;

    /// <summary>The number of the object that is the value; null where it is no reference.</summary>
    public long? Reference(string name) => Value(name).Span is [.. var numbers, (byte)'R'] && NumbersIn(numbers) is [var number, _] ? number : null;

    private static List<long>? NumbersIn(ReadOnlySpan<byte> text)
    {
        var words = new PdfWords(text);
        var numbers = new List<long>();
        while (!words.IsAtEnd)
        {
            if (words.Number() is not { } number)
            {
                return null;
            }

            numbers.Add(number);
        }

        return numbers;
    }
}

/// <summary>Words and numbers apart from each other by blanks, and nothing else.</summary>
internal ref struct PdfWords(ReadOnlySpan<byte> bytes)
{
    private const int LongestNumber = 15;

    private readonly ReadOnlySpan<byte> bytes = bytes;

    public static ReadOnlySpan<byte> BlankLetters => " \t\r\n\f\0"u8;

    public int At { get; private set; }

    /// <summary>Nothing but blanks is left.</summary>
    public readonly bool IsAtEnd => At + Blanks == bytes.Length;

    /// <summary>How many come next.</summary>
    public readonly int Blanks => bytes[At..].IndexOfAnyExcept(PdfSyntax.Blanks) is >= 0 and var blanks ? blanks : bytes.Length - At;

    public bool Is(ReadOnlySpan<byte> word) => Next().SequenceEqual(word);

    /// <summary>Null where the next word is none.</summary>
    public long? Number()
    {
        var word = Next();
        return word.Length is > 0 and <= LongestNumber && Utf8Parser.TryParse(word, out ulong number, out var digits) && digits == word.Length && char.IsAsciiDigit((char)word[0]) ? (long)number : null;
    }

    /// <summary>The beginning of an object: 12 0 obj.</summary>
    public (long Number, long Generation)? Object() => Number() is { } number && Number() is { } generation && Is("obj"u8) ? (number, generation) : null;

    public void SkipBlanks() => At += Blanks;

    private ReadOnlySpan<byte> Next()
    {
        SkipBlanks();
        var rest = bytes[At..];
        var length = rest.IndexOfAny(PdfSyntax.Ends) is >= 0 and var end ? end : rest.Length;
        At += length;
        return rest[..length];
    }
}
