using System.Net;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Ocsp;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>What a certificate is issued for.</summary>
public enum CertificateProfile
{
    /// <summary>A node's or the hub's connections, as server and as client.</summary>
    Tls,

    /// <summary>A node's own statements.</summary>
    MachineSigning,

    /// <summary>An office's documents and acts.</summary>
    DocumentSigning,

    /// <summary>An electronic seal's signer (GB/T 38540).</summary>
    Seal,

    /// <summary>Who makes electronic seals.</summary>
    SealMaker,

    /// <summary>A time-stamping authority (RFC 3161 §2.3).</summary>
    TimeStamping,

    /// <summary>Who answers for a CA by OCSP (RFC 6960 §4.2.2.2).</summary>
    OcspResponder,
}

/// <summary>The extensions of each profile (RFC 5280 §4.2).</summary>
internal static class CertificateExtensions
{
    // RFC 9336; emailProtection stands beside it because CMS tools ask for it by default.
    public static readonly DerObjectIdentifier DocumentSigning = new("1.3.6.1.5.5.7.3.36");

    public static void AddProfile(X509ExtensionsGenerator extensions, CertificateProfile profile)
    {
        var isSigning = profile is CertificateProfile.DocumentSigning or CertificateProfile.MachineSigning or CertificateProfile.Seal or CertificateProfile.SealMaker or CertificateProfile.TimeStamping;
        extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(false));
        extensions.AddExtension(
            X509Extensions.KeyUsage, true, new KeyUsage(isSigning ? KeyUsage.DigitalSignature | KeyUsage.NonRepudiation : KeyUsage.DigitalSignature));

        // RFC 3161 §2.3: the only purpose, and critical.
        extensions.AddExtension(X509Extensions.ExtendedKeyUsage, profile == CertificateProfile.TimeStamping, new ExtendedKeyUsage(PurposesOf(profile)));
        if (profile == CertificateProfile.OcspResponder)
        {
            extensions.AddExtension(OcspObjectIdentifiers.PkixOcspNocheck, false, DerNull.Instance);
        }
    }

    /// <exception cref="ArgumentException">A name is neither an IP address nor a DNS name.</exception>
    public static void AddNames(X509ExtensionsGenerator extensions, IReadOnlyList<string> dnsNamesAndIps)
    {
        if (dnsNamesAndIps.Count > 0)
        {
            extensions.AddExtension(X509Extensions.SubjectAlternativeName, false, new GeneralNames([.. dnsNamesAndIps.Select(NameOf)]));
        }
    }

    private static IEnumerable<DerObjectIdentifier> PurposesOf(CertificateProfile profile) => profile switch
    {
        CertificateProfile.Tls => [KeyPurposeID.id_kp_serverAuth, KeyPurposeID.id_kp_clientAuth],
        CertificateProfile.TimeStamping => [KeyPurposeID.id_kp_timeStamping],
        CertificateProfile.OcspResponder => [KeyPurposeID.id_kp_OCSPSigning],
        _ => [DocumentSigning, KeyPurposeID.id_kp_emailProtection],
    };

    private static GeneralName NameOf(string name)
    {
        if (IPAddress.TryParse(name, out var address))
        {
            return new GeneralName(GeneralName.IPAddress, new DerOctetString(address.GetAddressBytes()));
        }

        return name.Length <= 253 && Uri.CheckHostName(name) == UriHostNameType.Dns && name.All(char.IsAscii)
            ? new GeneralName(GeneralName.DnsName, name)
            : throw new ArgumentException($"'{name}' is neither an IP address nor a DNS name.", nameof(name));
    }
}
