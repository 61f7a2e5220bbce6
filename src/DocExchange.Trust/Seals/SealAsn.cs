using System.Formats.Asn1;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Seals;

/// <summary>
/// The primitives of seal parsing: over the original bytes, with limits, and one kind of exception. What is to be in this
/// product's own form is read as strict DER, except that explicitly encoded DEFAULT values pass, because real seals have
/// them. What another maker wrote is read under BER, and <see cref="ForeignAsn"/> says what else is forgiven.
/// </summary>
internal static class SealAsn
{
    public const int MaxText = 4096;

    // An RSA signature of 4096 bits; SM2 needs 72 bytes.
    private const int MaxSignature = 512;

    public static T Guarded<T>(ReadOnlyMemory<byte> der, bool isForeign, Func<AsnReader, T> read)
    {
        if (der.Length > Seal.MaxSize)
        {
            throw new SealFormatException(
                "SEAL_TOO_LARGE",
                $"印章数据有 {der.Length} 字节，超过上限 {Seal.MaxSize} 字节。",
                $"The seal data has {der.Length} bytes, more than the limit of {Seal.MaxSize}.");
        }

        CheckDepth(der.Span);

        try
        {
            var reader = new AsnReader(der, isForeign ? AsnEncodingRules.BER : AsnEncodingRules.DER);
            var value = read(reader);
            if (!isForeign)
            {
                reader.ThrowIfNotEmpty();
            }

            return value;
        }
        catch (AsnContentException fault)
        {
            throw new SealFormatException(
                "SEAL_FORMAT", "印章数据不符合 GB/T 38540 规定的编码。", "The seal data is not encoded as GB/T 38540 says: " + fault.Message, fault);
        }
    }

    public static SealFormatException Wrong(string chinese, string english) => new("SEAL_FORMAT", chinese, english);

    public static int Integer(AsnReader reader, string field, int least, int most)
    {
        if (reader.TryReadInt32(out var value) && value >= least && value <= most)
        {
            return value;
        }

        throw Wrong($"印章数据中 {field} 的值不在 {least} 至 {most} 之间。", $"{field} of the seal data is not between {least} and {most}.");
    }

    public static string Text(AsnReader reader, UniversalTagNumber kind, string field, int most = MaxText)
    {
        var text = IsForeign(reader) ? ForeignAsn.Text(reader) : reader.ReadCharacterString(kind);
        return text.Length <= most
            ? text
            : throw Wrong($"印章数据中 {field} 超过 {most} 个字符。", $"{field} of the seal data has more than {most} characters.");
    }

    /// <summary>Whether the bytes may be in the form of another maker.</summary>
    public static bool IsForeign(AsnReader reader) => reader.RuleSet == AsnEncodingRules.BER;

    public static DateTimeOffset Time(AsnReader reader)
    {
        if (IsForeign(reader))
        {
            return ForeignAsn.Time(reader);
        }

        return reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
    }

    public static ReadOnlyMemory<byte> Octets(AsnReader reader) =>
        reader.TryReadPrimitiveOctetString(out var octets) ? octets
        : IsForeign(reader) ? reader.ReadOctetString()
        : throw Wrong("印章数据中的 OCTET STRING 编码无效。", "An OCTET STRING of the seal data is not primitive.");

    public static ReadOnlyMemory<byte> Bits(AsnReader reader) =>
        IsForeign(reader) ? ForeignAsn.Bits(reader)
        : reader.TryReadPrimitiveBitString(out var unused, out var bits) && unused == 0
            ? bits
            : throw Wrong("印章数据中的 BIT STRING 不是整字节。", "A BIT STRING of the seal data is not a whole number of bytes.");

    public static ReadOnlyMemory<byte> Signature(AsnReader reader)
    {
        var value = Bits(reader);
        return value.Length is > 0 and <= MaxSignature
            ? IsForeign(reader) ? SealSignatureValue.Normalise(value) : value
            : throw Wrong($"签名值有 {value.Length} 字节，不是签名。", $"A value of {value.Length} bytes is not a signature.");
    }

    /// <summary>A certificate whose octets are exactly its DER bytes: nothing before, after or around them.</summary>
    public static Certificate Certificate(AsnReader reader)
    {
        if (IsForeign(reader))
        {
            return ForeignAsn.Certificate(reader);
        }

        var octets = Octets(reader);
        try
        {
            var certificate = Certificates.Certificate.Parse(octets.Span);
            if (certificate.Der.AsSpan().SequenceEqual(octets.Span))
            {
                return certificate;
            }
        }
        catch (FormatException fault)
        {
            throw new SealFormatException("SEAL_FORMAT", "印章数据中的证书无法读取。", "A certificate in the seal data cannot be read: " + fault.Message, fault);
        }

        throw Wrong("印章数据中的证书不是 DER 编码。", "A certificate in the seal data is not plain DER.");
    }

    public static string Oid(AsnReader reader)
    {
        // Some makers write an AlgorithmIdentifier where the object identifier alone belongs; it holds no second one.
        if (IsForeign(reader) && reader.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            reader = reader.ReadSequence();
        }

        // An object identifier of an algorithm or extension is short; a long one only costs time.
        var encoded = reader.PeekContentBytes();
        return encoded.Length <= 64
            ? reader.ReadObjectIdentifier()
            : throw Wrong("印章数据中的对象标识符过长。", "An object identifier of the seal data is longer than 64 bytes.");
    }

    /// <summary>Nothing may follow, except in what another maker wrote: it is covered by the signature as it is.</summary>
    public static void End(AsnReader reader)
    {
        if (!IsForeign(reader))
        {
            reader.ThrowIfNotEmpty();
        }
    }

    /// <summary>The same behind a signature value: how many bytes follow that nothing covers.</summary>
    public static int Rest(AsnReader reader)
    {
        End(reader);
        var count = 0;
        while (reader.HasData)
        {
            count += reader.ReadEncodedValue().Length;
        }

        return count;
    }

    public static IReadOnlyList<SealExtension> Extensions(AsnReader reader) => ExtensionsIn(reader.ReadSequence());

    /// <summary>Those in a list whose own tag was read.</summary>
    public static IReadOnlyList<SealExtension> ExtensionsIn(AsnReader sequence)
    {
        var extensions = new List<SealExtension>();
        while (sequence.HasData)
        {
            if (extensions.Count == Seal.MaxExtensions)
            {
                throw Wrong($"印章数据的扩展项超过 {Seal.MaxExtensions} 个。", $"The seal data has more than {Seal.MaxExtensions} extensions.");
            }

            var extension = sequence.ReadSequence();
            var oid = Oid(extension);
            var critical = extension.HasData && extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            extensions.Add(new SealExtension(oid, critical, Octets(extension)));
            End(extension);
        }

        return extensions;
    }

    /// <summary>The value inside an EXPLICIT context tag, or null when the next element is not tagged so.</summary>
    public static AsnReader? Tagged(AsnReader reader, int number)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, number, isConstructed: true);
        return reader.HasData && reader.PeekTag() == tag ? reader.ReadSequence(tag) : null;
    }

    /// <returns>The token, and how many bytes stand beside it that nothing covers.</returns>
    public static (ReadOnlyMemory<byte>? Token, int Unsigned) Timestamp(AsnReader reader)
    {
        if (Tagged(reader, 0) is not { } tagged)
        {
            return (null, 0);
        }

        // An easy slip: the token for itself, without the BIT STRING.
        var token = IsForeign(tagged) && tagged.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence) ? tagged.ReadEncodedValue() : Bits(tagged);
        return (token, Rest(tagged));
    }

    // What is damaged otherwise is told by the reading that follows.
    private static void CheckDepth(ReadOnlySpan<byte> encoded)
    {
        try
        {
            BerScan.Of(encoded, CmsLimits.Default with { MaxOidLength = int.MaxValue, MaxIntegerLength = int.MaxValue });
        }
        catch (CmsFormatException fault) when (fault.Code == "CMS_TOO_DEEP")
        {
            throw new SealFormatException("SEAL_TOO_LARGE", "印章数据嵌套过深。", "The seal data is nested too deeply: " + fault.Message, fault);
        }
        catch (CmsFormatException)
        {
            // An unreadable part may lie behind the one that counts.
        }
    }
}
