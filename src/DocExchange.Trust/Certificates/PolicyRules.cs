using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>Certificate policies along a path (RFC 5280 §6.1 as changed by RFC 9618).</summary>
internal static class PolicyRules
{
    // Real certificates have a dozen.
    private const int MaxPolicies = 1024;

    /// <summary>The policies the path is valid under and acceptable for, and what speaks against it.</summary>
    public static (IReadOnlyList<string> Policies, IReadOnlyList<Finding> Findings) Examine(CandidateChain chain)
    {
        try
        {
            return chain.IsComplete && chain.Certificates.Count > 1 ? new Walk(chain).Run() : ([], []);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The library throws many kinds for a malformed extension.
            return ([], ExtensionForms.WhyStopped(chain.Certificates));
        }
    }

    /// <summary>What is left out is <see cref="int.MaxValue"/>.</summary>
    /// <exception cref="FormatException">It is empty, has a field that is not known, or a negative number (RFC 5280 §4.2.1.11).</exception>
    public static (int RequireExplicit, int InhibitMapping) ConstraintsIn(Asn1Object policyConstraints)
    {
        var (requireExplicit, inhibitMapping) = (int.MaxValue, int.MaxValue);
        var fields = Asn1Sequence.GetInstance(policyConstraints);
        if (fields.Count == 0)
        {
            throw new FormatException("policyConstraints is empty.");
        }

        foreach (var tagged in fields.Select(element => Asn1TaggedObject.GetInstance(element)))
        {
            var skips = SkipsIn(DerInteger.GetTagged(tagged, declaredExplicit: false));
            (requireExplicit, inhibitMapping) = tagged.TagNo switch
            {
                0 => (skips, inhibitMapping),
                1 => (requireExplicit, skips),
                _ => throw new FormatException("policyConstraints has a field that is not known."),
            };
        }

        return (requireExplicit, inhibitMapping);
    }

    /// <summary>A count of certificates; one beyond any path is as good as none.</summary>
    /// <exception cref="FormatException">It is negative.</exception>
    public static int SkipsIn(Asn1Object skipCerts) =>
        DerInteger.GetInstance(skipCerts).Value is { SignValue: >= 0 } skips ? (skips.BitLength > 30 ? int.MaxValue : skips.IntValue)
        : throw new FormatException("A number of certificates is negative.");

    private sealed class Walk(CandidateChain chain)
    {
        private readonly PolicyDemands demands = chain.Options.Policies;
        private readonly PolicyGraph graph = new();
        private int explicitPolicy;
        private int mapping;
        private int any;

        public (IReadOnlyList<string> Policies, IReadOnlyList<Finding> Findings) Run()
        {
            // §6.1.2 (d) to (f).
            var below = chain.BelowAnchor.Reverse().ToList();
            explicitPolicy = demands.RequireExplicit ? 0 : below.Count + 1;
            mapping = demands.InhibitMapping ? 0 : below.Count + 1;
            any = demands.InhibitAny ? 0 : below.Count + 1;
            for (var i = 0; i < below.Count; i++)
            {
                var isLast = i == below.Count - 1;
                if (Examine(below[i], isLast) is { } finding)
                {
                    return ([], [finding]);
                }
            }

            var valid = graph.ValidFor(demands.Acceptable);
            return explicitPolicy > 0 || valid.Count > 0 ? (valid, []) : ([], [PathFindings.PolicyMissing(chain.Leaf)]);
        }

        private Finding? Examine(Certificate certificate, bool isLast)
        {
            if (!chain.Budget.TrySpendWork(RuleCost.OfPolicies(certificate)))
            {
                return PathFindings.TooManyPolicies(certificate);
            }

            var isSelfIssued = certificate.IsSelfIssued;
            var policies = PoliciesOf(certificate);
            if (policies?.Count > MaxPolicies)
            {
                return PathFindings.TooManyPolicies(certificate);
            }

            graph.Descend(policies, any > 0 || (!isLast && isSelfIssued));
            if (explicitPolicy == 0 && graph.IsEmpty)
            {
                return PathFindings.PolicyMissing(certificate);
            }

            if (isLast)
            {
                // §6.1.5 (a), (b).
                explicitPolicy -= explicitPolicy > 0 ? 1 : 0;
                explicitPolicy = ConstraintsOf(certificate).RequireExplicit == 0 ? 0 : explicitPolicy;
                return null;
            }

            return Prepare(certificate, isSelfIssued);
        }

        /// <summary>§6.1.4 (a), (b), (h) to (j).</summary>
        private Finding? Prepare(Certificate authority, bool isSelfIssued)
        {
            var mappings = MappingsOf(authority).ToList();
            if (mappings.Exists(pair => pair.Issuer == PolicyGraph.AnyPolicy || pair.Subject == PolicyGraph.AnyPolicy))
            {
                return PathFindings.PolicyMappingOfAny(authority);
            }

            if (mappings.Count > MaxPolicies)
            {
                return PathFindings.TooManyPolicies(authority);
            }

            graph.Map(mappings.ToLookup(pair => pair.Issuer, pair => pair.Subject), mapping == 0);
            if (!isSelfIssued)
            {
                explicitPolicy -= explicitPolicy > 0 ? 1 : 0;
                mapping -= mapping > 0 ? 1 : 0;
                any -= any > 0 ? 1 : 0;
            }

            var (requireExplicit, inhibitMapping) = ConstraintsOf(authority);
            explicitPolicy = Math.Min(explicitPolicy, requireExplicit);
            mapping = Math.Min(mapping, inhibitMapping);
            any = Math.Min(any, authority.Extension(X509Extensions.InhibitAnyPolicy) is { } skips ? SkipsIn(skips) : int.MaxValue);
            return null;
        }

        private static (int RequireExplicit, int InhibitMapping) ConstraintsOf(Certificate certificate) =>
            certificate.Extension(X509Extensions.PolicyConstraints) is { } value ? ConstraintsIn(value) : (int.MaxValue, int.MaxValue);

        private static HashSet<string>? PoliciesOf(Certificate certificate) =>
            certificate.Extension(X509Extensions.CertificatePolicies) is { } value
                ? [.. CertificatePolicies.GetInstance(value).GetPolicyInformation().Select(policy => policy.PolicyIdentifier.Id)]
                : null;

        private static IEnumerable<(string Issuer, string Subject)> MappingsOf(Certificate certificate) =>
            certificate.Extension(X509Extensions.PolicyMappings) is { } value
                ? Asn1Sequence.GetInstance(value).Select(element => Asn1Sequence.GetInstance(element))
                    .Select(pair => (DerObjectIdentifier.GetInstance(pair[0]).Id, DerObjectIdentifier.GetInstance(pair[1]).Id))
                : [];

    }
}
