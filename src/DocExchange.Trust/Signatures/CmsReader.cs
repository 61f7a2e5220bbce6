using System.Formats.Asn1;
using DocExchange.Trust.Certificates;

namespace DocExchange.Trust.Signatures;

/// <summary>Reads SignedData (RFC 5652 §5.1) under BER, and keeps the encoded ranges.</summary>
internal sealed class CmsReader
{
    private static readonly Asn1Tag Tag0 = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Tag1 = new(TagClass.ContextSpecific, 1, isConstructed: true);
    private static readonly Asn1Tag KeyIdentifierTag = new(TagClass.ContextSpecific, 0);

    private readonly CmsLimits limits;

    private CmsReader(CmsLimits limits)
    {
        this.limits = limits;
    }

    public static CmsSignedData Read(ReadOnlyMemory<byte> encoded, CmsLimits limits)
    {
        if (encoded.Length > limits.MaxSize)
        {
            throw CmsFormatException.Limit(
                "CMS_TOO_LARGE", $"签名数据长 {encoded.Length} 字节，超过 {limits.MaxSize}。",
                $"The CMS has {encoded.Length} bytes, more than the {limits.MaxSize} that are read.");
        }

        var ber = CmsArmour.Open(encoded);
        var scan = BerScan.Of(ber.Span, limits);
        try
        {
            return new CmsReader(limits).ReadContentInfo(ber, scan);
        }
        catch (AsnContentException fault)
        {
            throw Malformed(fault.Message, fault);
        }
    }

    /// <summary>A SignerInfo by itself, as counter-signatures are; null where the bytes are none or break a limit.</summary>
    public static CmsSignerInfo? TryReadSigner(ReadOnlyMemory<byte> encoded, CmsLimits limits)
    {
        try
        {
            var reader = new AsnReader(encoded, AsnEncodingRules.BER);
            var signer = new CmsReader(limits).ReadSigner(reader);
            return reader.HasData ? null : signer;
        }
        catch (Exception fault) when (fault is AsnContentException or CmsFormatException)
        {
            return null;
        }
    }

    private CmsSignedData ReadContentInfo(ReadOnlyMemory<byte> ber, BerScan scan)
    {
        var encoded = ber[..scan.Length];
        var info = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
        var outerType = info.ReadObjectIdentifier();
        if (outerType is not (Oids.SignedData or Oids.GmSignedData))
        {
            throw new CmsFormatException(
                "CMS_NOT_SIGNED_DATA", $"内容类型 {outerType} 不是签名数据。", $"The content type {outerType} is not SignedData.");
        }

        var wrapped = info.ReadSequence(Tag0);
        info.ThrowIfNotEmpty();
        var data = wrapped.ReadSequence();
        wrapped.ThrowIfNotEmpty();
        var version = ReadSmallInteger(data);
        var digests = ReadAll(data.ReadSetOf(skipSortOrderValidation: true), limits.MaxSigners, "digest algorithms", ReadAlgorithm);
        var (contentType, content) = ReadContent(data.ReadSequence());
        var certificates = ReadOptionalSet(data, Tag0, limits.MaxCertificates, "certificates");
        var revocations = ReadOptionalSet(data, Tag1, limits.MaxRevocationInfos, "revocation entries");
        var signers = ReadAll(data.ReadSetOf(skipSortOrderValidation: true), limits.MaxSigners, "signers", ReadSigner);
        data.ThrowIfNotEmpty();

        var readable = certificates.Select(ReadCertificate).OfType<Certificate>().ToList();
        var lists = revocations.Select(ValidationValues.TryReadList).OfType<RevocationList>().ToList();
        var answers = revocations.Select(ValidationValues.TryReadOther).OfType<OcspResponse>().ToList();
        var values = ValidationValues.In(signers, limits);
        return new CmsSignedData
        {
            Encoded = encoded,
            TrailingBytes = ber.Length - scan.Length,
            HasIndefiniteLength = scan.HasIndefiniteLength,
            HasNonMinimalLength = scan.HasNonMinimalLength,
            OuterContentType = outerType,
            Version = version,
            DigestAlgorithms = digests,
            ContentType = contentType,
            Content = content,
            CertificateSet = readable,
            Certificates = values.Certificates.Count == 0 ? readable : [.. readable.Union(values.Certificates)],
            UnreadableCertificates = certificates.Count - readable.Count,
            RevocationLists = [.. lists, .. values.RevocationLists],
            OcspResponses = [.. answers, .. values.OcspResponses],
            OtherRevocationInfos = revocations.Count - lists.Count - answers.Count,
            Signers = signers,
        };
    }

    private static (string Type, ReadOnlyMemory<byte>? Content) ReadContent(AsnReader encapsulated)
    {
        var type = encapsulated.ReadObjectIdentifier();
        if (!encapsulated.HasData)
        {
            return (type, null);
        }

        var wrapped = encapsulated.ReadSequence(Tag0);
        encapsulated.ThrowIfNotEmpty();
        var content = ReadOctets(wrapped);
        wrapped.ThrowIfNotEmpty();
        return (type, content);
    }

    /// <summary>PKCS #7 lets content be of any type; its octets are then those without tag and length (RFC 5652 §5.2.1).</summary>
    private static ReadOnlyMemory<byte> ReadOctets(AsnReader wrapped)
    {
        if (wrapped.PeekTag().HasSameClassAndValue(Asn1Tag.PrimitiveOctetString))
        {
            return wrapped.TryReadPrimitiveOctetString(out var primitive) ? primitive : wrapped.ReadOctetString();
        }

        return wrapped.PeekContentBytes() is var octets && wrapped.ReadEncodedValue().Length > 0 ? octets : default;
    }

    private CmsSignerInfo ReadSigner(AsnReader signers)
    {
        var encoded = signers.PeekEncodedValue();
        var signer = signers.ReadSequence();
        var version = ReadSmallInteger(signer);
        var identifier = ReadIdentifier(signer);
        var digest = ReadAlgorithm(signer);
        var signed = ReadAttributes(signer, Tag0);
        var algorithm = ReadAlgorithm(signer);
        var signature = signer.ReadOctetString();
        var unsigned = ReadAttributes(signer, Tag1);
        signer.ThrowIfNotEmpty();
        return new CmsSignerInfo
        {
            Encoded = encoded,
            Version = version,
            Identifier = identifier,
            DigestAlgorithm = digest,
            SignedAttributes = signed,
            SignatureAlgorithm = algorithm,
            Signature = signature,
            UnsignedAttributes = unsigned,
        };
    }

    private static CmsSignerIdentifier ReadIdentifier(AsnReader signer)
    {
        if (signer.PeekTag().TagClass == TagClass.ContextSpecific)
        {
            return new CmsSignerIdentifier(default, default, signer.ReadOctetString(KeyIdentifierTag));
        }

        var issuerAndSerial = signer.ReadSequence();
        var issuer = issuerAndSerial.ReadEncodedValue();
        var serial = issuerAndSerial.ReadIntegerBytes();
        issuerAndSerial.ThrowIfNotEmpty();
        return new CmsSignerIdentifier(issuer, serial, null);
    }

    private CmsAttributes? ReadAttributes(AsnReader signer, Asn1Tag tag)
    {
        if (!signer.HasData || signer.PeekTag() != tag)
        {
            return null;
        }

        var encoded = signer.PeekEncodedValue();
        var attributes = ReadAll(signer.ReadSetOf(skipSortOrderValidation: true, tag), limits.MaxAttributes, "attributes", ReadAttribute);
        return new CmsAttributes(attributes, encoded, BerScan.Of(encoded.Span, limits).HasDerLengths);
    }

    private CmsAttribute ReadAttribute(AsnReader set)
    {
        var encoded = set.PeekEncodedValue();
        var attribute = set.ReadSequence();
        var oid = attribute.ReadObjectIdentifier();
        var values = ReadAll(attribute.ReadSetOf(skipSortOrderValidation: true), limits.MaxAttributes, "attribute values", static reader => reader.ReadEncodedValue());
        attribute.ThrowIfNotEmpty();
        return new CmsAttribute(oid, values, encoded);
    }

    public static CmsAlgorithm ReadAlgorithm(AsnReader reader) => ReadAlgorithmFields(reader.ReadSequence());

    public static CmsAlgorithm ReadAlgorithmFields(AsnReader fields)
    {
        var oid = fields.ReadObjectIdentifier();
        ReadOnlyMemory<byte>? parameters = fields.HasData ? fields.ReadEncodedValue() : default(ReadOnlyMemory<byte>?);
        fields.ThrowIfNotEmpty();
        return new CmsAlgorithm(oid, parameters);
    }

    private static int ReadSmallInteger(AsnReader reader) =>
        reader.TryReadInt32(out var value) ? value : throw Malformed("a version number is out of range");

    private static List<ReadOnlyMemory<byte>> ReadOptionalSet(AsnReader data, Asn1Tag tag, int limit, string what) =>
        data.HasData && data.PeekTag() == tag
            ? ReadAll(data.ReadSetOf(skipSortOrderValidation: true, tag), limit, what, static reader => reader.ReadEncodedValue())
            : [];

    private static List<T> ReadAll<T>(AsnReader set, int limit, string what, Func<AsnReader, T> read)
    {
        var all = new List<T>();
        while (set.HasData)
        {
            if (all.Count == limit)
            {
                throw TooMany(limit, what);
            }

            all.Add(read(set));
        }

        return all;
    }

    private static Certificate? ReadCertificate(ReadOnlyMemory<byte> encoded) => encoded.Span[0] == 0x30 ? KnownCertificates.Read(encoded.Span) : null;

    internal static CmsFormatException TooMany(int limit, string what) =>
        CmsFormatException.Limit("CMS_TOO_MANY", $"同类项目超过 {limit} 个（{what}）。", $"There are more than {limit} {what}.");

    internal static CmsFormatException Malformed(string why, Exception? cause = null) =>
        new("CMS_MALFORMED", "不是有效的 CMS 签名数据。", $"The bytes are not CMS SignedData: {why}.", cause);
}
