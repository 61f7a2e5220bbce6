using System.Formats.Asn1;
using DocExchange.Trust.Certificates;

namespace DocExchange.Trust.Signatures;

/// <summary>Issuer and serial number of a certificate, in the bytes it spells them with.</summary>
internal readonly record struct CertificateFields(ReadOnlyMemory<byte> Issuer, ReadOnlyMemory<byte> SerialNumber)
{
    private static readonly Asn1Tag VersionTag = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>RFC 5280 §4.1: version, serial number, signature, issuer. Empty where the certificate is oddly encoded.</summary>
    public static CertificateFields Of(Certificate certificate)
    {
        try
        {
            var body = new AsnReader(certificate.Der, AsnEncodingRules.BER).ReadSequence().ReadSequence();
            if (body.PeekTag() == VersionTag)
            {
                body.ReadEncodedValue();
            }

            var serial = body.ReadIntegerBytes();
            body.ReadEncodedValue();
            return new CertificateFields(body.ReadEncodedValue(), serial);
        }
        catch (AsnContentException)
        {
            return default;
        }
    }
}
