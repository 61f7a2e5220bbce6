using System.Globalization;

namespace DocExchange.Trust.Pdf;

/// <summary>Where an object stands.</summary>
internal readonly record struct PdfPlace(long Number, long Generation, long Position);

/// <summary>One section of the cross-references of a file, a table or a stream (ISO 32000-1 §7.5.4, §7.5.8), exactly as they are to be: all programs read that in the same way.</summary>
internal sealed class PdfSection
{
    private const int EntrySize = 20;
    private const int MaxField = 8;
    private const int ShortestTable = 64;

    // Other names for the keys of a stream, and that its data are elsewhere: not all programs know them.
    private static readonly string[] Unusual = ["F", "FFilter", "FDecodeParms", "DP", "Fl", "XRefStm"];

    private readonly int most;

    private PdfSection(int most) => this.most = most;

    public List<PdfPlace> Objects { get; } = [];

    /// <summary>Numbers of objects that are in other objects.</summary>
    public List<long> Packed { get; } = [];

    /// <summary>Numbers of which there is no object.</summary>
    public List<long> Free { get; } = [];

    /// <summary>Where further sections stand, in the order in which they count.</summary>
    public List<long> Before { get; } = [];

    public PdfKeys? Trailer { get; private set; }

    /// <summary>Null where it is not exactly as it has to be.</summary>
    /// <param name="bytes">From where it is said to stand.</param>
    /// <param name="most">Entries.</param>
    /// <param name="isCut">It goes on behind the bytes.</param>
    public static PdfSection? Read(ReadOnlyMemory<byte> bytes, int most, out bool isCut)
    {
        var section = new PdfSection(most);
        var words = new PdfWords(bytes.Span);
        var isRead = words.Is("xref"u8) ? section.ReadTable(bytes[words.At..], out isCut) : section.ReadStream(bytes, out isCut);
        return isRead && section.FindBefore() ? section : null;
    }

    private bool FindBefore()
    {
        foreach (var key in (ReadOnlySpan<string>)["XRefStm", "Prev"])
        {
            if (Trailer!.Has(key))
            {
                if (Trailer.Number(key) is not { } position)
                {
                    return false;
                }

                Before.Add(position);
            }
        }

        return true;
    }

    private bool ReadTable(ReadOnlyMemory<byte> bytes, out bool isCut)
    {
        var words = new PdfWords(bytes.Span);
        for (var left = (long)most; ;)
        {
            var start = words.At;
            isCut = bytes.Length - start < ShortestTable;
            if (words.Is("trailer"u8))
            {
                Trailer = PdfKeys.Read(bytes[words.At..], out isCut);
                return Trailer is not null;
            }

            words = new PdfWords(bytes.Span[start..]);
            if (words.Number() is not { } first || words.Number() is not { } count || (left -= count) < 0)
            {
                return false;
            }

            words.SkipBlanks();
            start += words.At;
            isCut = bytes.Length - start < count * EntrySize;
            if (isCut || !ReadEntries(bytes.Span.Slice(start, (int)count * EntrySize), first))
            {
                return false;
            }

            bytes = bytes[(start + ((int)count * EntrySize))..];
            words = new PdfWords(bytes.Span);
        }
    }

    private bool ReadEntries(ReadOnlySpan<byte> entries, long number)
    {
        for (; entries.Length > 0; entries = entries[EntrySize..], number++)
        {
            var place = entries[..10];
            var generation = entries[11..16];
            if (place.ContainsAnyExceptInRange((byte)'0', (byte)'9') || generation.ContainsAnyExceptInRange((byte)'0', (byte)'9') || entries[10] != ' ' || entries[16] != ' '
                || entries[17] is not ((byte)'n' or (byte)'f') || !(entries[18..EntrySize] is [(byte)' ', (byte)'\r' or (byte)'\n'] or [(byte)'\r', (byte)'\n']))
            {
                return false;
            }

            Add(new PdfPlace(number, Parse(generation), entries[17] == 'n' ? Parse(place) : 0));
        }

        return true;
    }

    private static long Parse(ReadOnlySpan<byte> digits) => long.Parse(digits, CultureInfo.InvariantCulture);

    // Old makers write position 0 for what there is not.
    private void Add(PdfPlace place)
    {
        if (place.Position > 0)
        {
            Objects.Add(place);
        }
        else
        {
            Free.Add(place.Number);
        }
    }

    private bool ReadStream(ReadOnlyMemory<byte> bytes, out bool isCut)
    {
        var words = new PdfWords(bytes.Span);
        isCut = bytes.Length < ShortestTable;
        if (words.Object() is null)
        {
            return false;
        }

        Trailer = PdfKeys.Read(bytes[words.At..], out isCut);
        if (Trailer is not { } keys || !keys.IsName("Type", "XRef") || Array.Exists(Unusual, keys.Has) || keys.Number("Length") is not { } length)
        {
            return false;
        }

        var rest = bytes[(words.At + keys.End)..];
        words = new PdfWords(rest.Span);
        isCut = rest.Length < length + ShortestTable;
        if (!words.Is("stream"u8) || rest.Span[words.At..] is not ([(byte)'\n', ..] or [(byte)'\r', (byte)'\n', ..]))
        {
            return false;
        }

        rest = rest[(words.At + (rest.Span[words.At] == '\r' ? 2 : 1))..];
        if (rest.Length < length || !new PdfWords(rest.Span[(int)length..]).Is("endstream"u8))
        {
            return false;
        }

        isCut = false;
        return ReadRows(keys, rest[..(int)length]);
    }

    private bool ReadRows(PdfKeys keys, ReadOnlyMemory<byte> data)
    {
        if (keys.Numbers("W") is not [<= MaxField and var kind, > 0 and <= MaxField and var place, <= MaxField and var generation] || keys.Number("Size") is not { } size
            || (keys.Has("Index") ? keys.Numbers("Index") : [0, size]) is not { } index || index.Count % 2 != 0 || IsMore(index) || PdfRows.Of(keys, data, (int)(kind + place + generation)) is not { } rows)
        {
            return false;
        }

        using (rows)
        {
            for (var i = 0; i < index.Count; i += 2)
            {
                for (var number = index[i]; number < index[i] + index[i + 1]; number++)
                {
                    if (!rows.Read() || !AddRow(rows.Row, number, (int)kind, (int)place))
                    {
                        return false;
                    }
                }
            }
        }

        return true;
    }

    /// <summary>Numbers have at most 15 digits, so that their sum is one too.</summary>
    private bool IsMore(IReadOnlyList<long> index) => index.Where((_, i) => i % 2 == 1).Sum() > most;

    private bool AddRow(ReadOnlySpan<byte> row, long number, int kind, int place)
    {
        // Without that field all are of type 1.
        switch (kind == 0 ? 1 : Value(row[..kind]))
        {
            case 0:
                Free.Add(number);
                return true;
            case 1:
                Add(new PdfPlace(number, Value(row[(kind + place)..]), Value(row.Slice(kind, place))));
                return true;
            case 2:
                Packed.Add(number);
                return true;
            default:
                return false;
        }
    }

    private static long Value(ReadOnlySpan<byte> bytes)
    {
        var value = 0L;
        foreach (var each in bytes)
        {
            value = (value << 8) | each;
        }

        return value & long.MaxValue;
    }
}
