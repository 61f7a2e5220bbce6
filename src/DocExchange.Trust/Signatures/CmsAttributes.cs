using System.Formats.Asn1;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Signatures;

/// <summary>One attribute: its type and the encoded values of its set.</summary>
public sealed record CmsAttribute(string Oid, IReadOnlyList<ReadOnlyMemory<byte>> Values, ReadOnlyMemory<byte> Encoded);

/// <summary>The signed or unsigned attributes of one signer, in the order and the bytes they came in.</summary>
public sealed class CmsAttributes
{
    private readonly List<CmsAttribute> attributes;

    internal CmsAttributes(List<CmsAttribute> attributes, ReadOnlyMemory<byte> encoded, bool hasDerLengths)
    {
        this.attributes = attributes;
        Encoded = encoded;
        HasDerLengths = hasDerLengths;
    }

    public IReadOnlyList<CmsAttribute> All => attributes;

    /// <summary>With the context tag they carry inside SignerInfo.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>No indefinite and no padded length anywhere in them.</summary>
    public bool HasDerLengths { get; }

    /// <summary>In the order X.690 §11.6 gives the elements of a SET OF.</summary>
    public bool IsSorted
    {
        get
        {
            for (var index = 1; index < attributes.Count; index++)
            {
                if (attributes[index - 1].Encoded.Span.SequenceCompareTo(attributes[index].Encoded.Span) > 0)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>The bytes the signature covers: tagged SET OF instead of [0] (RFC 5652 §5.4).</summary>
    public byte[] ToSignedBytes()
    {
        var signed = Encoded.ToArray();
        signed[0] = 0x31;
        return signed;
    }

    public int Count(string oid) => attributes.Count(attribute => attribute.Oid == oid);

    /// <summary>The value of an attribute that is there once and has one value; null otherwise.</summary>
    public ReadOnlyMemory<byte>? Single(string oid)
    {
        ReadOnlyMemory<byte>? found = null;
        foreach (var attribute in attributes.Where(attribute => attribute.Oid == oid))
        {
            if (found is not null || attribute.Values.Count != 1)
            {
                return null;
            }

            found = attribute.Values[0];
        }

        return found;
    }

    internal string? ReadContentType() => Read(Oids.ContentType, static reader => reader.ReadObjectIdentifier());

    internal byte[]? ReadMessageDigest() => Read(Oids.MessageDigest, static reader => reader.ReadOctetString());

    internal DateTimeOffset? ReadSigningTime()
    {
        if (Single(Oids.SigningTime) is not { } value)
        {
            return null;
        }

        try
        {
            var reader = new AsnReader(value, AsnEncodingRules.BER);
            return reader.PeekTag() == Asn1Tag.UtcTime ? reader.ReadUtcTime(2049) : reader.ReadGeneralizedTime();
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>CMSAlgorithmProtection (RFC 6211 §2): digest, then the signature algorithm tagged [1].</summary>
    internal (CmsAlgorithm Digest, CmsAlgorithm Signature)? ReadAlgorithmProtection()
    {
        if (Single(Oids.AlgorithmProtection) is not { } value)
        {
            return null;
        }

        try
        {
            var protection = new AsnReader(value, AsnEncodingRules.BER).ReadSequence();
            var digest = CmsReader.ReadAlgorithm(protection);
            var signature = CmsReader.ReadAlgorithmFields(protection.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 1, isConstructed: true)));
            return protection.HasData ? null : (digest, signature);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>SignaturePolicyIdentifier (RFC 5126 §5.8.1); null where it is absent, repeated or unreadable.</summary>
    internal SignaturePolicyFacts? ReadSignaturePolicy()
    {
        if (Single(Oids.SignaturePolicy) is not { } value)
        {
            return null;
        }

        try
        {
            var choice = new AsnReader(value, AsnEncodingRules.BER);
            if (choice.PeekTag() == Asn1Tag.Null)
            {
                choice.ReadNull();
                return choice.HasData ? null : SignaturePolicyFacts.Implied;
            }

            var id = choice.ReadSequence();
            var oid = id.ReadObjectIdentifier();

            // The qualifiers, of which some makers leave the digest out, say where the policy can be read.
            return id.HasData && IsDigest(id) ? ReadDigest(oid, id.ReadSequence()) : new SignaturePolicyFacts(oid, null, null);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>OtherHashAlgAndValue begins with an AlgorithmIdentifier and goes on with octets, a list of qualifiers does neither.</summary>
    private static bool IsDigest(AsnReader id)
    {
        var inner = id.Clone().ReadSequence();
        if (!inner.HasData)
        {
            return false;
        }

        inner.ReadEncodedValue();
        return inner.HasData && inner.PeekTag().HasSameClassAndValue(Asn1Tag.PrimitiveOctetString);
    }

    private static SignaturePolicyFacts ReadDigest(string oid, AsnReader digest) =>
        new(oid, CmsReader.ReadAlgorithm(digest).Oid, digest.ReadOctetString());

    /// <summary>Whether content is a SET OF attributes with a messageDigest, that is, what another signature covers.</summary>
    internal static bool IsSignedBytes(ReadOnlyMemory<byte> content)
    {
        try
        {
            var set = new AsnReader(content, AsnEncodingRules.BER).ReadSetOf(skipSortOrderValidation: true);
            while (set.HasData)
            {
                if (set.ReadSequence().ReadObjectIdentifier() == Oids.MessageDigest)
                {
                    return true;
                }
            }
        }
        catch (AsnContentException)
        {
            return false;
        }

        return false;
    }

    private T? Read<T>(string oid, Func<AsnReader, T> read)
        where T : class
    {
        if (Single(oid) is not { } value)
        {
            return null;
        }

        try
        {
            var reader = new AsnReader(value, AsnEncodingRules.BER);
            var result = read(reader);
            return reader.HasData ? null : result;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
