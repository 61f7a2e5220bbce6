using System.Buffers;
using System.Buffers.Binary;
using DocExchange.Trust.Pdf;

namespace DocExchange.Trust.Validation;

/// <summary>
/// Whether a signature file holds a PDF, a ZIP or a page of HTML outside what is signed. Readers of ZIP begin at the end of a file and take
/// anything in front, readers of PDF look for a header, for the last table and for objects wherever they stand, browsers show what is in between:
/// so under another name the file shows what nobody signed. Keys, serial numbers and signature values are bytes of chance: nothing is looked for
/// that comes up in them.
/// </summary>
internal static class HiddenDocuments
{
    private const int ZipHeader = 30;
    private const int ZipEnd = 22;

    private static readonly Finding Found = Finding.Indeterminate(
        "FILE_HOLDS_OTHER_DOCUMENT", SubIndication.SigConstraintsFailure,
        "签名文件中、受签名保护的内容之外，还有 PDF、ZIP（OFD）或网页的数据；以其他软件打开可能看到未经签名的内容。请向发文单位索取只含签名的文件。",
        "Outside what is signed, the file holds data of a PDF, a ZIP (OFD) or a page of HTML; opened with another program it may show content that nobody signed. Ask its sender for a file with the signature alone.");

    private static readonly SearchValues<byte> Printable = SearchValues.Create([.. Enumerable.Range(0x20, 0x5F).Select(letter => (byte)letter), .. "\t\r\n"u8]);

    // What begins a page, or shows or does something by itself.
    private static readonly string[] Tags =
    [
        "!doctype", "?xml", "a", "b", "base", "body", "center", "div", "embed", "font", "form", "frame", "frameset", "h1", "h2", "h3", "head", "html", "i", "iframe", "img", "link", "marquee",
        "meta", "object", "p", "pre", "script", "span", "style", "svg", "table", "template", "textarea", "title", "video",
    ];

    /// <param name="file">As it was given.</param>
    /// <param name="signed">What of it is signed, as a part of the same memory; anywhere else, nothing of it is.</param>
    public static IReadOnlyList<Finding> FindingsOf(ReadOnlySpan<byte> file, ReadOnlySpan<byte> signed)
    {
        var (from, to) = !signed.IsEmpty && file.Overlaps(signed, out var offset) ? (offset, offset + signed.Length) : (0, 0);
        return HoldsOne(file[..from], 0) || HoldsOne(file[to..], to) ? [Found] : [];
    }

    /// <summary>A PDF, or what can be one with the rest of the file: its header, a table or an object.</summary>
    public static bool HoldsPdf(ReadOnlySpan<byte> bytes) => bytes.IndexOf("%PDF-"u8) >= 0 || bytes.IndexOf("startxref"u8) >= 0 || HoldsObject(bytes);

    /// <param name="at">Of the bytes in the file.</param>
    private static bool HoldsOne(ReadOnlySpan<byte> bytes, int at) => HoldsPdf(bytes) || HoldsZip(bytes, at) || HoldsPage(bytes);

    private static bool HoldsObject(ReadOnlySpan<byte> bytes)
    {
        for (int from = 0, at; (at = bytes[from..].IndexOf("obj"u8)) >= 0; from += at + 1)
        {
            var end = from + at + 3;
            if ((end == bytes.Length || !char.IsAsciiLetterOrDigit((char)bytes[end])) && PdfSyntax.ObjectBefore(bytes[..(from + at)]) is not null)
            {
                return true;
            }
        }

        return false;
    }

    // Whoever repairs a ZIP, or opens one behind a program, looks for the header of a file; all others for the end of the directory, which must
    // lie in front of it. The fields are little-endian (APPNOTE.TXT §4.3.7, §4.3.16).
    private static bool HoldsZip(ReadOnlySpan<byte> bytes, int place)
    {
        for (int from = 0, next; (next = bytes[from..].IndexOf("PK"u8)) >= 0; from += next + 1)
        {
            var at = bytes[(from + next)..];
            if ((at.StartsWith("PK\x03\x04"u8) && IsEntry(at)) || (at.StartsWith("PK\x05\x06"u8) && IsEnd(at, place + from + next)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsEntry(ReadOnlySpan<byte> header) =>
        header.Length > ZipHeader && BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) is <= 20 or (>= 93 and <= 99)
        && BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) is > 0 and <= 4096 and var name && header.Length >= ZipHeader + name;

    private static bool IsEnd(ReadOnlySpan<byte> record, int at)
    {
        if (record.Length < ZipEnd)
        {
            return false;
        }

        var (size, offset) = (BinaryPrimitives.ReadUInt32LittleEndian(record[12..]), BinaryPrimitives.ReadUInt32LittleEndian(record[16..]));
        return (size <= at || size == uint.MaxValue) && (offset <= at || offset == uint.MaxValue);
    }

    private static bool HoldsPage(ReadOnlySpan<byte> bytes)
    {
        for (int from = 0, next; (next = bytes[from..].IndexOf((byte)'<')) >= 0; from += next + 1)
        {
            var tag = bytes[(from + next + 1)..];
            if (tag is not [(byte)'!' or (byte)'?' or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'a' and <= (byte)'z'), ..])
            {
                continue;
            }

            foreach (var name in Tags)
            {
                // The shorter the name, the likelier it is chance.
                var letters = name.Length == 1 ? 14 : 10;
                if (tag.Length > name.Length + letters && IsNamed(tag, name) && (tag[name.Length] is (byte)'>' or (byte)'/' || PdfSyntax.Blanks.Contains(tag[name.Length]))
                    && !tag.Slice(name.Length, letters).ContainsAnyExcept(Printable))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsNamed(ReadOnlySpan<byte> tag, string name)
    {
        for (var index = 0; index < name.Length; index++)
        {
            if (char.ToLowerInvariant((char)tag[index]) != name[index])
            {
                return false;
            }
        }

        return true;
    }
}
