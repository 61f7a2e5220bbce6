using System.IO.Compression;

namespace DocExchange.Trust.Pdf;

/// <summary>The rows of a stream of cross-references, one after the other (ISO 32000-1 §7.4.4.4, §7.5.8.3).</summary>
internal sealed class PdfRows : IDisposable
{
    private readonly Stream unpacked;
    private readonly byte[] packed;
    private readonly bool isPredicted;
    private byte[] row;
    private byte[] above;

    private PdfRows(Stream unpacked, int width, bool isPredicted)
    {
        this.unpacked = unpacked;
        this.isPredicted = isPredicted;
        packed = new byte[width + (isPredicted ? 1 : 0)];
        (row, above) = (new byte[width], new byte[width]);
    }

    public ReadOnlySpan<byte> Row => row;

    /// <summary>Null where they are packed in a way that is not known.</summary>
    public static PdfRows? Of(PdfKeys keys, ReadOnlyMemory<byte> data, int width)
    {
        var isPacked = keys.Has("Filter");
        if (isPacked && !keys.IsName("Filter", "FlateDecode") && !(keys.Value("Filter").Span is [(byte)'[', .. var only, (byte)']'] && IsFlate(only)))
        {
            return null;
        }

        if (IsPredicted(keys, width) is not { } isPredicted || (isPredicted && !isPacked))
        {
            return null;
        }

        var stream = new MemoryStream(data.ToArray());
        return new PdfRows(isPacked ? new BufferedStream(new ZLibStream(stream, CompressionMode.Decompress)) : stream, width, isPredicted);
    }

    /// <returns>Whether there was one more.</returns>
    public bool Read()
    {
        try
        {
            unpacked.ReadExactly(packed);
        }
        catch (Exception fault) when (fault is EndOfStreamException or InvalidDataException)
        {
            return false;
        }

        (row, above) = (above, row);
        if (!isPredicted)
        {
            packed.CopyTo(row, 0);
            return true;
        }

        for (var i = 0; i < row.Length; i++)
        {
            var (left, corner) = i > 0 ? (row[i - 1], above[i - 1]) : ((byte)0, (byte)0);
            row[i] = (byte)(packed[i + 1] + packed[0] switch { 1 => left, 2 => above[i], 3 => (left + above[i]) / 2, 4 => Paeth(left, above[i], corner), _ => 0 });
        }

        return packed[0] <= 4;
    }

    public void Dispose() => unpacked.Dispose();

    private static bool IsFlate(ReadOnlySpan<byte> names) =>
        names.Trim(PdfWords.BlankLetters) is [(byte)'/', .. var letters] && !letters.ContainsAny(PdfSyntax.Ends) && PdfSyntax.Name(letters) == "FlateDecode";

    /// <summary>By the predictors of PNG (10 and more: each row says which); null where it is another one.</summary>
    private static bool? IsPredicted(PdfKeys keys, int width)
    {
        if (!keys.Has("DecodeParms"))
        {
            return false;
        }

        var value = keys.Value("DecodeParms");
        var inside = value.Span is [(byte)'[', .., (byte)']'] ? value[1..^1] : value;
        if (PdfKeys.Read(inside, out _) is not { } parms || !new PdfWords(inside.Span[parms.End..]).IsAtEnd)
        {
            return null;
        }

        var isPlain = IsOr("Colors", 1) && IsOr("BitsPerComponent", 8);
        return IsOr("Predictor", 1) ? false : isPlain && parms.Number("Predictor") is >= 10 and <= 15 && parms.Number("Columns") == width ? true : null;

        bool IsOr(string name, long usual) => !parms.Has(name) || parms.Number(name) == usual;
    }

    private static int Paeth(int left, int above, int corner)
    {
        var (a, b, c) = (Math.Abs(above - corner), Math.Abs(left - corner), Math.Abs(left + above - (2 * corner)));
        return a <= b && a <= c ? left : b <= c ? above : corner;
    }
}
