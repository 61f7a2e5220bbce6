namespace DocExchange.Trust.Pdf;

/// <summary>A signature dictionary (ISO 32000-1 §12.8.1) as found in the bytes of the file.</summary>
/// <param name="Position">Of the word ByteRange in the file.</param>
/// <param name="GapStart">Where the first range ends: the &lt; of Contents.</param>
/// <param name="GapEnd">Where the second range begins: after the &gt;.</param>
/// <param name="End">Where the second range ends.</param>
internal sealed record PdfSignatureField(long Position, long GapStart, long GapEnd, long End, string? SubFilter, string? Filter)
{
    /// <summary>ISO 32000-1 §12.8.3.3.1: the content of the CMS is the SHA-1 digest of the range.</summary>
    public const string Sha1 = "adbe.pkcs7.sha1";

    /// <summary>ETSI EN 319 142-1 §5.3: what every level of CAdES has is demanded.</summary>
    public const string Cades = "ETSI.CAdES.detached";

    /// <summary>ISO 32000-2 §12.8.5: a time-stamp over the document, not a signature.</summary>
    public bool IsTimestamp => SubFilter == "ETSI.RFC3161";
}
