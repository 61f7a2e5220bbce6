using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace DocExchange.Tests.Trust.Pdf;

/// <summary>Writes small PDF files with signatures, each in a revision of its own, as ISO 32000-1 §12.8 describes.</summary>
internal static partial class PdfMaker
{
    private const int Reserved = 20_000;

    public static byte[] Plain() => Encoding.Latin1.GetBytes("%PDF-1.7 \n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n");

    /// <summary>Adds a revision with a signature dictionary, number 9 or the next, the value made of the bytes that ByteRange names.</summary>
    /// <param name="more">Entries of the signature dictionary.</param>
    /// <param name="rangeFirst">Whether ByteRange stands before Contents or behind it.</param>
    /// <param name="first">The same, before all others.</param>
    /// <param name="rangeStart">How ByteRange and its first number are spelt.</param>
    /// <param name="previous">Where the cross-references of the file stand; null where it has none.</param>
    public static async Task<byte[]> SignAsync(
        byte[] pdf, Func<byte[], Task<byte[]>> sign, string subFilter = "adbe.pkcs7.detached", bool rangeFirst = true, bool lowerCase = false, string more = "", string first = "",
        string rangeStart = "/ByteRange [0", int? previous = null)
    {
        var range = rangeStart + " ########## ########## ##########]";
        var contents = "/Contents <" + new string('0', Reserved) + ">";
        var number = 9 + Encoding.Latin1.GetString(pdf).Split("/Type/Sig ").Length - 1;
        var revision = $"{number} 0 obj\n<</Type/Sig {first}/Filter/Adobe.PPKLite /SubFilter/{subFilter}\n{(rangeFirst ? range + contents : contents + range)}\n/M(D:20260305103015+08'00'){more}>>\nendobj\n";
        revision += previous is null
            ? "trailer\n<</Root 1 0 R>>\n%%EOF\n"
            : Table([(number, pdf.Length)]) + $"trailer\n<</Size 20/Root 1 0 R/Prev {previous}>>\nstartxref\n{pdf.Length + revision.Length}\n%%EOF\n";
        byte[] file = [.. pdf, .. Encoding.Latin1.GetBytes(revision)];
        var gapStart = pdf.Length + revision.IndexOf("/Contents <", StringComparison.Ordinal) + "/Contents ".Length;
        var gapEnd = gapStart + Reserved + 2;
        var numbers = $"{rangeStart} {gapStart} {gapEnd} {file.Length - gapEnd}";
        var written = Encoding.Latin1.GetBytes(numbers.PadRight(range.Length - 1) + "]");
        written.CopyTo(file, pdf.Length + revision.IndexOf(range, StringComparison.Ordinal));

        var value = Convert.ToHexString(await sign([.. file.AsSpan(0, gapStart), .. file.AsSpan(gapEnd)]));
        Encoding.Latin1.GetBytes(lowerCase ? value.ToLower(CultureInfo.InvariantCulture) : value).CopyTo(file, gapStart + 1);
        return file;
    }

    /// <summary>A file with another one in a stream, number 5, and a table of its own objects behind it.</summary>
    /// <param name="stream">The beginning of the stream; # stands for its length.</param>
    /// <param name="behind">Further objects and comments behind the stream.</param>
    /// <param name="table">Makes the cross-references of the objects and where they will stand.</param>
    public static (byte[] File, int From, int Table) Embed(
        byte[] inner, string stream = "5 0 obj\n<</Type/EmbeddedFile/Length #>>\nstream\n", string end = "\nendstream\nendobj\n", string behind = "",
        Func<IReadOnlyList<(int Number, int Position)>, int, byte[]>? table = null, string? first = null)
    {
        byte[] before = [.. first is null ? Plain() : Encoding.Latin1.GetBytes(first), .. Encoding.Latin1.GetBytes(stream.Replace("#", $"{inner.Length}", StringComparison.Ordinal))];
        byte[] file = [.. before, .. inner, .. Encoding.Latin1.GetBytes(end + behind.Replace("#", $"{inner.Length}", StringComparison.Ordinal))];
        var own = Encoding.Latin1.GetString(before) + new string('x', inner.Length) + Encoding.Latin1.GetString(file.AsSpan(before.Length + inner.Length));
        var objects = Objects().Matches(own).Select(match => (int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture), match.Groups["number"].Index)).ToList();
        var references = table is null ? Encoding.Latin1.GetBytes(Table(objects) + "trailer\n<</Size 20/Root 1 0 R>>\n") : table(objects, file.Length);
        return ([.. file, .. references, .. Encoding.Latin1.GetBytes($"startxref\n{file.Length}\n%%EOF\n")], before.Length, file.Length);
    }

    public static string Table(IEnumerable<(int Number, int Position)> objects) =>
        "xref\n0 1\n0000000000 65535 f \n" + string.Concat(objects.Select(each => $"{each.Number} 1\n{each.Position:D10} 00000 n \n"));

    /// <summary>The same as a stream (ISO 32000-1 §7.5.8), each row after the one above it.</summary>
    public static byte[] ReferenceStream(int number, IReadOnlyList<(int Number, int Position)> objects, string more = "")
    {
        const int Width = 6;
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var above = new byte[Width];
            foreach (var (_, position) in objects)
            {
                byte[] row = [1, (byte)(position >> 24), (byte)(position >> 16), (byte)(position >> 8), (byte)position, 0];
                zlib.WriteByte(2);
                zlib.Write([.. row.Select((value, i) => (byte)(value - above[i]))]);
                above = row;
            }
        }

        var index = string.Join(' ', objects.Select(each => $"{each.Number} 1"));
        return
        [
            .. Encoding.Latin1.GetBytes($"{number} 0 obj\n<</Type/XRef/Size 20/Root 1 0 R/W[1 4 1]/Index[{index}]/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns {Width}>>/Length {packed.Length}{more}>>\nstream\n"),
            .. packed.ToArray(), .. "\nendstream\nendobj\n"u8,
        ];
    }

    [GeneratedRegex(@"^(?<number>[0-9]+) 0 obj", RegexOptions.Multiline)]
    private static partial Regex Objects();
}
