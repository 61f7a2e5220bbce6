using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;

namespace DocExchange.Tests.Trust.Signatures;

/// <summary>Two certification authorities and offices certified by them, for the tests of one fixture.</summary>
internal sealed class SigningOffice : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset End = new(2036, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Now = new(2026, 11, 20, 8, 30, 0, TimeSpan.Zero);

    private readonly CertificateAuthority root = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("示例根", null, null), Start, End);
    private readonly CertificateAuthority gmRoot = CertificateAuthority.CreateRoot(Suite.Gm, new DistinguishedName("示例国密根", null, null), Start, End);

    public SigningOffice()
    {
        Authority = root.CreateSubordinate(new DistinguishedName("示例签发机构", null, null), Start, End);
        GmAuthority = gmRoot.CreateSubordinate(new DistinguishedName("示例国密签发机构", null, null), Start, End);
        Store = new TrustStore([root.Certificate, gmRoot.Certificate], [], []);
    }

    public TrustStore Store { get; }

    public CertificateAuthority Authority { get; }

    public CertificateAuthority GmAuthority { get; }

    public CertificateAuthority Root => root;

    public CertificateAuthority GmRoot => gmRoot;

    public string RootPem => root.Certificate.ToPem();

    /// <summary>A key with a fresh certificate for signing documents.</summary>
    public ISigningKey Certify(KeyAlgorithm algorithm, string name = "北京市档案局", CertificateProfile profile = CertificateProfile.DocumentSigning)
    {
        using var pair = KeyPair.Generate(algorithm, 2048);
        return Certify(pair, name, profile);
    }

    public ISigningKey Certify(KeyPair pair, string name, CertificateProfile profile = CertificateProfile.DocumentSigning)
    {
        var authority = pair.Algorithm == KeyAlgorithm.Sm2 ? GmAuthority : Authority;
        var subject = new DistinguishedName(name, "北京市人民政府", null);
        var names = profile == CertificateProfile.Tls ? new[] { "node.example" } : null;
        var certificate = authority.Issue(pair.CreateRequest(subject), profile, subject, names, Start, End);
        return pair.Certified(certificate, authority.ChainForIssued);
    }

    public void Dispose()
    {
        Authority.Dispose();
        GmAuthority.Dispose();
        root.Dispose();
        gmRoot.Dispose();
    }
}
