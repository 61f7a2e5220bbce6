using System.Buffers;

namespace DocExchange.Trust.Validation;

/// <summary>
/// Whether a signature file holds a PDF or a ZIP outside what is signed. Readers of ZIP begin at the end of a file and take anything
/// in front, readers of PDF look for a header, for the last table and for objects wherever they stand: so under another name
/// the file shows what nobody signed.
/// </summary>
internal static class HiddenDocuments
{
    private static readonly Finding Found = Finding.Indeterminate(
        "FILE_HOLDS_OTHER_DOCUMENT", SubIndication.SigConstraintsFailure,
        "签名文件中、受签名保护的内容之外，还有 PDF 或 ZIP（OFD）的数据；以其他软件打开可能看到未经签名的内容。请向发文单位索取只含签名的文件。",
        "Outside what is signed, the file holds data of a PDF or a ZIP (OFD); opened with another program it may show content that nobody signed. Ask its sender for a file with the signature alone.");

    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t\r\n\f\0"u8);

    /// <param name="file">As it was given.</param>
    /// <param name="signed">What of it is signed, as a part of the same memory; anywhere else, nothing of it is.</param>
    public static IReadOnlyList<Finding> FindingsOf(ReadOnlySpan<byte> file, ReadOnlySpan<byte> signed)
    {
        var (from, to) = !signed.IsEmpty && file.Overlaps(signed, out var offset) ? (offset, offset + signed.Length) : (0, 0);
        return HoldsOne(file[..from]) || HoldsOne(file[to..]) ? [Found] : [];
    }

    /// <summary>A PDF, or what can be one with the rest of the file: its header, a table or an object.</summary>
    public static bool HoldsPdf(ReadOnlySpan<byte> bytes) => bytes.IndexOf("%PDF-"u8) >= 0 || bytes.IndexOf("startxref"u8) >= 0 || HoldsObject(bytes);

    private static bool HoldsOne(ReadOnlySpan<byte> bytes) => HoldsPdf(bytes) || bytes.IndexOf("PK\x03\x04"u8) >= 0 || bytes.IndexOf("PK\x05\x06"u8) >= 0;

    // ISO 32000-1 §7.3.10: number, generation, obj, apart by blanks or comments, which end in a line end.
    private static bool HoldsObject(ReadOnlySpan<byte> bytes)
    {
        for (int from = 0, at; (at = bytes[from..].IndexOf("obj"u8)) >= 0; from += at + 1)
        {
            var end = from + at + 3;
            if (from + at > 0 && Blanks.Contains(bytes[from + at - 1]) && (end == bytes.Length || !char.IsAsciiLetterOrDigit((char)bytes[end])))
            {
                return true;
            }
        }

        return false;
    }
}
