using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DocExchange.Trust.Certificates;

/// <summary>The entries of a revocation list, indexed once, its scope, and whether this product understands all of it.</summary>
internal sealed class RevocationEntries
{
    private static readonly HashSet<DerObjectIdentifier> KnownCritical =
    [
        X509Extensions.CrlNumber, X509Extensions.AuthorityKeyIdentifier, X509Extensions.IssuingDistributionPoint, X509Extensions.DeltaCrlIndicator,
    ];

    private static readonly HashSet<DerObjectIdentifier> KnownCriticalInEntries =
        [X509Extensions.ReasonCode, X509Extensions.InvalidityDate, X509Extensions.CertificateIssuer, X509Extensions.InstructionCode];

    private readonly Dictionary<BigInteger, RevokedCertificate> bySerial = [];
    private readonly Dictionary<(string Issuer, BigInteger Serial), RevokedCertificate> ofOthers = [];

    private RevocationEntries(CertificateList list)
    {
        Scope = new RevocationScope(list);
        Number = NumberIn(list, X509Extensions.CrlNumber);
        BaseNumber = NumberIn(list, X509Extensions.DeltaCrlIndicator);
        IsUnderstood = (list.Extensions?.GetCriticalExtensionOids() ?? []).All(KnownCritical.Contains);
    }

    /// <summary>False for a list with unknown critical extensions, which speaks for no certificate at all (RFC 5280 §5.2, §5.3).</summary>
    public bool IsUnderstood { get; private set; }

    /// <summary>A serial number is named twice, which leaves open what holds.</summary>
    public bool HasDuplicates { get; private set; }

    public RevocationScope Scope { get; }

    public BigInteger? Number { get; }

    /// <summary>Of a delta list: that of the earliest complete list it can be combined with (§5.2.4).</summary>
    public BigInteger? BaseNumber { get; }

    public IReadOnlyCollection<RevokedCertificate> All => [.. bySerial.Values, .. ofOthers.Values];

    public static RevocationEntries Read(CertificateList list)
    {
        var entries = new RevocationEntries(list);
        var ownIssuer = CertificateNames.KeyOf(list.Issuer);
        var issuer = ownIssuer;
        foreach (var entry in list.GetRevokedCertificateEnumeration())
        {
            issuer = entries.IssuerOf(entry) ?? issuer;
            entries.Add(entry, issuer == ownIssuer ? null : issuer);
        }

        return entries;
    }

    /// <summary>Null where the certificate is not named.</summary>
    public RevokedCertificate? Find(Certificate certificate)
    {
        if (!Scope.IsIndirect)
        {
            // The caller has made sure that the list is of its issuer.
            return bySerial.GetValueOrDefault(certificate.Inner.SerialNumber);
        }

        var issuer = certificate.IssuerKey;
        return ofOthers.GetValueOrDefault((issuer, certificate.Inner.SerialNumber))
            ?? (Scope.IsOf(issuer) ? bySerial.GetValueOrDefault(certificate.Inner.SerialNumber) : null);
    }

    /// <summary>§5.3.3: in an indirect list the issuer holds for the entries that follow too; elsewhere it has no place.</summary>
    private string? IssuerOf(CrlEntry entry)
    {
        if (X509Extensions.GetExtensionParsedValue(entry.Extensions, X509Extensions.CertificateIssuer) is not { } value)
        {
            return null;
        }

        var named = GeneralNames.GetInstance(value).GetNames().FirstOrDefault(name => name.TagNo == GeneralName.DirectoryName);
        IsUnderstood &= Scope.IsIndirect && named is not null;
        return named is null ? null : CertificateNames.KeyOf(X509Name.GetInstance(named.Name));
    }

    private void Add(CrlEntry entry, string? otherIssuer)
    {
        var extensions = entry.Extensions;
        IsUnderstood &= extensions is null || Array.TrueForAll(extensions.GetCriticalExtensionOids(), KnownCriticalInEntries.Contains);
        var reason = X509Extensions.GetExtensionParsedValue(extensions, X509Extensions.ReasonCode) is DerEnumerated code
            ? (RevocationReason)code.IntValueExact
            : RevocationReason.Unspecified;
        DateTimeOffset? invalidity = X509Extensions.GetExtensionParsedValue(extensions, X509Extensions.InvalidityDate) is Asn1GeneralizedTime date
            ? new DateTimeOffset(DateTime.SpecifyKind(date.ToDateTime(), DateTimeKind.Utc))
            : null;
        var at = new DateTimeOffset(DateTime.SpecifyKind(entry.RevocationDate.ToDateTime(), DateTimeKind.Utc));
        var serial = entry.UserCertificate.Value;
        var revoked = new RevokedCertificate(serial.ToString(16), at, reason, invalidity);
        if (otherIssuer is null)
        {
            HasDuplicates |= !bySerial.TryAdd(serial, revoked);
            bySerial[serial] = Earlier(bySerial[serial], revoked);
        }
        else
        {
            HasDuplicates |= !ofOthers.TryAdd((otherIssuer, serial), revoked);
            ofOthers[(otherIssuer, serial)] = Earlier(ofOthers[(otherIssuer, serial)], revoked);
        }
    }

    private static RevokedCertificate Earlier(RevokedCertificate one, RevokedCertificate other) => other.At < one.At ? other : one;

    private static BigInteger? NumberIn(CertificateList list, DerObjectIdentifier oid) =>
        X509Extensions.GetExtensionParsedValue(list.Extensions, oid) is { } value ? DerInteger.GetInstance(value).Value : null;
}
