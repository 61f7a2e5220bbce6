using System.Globalization;
using System.Text;

namespace DocExchange.Tests.Trust.Pdf;

/// <summary>Writes small PDF files with signatures, each in a revision of its own, as ISO 32000-1 §12.8 describes.</summary>
internal static class PdfMaker
{
    private const int Reserved = 20_000;

    public static byte[] Plain() => Encoding.Latin1.GetBytes("%PDF-1.7 \n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n");

    /// <summary>Adds a revision with a signature dictionary, number 9 or the next, the value made of the bytes that ByteRange names.</summary>
    /// <param name="more">Entries of the signature dictionary.</param>
    /// <param name="rangeFirst">Whether ByteRange stands before Contents or behind it.</param>
    /// <param name="first">The same, before all others.</param>
    /// <param name="rangeStart">How ByteRange and its first number are spelt.</param>
    public static async Task<byte[]> SignAsync(
        byte[] pdf, Func<byte[], Task<byte[]>> sign, string subFilter = "adbe.pkcs7.detached", bool rangeFirst = true, bool lowerCase = false, string more = "", string first = "",
        string rangeStart = "/ByteRange [0")
    {
        var range = rangeStart + " ########## ########## ##########]";
        var contents = "/Contents <" + new string('0', Reserved) + ">";
        var number = 9 + Encoding.Latin1.GetString(pdf).Split("/Type/Sig ").Length - 1;
        var revision = $"{number} 0 obj\n<</Type/Sig {first}/Filter/Adobe.PPKLite /SubFilter/{subFilter}\n{(rangeFirst ? range + contents : contents + range)}\n/M(D:20260305103015+08'00'){more}>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n";
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

    /// <summary>A file with another one in a stream.</summary>
    /// <param name="stream">The beginning of the stream; # stands for its length.</param>
    /// <param name="end">Of the stream, and what comes behind it.</param>
    /// <param name="first">What stands before the stream; null for another file.</param>
    public static byte[] Embed(
        byte[] inner, string stream = "5 0 obj\n<</Type/EmbeddedFile/Length #>>\nstream\n", string end = "\nendstream\nendobj\n", string? first = null) =>
        [.. first is null ? Plain() : Encoding.Latin1.GetBytes(first), .. Written(stream, inner), .. inner, .. Written(end + "trailer\n<</Root 1 0 R>>\n%%EOF\n", inner)];

    private static byte[] Written(string text, byte[] inner) => Encoding.Latin1.GetBytes(text.Replace("#", $"{inner.Length}", StringComparison.Ordinal));
}
