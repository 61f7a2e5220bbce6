using System.Formats.Asn1;
using System.Text;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Seals;

/// <summary>
/// What is forgiven in the seals of other makers, as met in files of tax offices and in the readers of several vendors:
/// string types and character sets other than those of the standard, octets for bits, times in any of the ASN.1 forms,
/// certificates outside an OCTET STRING. Nothing is encoded again, so the signatures are judged over what was there.
/// </summary>
internal static class ForeignAsn
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding Gbk = CodePagesEncodingProvider.Instance.GetEncoding(936)!;

    /// <summary>Any character string: UTF-16 for a BMPString, otherwise UTF-8 or, where it is none, code page 936.</summary>
    public static string Text(AsnReader reader)
    {
        var tag = reader.PeekTag();
        if (tag.TagClass != TagClass.Universal || tag.IsConstructed || !IsText((UniversalTagNumber)tag.TagValue))
        {
            throw SealAsn.Wrong("印章数据中应为文字之处不是文字。", "There is no text in the seal data where it belongs.");
        }

        var bytes = reader.PeekContentBytes();
        reader.ReadEncodedValue();
        if (tag.TagValue == (int)UniversalTagNumber.BMPString)
        {
            return Encoding.BigEndianUnicode.GetString(bytes.Span);
        }

        try
        {
            return StrictUtf8.GetString(bytes.Span).TrimEnd('\0');
        }
        catch (DecoderFallbackException)
        {
            return Gbk.GetString(bytes.Span).TrimEnd('\0');
        }
    }

    /// <summary>A BIT STRING, or the OCTET STRING that some makers write in its place.</summary>
    public static ReadOnlyMemory<byte> Bits(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.PrimitiveOctetString) ? SealAsn.Octets(reader) : reader.ReadBitString(out _);

    /// <summary>UTCTime or GeneralizedTime; without a zone it is the time of China.</summary>
    public static DateTimeOffset Time(AsnReader reader) =>
        TryTime(reader) ?? throw SealAsn.Wrong("印章数据中的时间无法读取。", "A time in the seal data cannot be read.");

    /// <summary>
    /// The time of a seal signature, in whatever form: a time, a BIT or OCTET STRING with a time or its text, or with a
    /// time-stamp token, whose own time is taken; the token is handed out, it is not verified here.
    /// </summary>
    public static (DateTimeOffset? At, ReadOnlyMemory<byte>? Token) TimeInfo(AsnReader tbs)
    {
        var tag = tbs.PeekTag();
        if (tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime))
        {
            return (TryTime(tbs), null);
        }

        var value = Bits(tbs);
        if (SealSignatureReader.ReadFirstTime(value) is { } strict)
        {
            return (strict, null);
        }

        if (value.Length is > 0 and <= 64)
        {
            var text = TryInnerTime(value) ?? OfdTime.Parse(Encoding.ASCII.GetString(value.Span).TrimEnd('\0'));
            return (text, null);
        }

        return TokenTime(value) is { } stamped ? (stamped, value) : (null, null);
    }

    /// <summary>A certificate in an OCTET STRING, or standing for itself; what follows it there is forgiven.</summary>
    public static Certificates.Certificate Certificate(AsnReader reader) => TryCertificate(reader) ?? throw new SealFormatException(
        "SEAL_CERTIFICATE_UNREADABLE", "印章数据中的证书无法读取。", "A certificate in the seal data cannot be read.");

    public static Certificates.Certificate? TryCertificate(AsnReader reader)
    {
        var encoded = reader.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence) ? reader.ReadEncodedValue() : Bits(reader);
        try
        {
            var first = new AsnReader(encoded, AsnEncodingRules.BER).ReadEncodedValue();
            return Certificates.Certificate.Parse(first.Span);
        }
        catch (Exception fault) when (fault is FormatException or AsnContentException)
        {
            return null;
        }
    }

    private static DateTimeOffset? TryTime(AsnReader reader)
    {
        var isShort = reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime);
        if (!isShort && !reader.PeekTag().HasSameClassAndValue(Asn1Tag.GeneralizedTime))
        {
            throw SealAsn.Wrong("印章数据中应为时间之处不是时间。", "There is no time in the seal data where it belongs.");
        }

        var text = Encoding.ASCII.GetString(reader.PeekContentBytes().Span);
        reader.ReadEncodedValue();

        // X.690 §11.8, RFC 5280 §4.1.2.5.1: two digits from 50 on belong to the last century.
        return OfdTime.Parse(isShort ? (string.CompareOrdinal(text, "5") >= 0 ? "19" : "20") + text : text);
    }

    private static DateTimeOffset? TryInnerTime(ReadOnlyMemory<byte> value)
    {
        try
        {
            var reader = new AsnReader(value, AsnEncodingRules.BER);
            return reader.PeekTag().TagValue is (int)UniversalTagNumber.UtcTime or (int)UniversalTagNumber.GeneralizedTime ? TryTime(reader) : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>genTime of the TSTInfo in a token (RFC 3161 §2.4.2).</summary>
    private static DateTimeOffset? TokenTime(ReadOnlyMemory<byte> value)
    {
        try
        {
            if (!CmsSignedData.LooksLike(value.Span) || CmsSignedData.Parse(value, CmsLimits.Default).Content is not { } content)
            {
                return null;
            }

            var info = new AsnReader(content, AsnEncodingRules.BER).ReadSequence();
            info.ReadInteger();
            info.ReadObjectIdentifier();
            info.ReadSequence();
            info.ReadInteger();
            return TryTime(info);
        }
        catch (Exception fault) when (fault is CmsFormatException or AsnContentException or SealFormatException)
        {
            return null;
        }
    }

    private static bool IsText(UniversalTagNumber kind) => kind is UniversalTagNumber.UTF8String or UniversalTagNumber.IA5String
        or UniversalTagNumber.PrintableString or UniversalTagNumber.VisibleString or UniversalTagNumber.GeneralString
        or UniversalTagNumber.TeletexString or UniversalTagNumber.BMPString or UniversalTagNumber.NumericString or UniversalTagNumber.OctetString;
}
