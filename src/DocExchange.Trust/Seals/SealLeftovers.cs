using System.Formats.Asn1;

namespace DocExchange.Trust.Seals;

/// <summary>What other makers write into a seal beside what the standards know: extensions in forms of their own, and bytes that nobody reads.</summary>
internal static class SealLeftovers
{
    /// <summary>
    /// All that follows the last known field: lists of extensions, with the tag of the list or of another number around it or in its
    /// place, as makers differ; and how many elements are none.
    /// </summary>
    public static (IReadOnlyList<SealExtension> Extensions, int Unknown) AllExtensions(AsnReader reader)
    {
        var extensions = new List<SealExtension>();
        var unknown = 0;
        while (reader.HasData)
        {
            var tag = reader.PeekTag();
            var isTagged = tag.TagClass == TagClass.ContextSpecific && tag.IsConstructed;
            var element = reader.ReadEncodedValue();
            if (isTagged && TryExtensions(element, tag, isExplicit: true) is { } wrapped)
            {
                extensions.AddRange(wrapped);
            }
            else if ((isTagged || tag.HasSameClassAndValue(Asn1Tag.Sequence)) && TryExtensions(element, tag, isExplicit: false) is { } plain)
            {
                extensions.AddRange(plain);
            }
            else
            {
                unknown++;
            }
        }

        return (extensions, unknown);
    }

    private static IReadOnlyList<SealExtension>? TryExtensions(ReadOnlyMemory<byte> element, Asn1Tag tag, bool isExplicit)
    {
        try
        {
            var list = new AsnReader(element, AsnEncodingRules.BER).ReadSequence(tag);
            return isExplicit ? SealAsn.Extensions(list) : SealAsn.ExtensionsIn(list);
        }
        catch (Exception fault) when (fault is AsnContentException or SealFormatException { Code: "SEAL_FORMAT" })
        {
            return null;
        }
    }

    /// <summary>What stands in the three fields beside certificate, algorithm and signature value: nothing reads it, and zeros that fill up count for nothing.</summary>
    /// <param name="fields">At the certificate, or behind it where that is signed.</param>
    public static int Slack(AsnReader fields, bool hasCertificate)
    {
        if (!SealAsn.IsForeign(fields))
        {
            return 0;
        }

        var slack = 0;
        fields = fields.Clone();
        if (hasCertificate)
        {
            slack += fields.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence) ? 0 : BehindFirst(ForeignAsn.Bits(fields.Clone()));
            fields.ReadEncodedValue();
            if (fields.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
            {
                var parameters = fields.Clone().ReadSequence();
                parameters.ReadEncodedValue();
                slack += parameters.HasData && !parameters.PeekEncodedValue().Span.SequenceEqual((ReadOnlySpan<byte>)[5, 0]) ? parameters.PeekEncodedValue().Length : 0;
            }

            fields.ReadEncodedValue();
        }

        var isBits = fields.PeekTag().HasSameClassAndValue(Asn1Tag.PrimitiveBitString);
        var unused = 0;
        var value = isBits ? fields.ReadBitString(out unused) : SealAsn.Octets(fields);
        return slack + (unused > 0 ? 1 : 0) + (value.Span is [0x30, ..] ? BehindFirst(value) : 0);
    }

    private static int BehindFirst(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            var first = new AsnReader(encoded, AsnEncodingRules.BER).ReadEncodedValue().Length;
            return encoded.Span[first..].TrimEnd((byte)0).Length;
        }
        catch (AsnContentException)
        {
            // Whoever reads it says so.
            return 0;
        }
    }
}
