namespace DocExchange.Trust.Pdf;

/// <summary>A dictionary with a ByteRange, as it stands in the file; positions are of the file.</summary>
/// <param name="Key">Where the name ByteRange stands.</param>
/// <param name="Range">Its four numbers; null where it is anything else, or stands there twice.</param>
/// <param name="Contents">Null where it is no string in hexadecimal digits, or stands there twice.</param>
internal sealed record PdfDictionary(long Start, long End, long Key, IReadOnlyList<long>? Range, PdfHex? Contents, string? SubFilter, string? Filter)
{
    public bool Holds(long position) => position >= Start && position < End;
}

/// <summary>A string between &lt; and &gt; (ISO 32000-1 §7.3.4.3).</summary>
/// <param name="IsWhole">Nothing but digits and blanks is in it, of digits an even number.</param>
/// <param name="IsBlank">It says zero.</param>
internal sealed record PdfHex(long Start, long End, bool IsWhole, bool IsBlank);
