using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DocExchange.Tests.Trust.Pdf;

/// <summary>Where objects of a file stand of which the cross-references come next.</summary>
/// <param name="Outer">By their numbers, those of the file.</param>
/// <param name="Inner">Those of the file inside.</param>
/// <param name="At">Where the cross-references will stand.</param>
/// <param name="Start">Of the file inside.</param>
/// <param name="Previous">Where those of the revision before stand; null where there are none.</param>
internal sealed record PdfPlaces(SortedDictionary<int, PdfPlaces.Place> Outer, SortedDictionary<int, PdfPlaces.Place> Inner, int At, int Start, int? Previous)
{
    internal sealed record Place(int Generation, int Position);
}

/// <summary>Writes small PDF files with signatures, each in a revision of its own, as ISO 32000-1 §12.8 describes.</summary>
internal static partial class PdfMaker
{
    private const int Reserved = 20_000;

    public static byte[] Plain() => Encoding.Latin1.GetBytes("%PDF-1.7 \n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n");

    /// <summary>Adds a revision with a signature dictionary, number 9 or the next, the value made of the bytes that ByteRange names; with cross-references where the file has such.</summary>
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
        var revision = $"{number} 0 obj\n<</Type/Sig {first}/Filter/Adobe.PPKLite /SubFilter/{subFilter}\n{(rangeFirst ? range + contents : contents + range)}\n/M(D:20260305103015+08'00'){more}>>\nendobj\n";
        revision += PreviousOf(pdf) is { } previous
            ? Table(new PdfPlaces(new() { [number] = new(0, pdf.Length) }, [], pdf.Length + revision.Length, 0, previous))
            : "trailer\n<</Root 1 0 R>>\n%%EOF\n";
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
    /// <param name="references">Writes the cross-references behind it; null for a table of what there is.</param>
    public static byte[] Embed(
        byte[] inner, string stream = "5 0 obj\n<</Type/EmbeddedFile/Length #>>\nstream\n", string end = "\nendstream\nendobj\n", string? first = null,
        Func<PdfPlaces, string>? references = null)
    {
        var begin = first is null ? Plain() : Encoding.Latin1.GetBytes(first);
        var (before, behind, previous) = (Written(stream), Written(end), PreviousOf(begin));
        var start = begin.Length + before.Length;
        SortedDictionary<int, PdfPlaces.Place> outer = [];
        Find(previous is null ? begin : [], 0, outer);
        Find(before, begin.Length, outer);
        Find(behind, start + inner.Length, outer);
        SortedDictionary<int, PdfPlaces.Place> inside = [];
        Find(inner, start, inside);
        byte[] file = [.. begin, .. before, .. inner, .. behind];
        return [.. file, .. Encoding.Latin1.GetBytes((references ?? Table)(new PdfPlaces(outer, inside, file.Length, start, previous)))];

        byte[] Written(string text) => Encoding.Latin1.GetBytes(text.Replace("#", $"{inner.Length}", StringComparison.Ordinal));
    }

    /// <summary>As ISO 32000-1 §7.5.4 has it.</summary>
    public static string Table(PdfPlaces places)
    {
        var entries = places.Outer.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key} 1\n{entry.Value.Position:D10} {entry.Value.Generation:D5} n \n"));
        var previous = places.Previous is { } position ? $"/Prev {position}" : "";
        return $"xref\n0 1\n0000000000 65535 f \n{string.Concat(entries)}trailer\n<</Size 1000/Root 1 0 R{previous}>>\nstartxref\n{places.At}\n%%EOF\n";
    }

    private static void Find(byte[] part, int at, SortedDictionary<int, PdfPlaces.Place> found)
    {
        foreach (Match match in Beginning().Matches(Encoding.Latin1.GetString(part)))
        {
            found[Number(1)] = new PdfPlaces.Place(Number(2), at + match.Index);

            int Number(int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
        }
    }

    private static int? PreviousOf(byte[] pdf) =>
        Last().Match(Encoding.Latin1.GetString(pdf.AsSpan(Math.Max(0, pdf.Length - 1100)))) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex("([0-9]{1,3}) ([0-9]) obj")]
    private static partial Regex Beginning();

    [GeneratedRegex("startxref\\s+([0-9]{1,9})\\s+%%EOF\\s*$")]
    private static partial Regex Last();
}
