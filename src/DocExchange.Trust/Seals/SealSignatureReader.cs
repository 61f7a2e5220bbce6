using System.Formats.Asn1;
using System.Globalization;
using System.Text;

namespace DocExchange.Trust.Seals;

/// <summary>Reads SES_Signature of the three standards; see <see cref="SealReader"/> for the seal inside.</summary>
internal static class SealSignatureReader
{
    private static readonly string[] TimeTexts = ["yyyyMMddHHmmss'Z'", "yyMMddHHmmss'Z'", "yyyyMMddHHmmss"];

    public static SealSignature Read(ReadOnlyMemory<byte> encoded, bool isForeign) => SealAsn.Guarded(encoded, isForeign, outer =>
    {
        var der = outer.PeekEncodedValue();
        var sequence = outer.ReadSequence();
        var toSign = sequence.PeekEncodedValue();
        var tbs = sequence.ReadSequence();

        // Two elements, the second a BIT STRING: GM/T 0031-2014, where the certificate is part of toSign.
        var tag = sequence.PeekTag();
        var isFirst = tag.HasSameClassAndValue(Asn1Tag.PrimitiveBitString) || (isForeign && IsLastOctets(sequence));
        var trailing = encoded.Span[der.Length..].TrimEnd((byte)0).Length;
        var parsed = isFirst ? ReadFirst(der, toSign, tbs, sequence, trailing) : ReadLater(der, toSign, tbs, sequence, trailing);
        SealAsn.End(tbs);
        return parsed;
    });

    private static bool IsLastOctets(AsnReader sequence)
    {
        var rest = sequence.Clone();
        var isOctets = rest.PeekTag().HasSameClassAndValue(Asn1Tag.PrimitiveOctetString);
        rest.ReadEncodedValue();
        return isOctets && !rest.HasData;
    }

    private static SealSignature ReadLater(ReadOnlyMemory<byte> der, ReadOnlyMemory<byte> toSign, AsnReader tbs, AsnReader sequence, int trailing)
    {
        var isForeign = SealAsn.IsForeign(tbs);
        var version = isForeign ? SealAsn.Integer(tbs, "toSign.version", 0, int.MaxValue) : SealAsn.Integer(tbs, "toSign.version", 4, 5);
        var seal = SealReader.ReadSeal(tbs.ReadEncodedValue(), isForeign);
        var (signedAt, token) = isForeign ? ForeignAsn.TimeInfo(tbs) : (SealAsn.Time(tbs), null);
        var (dataHash, property) = (SealAsn.Bits(tbs), SealAsn.Text(tbs, UniversalTagNumber.IA5String, "toSign.propertyInfo"));
        var (extensions, unknown) = isForeign ? SealLeftovers.AllExtensions(tbs) : (ReadExtensions(tbs), 0);
        var slack = SealLeftovers.Slack(sequence, hasCertificate: true);
        var (signer, algorithm) = (SealAsn.Certificate(sequence), SealAsn.Oid(sequence));
        var (asFound, signature) = (SealAsn.Bits(sequence.Clone()), SealAsn.Signature(sequence));
        var (timestamp, unsigned) = SealAsn.Timestamp(sequence);
        return new SealSignature
        {
            Der = der,
            SignedBytes = toSign,
            Version = version == 5 ? 5 : 4,
            StatedVersion = version,
            Seal = seal,
            SignedAt = signedAt,
            DataHash = dataHash,
            PropertyInfo = property,
            Extensions = extensions,
            UnknownParts = unknown,
            Slack = slack,
            SignerCertificate = signer,
            SignatureAlgorithm = algorithm,
            SignatureAsFound = asFound,
            Signature = signature,
            Timestamp = timestamp,
            TimeToken = token,
            TrailingBytes = trailing,
            UnsignedBytes = unsigned + SealAsn.Rest(sequence),
        };
    }

    private static SealSignature ReadFirst(ReadOnlyMemory<byte> der, ReadOnlyMemory<byte> toSign, AsnReader tbs, AsnReader sequence, int trailing)
    {
        var isForeign = SealAsn.IsForeign(tbs);
        var version = SealAsn.Integer(tbs, "toSign.version", isForeign ? 0 : 1, isForeign ? int.MaxValue : 3);
        var seal = SealReader.ReadSeal(tbs.ReadEncodedValue(), isForeign);
        var (signedAt, token) = isForeign ? ForeignAsn.TimeInfo(tbs) : (ReadFirstTime(SealAsn.Bits(tbs)), null);
        var (dataHash, property) = (SealAsn.Bits(tbs), SealAsn.Text(tbs, UniversalTagNumber.IA5String, "toSign.propertyInfo"));
        var (signer, algorithm) = (SealAsn.Certificate(tbs), SealAsn.Oid(tbs));
        var (extensions, unknown) = isForeign ? SealLeftovers.AllExtensions(tbs) : ([], 0);
        return new SealSignature
        {
            Der = der,
            SignedBytes = toSign,
            Version = 1,
            StatedVersion = version,
            Seal = seal,
            SignedAt = signedAt,
            DataHash = dataHash,
            PropertyInfo = property,
            Extensions = extensions,
            UnknownParts = unknown,
            Slack = SealLeftovers.Slack(sequence, hasCertificate: false),
            SignerCertificate = signer,
            SignatureAlgorithm = algorithm,
            SignatureAsFound = SealAsn.Bits(sequence.Clone()),
            Signature = SealAsn.Signature(sequence),
            Timestamp = null,
            TimeToken = token,
            TrailingBytes = trailing,
            UnsignedBytes = SealAsn.Rest(sequence),
        };
    }

    private static IReadOnlyList<SealExtension> ReadExtensions(AsnReader tbs)
    {
        if (SealAsn.Tagged(tbs, 0) is { } tagged)
        {
            var extensions = SealAsn.Extensions(tagged);
            SealAsn.End(tagged);
            return extensions;
        }

        return [];
    }

    // GM/T 0031-2014 leaves open what the BIT STRING holds: a DER time or its text is read. The text of the standard was
    // not at hand; anything else, such as a time-stamp token, leaves the time unknown.
    public static DateTimeOffset? ReadFirstTime(ReadOnlyMemory<byte> value)
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
