using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// Name constraints (RFC 5280 §4.2.1.10), the trust anchor's too (RFC 5937 §3.2). Each authority's constraints are held
/// against every name below it, which gives what their intersection would and never grows beyond the certificates.
/// </summary>
internal static class NameRules
{
    /// <summary>The subject alternative names, one by one as they are asked for.</summary>
    public static IEnumerable<GeneralName> AlternativesOf(Certificate certificate) =>
        certificate.Extension(X509Extensions.SubjectAlternativeName) is { } value ? Asn1Sequence.GetInstance(value).Select(name => GeneralName.GetInstance(name)) : [];

    public static IEnumerable<Finding> Examine(CandidateChain chain)
    {
        for (var above = chain.Certificates.Count - 1; above > 0; above--)
        {
            var authority = chain.Certificates[above];
            if (!chain.Names.TryRead(authority, out var constraints))
            {
                yield return PathFindings.TooManyNames(authority);
                yield break;
            }

            foreach (var finding in constraints?.Problems(authority) ?? [])
            {
                yield return finding;
            }

            for (var i = above - 1; i >= 0 && constraints is not null; i--)
            {
                // §6.1.3 (b): a self-issued authority keeps its own name.
                var certificate = chain.Certificates[i];
                if (i > 0 && certificate.IsSelfIssued)
                {
                    continue;
                }

                if (!chain.Names.TryFindOutside(certificate, authority, constraints, out var name))
                {
                    yield return PathFindings.TooManyNames(certificate);
                    yield break;
                }

                if (name is not null)
                {
                    yield return PathFindings.NameOutside(certificate, authority, name.ToString());
                }
            }
        }
    }
}
