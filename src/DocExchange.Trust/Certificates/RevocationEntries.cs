using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DocExchange.Trust.Certificates;

/// <summary>The entries of a revocation list, indexed once, and whether this product understands its scope.</summary>
internal sealed class RevocationEntries
{
    private static readonly HashSet<DerObjectIdentifier> KnownCritical =
        [X509Extensions.CrlNumber, X509Extensions.AuthorityKeyIdentifier, X509Extensions.IssuingDistributionPoint];

    private readonly Dictionary<BigInteger, RevokedCertificate> bySerial = [];

    private RevocationEntries(bool isUnderstood, IssuingDistributionPoint? scope)
    {
        IsUnderstood = isUnderstood;
        Scope = scope;
    }

    /// <summary>False for a delta or an indirect list, one for some reasons only, and one with unknown critical extensions.</summary>
    public bool IsUnderstood { get; private set; }

    public IReadOnlyCollection<RevokedCertificate> All => bySerial.Values;

    private IssuingDistributionPoint? Scope { get; }

    public static RevocationEntries Read(CertificateList list)
    {
        var extensions = list.Extensions;
        var scope = IssuingDistributionPoint.GetInstance(X509Extensions.GetExtensionParsedValue(extensions, X509Extensions.IssuingDistributionPoint));
        var isUnderstood = X509Extensions.GetExtension(extensions, X509Extensions.DeltaCrlIndicator) is null
            && (extensions?.GetCriticalExtensionOids() ?? []).All(KnownCritical.Contains)
            && scope is null or { IsIndirectCrl: false, OnlyContainsAttributeCerts: false, OnlySomeReasons: null };
        var entries = new RevocationEntries(isUnderstood, scope);
        foreach (var entry in list.GetRevokedCertificateEnumeration())
        {
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>Null where the certificate is not named. The caller has made sure that the list is of its issuer.</summary>
    public RevokedCertificate? Find(Certificate certificate) => bySerial.GetValueOrDefault(certificate.Inner.SerialNumber);

    /// <summary>RFC 5280 §5.2.5.</summary>
    public bool Covers(Certificate certificate) =>
        IsUnderstood && (Scope is null || !(certificate.IsAuthority ? Scope.OnlyContainsUserCerts : Scope.OnlyContainsCACerts));

    private void Add(CrlEntry entry)
    {
        var extensions = entry.Extensions;
        var reason = X509Extensions.GetExtensionParsedValue(extensions, X509Extensions.ReasonCode) is DerEnumerated code
            ? (RevocationReason)code.IntValueExact
            : RevocationReason.Unspecified;
        DateTimeOffset? invalidity = X509Extensions.GetExtensionParsedValue(extensions, X509Extensions.InvalidityDate) is Asn1GeneralizedTime date
            ? new DateTimeOffset(DateTime.SpecifyKind(date.ToDateTime(), DateTimeKind.Utc))
            : null;
        IsUnderstood &= X509Extensions.GetExtension(extensions, X509Extensions.CertificateIssuer) is null;
        var at = new DateTimeOffset(DateTime.SpecifyKind(entry.RevocationDate.ToDateTime(), DateTimeKind.Utc));
        bySerial[entry.UserCertificate.Value] = new RevokedCertificate(entry.UserCertificate.Value.ToString(16), at, reason, invalidity);
    }
}
