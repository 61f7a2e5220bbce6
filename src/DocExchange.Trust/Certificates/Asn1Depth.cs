using DocExchange.Trust.Signatures;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>The ASN.1 library descends by recursion, so that depth is limited before it sees anything.</summary>
internal static class Asn1Depth
{
    /// <exception cref="FormatException">The bytes are not well-formed, or nested deeper than a signature may be.</exception>
    public static void Check(ReadOnlySpan<byte> encoded)
    {
        var limits = CmsLimits.Default with { MaxOidLength = int.MaxValue, MaxIntegerLength = int.MaxValue };
        if (BerScan.Of(encoded, limits).Length != encoded.Length)
        {
            throw new FormatException("Something follows the structure.");
        }
    }

    /// <summary>Values of extensions are read as they are needed; what is not ASN.1 at all fails only then.</summary>
    public static void CheckValues(X509Extensions? extensions)
    {
        foreach (var oid in extensions?.GetExtensionOids() ?? [])
        {
            try
            {
                BerScan.Of(extensions!.GetExtension(oid).Value.GetOctets(), CmsLimits.Default);
            }
            catch (CmsFormatException fault) when (fault.Code == "CMS_TOO_DEEP")
            {
                throw new FormatException(fault.Message, fault);
            }
            catch (CmsFormatException)
            {
                // Reading it will say so, where anybody reads it.
            }
        }
    }
}
