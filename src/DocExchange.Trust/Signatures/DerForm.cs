using System.Formats.Asn1;

namespace DocExchange.Trust.Signatures;

/// <summary>The distinguished encoding (X.690 §10, §11).</summary>
internal static class DerForm
{
    /// <summary>Whether every element is as X.690 §10 and §11 demand; expects bytes that were scanned.</summary>
    public static bool IsDer(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            WalkDer(new AsnReader(encoded, AsnEncodingRules.DER));
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static void WalkDer(AsnReader reader)
    {
        while (reader.HasData)
        {
            var tag = reader.PeekTag();
            if (tag.TagClass != TagClass.Universal)
            {
                WalkTagged(reader, tag);
                continue;
            }

            switch ((UniversalTagNumber)tag.TagValue)
            {
                case UniversalTagNumber.Sequence:
                    WalkDer(reader.ReadSequence());
                    break;
                case UniversalTagNumber.Set:
                    WalkDer(reader.ReadSetOf());
                    break;
                case UniversalTagNumber.Boolean:
                    reader.ReadBoolean();
                    break;
                case UniversalTagNumber.Integer:
                    reader.ReadIntegerBytes();
                    break;
                case UniversalTagNumber.BitString:
                    Require(reader.TryReadPrimitiveBitString(out _, out _));
                    break;
                case UniversalTagNumber.OctetString:
                    Require(reader.TryReadPrimitiveOctetString(out _));
                    break;
                case UniversalTagNumber.ObjectIdentifier:
                    reader.ReadObjectIdentifier();
                    break;
                default:
                    reader.ReadEncodedValue();
                    break;
            }
        }
    }

    /// <summary>Without a copy: the content of a signature is an OCTET STRING. X.690 §10.2: strings are primitive.</summary>
    private static void Require(bool isPrimitive)
    {
        if (!isPrimitive)
        {
            throw new AsnContentException("A string is constructed.");
        }
    }

    private static void WalkTagged(AsnReader reader, Asn1Tag tag)
    {
        if (tag.IsConstructed)
        {
            WalkDer(reader.ReadSequence(tag));
        }
        else
        {
            reader.ReadEncodedValue();
        }
    }
}
