using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// Whether the extensions that the rules read (RFC 5280 §4.2.1) can be read at all, and whose cannot. A rule that meets one that
/// cannot stops there, and what speaks against the chain is this.
/// </summary>
internal static class ExtensionForms
{
    private static readonly (DerObjectIdentifier Oid, Action<Asn1Object> Read)[] Forms =
    [
        (X509Extensions.AuthorityKeyIdentifier, value => AuthorityKeyIdentifier.GetInstance(value)),
        (X509Extensions.SubjectKeyIdentifier, value => SubjectKeyIdentifier.GetInstance(value)),
        (X509Extensions.KeyUsage, value => DerBitString.GetInstance(value)),
        (X509Extensions.CertificatePolicies, value => CertificatePolicies.GetInstance(value)),
        (X509Extensions.PolicyMappings, value => EachOf(value, pair => PolicyMapping(Asn1Sequence.GetInstance(pair)))),
        (X509Extensions.SubjectAlternativeName, value => EachOf(value, name => GeneralName.GetInstance(name))),
        (X509Extensions.BasicConstraints, value => BasicConstraints.GetInstance(value)),
        (X509Extensions.NameConstraints, value => NameConstraints.GetInstance(value)),
        (X509Extensions.PolicyConstraints, value => PolicyRules.ConstraintsIn(value)),
        (X509Extensions.ExtendedKeyUsage, value => EachOf(value, purpose => DerObjectIdentifier.GetInstance(purpose))),
        (X509Extensions.CrlDistributionPoints, value => EachOf(value, point => DistributionPoint.GetInstance(point))),
        (X509Extensions.InhibitAnyPolicy, value => PolicyRules.SkipsIn(value)),
    ];

    // It depends on the certificate's bytes alone, and certificates recur in chains.
    private static readonly BoundedCache<Digest, IReadOnlyList<DerObjectIdentifier>> Known = new(1024);

    public static IEnumerable<Finding> Examine(CandidateChain chain) =>
        from certificate in chain.Certificates
        from oid in UnreadableOf(certificate)
        select PathFindings.Malformed(certificate, oid.Id);

    /// <summary>What a rule finds in the certificates, up to an extension that cannot be read.</summary>
    public static IReadOnlyList<Finding> Collect(Func<IEnumerable<Finding>> rule, IReadOnlyList<Certificate> certificates)
    {
        var found = new List<Finding>();
        try
        {
            foreach (var finding in rule())
            {
                found.Add(finding);
            }
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            found.AddRange(WhyStopped(certificates));
        }

        return found;
    }

    /// <summary>What a rule reports that could not go on: nothing where <see cref="Examine"/> has named an extension, or the first certificate.</summary>
    public static IReadOnlyList<Finding> WhyStopped(IReadOnlyList<Certificate> certificates) =>
        certificates.Any(certificate => UnreadableOf(certificate).Count > 0) ? [] : [PathFindings.Malformed(certificates[0])];

    private static IReadOnlyList<DerObjectIdentifier> UnreadableOf(Certificate certificate)
    {
        if (!Known.TryGet(certificate.Fingerprint, out var unreadable))
        {
            unreadable = [.. Forms.Where(form => !IsReadable(certificate, form.Oid, form.Read)).Select(form => form.Oid)];
            Known.Put(certificate.Fingerprint, unreadable);
        }

        return unreadable;
    }

    private static bool IsReadable(Certificate certificate, DerObjectIdentifier oid, Action<Asn1Object> read)
    {
        try
        {
            if (certificate.Extension(oid) is { } value)
            {
                read(value);
            }

            return true;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The library throws many kinds for malformed ones; all of them mean the same here.
            return false;
        }
    }

    private static void EachOf(Asn1Object value, Action<Asn1Encodable> read)
    {
        foreach (var item in Asn1Sequence.GetInstance(value))
        {
            read(item);
        }
    }

    private static void PolicyMapping(Asn1Sequence pair)
    {
        DerObjectIdentifier.GetInstance(pair[0]);
        DerObjectIdentifier.GetInstance(pair[1]);
    }
}
