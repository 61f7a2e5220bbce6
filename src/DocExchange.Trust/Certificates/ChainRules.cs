using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>A chain under examination, leaf first. <paramref name="IsComplete"/>: it ends at a trust anchor.</summary>
internal sealed record CandidateChain(IReadOnlyList<Certificate> Certificates, bool IsComplete, CertificateUsage Usage, CertificatePathOptions Options)
{
    public Certificate Leaf => Certificates[0];

    public IEnumerable<Certificate> Authorities => Certificates.Skip(1);

    /// <summary>Each certificate with its issuer; the last of a chain has none.</summary>
    public IEnumerable<(Certificate Certificate, Certificate Issuer)> Links => Certificates.Zip(Certificates.Skip(1));

    /// <summary>What RFC 5280 §6.1 examines: all but the trust anchor.</summary>
    public IEnumerable<Certificate> BelowAnchor => IsComplete && Certificates.Count > 1 ? Certificates.SkipLast(1) : Certificates;
}

/// <summary>
/// The rules of RFC 5280 §6.1 that do not depend on time, each a named check over a whole chain that reports all it
/// finds. Signatures were verified while the chain was searched.
/// </summary>
internal static class ChainRules
{
    private const int KeyCertSign = 5;
    private const int CrlSign = 6;

    // Policies need no processing while every policy is acceptable and none is required (RFC 5280 §6.1.1).
    private static readonly HashSet<DerObjectIdentifier> ProcessedExtensions =
    [
        X509Extensions.BasicConstraints, X509Extensions.KeyUsage, X509Extensions.ExtendedKeyUsage, X509Extensions.SubjectAlternativeName,
        X509Extensions.AuthorityKeyIdentifier, X509Extensions.SubjectKeyIdentifier, X509Extensions.CertificatePolicies,
        X509Extensions.CrlDistributionPoints,
    ];

    private static readonly Func<CandidateChain, IEnumerable<Finding>>[] All =
    [
        Keys, Algorithms, CriticalExtensions, KeyIdentifiers, AuthorityFlags, IssuingRights, PathLengths, PurposeRules.KeyUsages, PurposeRules.Purposes,
    ];

    public static IEnumerable<Finding> Examine(CandidateChain chain) => All.SelectMany(rule => Guarded(rule, chain));

    public static bool MaySignLists(Certificate issuer) => issuer.Inner.GetKeyUsage() is not { } usage || usage[CrlSign];

    /// <summary>The certificate's authority key identifier agrees with the issuer's own, or one of them has none.</summary>
    public static bool NamesKeyOf(Certificate certificate, Certificate issuer)
    {
        var wanted = Parsed(certificate, X509Extensions.AuthorityKeyIdentifier) is { } authority
            ? AuthorityKeyIdentifier.GetInstance(authority).KeyIdentifier
            : null;
        return wanted is null
            || Parsed(issuer, X509Extensions.SubjectKeyIdentifier) is not { } own
            || Asn1OctetString.GetInstance(own).Equals(wanted);
    }

    private static IEnumerable<Finding> Keys(CandidateChain chain) =>
        from certificate in chain.Certificates
        where !IsStrong(certificate, chain.Options.MinRsaBits)
        select PathFindings.WeakKey(certificate, chain.Options.MinRsaBits);

    // RFC 5280 §4.1.1.2: both fields name the same algorithm.
    private static IEnumerable<Finding> Algorithms(CandidateChain chain)
    {
        foreach (var certificate in chain.BelowAnchor)
        {
            var outer = certificate.Inner.CertificateStructure;
            if (!outer.SignatureAlgorithm.Equals(outer.TbsCertificate.Signature))
            {
                yield return PathFindings.AlgorithmsDiffer(certificate);
            }

            if (SignatureScheme.Of(outer.SignatureAlgorithm, null) is null)
            {
                yield return PathFindings.UnknownAlgorithm(certificate);
            }
        }
    }

    private static IEnumerable<Finding> CriticalExtensions(CandidateChain chain) =>
        from certificate in chain.BelowAnchor
        from oid in certificate.Inner.CertificateStructure.Extensions?.GetCriticalExtensionOids() ?? []
        where !ProcessedExtensions.Contains(oid)
        select PathFindings.CriticalExtension(certificate, oid.Id);

    private static IEnumerable<Finding> KeyIdentifiers(CandidateChain chain) =>
        from link in chain.Links
        where !NamesKeyOf(link.Certificate, link.Issuer)
        select PathFindings.KeyIdentifier(link.Certificate);

    private static IEnumerable<Finding> AuthorityFlags(CandidateChain chain) =>
        from authority in chain.Authorities
        where !authority.IsAuthority
        select PathFindings.NotAuthority(authority);

    private static IEnumerable<Finding> IssuingRights(CandidateChain chain) =>
        from authority in chain.Authorities
        where authority.Inner.GetKeyUsage() is { } usage && !usage[KeyCertSign]
        select PathFindings.MayNotSignCertificates(authority);

    // RFC 5280 §4.2.1.9: self-issued certificates and the leaf are not counted.
    private static IEnumerable<Finding> PathLengths(CandidateChain chain)
    {
        var below = 0;
        foreach (var authority in chain.Authorities)
        {
            // int.MaxValue where there is no limit, -1 where it is no authority, which another rule reports.
            var allowed = authority.Inner.GetBasicConstraints();
            if (allowed >= 0 && below > allowed)
            {
                yield return PathFindings.PathTooLong(authority, allowed);
            }

            below += authority.IsSelfIssued ? 0 : 1;
        }
    }

    private static bool IsStrong(Certificate certificate, int minRsaBits)
    {
        var info = certificate.Inner.CertificateStructure.SubjectPublicKeyInfo;
        return certificate.KeyAlgorithm is { } algorithm
            && (algorithm != KeyAlgorithm.Rsa || RsaPublicKeyStructure.GetInstance(info.ParsePublicKey()).Modulus.BitLength >= minRsaBits);
    }

    private static Asn1Object? Parsed(Certificate certificate, DerObjectIdentifier oid) =>
        certificate.Inner.CertificateStructure.Extensions is { } extensions ? extensions.GetExtensionParsedValue(oid) : null;

    /// <summary>The library reads extensions late and throws many kinds for malformed ones; all of them mean the same here.</summary>
    private static List<Finding> Guarded(Func<CandidateChain, IEnumerable<Finding>> rule, CandidateChain chain)
    {
        try
        {
            return [.. rule(chain)];
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return [PathFindings.Malformed(chain.Leaf)];
        }
    }
}
