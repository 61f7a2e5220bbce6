using System.Formats.Asn1;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Signatures;

/// <summary>
/// Reads what stands unsigned beside a signature. Anybody may add to it: what is beyond the limits there, or malformed, is no reason to
/// leave what was signed unjudged.
/// </summary>
internal static class UnsignedAttributes
{
    private static readonly Asn1Tag Tag1 = new(TagClass.ContextSpecific, 1, isConstructed: true);

    /// <summary>Null where there are none, or none is read.</summary>
    /// <param name="unread">Why not all were read; null where all were.</param>
    public static CmsAttributes? Read(AsnReader signer, CmsLimits limits, out Finding? unread)
    {
        unread = null;
        if (!signer.HasData || signer.PeekTag() != Tag1)
        {
            return null;
        }

        var encoded = signer.ReadEncodedValue();
        try
        {
            return Read(encoded, limits, out unread);
        }
        catch (CmsFormatException fault) when (fault.IsOfLimit)
        {
            unread = fault.ToFindingOfRest();
            return null;
        }
    }

    private static CmsAttributes Read(ReadOnlyMemory<byte> encoded, CmsLimits limits, out Finding? unread)
    {
        var (attributes, malformed) = (new List<CmsAttribute>(), 0);
        var set = new AsnReader(encoded, AsnEncodingRules.BER).ReadSetOf(skipSortOrderValidation: true, Tag1);
        while (set.HasData)
        {
            if (attributes.Count + malformed == limits.MaxAttributes)
            {
                throw CmsReader.TooManyAttributes(limits.MaxAttributes);
            }

            if (TryRead(set.ReadEncodedValue(), limits) is { } attribute)
            {
                attributes.Add(attribute);
            }
            else
            {
                malformed++;
            }
        }

        unread = malformed == 0 ? null : CmsFindings.UnsignedUnreadable(malformed);
        return new CmsAttributes(attributes, encoded, BerScan.Of(encoded.Span, limits).HasDerLengths);
    }

    private static CmsAttribute? TryRead(ReadOnlyMemory<byte> encoded, CmsLimits limits)
    {
        try
        {
            return CmsReader.ReadAttribute(new AsnReader(encoded, AsnEncodingRules.BER), limits);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
