using System.Formats.Asn1;

namespace DocExchange.Trust.Certificates;

internal static class SignedPart
{
    /// <summary>
    /// The bytes a certificate, a revocation list or a request is signed over: the first element of the outer
    /// sequence, exactly as it was received. Encoding it anew could change it.
    /// </summary>
    /// <exception cref="FormatException">The bytes are not a sequence with a first element.</exception>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> der)
    {
        try
        {
            AsnDecoder.ReadSequence(der, AsnEncodingRules.BER, out var start, out var length, out _);
            var content = der.Slice(start, length);
            AsnDecoder.ReadEncodedValue(content, AsnEncodingRules.BER, out _, out _, out var consumed);
            return content[..consumed];
        }
        catch (AsnContentException fault)
        {
            throw new FormatException("The bytes are not a signed structure: " + fault.Message, fault);
        }
    }
}
