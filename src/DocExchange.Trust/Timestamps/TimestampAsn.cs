using System.Formats.Asn1;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Timestamps;

/// <summary>What requests, responses and tokens have in common (RFC 3161 §2.4).</summary>
internal static class TimestampAsn
{
    /// <summary>A message imprint, with the algorithm identifier as it was encoded.</summary>
    public static MessageImprint ReadImprint(AsnReader reader)
    {
        var imprint = reader.ReadSequence();
        var encoded = imprint.PeekEncodedValue();
        var algorithm = CmsReader.ReadAlgorithm(imprint);
        var digest = imprint.ReadOctetString();
        imprint.ThrowIfNotEmpty();
        return new MessageImprint(algorithm, digest, encoded);
    }

    public static void WriteImprint(AsnWriter writer, MessageImprint imprint)
    {
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(imprint.EncodedAlgorithm.Span);
            writer.WriteOctetString(imprint.Digest.Span);
        }
    }

    /// <summary>The object identifiers of critical extensions; none of them is known here.</summary>
    public static IReadOnlyList<string> ReadCriticalExtensions(AsnReader reader, int number)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, number, isConstructed: true);
        if (!reader.HasData || reader.PeekTag() != tag)
        {
            return [];
        }

        var critical = new List<string>();
        var extensions = reader.ReadSequence(tag);
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            if (extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean())
            {
                critical.Add(oid);
            }

            extension.ReadOctetString();
            extension.ThrowIfNotEmpty();
        }

        return critical;
    }

    /// <summary>A GeneralizedTime in UTC; RFC 3161 §2.4.2 forbids local time.</summary>
    public static DateTimeOffset ReadTime(AsnReader reader)
    {
        var encoded = reader.PeekContentBytes().Span;
        return encoded.Length > 0 && encoded[^1] == (byte)'Z'
            ? reader.ReadGeneralizedTime()
            : throw new AsnContentException("a time does not end with Z");
    }

    /// <summary>Reads the whole of <paramref name="encoded"/> after its size, depth and lengths were checked.</summary>
    /// <exception cref="TimestampFormatException">It is not what it is said to be.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> encoded, int maxSize, string chinese, string english, Func<AsnReader, T> read)
    {
        if (encoded.Length > maxSize)
        {
            throw new TimestampFormatException(
                "TST_TOO_LARGE", $"{chinese}长 {encoded.Length} 字节，超过 {maxSize}。", $"The {english} has {encoded.Length} bytes, more than the {maxSize} that are read.");
        }

        try
        {
            if (BerScan.Of(encoded.Span, CmsLimits.Default).Length != encoded.Length)
            {
                throw TimestampFormatException.Malformed(chinese, english, "bytes follow it");
            }

            var reader = new AsnReader(encoded, AsnEncodingRules.BER);
            var result = read(reader.ReadSequence());
            return result;
        }
        catch (AsnContentException fault)
        {
            throw TimestampFormatException.Malformed(chinese, english, fault.Message, fault);
        }
        catch (CmsFormatException fault) when (fault.IsOfLimit)
        {
            throw new TimestampFormatException(fault);
        }
        catch (CmsFormatException fault)
        {
            throw TimestampFormatException.Malformed(chinese, english, fault.English, fault);
        }
    }
}

/// <summary>The digest that is stamped, and of which kind it is (RFC 3161 §2.4.1).</summary>
/// <param name="EncodedAlgorithm">The AlgorithmIdentifier, repeated byte for byte in the answer.</param>
public sealed record MessageImprint(CmsAlgorithm Algorithm, ReadOnlyMemory<byte> Digest, ReadOnlyMemory<byte> EncodedAlgorithm)
{
    /// <summary>Null for an algorithm that is not known.</summary>
    public DigestAlgorithm? DigestAlgorithm => DigestAlgorithms.Of(Algorithm.Oid);

    public static MessageImprint Of(DigestAlgorithm algorithm, ReadOnlyMemory<byte> digest)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        CmsProfile.WriteDigestAlgorithm(writer, algorithm);
        return new MessageImprint(new CmsAlgorithm(DigestAlgorithms.OidOf(algorithm), null), digest, writer.Encode());
    }

    public bool IsSameAs(MessageImprint other) => Algorithm.Oid == other.Algorithm.Oid && Digest.Span.SequenceEqual(other.Digest.Span);

    /// <summary>Whether the digest is as long as its algorithm makes it.</summary>
    internal bool HasFittingLength => DigestAlgorithm is { } known && Digest.Length == SizeOf(known);

    private static int SizeOf(DigestAlgorithm algorithm) => algorithm switch
    {
        Signatures.DigestAlgorithm.Md5 => 16,
        Signatures.DigestAlgorithm.Sha1 => 20,
        Signatures.DigestAlgorithm.Sha384 => 48,
        Signatures.DigestAlgorithm.Sha512 => 64,
        _ => 32,
    };
}
