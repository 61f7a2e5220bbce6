using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>Names as keys of a dictionary.</summary>
internal static class CertificateNames
{
    /// <summary>
    /// Equal for names that differ only in case, in blanks, or in the kind of string (RFC 5280 §7.1). It only finds
    /// candidates; a signature decides.
    /// </summary>
    public static string KeyOf(X509Name name) => ComparableName.Of(name).ToString();
}
