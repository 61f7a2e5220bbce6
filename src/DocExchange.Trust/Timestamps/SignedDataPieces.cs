using System.Formats.Asn1;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Timestamps;

/// <summary>
/// The pieces of a SignedData as they are encoded (RFC 5652 §5.1), so that what proves a signature can be added while
/// everything that is there stays byte for byte.
/// </summary>
internal sealed class SignedDataPieces
{
    private static readonly Asn1Tag Tag0 = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Tag1 = new(TagClass.ContextSpecific, 1, isConstructed: true);

    private readonly string outerType;
    private readonly List<ReadOnlyMemory<byte>> digestAlgorithms = [];
    private ReadOnlyMemory<byte> encapsulated;
    private int version;

    private SignedDataPieces(string outerType) => this.outerType = outerType;

    /// <summary>CertificateChoices.</summary>
    public List<ReadOnlyMemory<byte>> Certificates { get; } = [];

    /// <summary>RevocationInfoChoice: lists, and other forms tagged [1].</summary>
    public List<ReadOnlyMemory<byte>> Revocations { get; } = [];

    public List<SignerPieces> Signers { get; } = [];

    /// <summary>eContentType with its tag and length.</summary>
    public ReadOnlyMemory<byte> ContentType => new AsnReader(encapsulated, AsnEncodingRules.BER).ReadSequence().ReadEncodedValue();

    /// <summary>Of what was read already: its structure is known to hold.</summary>
    public static SignedDataPieces Of(CmsSignedData signed)
    {
        var wrapped = new AsnReader(signed.Encoded, AsnEncodingRules.BER).ReadSequence();
        var pieces = new SignedDataPieces(wrapped.ReadObjectIdentifier()) { version = signed.Version };
        var data = wrapped.ReadSequence(Tag0).ReadSequence();
        data.ReadEncodedValue();
        Collect(data.ReadSetOf(skipSortOrderValidation: true), pieces.digestAlgorithms);
        pieces.encapsulated = data.ReadEncodedValue();
        CollectOptional(data, Tag0, pieces.Certificates);
        CollectOptional(data, Tag1, pieces.Revocations);
        var signers = data.ReadSetOf(skipSortOrderValidation: true);
        while (signers.HasData)
        {
            pieces.Signers.Add(SignerPieces.Read(signers.ReadSequence()));
        }

        return pieces;
    }

    /// <summary>DER around the pieces; these stay as they are, whatever their encoding is.</summary>
    public byte[] Encode()
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(outerType);
            using (writer.PushSequence(Tag0))
            using (writer.PushSequence())
            {
                // RFC 5652 §5.1: 5 where revocation information of another form is inside.
                writer.WriteInteger(Revocations.Exists(IsOther) ? 5 : version);
                WriteSet(writer, digestAlgorithms, Asn1Tag.SetOf);
                writer.WriteEncodedValue(encapsulated.Span);
                WriteOptional(writer, Certificates, Tag0);
                WriteOptional(writer, Revocations, Tag1);
                WriteSet(writer, Signers.Select(signer => (ReadOnlyMemory<byte>)signer.Encode()), Asn1Tag.SetOf);
            }
        }

        return writer.Encode();
    }

    private static bool IsOther(ReadOnlyMemory<byte> revocation) => revocation.Span[0] == 0xA1;

    private static void Collect(AsnReader set, List<ReadOnlyMemory<byte>> into)
    {
        while (set.HasData)
        {
            into.Add(set.ReadEncodedValue());
        }
    }

    private static void CollectOptional(AsnReader data, Asn1Tag tag, List<ReadOnlyMemory<byte>> into)
    {
        if (data.HasData && data.PeekTag() == tag)
        {
            Collect(data.ReadSetOf(skipSortOrderValidation: true, tag), into);
        }
    }

    private static void WriteOptional(AsnWriter writer, List<ReadOnlyMemory<byte>> values, Asn1Tag tag)
    {
        if (values.Count > 0)
        {
            WriteSet(writer, values, tag);
        }
    }

    private static void WriteSet(AsnWriter writer, IEnumerable<ReadOnlyMemory<byte>> values, Asn1Tag tag)
    {
        using (writer.PushSetOf(tag))
        {
            foreach (var value in Sorted(values))
            {
                writer.WriteEncodedValue(value.Span);
            }
        }
    }

    /// <summary>As DER orders the elements of a SET OF (X.690 §11.6).</summary>
    internal static IEnumerable<ReadOnlyMemory<byte>> Sorted(IEnumerable<ReadOnlyMemory<byte>> values) =>
        values.Order(Comparer<ReadOnlyMemory<byte>>.Create(static (left, right) => left.Span.SequenceCompareTo(right.Span)));
}

/// <summary>A SignerInfo in pieces (RFC 5652 §5.3).</summary>
/// <param name="Protected">version, sid, digestAlgorithm, signedAttrs, signatureAlgorithm and signature, in this order.</param>
/// <param name="Unsigned">Each unsigned attribute.</param>
internal sealed record SignerPieces(IReadOnlyList<ReadOnlyMemory<byte>> Protected, List<ReadOnlyMemory<byte>> Unsigned)
{
    private static readonly Asn1Tag Tag1 = new(TagClass.ContextSpecific, 1, isConstructed: true);

    public static SignerPieces Read(AsnReader signer)
    {
        var signedParts = new List<ReadOnlyMemory<byte>>();
        var unsigned = new List<ReadOnlyMemory<byte>>();
        while (signer.HasData)
        {
            // The subject key identifier is tagged [0], signed attributes too; only what follows the signature is tagged [1].
            if (signer.PeekTag() == Tag1)
            {
                var set = signer.ReadSetOf(skipSortOrderValidation: true, Tag1);
                while (set.HasData)
                {
                    unsigned.Add(set.ReadEncodedValue());
                }
            }
            else
            {
                signedParts.Add(signer.ReadEncodedValue());
            }
        }

        return new SignerPieces(signedParts, unsigned);
    }

    /// <summary>One unsigned attribute more, with one value.</summary>
    public void Add(string oid, ReadOnlySpan<byte> value)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            using (writer.PushSetOf())
            {
                writer.WriteEncodedValue(value);
            }
        }

        Unsigned.Add(writer.Encode());
    }

    /// <summary>Each value of each unsigned attribute that is none malformed, after the attribute's type: attrType ‖ attrValue as encoded.</summary>
    public IEnumerable<byte[]> UnsignedValues() => Unsigned.SelectMany(ValuesOf);

    private static List<byte[]> ValuesOf(ReadOnlyMemory<byte> encoded)
    {
        var found = new List<byte[]>();
        try
        {
            var attribute = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
            var type = attribute.ReadEncodedValue();
            var values = attribute.ReadSetOf(skipSortOrderValidation: true);
            while (values.HasData)
            {
                found.Add([.. type.Span, .. values.ReadEncodedValue().Span]);
            }

            return attribute.HasData ? [] : found;
        }
        catch (AsnContentException)
        {
            return [];
        }
    }

    public byte[] Encode()
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            foreach (var piece in Protected)
            {
                writer.WriteEncodedValue(piece.Span);
            }

            if (Unsigned.Count > 0)
            {
                using (writer.PushSetOf(Tag1))
                {
                    foreach (var attribute in SignedDataPieces.Sorted(Unsigned))
                    {
                        writer.WriteEncodedValue(attribute.Span);
                    }
                }
            }
        }

        return writer.Encode();
    }
}
