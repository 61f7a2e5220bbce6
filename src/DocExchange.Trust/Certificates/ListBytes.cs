using System.Formats.Asn1;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// A revocation list in two parts (RFC 5280 §5.1): all but the entries, which is small, and the entries as they lie. There
/// may be millions; taken apart by the ASN.1 library they would fill thirty times the memory of the list.
/// </summary>
/// <param name="WithoutEntries">A list of the same form that names nobody; its signature is the one of the whole.</param>
/// <param name="Entries">revokedCertificates, SEQUENCE OF, as encoded; empty where there is none.</param>
internal sealed record ListBytes(byte[] WithoutEntries, ReadOnlyMemory<byte> Entries)
{
    /// <exception cref="AsnContentException">The bytes are no revocation list.</exception>
    public static ListBytes Of(byte[] der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        var signed = outer.ReadSequence();
        var isAfterTimes = false;
        ReadOnlyMemory<byte>? entries = null;
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                while (signed.HasData)
                {
                    var tag = signed.PeekTag();
                    var part = signed.ReadEncodedValue();
                    if (isAfterTimes && entries is null && tag.HasSameClassAndValue(Asn1Tag.Sequence))
                    {
                        entries = part;
                        continue;
                    }

                    isAfterTimes |= tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);
                    writer.WriteEncodedValue(part.Span);
                }
            }

            while (outer.HasData)
            {
                writer.WriteEncodedValue(outer.ReadEncodedValue().Span);
            }
        }

        return new ListBytes(writer.Encode(), entries ?? default);
    }
}
