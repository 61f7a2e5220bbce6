using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// The rules of RFC 5280 §6.1 that do not depend on time, each a named check over a whole chain that reports all it
/// finds. Signatures were verified while the chain was searched.
/// </summary>
internal static class ChainRules
{
    private const int KeyCertSign = 5;
    private const int CrlSign = 6;

    private static readonly HashSet<DerObjectIdentifier> ProcessedExtensions =
    [
        X509Extensions.BasicConstraints, X509Extensions.KeyUsage, X509Extensions.ExtendedKeyUsage, X509Extensions.SubjectAlternativeName,
        X509Extensions.AuthorityKeyIdentifier, X509Extensions.SubjectKeyIdentifier, X509Extensions.CertificatePolicies,
        X509Extensions.CrlDistributionPoints, X509Extensions.PolicyMappings, X509Extensions.PolicyConstraints, X509Extensions.InhibitAnyPolicy,
        X509Extensions.NameConstraints,
    ];

    private static readonly Func<CandidateChain, IEnumerable<Finding>>[] All =
    [
        ExtensionForms.Examine, Keys, DsaUsed, Algorithms, CriticalExtensions, KeyIdentifiers, AuthorityFlags, IssuingRights, PathLengths, PurposeRules.KeyUsages, PurposeRules.Purposes,
        NameRules.Examine, ProfileRules.Examine,
    ];

    public static IEnumerable<Finding> Examine(CandidateChain chain) =>
        All.SelectMany(rule => ExtensionForms.Collect(() => rule(chain), chain.Certificates));

    public static bool MaySignLists(Certificate issuer) => issuer.Inner.GetKeyUsage() is not { } usage || usage[CrlSign];

    public static bool IsKnownAlgorithm(Certificate certificate, CertificatePathOptions options) =>
        SignatureScheme.Of(certificate.Inner.CertificateStructure.SignatureAlgorithm, null) is not null
        || (options.AcceptsDsa && DsaSignatures.IsOn(certificate));

    private static IEnumerable<Finding> Keys(CandidateChain chain) =>
        from entry in chain.Certificates.Index()
        where !IsStrong(entry.Item, chain.Options.MinRsaBits) && !IsAcceptedDsa(chain, entry.Index)
        select PathFindings.WeakKey(entry.Item, chain.Options.MinRsaBits);

    private static IEnumerable<Finding> DsaUsed(CandidateChain chain) =>
        from certificate in chain.Certificates
        where chain.Options.AcceptsDsa && (DsaSignatures.HasKey(certificate) || DsaSignatures.IsOn(certificate))
        select PathFindings.DsaUsed(certificate);

    // RFC 5280 §4.1.1.2: both fields name the same algorithm.
    private static IEnumerable<Finding> Algorithms(CandidateChain chain)
    {
        foreach (var certificate in chain.Options.RequiresProfile ? chain.Certificates : chain.BelowAnchor)
        {
            var outer = certificate.Inner.CertificateStructure;
            if (!outer.SignatureAlgorithm.Equals(outer.TbsCertificate.Signature))
            {
                yield return PathFindings.AlgorithmsDiffer(certificate);
            }

            if (!IsKnownAlgorithm(certificate, chain.Options))
            {
                yield return PathFindings.UnknownAlgorithm(certificate);
            }
        }
    }

    private static IEnumerable<Finding> CriticalExtensions(CandidateChain chain) =>
        from certificate in chain.Options.RequiresProfile ? chain.Certificates : chain.BelowAnchor
        from oid in certificate.Inner.CertificateStructure.Extensions?.GetCriticalExtensionOids() ?? []
        where !ProcessedExtensions.Contains(oid)
        select PathFindings.CriticalExtension(certificate, oid.Id);

    private static IEnumerable<Finding> KeyIdentifiers(CandidateChain chain) =>
        chain.Links.Select(link => KeyIdentifier(link.Certificate, link.Issuer)).OfType<Finding>();

    /// <summary>
    /// The certificate's authority key identifier agrees with the issuer (§4.2.1.1): its key identifier with the issuer's own, or one of
    /// them has none; its name and number, where it has them, with those the issuer's certificate was issued under. An authority that was
    /// certified anew for the same key has another number, which is only said where the key identifier shows the key.
    /// </summary>
    private static Finding? KeyIdentifier(Certificate certificate, Certificate issuer)
    {
        if (certificate.Extension(X509Extensions.AuthorityKeyIdentifier) is not { } authority)
        {
            return null;
        }

        var wanted = AuthorityKeyIdentifier.GetInstance(authority);
        var own = issuer.Extension(X509Extensions.SubjectKeyIdentifier) is { } extension ? Asn1OctetString.GetInstance(extension) : null;
        if (wanted.KeyIdentifier is { } key && own is not null && !own.Equals(key))
        {
            return PathFindings.KeyIdentifier(certificate);
        }

        var isNamed = (wanted.AuthorityCertSerialNumber is not { } number || number.Equals(issuer.Inner.SerialNumber))
            && (wanted.AuthorityCertIssuer?.GetNames().Where(name => name.TagNo == GeneralName.DirectoryName).ToList() is not { Count: > 0 } names
                || names.Exists(name => CertificateNames.KeyOf(X509Name.GetInstance(name.Name)) == issuer.IssuerKey));
        return isNamed ? null : wanted.KeyIdentifier is not null && own is not null ? PathFindings.IssuerRenewed(certificate) : PathFindings.KeyIdentifier(certificate);
    }

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
        // An INTEGER (0..MAX).
        foreach (var certificate in chain.Certificates.Where(certificate => certificate.PathLength is { SignValue: < 0 }))
        {
            yield return PathFindings.Malformed(certificate, X509Extensions.BasicConstraints.Id);
        }

        var below = 0;
        foreach (var authority in chain.Authorities)
        {
            // What is no authority, another rule reports; a limit beyond 32 bits is beyond any path.
            if (authority.IsAuthority && authority.PathLength is { SignValue: >= 0, BitLength: < 32 } allowed && below > allowed.IntValue)
            {
                yield return PathFindings.PathTooLong(authority, allowed.IntValue);
            }

            below += authority.IsSelfIssued ? 0 : 1;
        }
    }

    /// <summary>Whose parameters are above the end of a broken chain is not known, which is reported as the broken chain.</summary>
    private static bool IsAcceptedDsa(CandidateChain chain, int index) =>
        chain.Options.AcceptsDsa && DsaSignatures.HasKey(chain.Certificates[index])
        && (DsaSignatures.KeyOf(chain.Certificates, index) is not null || (!chain.IsComplete && DsaSignatures.Inherits(chain.Certificates[index])));

    private static bool IsStrong(Certificate certificate, int minRsaBits)
    {
        var info = certificate.Inner.CertificateStructure.SubjectPublicKeyInfo;
        return certificate.KeyAlgorithm is { } algorithm
            && (algorithm is KeyAlgorithm.Rsa or KeyAlgorithm.RsaPss ? IsStrongRsa(info, minRsaBits) : PublicKeys.IsUsable(certificate));
    }

    /// <summary>What is even or negative, or 1, verifies nothing (RFC 8017 §3.1); the library reads negative ones as positive.</summary>
    private static bool IsStrongRsa(SubjectPublicKeyInfo info, int minRsaBits) =>
        Asn1Sequence.GetInstance(info.ParsePublicKey()) is { Count: 2 } numbers
        && DerInteger.GetInstance(numbers[0]).Value is { SignValue: > 0 } modulus && modulus.BitLength >= minRsaBits && modulus.TestBit(0)
        && DerInteger.GetInstance(numbers[1]).Value is { SignValue: > 0, BitLength: > 1 } exponent && exponent.TestBit(0);
}
