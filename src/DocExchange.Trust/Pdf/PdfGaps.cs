using System.Buffers;

namespace DocExchange.Trust.Pdf;

/// <summary>
/// What ByteRanges leave out of a PDF: a signature value where it is one hexadecimal string (ISO 32000-1 §7.3.4.3). Each gap is
/// looked through once, whatever number of ranges name it, and all of them together within a limit.
/// </summary>
/// <param name="file">Read at will.</param>
/// <param name="maxSize">Of one gap, in bytes; of all together four times that.</param>
internal sealed class PdfGaps(Stream file, int maxSize)
{
    private const int Several = 4;
    private const int PieceSize = 64 * 1024;

    private static readonly SearchValues<byte> Content = SearchValues.Create("0123456789abcdefABCDEF \r\n\t\f\0"u8);
    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \r\n\t\f\0"u8);

    private readonly Dictionary<(long Start, long End), bool> known = [];
    private long looked;

    /// <summary>Some gap was not looked at.</summary>
    public bool AreTooMuch { get; private set; }

    public async Task<bool> IsHexAsync(long start, long end, CancellationToken cancellation)
    {
        if (end - start > maxSize)
        {
            return false;
        }

        if (!known.TryGetValue((start, end), out var isHex))
        {
            if ((looked += end - start) > (long)Several * maxSize)
            {
                AreTooMuch = true;
                return false;
            }

            isHex = await LookAsync(start, end, cancellation);
            known[(start, end)] = isHex;
        }

        return isHex;
    }

    /// <summary>The value of a gap that is one.</summary>
    public static byte[] Decode(byte[] gap)
    {
        var digits = 0;
        foreach (var value in gap.AsSpan(1, gap.Length - 2))
        {
            if (!Blanks.Contains(value))
            {
                gap[digits++] = value;
            }
        }

        return Convert.FromHexString(gap.AsSpan(0, digits));
    }

    private async Task<bool> LookAsync(long start, long end, CancellationToken cancellation)
    {
        var piece = new byte[Math.Min(PieceSize, end - start)];
        var digits = 0L;
        for (var at = start; at < end; at += piece.Length)
        {
            var part = piece.AsMemory(0, (int)Math.Min(piece.Length, end - at));
            file.Position = at;
            await file.ReadExactlyAsync(part, cancellation);
            if ((at == start && part.Span[0] != '<') || (at + part.Length == end && part.Span[^1] != '>'))
            {
                return false;
            }

            var inside = part.Span[(at == start ? 1 : 0)..(at + part.Length == end ? part.Length - 1 : part.Length)];
            if (inside.ContainsAnyExcept(Content))
            {
                return false;
            }

            digits += inside.Length - Count(inside);
        }

        return digits % 2 == 0;
    }

    private static int Count(ReadOnlySpan<byte> inside)
    {
        var count = 0;
        for (int at; (at = inside.IndexOfAny(Blanks)) >= 0; inside = inside[(at + 1)..])
        {
            count++;
        }

        return count;
    }
}
