using System.Globalization;

namespace DocExchange.Trust.Pdf;

/// <summary>An object that was added to a PDF or takes the place of an earlier one.</summary>
/// <param name="From">Where it begins, and where it ends.</param>
internal sealed record PdfObject(int Number, long From, long To, PdfValue Value, bool IsStream);

/// <summary>
/// What was added to a PDF in one or several updates (ISO 32000-1 §7.5.6), read to its last byte. Updates whose objects or tables are
/// compressed are not read, nor what programs could find otherwise than it is found here.
/// </summary>
internal sealed class PdfUpdate
{
    private static readonly string[] TrailerKeys = ["/Size", "/Root", "/Prev", "/Info", "/ID"];

    private readonly byte[] bytes;
    private readonly PdfSyntax syntax;
    private readonly List<PdfObject> objects = [];
    private readonly List<(long Offset, long Number)> listed = [];
    private readonly string? root;
    private long? previous;
    private long? table;
    private int trailers;
    private int starts;

    private PdfUpdate(byte[] bytes, int start)
    {
        this.bytes = bytes;
        syntax = new PdfSyntax(bytes, start, bytes.Length);
        previous = LastIn(start, "startxref"u8)?.TryInteger();
        root = LastIn(start, "/Root"u8)?.Read()?.Text;
    }

    /// <summary>Null where it is not understood.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="start">Where the update begins.</param>
    public static IReadOnlyList<PdfObject>? Read(byte[] bytes, int start, PdfIndex index)
    {
        var update = new PdfUpdate(bytes, start);
        return update.TryRead() && update.objects.Count == index.CountFrom(start) && update.trailers == update.Count("trailer"u8, start) && update.starts == update.Count("startxref"u8, start) && update.IsTableRight() ? update.objects : null;
    }

    private bool TryRead()
    {
        for (syntax.SkipBlanks(); !syntax.IsAtEnd; syntax.SkipBlanks())
        {
            var isRead = syntax.TryWord("xref"u8) ? ReadTable()
                : syntax.TryWord("trailer"u8) ? ReadTrailer()
                : syntax.TryWord("startxref"u8) ? ReadStart()
                : ReadObject();
            if (!isRead)
            {
                return false;
            }
        }

        return table is null;
    }

    private bool ReadObject()
    {
        var from = syntax.Position;
        if (syntax.TryInteger() is not ({ } number and > 0 and <= int.MaxValue) || syntax.TryInteger() != 0 || !syntax.TryWord("obj"u8) || syntax.Read() is not { } value)
        {
            return false;
        }

        var isStream = value.Entries is not null && syntax.TryWord("stream"u8);
        if (isStream)
        {
            var length = bytes.AsSpan(syntax.Position).IndexOf("endstream"u8);
            if (length < 0)
            {
                return false;
            }

            syntax.Skip(length + "endstream".Length);
        }

        // What is inside streams of objects, and tables in streams, is not read.
        var isPacked = value.Get("/Type")?.Text is "/ObjStm" or "/XRef" || (isStream && value.Get("/First") is not null) || (isStream && value.Get("/W") is not null);
        if (isPacked || !syntax.TryWord("endobj"u8))
        {
            return false;
        }

        objects.Add(new PdfObject((int)number, from, syntax.Position, value, isStream));
        return true;
    }

    private bool ReadTable()
    {
        table = syntax.Position - "xref".Length;
        while (syntax.TryInteger() is { } first)
        {
            if (syntax.TryInteger() is not { } count)
            {
                return false;
            }

            for (var number = first; number < first + count; number++)
            {
                if (syntax.TryInteger() is not { } offset || syntax.TryInteger() is not { } generation)
                {
                    return false;
                }

                if (syntax.TryWord("n"u8) && generation == 0)
                {
                    listed.Add((offset, number));
                }
                else if (number != 0 || !syntax.TryWord("f"u8))
                {
                    // One that is taken away, such as a page's content.
                    return false;
                }
            }
        }

        return true;
    }

    private bool ReadTrailer()
    {
        trailers++;
        return syntax.Read() is { Entries: { } entries } trailer
            && entries.Keys.All(TrailerKeys.Contains) && trailer.Get("/Root")?.Text == root
            && trailer.Get("/Prev")?.Text == (table is null ? null : previous?.ToString(CultureInfo.InvariantCulture));
    }

    private bool ReadStart()
    {
        starts++;
        previous = table;
        table = null;
        return previous is not null && syntax.TryInteger() == previous;
    }

    private bool IsTableRight()
    {
        var places = objects.Select(each => (each.From, (long)each.Number)).ToHashSet();
        return listed.TrueForAll(places.Contains);
    }

    // Programs take the last one, wherever it stands: in a comment or a stream too.
    private int Count(ReadOnlySpan<byte> word, int start)
    {
        var count = 0;
        for (var rest = bytes.AsSpan(start); rest.IndexOf(word) is var at and >= 0; rest = rest[(at + 1)..])
        {
            count++;
        }

        return count;
    }

    private PdfSyntax? LastIn(int start, ReadOnlySpan<byte> word)
    {
        var at = bytes.AsSpan(0, start).LastIndexOf(word);
        return at < 0 ? null : new PdfSyntax(bytes, at + word.Length, start);
    }
}
