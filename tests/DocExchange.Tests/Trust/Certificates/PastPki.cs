using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Ocsp;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;
using OcspResponse = DocExchange.Trust.Certificates.OcspResponse;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>A root, an authority and a signer whose signature of 2024 is judged with what is known in 2026.</summary>
internal sealed class PastPki : IDisposable
{
    public static readonly DateTimeOffset Signed = Day(2024, 6, 2);
    public static readonly DateTimeOffset Today = Day(2026, 11, 30);
    public static readonly DistinguishedName RootName = new("Past root", null, null);
    public static readonly DistinguishedName AuthorityName = new("Past authority", null, null);
    public static readonly DistinguishedName LeafName = new("Past signer", null, null);

    public PastPki()
    {
        Root = Authority(RootKey, RootName, RootKey, RootName, Day(2015), Day(2045));
        Issuer = Authority(RootKey, RootName, IssuerKey, AuthorityName, Day(2018), Day(2040));
        Leaf = Issue(IssuerKey, AuthorityName, LeafKey, LeafName, Day(2023), Day(2030));
    }

    public KeyPair RootKey { get; } = KeyPair.Generate(Suite.Intl);

    public KeyPair IssuerKey { get; } = KeyPair.Generate(Suite.Intl);

    public KeyPair LeafKey { get; } = KeyPair.Generate(Suite.Intl);

    public KeyPair OtherKey { get; } = KeyPair.Generate(Suite.Intl);

    public Certificate Root { get; }

    public Certificate Issuer { get; set; }

    public Certificate Leaf { get; set; }

    /// <summary>Further certificates at hand.</summary>
    public List<Certificate> Others { get; } = [];

    public static DateTimeOffset Day(int year, int month = 1, int day = 1) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);

    public static Certificate Issue(
        KeyPair issuerKey, DistinguishedName issuer, KeyPair key, DistinguishedName subject, DateTimeOffset from, DateTimeOffset to, Action<X509ExtensionsGenerator>? add = null)
    {
        var extensions = new X509ExtensionsGenerator();
        add?.Invoke(extensions);
        return CertificateIssuing.Issue(
            issuerKey, issuer.ToName(), CertificateIssuing.KeyIdOf(issuerKey.PublicKeyInfo), subject.ToName(), key.PublicKeyInfo, extensions, from, to);
    }

    public static Certificate Authority(KeyPair issuerKey, DistinguishedName issuer, KeyPair key, DistinguishedName subject, DateTimeOffset from, DateTimeOffset to) =>
        Issue(issuerKey, issuer, key, subject, from, to, extensions =>
        {
            extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
            extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign | KeyUsage.CrlSign));
        });

    public static Certificate Responder(KeyPair issuerKey, DistinguishedName issuer, KeyPair key, DateTimeOffset from, DateTimeOffset to) =>
        Issue(issuerKey, issuer, key, new DistinguishedName($"OCSP {from:yyyy}", null, null), from, to, extensions =>
        {
            extensions.AddExtension(X509Extensions.ExtendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeID.id_kp_OCSPSigning));
            extensions.AddExtension(OcspObjectIdentifiers.PkixOcspNocheck, false, DerNull.Instance);
        });

    public static Entry Names(Certificate certificate, DateTimeOffset at, RevocationReason reason) => new(certificate, at, reason, null);

    /// <summary>A list with any entries and extensions, of 30 days.</summary>
    public static RevocationList List(KeyPair key, DistinguishedName issuer, DateTimeOffset thisUpdate, IReadOnlyList<Entry> entries, Action<X509ExtensionsGenerator>? more = null)
    {
        var generator = new V2TbsCertListGenerator();
        generator.SetSignature(SignatureScheme.IdentifierFor(key.Algorithm));
        generator.SetIssuer(issuer.ToName());
        generator.SetThisUpdate(CertificateIssuing.TimeOf(thisUpdate));
        generator.SetNextUpdate(CertificateIssuing.TimeOf(thisUpdate.AddDays(30)));
        foreach (var entry in entries)
        {
            var ofEntry = new X509ExtensionsGenerator();
            ofEntry.AddExtension(X509Extensions.ReasonCode, false, new DerEnumerated((int)entry.Reason));
            entry.More?.Invoke(ofEntry);
            generator.AddCrlEntry(new DerInteger(new BigInteger(entry.Certificate.SerialNumber, 16)), CertificateIssuing.TimeOf(entry.At), ofEntry.Generate());
        }

        var extensions = new X509ExtensionsGenerator();
        extensions.AddExtension(X509Extensions.AuthorityKeyIdentifier, false, new AuthorityKeyIdentifier(CertificateIssuing.KeyIdOf(key.PublicKeyInfo)));
        extensions.AddExtension(X509Extensions.CrlNumber, false, DerInteger.ValueOf(thisUpdate.Year));
        more?.Invoke(extensions);
        generator.SetExtensions(extensions.Generate());
        return RevocationList.Parse(CertificateIssuing.Sign(key, generator.GenerateTbsCertList()));
    }

    public RevocationList RootList(params IReadOnlyList<Entry> entries) => List(RootKey, RootName, Today.AddDays(-10), entries);

    public RevocationList OwnList(DateTimeOffset thisUpdate, params IReadOnlyList<Entry> entries) => List(IssuerKey, AuthorityName, thisUpdate, entries);

    public CertificatePaths Paths(IReadOnlyList<RevocationList> lists, params IReadOnlyList<OcspResponse> answers) =>
        new(new TrustStore([Root], [Issuer, .. Others], lists) { OcspResponses = answers }, CertificatePathOptions.Default);

    /// <summary>Of the signer at the time of signing: everything that is said.</summary>
    public IReadOnlyList<Finding> Judge(IReadOnlyList<RevocationList> lists, params IReadOnlyList<OcspResponse> answers) =>
        Paths(lists, answers).Build(Leaf, [], Signed, CertificateUsage.Any).Findings;

    public IEnumerable<string> Codes(IReadOnlyList<RevocationList> lists, params IReadOnlyList<OcspResponse> answers) => Judge(lists, answers).Select(finding => finding.Code);

    /// <summary>What keeps the signer from being trusted.</summary>
    public IEnumerable<(string, SubIndication)> Faults(IReadOnlyList<RevocationList> lists, params IReadOnlyList<OcspResponse> answers) =>
        Judge(lists, answers).Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => (finding.Code, finding.SubIndication));

    public void Dispose()
    {
        RootKey.Dispose();
        IssuerKey.Dispose();
        LeafKey.Dispose();
        OtherKey.Dispose();
    }

    public sealed record Entry(Certificate Certificate, DateTimeOffset At, RevocationReason Reason, Action<X509ExtensionsGenerator>? More);
}
