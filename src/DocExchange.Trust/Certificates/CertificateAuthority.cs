using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// A small certification authority (RFC 5280) for sites without one: P-256 with SHA-256, or SM2 with SM3. It keeps no
/// register of what it issued; the caller does. Times are cut to whole seconds. Safe for concurrent use.
/// </summary>
public sealed class CertificateAuthority : IDisposable
{
    private readonly KeyPair key;

    private CertificateAuthority(KeyPair key, Certificate certificate, IReadOnlyList<Certificate> chain)
    {
        this.key = key;
        Certificate = certificate;
        Chain = chain;
    }

    public Certificate Certificate { get; }

    /// <summary>The certificates above, nearest first, without the root; empty for a root and right below one.</summary>
    public IReadOnlyList<Certificate> Chain { get; }

    /// <summary>What goes beside an issued certificate as its chain: this authority, unless it is the root, and <see cref="Chain"/>.</summary>
    public IReadOnlyList<Certificate> ChainForIssued => Certificate.IsSelfSigned ? [] : [Certificate, .. Chain];

    public static CertificateAuthority CreateRoot(Suite suite, DistinguishedName name, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var key = KeyPair.Generate(suite);
        var extensions = ForAuthority(new BasicConstraints(true));
        var root = CertificateIssuing.Issue(key, name.ToName(), CertificateIssuing.KeyIdOf(key.PublicKeyInfo), name.ToName(), key.PublicKeyInfo, extensions, notBefore, notAfter);
        return new CertificateAuthority(key, root, []);
    }

    /// <summary>Takes up a key whose certificate another authority has signed.</summary>
    /// <param name="chain">The certificates above, nearest first, without the root.</param>
    /// <exception cref="ArgumentException">The certificate is for another key, or not one of an authority.</exception>
    public static CertificateAuthority Of(KeyPair key, Certificate certificate, IReadOnlyList<Certificate> chain)
    {
        if (!key.Fits(certificate))
        {
            throw new ArgumentException($"The certificate {certificate} is for another key than this one.", nameof(certificate));
        }

        if (!certificate.IsAuthority || certificate.Inner.GetKeyUsage() is { } usage && !(usage[5] && usage[6]))
        {
            throw new ArgumentException(
                $"The certificate {certificate} is not one of an authority: cA, keyCertSign and cRLSign are expected.", nameof(certificate));
        }

        return new CertificateAuthority(KeyPair.FromPkcs8(key.Secret.ExportPkcs8()), certificate, [.. chain]);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, or the PKCS#12 file of an authority made elsewhere.</summary>
    /// <exception cref="FormatException">The bytes are not the key file of an authority.</exception>
    /// <exception cref="WrongPasswordException">The password does not open it.</exception>
    public static CertificateAuthority Open(ReadOnlySpan<byte> pfx, string password)
    {
        var (key, certificate, chain) = Pkcs12KeyFile.Open(pfx, password);
        using (key)
        {
            try
            {
                return Of(key, certificate, chain);
            }
            catch (ArgumentException fault)
            {
                throw new FormatException(fault.Message, fault);
            }
        }
    }

    /// <summary>A PKCS#12 file with key and chain.</summary>
    public byte[] Save(string password, int iterations = PasswordEncryption.DefaultIterations) =>
        Pkcs12KeyFile.Write(key, Certificate, Chain, password, iterations);

    /// <summary>An authority below this one that issues to holders only (pathLen 0), of the same suite.</summary>
    public CertificateAuthority CreateSubordinate(DistinguishedName name, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var below = KeyPair.Generate(key.Algorithm);
        var certificate = IssueSubordinate(below.CreateRequest(name), name, notBefore, notAfter);
        return new CertificateAuthority(below, certificate, ChainForIssued);
    }

    /// <summary>Signs the request of an authority kept elsewhere (pathLen 0).</summary>
    public Certificate IssueSubordinate(CertificateRequest request, DistinguishedName name, DateTimeOffset notBefore, DateTimeOffset notAfter) =>
        Issue(request, name, ForAuthority(new BasicConstraints(0)), notBefore, notAfter);

    /// <param name="subject">The name that is certified, whatever the request asks for.</param>
    /// <param name="dnsNamesAndIps">Subject alternative names; needed for <see cref="CertificateProfile.Tls"/>.</param>
    /// <exception cref="ArgumentException">The period is empty or outlasts the authority, or a name is malformed.</exception>
    public Certificate Issue(
        CertificateRequest request,
        CertificateProfile profile,
        DistinguishedName subject,
        IReadOnlyList<string>? dnsNamesAndIps,
        DateTimeOffset notBefore,
        DateTimeOffset notAfter)
    {
        if (profile == CertificateProfile.Tls && dnsNamesAndIps is null or { Count: 0 })
        {
            throw new ArgumentException("A TLS certificate needs at least one DNS name or IP address.", nameof(dnsNamesAndIps));
        }

        var extensions = new X509ExtensionsGenerator();
        CertificateExtensions.AddProfile(extensions, profile);
        CertificateExtensions.AddNames(extensions, dnsNamesAndIps ?? []);
        return Issue(request, subject, extensions, notBefore, notAfter);
    }

    /// <summary>A complete list (RFC 5280 §5); the caller passes every certificate that is revoked and not yet expired.</summary>
    /// <param name="number">Higher than that of every earlier list of this authority.</param>
    /// <exception cref="ArgumentException">The times are in the wrong order, a serial number is malformed or named twice.</exception>
    public RevocationList IssueRevocationList(IReadOnlyList<RevokedCertificate> revoked, DateTimeOffset thisUpdate, DateTimeOffset nextUpdate, long number) =>
        RevocationListIssuing.Issue(key, Certificate, revoked, thisUpdate, nextUpdate, BigInteger.ValueOf(number));

    public void Dispose() => key.Dispose();

    private static X509ExtensionsGenerator ForAuthority(BasicConstraints constraints)
    {
        var extensions = new X509ExtensionsGenerator();
        extensions.AddExtension(X509Extensions.BasicConstraints, true, constraints);
        extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign | KeyUsage.CrlSign));
        return extensions;
    }

    private Certificate Issue(CertificateRequest request, DistinguishedName subject, X509ExtensionsGenerator extensions, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        if (notAfter > Certificate.NotAfter.Plus(TimeSpan.FromSeconds(1)))
        {
            throw new ArgumentException(
                $"The certificate would be valid until {notAfter:u}, longer than its authority {Certificate.Subject} ({Certificate.NotAfter:u}).", nameof(notAfter));
        }

        return CertificateIssuing.Issue(
            key, Certificate.Inner.SubjectDN, CertificateIssuing.KeyIdOf(Certificate), subject.ToName(), request.PublicKeyInfo, extensions, notBefore, notAfter);
    }
}
