using System.Formats.Asn1;
using DocExchange.Trust.Certificates;

namespace DocExchange.Trust.Seals;

/// <summary>Writes the structures of GB/T 38540-2020 (version 4).</summary>
internal static class SealWriter
{
    public const int Version = 4;

    /// <summary>SES_SealInfo, what the maker signs.</summary>
    public static byte[] SealInfo(SealDefinition definition)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, "ES");
                writer.WriteInteger(Version);
                writer.WriteCharacterString(UniversalTagNumber.IA5String, definition.VendorId);
            }

            writer.WriteCharacterString(UniversalTagNumber.IA5String, definition.EsId);
            WriteProperty(writer, definition);
            using (writer.PushSequence())
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, definition.Picture.Type);
                writer.WriteOctetString(definition.Picture.Data.Span);
                writer.WriteInteger(definition.Picture.WidthMm);
                writer.WriteInteger(definition.Picture.HeightMm);
            }
        }

        return writer.Encode();
    }

    /// <summary>TBS_Sign, what the holder of the seal signs.</summary>
    public static byte[] ToSign(Seal seal, DateTimeOffset at, ReadOnlySpan<byte> dataHash, string propertyInfo)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(Version);
            writer.WriteEncodedValue(seal.Der.Span);
            WriteTime(writer, at);
            writer.WriteBitString(dataHash);
            writer.WriteCharacterString(UniversalTagNumber.IA5String, propertyInfo);
        }

        return writer.Encode();
    }

    /// <summary>SESeal and SES_Signature alike: what was signed, the certificate, the algorithm, the value.</summary>
    public static byte[] Signed(ReadOnlySpan<byte> content, Certificate certificate, ReadOnlySpan<byte> signature)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(content);
            writer.WriteOctetString(certificate.Der);
            writer.WriteObjectIdentifier(SealOids.Sm2WithSm3);
            writer.WriteBitString(signature);
        }

        return writer.Encode();
    }

    private static void WriteProperty(AsnWriter writer, SealDefinition definition)
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(definition.Type);
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, definition.Name);
            writer.WriteInteger((int)CertificateListType.Certificates);
            using (writer.PushSequence())
            {
                foreach (var signer in definition.Signers)
                {
                    writer.WriteOctetString(signer.Der);
                }
            }

            WriteTime(writer, definition.CreatedAt);
            WriteTime(writer, definition.ValidFrom);
            WriteTime(writer, definition.ValidUntil);
        }
    }

    private static void WriteTime(AsnWriter writer, DateTimeOffset at) => writer.WriteGeneralizedTime(at.ToUniversalTime(), omitFractionalSeconds: true);
}
