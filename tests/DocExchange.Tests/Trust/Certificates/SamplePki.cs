using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>A root, an authority below it and an office's certificate, all from 2026, with lists of both authorities.</summary>
internal sealed class SamplePki : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Noon = Start.AddDays(100);
    public static readonly DistinguishedName OfficeName = new("东城区人民政府", "北京市", null);

    public SamplePki(Suite suite, CertificateProfile profile = CertificateProfile.DocumentSigning)
    {
        Root = CertificateAuthority.CreateRoot(suite, new DistinguishedName("测试根", "北京市", null), Start.AddYears(-5), Start.AddYears(20));
        Authority = Root.CreateSubordinate(new DistinguishedName("测试签发", "北京市", null), Start.AddYears(-1), Start.AddYears(10));
        OfficeKey = KeyPair.Generate(suite);
        Office = Authority.Issue(
            OfficeKey.CreateRequest(OfficeName), profile, OfficeName, profile == CertificateProfile.Tls ? ["node.example", "10.0.0.1"] : null, Start, Start.AddYears(1));
    }

    public CertificateAuthority Root { get; }

    public CertificateAuthority Authority { get; }

    public KeyPair OfficeKey { get; }

    public Certificate Office { get; }

    public RevocationList RootList => ListOf(Root);

    public TrustStore Store => new([Root.Certificate], [Authority.Certificate], [RootList, ListOf(Authority)]);

    public static RevocationList ListOf(CertificateAuthority authority, params IReadOnlyList<RevokedCertificate> revoked) =>
        authority.IssueRevocationList(revoked, Told(Noon.AddDays(-1), revoked), Noon.AddDays(6), 7);

    /// <summary>When a list is given out that names these certificates: not before they were revoked.</summary>
    public static DateTimeOffset Told(DateTimeOffset usual, IReadOnlyList<RevokedCertificate> revoked) => revoked.Select(entry => entry.At).Append(usual).Max();

    public CertificatePaths PathsWith(params IReadOnlyList<RevokedCertificate> revoked) =>
        new(Store with { RevocationLists = [RootList, ListOf(Authority, revoked)] }, CertificatePathOptions.Default);

    /// <summary>A certificate no profile of ours would have, signed by <paramref name="issuerKey"/>.</summary>
    public static Certificate Odd(KeyPair issuerKey, DistinguishedName issuer, KeyPair key, DistinguishedName subject, Action<X509ExtensionsGenerator>? add = null, byte[]? issuerKeyId = null)
    {
        var extensions = new X509ExtensionsGenerator();
        add?.Invoke(extensions);
        return CertificateIssuing.Issue(
            issuerKey, issuer.ToName(), issuerKeyId ?? CertificateIssuing.KeyIdOf(issuerKey.PublicKeyInfo), subject.ToName(), key.PublicKeyInfo, extensions, Start, Start.AddYears(1));
    }

    public void Dispose()
    {
        Root.Dispose();
        Authority.Dispose();
        OfficeKey.Dispose();
    }
}
