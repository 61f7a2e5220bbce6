using System.Globalization;
using System.Text;

namespace DocExchange.Trust.Pdf;

/// <summary>Reads the values of a PDF as they stand (ISO 32000-1 §7.2, §7.3), strictly: what programs may read in two ways is not read.</summary>
internal sealed class PdfSyntax(byte[] bytes, int position, int end)
{
    private const int MaxDepth = 32;

    // Of all that one reader reads: more would fill the memory.
    private const int MaxValues = 500_000;
    private const int MaxText = 32 << 20;

    private int values;
    private long written;

    public int Position { get; private set; } = position;

    public bool IsAtEnd => Position >= end;

    private ReadOnlySpan<byte> Rest => bytes.AsSpan(Position, Math.Max(0, end - Position));

    public static bool IsBlank(byte value) => value is 0 or 9 or 10 or 12 or 13 or 32;

    public static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';

    public static bool IsRegular(byte value) => !IsBlank(value) && "()<>[]{}/%"u8.IndexOf(value) < 0;

    public void Skip(int count) => Position += count;

    /// <summary>Blanks and comments.</summary>
    public void SkipBlanks()
    {
        while (!IsAtEnd && (IsBlank(bytes[Position]) || bytes[Position] == '%'))
        {
            Position += bytes[Position] == '%' && Rest.IndexOfAny((byte)'\r', (byte)'\n') is var line ? (line < 0 ? Rest.Length : line) : 1;
        }
    }

    /// <summary>Whether the word comes next, behind blanks; then it is passed.</summary>
    public bool TryWord(ReadOnlySpan<byte> word)
    {
        SkipBlanks();
        if (!Rest.StartsWith(word) || (Rest.Length > word.Length && IsRegular(Rest[word.Length])))
        {
            return false;
        }

        Position += word.Length;
        return true;
    }

    /// <summary>Null, and nothing passed, where none comes next.</summary>
    public long? TryInteger()
    {
        SkipBlanks();
        var length = 0;
        while (length < Rest.Length && IsDigit(Rest[length]))
        {
            length++;
        }

        if (length is 0 or > 15 || (length < Rest.Length && IsRegular(Rest[length])))
        {
            return null;
        }

        var value = long.Parse(Rest[..length], NumberStyles.None, CultureInfo.InvariantCulture);
        Position += length;
        return value;
    }

    /// <summary>Null where what comes next is no value.</summary>
    public PdfValue? Read(int depth = 0)
    {
        SkipBlanks();
        return IsAtEnd || depth > MaxDepth || ++values > MaxValues ? null
            : Rest.StartsWith("<<"u8) ? ReadDictionary(depth)
            : Rest[0] switch
            {
                (byte)'[' => ReadArray(depth),
                (byte)'/' => ReadName() is { } name ? new PdfValue(name) : null,
                (byte)'(' => ReadString(),
                (byte)'<' => ReadUntil('>'),
                _ => ReadReference() ?? ReadPlain(),
            };
    }

    private PdfValue? ReadDictionary(int depth)
    {
        Position += 2;
        var entries = new Dictionary<string, PdfValue>(StringComparer.Ordinal);
        while (true)
        {
            SkipBlanks();
            if (Rest.StartsWith(">>"u8))
            {
                Position += 2;
                return Counted(PdfValue.Dictionary(entries));
            }

            // Of a key that stands twice programs take the one or the other.
            if (IsAtEnd || Rest[0] != '/' || ReadName() is not { } key || Read(depth + 1) is not { } value || !entries.TryAdd(key, value))
            {
                return null;
            }
        }
    }

    private PdfValue? ReadArray(int depth)
    {
        Position++;
        var items = new List<PdfValue>();
        while (true)
        {
            SkipBlanks();
            if (!IsAtEnd && Rest[0] == ']')
            {
                Position++;
                return Counted(PdfValue.Array(items));
            }

            if (Read(depth + 1) is not { } item)
            {
                return null;
            }

            items.Add(item);
        }
    }

    /// <summary>With its slash.</summary>
    private string? ReadName()
    {
        var name = new StringBuilder("/");
        for (Position++; !IsAtEnd && IsRegular(bytes[Position]); Position++)
        {
            if (bytes[Position] != '#')
            {
                name.Append((char)bytes[Position]);
            }
            else if (Rest.Length > 2 && byte.TryParse(Rest.Slice(1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                name.Append((char)value);
                Position += 2;
            }
            else
            {
                return null;
            }
        }

        return name.ToString();
    }

    private PdfValue? ReadString()
    {
        var open = 0;
        for (var at = Position; at < end; at++)
        {
            open += bytes[at] == '(' ? 1 : bytes[at] == ')' ? -1 : 0;
            at += bytes[at] == '\\' ? 1 : 0;
            if (open == 0)
            {
                return Take(at + 1);
            }
        }

        return null;
    }

    private PdfValue? ReadUntil(char close) => Rest.IndexOf((byte)close) is var length and >= 0 ? Take(Position + length + 1) : null;

    private PdfValue? ReadReference()
    {
        var start = Position;
        if (TryInteger() is { } number and > 0 and <= int.MaxValue && TryInteger() == 0 && TryWord("R"u8))
        {
            return PdfValue.Reference((int)number);
        }

        Position = start;
        return null;
    }

    private PdfValue? ReadPlain()
    {
        var length = 0;
        while (length < Rest.Length && IsRegular(Rest[length]))
        {
            length++;
        }

        var value = length == 0 ? null : Take(Position + length);
        return value is { Text: "true" or "false" or "null" } || (value is not null && decimal.TryParse(value.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)) ? value : null;
    }

    private PdfValue? Counted(PdfValue value) => (written += value.Text.Length) > MaxText ? null : value;

    private PdfValue Take(int until)
    {
        var text = Encoding.Latin1.GetString(bytes, Position, until - Position);
        Position = until;
        return new PdfValue(text);
    }
}
