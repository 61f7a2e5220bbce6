using System.Formats.Asn1;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Signatures;

/// <summary>Reads SignedData (RFC 5652 §5.1) under BER, and keeps the encoded ranges.</summary>
internal sealed class CmsReader
{
    private static readonly Asn1Tag Tag0 = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Tag1 = new(TagClass.ContextSpecific, 1, isConstructed: true);
    private static readonly Asn1Tag KeyIdentifierTag = new(TagClass.ContextSpecific, 0);

    private static readonly (string Chinese, string English) DigestAlgorithmsName = ("摘要算法", "digest algorithms");
    private static readonly (string Chinese, string English) CertificatesName = ("证书", "certificates");
    private static readonly (string Chinese, string English) RevocationsName = ("吊销信息", "revocation entries");
    private static readonly (string Chinese, string English) SignersName = ("签名人", "signers");
    private static readonly (string Chinese, string English) CounterSignaturesName = ("副署签名", "counter-signatures");
    private static readonly (string Chinese, string English) AttributesName = ("属性", "attributes");
    private static readonly (string Chinese, string English) AttributeValuesName = ("属性值", "attribute values");

    private readonly CmsLimits limits;
    private readonly bool isBeyondLimits;
    private readonly List<Finding> leftOut = [];

    /// <param name="isBeyondLimits">Something in the bytes is, so that each part has to be scanned by itself.</param>
    private CmsReader(CmsLimits limits, bool isBeyondLimits)
    {
        this.limits = limits;
        this.isBeyondLimits = isBeyondLimits;
    }

    public static CmsSignedData Read(ReadOnlyMemory<byte> encoded, CmsLimits limits)
    {
        if (encoded.Length > limits.MaxSize)
        {
            throw CmsFormatException.Limit(
                "CMS_TOO_LARGE", $"签名数据长 {encoded.Length} 字节，超过 {limits.MaxSize}。",
                $"The CMS has {encoded.Length} bytes, more than the {limits.MaxSize} that are read.");
        }

        if (encoded.Span is not [0x30, ..])
        {
            throw Malformed("they do not begin as a SEQUENCE");
        }

        var scan = BerScan.Over(encoded.Span, limits);
        try
        {
            return new CmsReader(limits, scan.IsBeyondLimits).ReadContentInfo(encoded, scan);
        }
        catch (AsnContentException fault)
        {
            throw Malformed("their ASN.1 cannot be read as that", fault);
        }
    }

    /// <summary>A SignerInfo by itself, as counter-signatures are; null where the bytes are none or break a limit.</summary>
    /// <param name="beyond">The limit that it breaks; null where it breaks none.</param>
    public static CmsSignerInfo? TryReadSigner(ReadOnlyMemory<byte> encoded, CmsLimits limits, out Finding? beyond)
    {
        try
        {
            beyond = null;
            var reader = new AsnReader(encoded, AsnEncodingRules.BER);
            var signer = new CmsReader(limits, isBeyondLimits: false).ReadSigner(reader);
            return reader.HasData ? null : signer;
        }
        catch (Exception fault) when (fault is AsnContentException or CmsFormatException)
        {
            beyond = fault is CmsFormatException { IsOfLimit: true } limit ? limit.ToFindingOfRest() : null;
            return null;
        }
    }

    private CmsSignedData ReadContentInfo(ReadOnlyMemory<byte> ber, BerScan scan)
    {
        var encoded = ber[..scan.Length];
        var info = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
        RequireWithin(info.PeekEncodedValue());
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
        RequireWithin(data.PeekEncodedValue());
        var digests = ReadSome(data.ReadSetOf(skipSortOrderValidation: true), limits.MaxSigners, ReadAlgorithm, () => leftOut.Add(CmsFindings.LeftOut(limits.MaxSigners, DigestAlgorithmsName)));
        RequireWithin(data.PeekEncodedValue());
        var (contentType, content, wrappedContent) = ReadContent(data.ReadSequence());
        var certificates = ReadOptionalSet(data, Tag0, limits.MaxCertificates, CertificatesName);
        var revocations = ReadOptionalSet(data, Tag1, limits.MaxRevocationInfos, RevocationsName);
        var signers = ReadSome(data.ReadSetOf(skipSortOrderValidation: true), limits.MaxSigners, ReadSigner, () => leftOut.Add(TooMany(limits.MaxSigners, SignersName).ToFindingOfRest()));
        data.ThrowIfNotEmpty();

        var readable = certificates.Where(IsWithin).Select(ReadCertificate).OfType<Certificate>().ToList();
        var readableRevocations = revocations.FindAll(IsWithin);
        var lists = readableRevocations.Select(ValidationValues.TryReadList).OfType<RevocationList>().ToList();
        var answers = readableRevocations.Select(ValidationValues.TryReadOther).OfType<OcspResponse>().ToList();
        var values = ValidationValues.In(signers, limits);
        leftOut.AddRange(values.LeftOut);
        return new CmsSignedData
        {
            Encoded = encoded,
            TrailingBytes = ber.Length - scan.Length,
            TrailingContent = ber.Span[scan.Length..].TrimEnd((byte)0).Length,
            HasIndefiniteLength = scan.HasIndefiniteLength,
            HasNonMinimalLength = scan.HasNonMinimalLength,
            IsBeyondLimits = scan.IsBeyondLimits,
            LeftOut = leftOut,
            OuterContentType = outerType,
            Version = version,
            DigestAlgorithms = digests,
            ContentType = contentType,
            Content = content,
            WrappedContent = wrappedContent,
            CertificateSet = readable,
            Certificates = values.Certificates.Count == 0 ? readable : [.. readable.Union(values.Certificates)],
            UnreadableCertificates = certificates.Count - readable.Count,
            RevocationLists = [.. lists, .. values.RevocationLists],
            OcspResponses = [.. answers, .. values.OcspResponses],
            OtherRevocationInfos = revocations.Count - lists.Count - answers.Count,
            Signers = signers,
        };
    }

    private static (string Type, ReadOnlyMemory<byte>? Content, ReadOnlyMemory<byte> Wrapped) ReadContent(AsnReader encapsulated)
    {
        var type = encapsulated.ReadObjectIdentifier();
        if (!encapsulated.HasData)
        {
            return (type, null, default);
        }

        var wrapped = encapsulated.ReadSequence(Tag0);
        encapsulated.ThrowIfNotEmpty();
        var element = wrapped.PeekEncodedValue();
        var content = ReadOctets(wrapped);
        wrapped.ThrowIfNotEmpty();
        return (type, content, element);
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
        RequireSignedWithin(signer.Clone());
        var version = ReadSmallInteger(signer);
        var identifier = ReadIdentifier(signer);
        var digest = ReadAlgorithm(signer);
        var signed = ReadAttributes(signer, Tag0);
        var algorithm = ReadAlgorithm(signer);
        var signature = signer.ReadOctetString();
        var unsigned = UnsignedAttributes.Read(signer, limits, out var unread);
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
            LeftOut = unread,
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
        var attributes = ReadAll(signer.ReadSetOf(skipSortOrderValidation: true, tag), limits.MaxAttributes, AttributesName, set => ReadAttribute(set, limits));
        return new CmsAttributes(attributes, encoded, BerScan.Of(encoded.Span, limits).HasDerLengths);
    }

    private void RequireSignedWithin(AsnReader signer)
    {
        while (isBeyondLimits && signer.HasData && signer.PeekTag() != Tag1)
        {
            RequireWithin(signer.ReadEncodedValue());
        }
    }

    private void RequireWithin(ReadOnlyMemory<byte> encoded)
    {
        if (isBeyondLimits)
        {
            BerScan.Of(encoded.Span, limits);
        }
    }

    private bool IsWithin(ReadOnlyMemory<byte> encoded) => !isBeyondLimits || !BerScan.Over(encoded.Span, limits).IsBeyondLimits;

    internal static CmsAttribute ReadAttribute(AsnReader set, CmsLimits limits)
    {
        var encoded = set.PeekEncodedValue();
        var attribute = set.ReadSequence();
        var oid = attribute.ReadObjectIdentifier();
        var values = ReadAll(attribute.ReadSetOf(skipSortOrderValidation: true), limits.MaxAttributes, AttributeValuesName, static reader => reader.ReadEncodedValue());
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

    private List<ReadOnlyMemory<byte>> ReadOptionalSet(AsnReader data, Asn1Tag tag, int limit, (string Chinese, string English) what) =>
        data.HasData && data.PeekTag() == tag
            ? ReadSome(data.ReadSetOf(skipSortOrderValidation: true, tag), limit, static reader => reader.ReadEncodedValue(), () => leftOut.Add(CmsFindings.LeftOut(limit, what)))
            : [];

    private static List<T> ReadAll<T>(AsnReader set, int limit, (string Chinese, string English) what, Func<AsnReader, T> read) =>
        ReadSome(set, limit, read, () => throw TooMany(limit, what));

    /// <param name="refuse">Called where there are more than the limit, of which no more than the tags are read.</param>
    private static List<T> ReadSome<T>(AsnReader set, int limit, Func<AsnReader, T> read, Action refuse)
    {
        var some = new List<T>();
        while (set.HasData && some.Count < limit)
        {
            some.Add(read(set));
        }

        if (set.HasData)
        {
            refuse();
        }

        return some;
    }

    private static Certificate? ReadCertificate(ReadOnlyMemory<byte> encoded) => encoded.Span[0] == 0x30 ? KnownCertificates.Read(encoded.Span) : null;

    /// <summary>Beyond so many counter-signatures none is judged.</summary>
    public static Finding CounterSignaturesBeyond(int limit) => TooMany(limit, CounterSignaturesName).ToFindingOfRest();

    internal static CmsFormatException TooManyAttributes(int limit) => TooMany(limit, AttributesName);

    private static CmsFormatException TooMany(int limit, (string Chinese, string English) what) =>
        CmsFormatException.Limit("CMS_TOO_MANY", $"{what.Chinese}超过 {limit} 个。", $"There are more than {limit} {what.English}.");

    internal static CmsFormatException Malformed(string why, Exception? cause = null) =>
        new("CMS_MALFORMED", "不是有效的 CMS 签名数据。", $"The bytes are not CMS SignedData: {why}.", cause);
}
