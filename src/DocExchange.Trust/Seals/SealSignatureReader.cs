using System.Formats.Asn1;
using System.Globalization;
using System.Text;

namespace DocExchange.Trust.Seals;

/// <summary>Reads SES_Signature of the three standards; see <see cref="SealReader"/> for the seal inside.</summary>
internal static class SealSignatureReader
{
    private static readonly string[] TimeTexts = ["yyyyMMddHHmmss'Z'", "yyMMddHHmmss'Z'", "yyyyMMddHHmmss"];

    public static SealSignature Read(ReadOnlyMemory<byte> der) => SealAsn.Guarded(der, outer =>
    {
        var sequence = outer.ReadSequence();
        var toSign = sequence.PeekEncodedValue();
        var tbs = sequence.ReadSequence();

        // Two elements, the second a BIT STRING: GM/T 0031-2014, where the certificate is part of toSign.
        var isFirst = sequence.PeekTag().HasSameClassAndValue(Asn1Tag.PrimitiveBitString);
        var parsed = isFirst ? ReadFirst(der, toSign, tbs, sequence) : ReadLater(der, toSign, tbs, sequence);
        tbs.ThrowIfNotEmpty();
        sequence.ThrowIfNotEmpty();
        return parsed;
    });

    private static SealSignature ReadLater(ReadOnlyMemory<byte> der, ReadOnlyMemory<byte> toSign, AsnReader tbs, AsnReader sequence)
    {
        var version = SealAsn.Integer(tbs, "toSign.version", 4, 5);
        var seal = SealReader.ReadSeal(tbs.ReadEncodedValue());
        var signedAt = SealAsn.Time(tbs);
        return new SealSignature
        {
            Der = der,
            SignedBytes = toSign,
            Version = version,
            Seal = seal,
            SignedAt = signedAt,
            DataHash = SealAsn.Bits(tbs),
            PropertyInfo = SealAsn.Text(tbs, UniversalTagNumber.IA5String, "toSign.propertyInfo"),
            Extensions = ReadExtensions(tbs),
            SignerCertificate = SealAsn.Certificate(sequence),
            SignatureAlgorithm = SealAsn.Oid(sequence),
            Signature = SealAsn.Signature(sequence),
            Timestamp = SealAsn.Timestamp(sequence),
        };
    }

    private static SealSignature ReadFirst(ReadOnlyMemory<byte> der, ReadOnlyMemory<byte> toSign, AsnReader tbs, AsnReader sequence)
    {
        SealAsn.Integer(tbs, "toSign.version", 1, 3);
        var seal = SealReader.ReadSeal(tbs.ReadEncodedValue());
        var signedAt = ReadFirstTime(SealAsn.Bits(tbs));
        return new SealSignature
        {
            Der = der,
            SignedBytes = toSign,
            Version = 1,
            Seal = seal,
            SignedAt = signedAt,
            DataHash = SealAsn.Bits(tbs),
            PropertyInfo = SealAsn.Text(tbs, UniversalTagNumber.IA5String, "toSign.propertyInfo"),
            Extensions = [],
            SignerCertificate = SealAsn.Certificate(tbs),
            SignatureAlgorithm = SealAsn.Oid(tbs),
            Signature = SealAsn.Signature(sequence),
            Timestamp = null,
        };
    }

    private static IReadOnlyList<SealExtension> ReadExtensions(AsnReader tbs)
    {
        if (SealAsn.Tagged(tbs, 0) is not { } tagged)
        {
            return [];
        }

        var extensions = SealAsn.Extensions(tagged);
        tagged.ThrowIfNotEmpty();
        return extensions;
    }

    // GM/T 0031-2014 leaves open what the BIT STRING holds: a DER time or its text is read. The text of the standard was
    // not at hand; anything else, such as a time-stamp token, leaves the time unknown.
    private static DateTimeOffset? ReadFirstTime(ReadOnlyMemory<byte> value)
    {
        try
        {
            var reader = new AsnReader(value, AsnEncodingRules.DER);
            var tag = reader.PeekTag();
            if (tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime))
            {
                var time = SealAsn.Time(reader);
                return reader.HasData ? null : time;
            }
        }
        catch (AsnContentException)
        {
            // Not DER: tried as text below.
        }

        var text = value.Length <= 32 ? Encoding.ASCII.GetString(value.Span) : "";
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text, TimeTexts, CultureInfo.InvariantCulture, Utc, out var parsed) ? parsed : null;
    }
}
