using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// Name constraints (RFC 5280 §4.2.1.10), the trust anchor's too (RFC 5937 §3.2). Each authority's constraints are held
/// against every name below it, which gives what their intersection would and never grows beyond the certificates.
/// </summary>
internal static class NameRules
{
    // One name against one subtree. Real chains stay under a thousand.
    private const int MaxComparisons = 100_000;
    private const int MaxNames = 2048;

    /// <summary>The subject alternative names, one by one as they are asked for.</summary>
    public static IEnumerable<GeneralName> AlternativesOf(Certificate certificate) =>
        certificate.Extension(X509Extensions.SubjectAlternativeName) is { } value ? Asn1Sequence.GetInstance(value).Select(name => GeneralName.GetInstance(name)) : [];

    public static IEnumerable<Finding> Examine(CandidateChain chain)
    {
        var findings = new List<Finding>();
        var names = new List<NameForm>?[chain.Certificates.Count];
        var comparisons = 0L;
        for (var above = chain.Certificates.Count - 1; above > 0; above--)
        {
            var authority = chain.Certificates[above];
            if (authority.Extension(X509Extensions.NameConstraints) is not { } value)
            {
                continue;
            }

            var constraints = Subtrees.Read(NameConstraints.GetInstance(value));
            findings.AddRange(constraints.Problems(authority));
            for (var i = above - 1; i >= 0; i--)
            {
                // §6.1.3 (b): a self-issued authority keeps its own name.
                if (i > 0 && chain.Certificates[i].IsSelfIssued)
                {
                    continue;
                }

                var ofCertificate = names[i] ??= NamesOf(chain.Certificates[i]);
                comparisons += (long)ofCertificate.Count * constraints.Count;
                if (comparisons > MaxComparisons || ofCertificate.Count > MaxNames)
                {
                    return [.. findings, PathFindings.TooManyNames(chain.Certificates[i])];
                }

                findings.AddRange(ofCertificate.Where(name => !constraints.Allow(name)).Take(1)
                    .Select(name => PathFindings.NameOutside(chain.Certificates[i], authority, name.ToString())));
            }
        }

        return findings;
    }

    /// <summary>The subject, its e-mail addresses, and the alternative names; one more than <see cref="MaxNames"/> at most.</summary>
    private static List<NameForm> NamesOf(Certificate certificate)
    {
        var names = new List<GeneralName>();
        var subject = certificate.Inner.SubjectDN;
        if (subject.GetOidList().Count > 0)
        {
            names.Add(new GeneralName(subject));
        }

        names.AddRange(subject.GetValueList(PkcsObjectIdentifiers.Pkcs9AtEmailAddress).Select(address => new GeneralName(GeneralName.Rfc822Name, address)));
        // RFC 9598 §6: constraints on e-mail addresses hold for internationalised ones too.
        return [.. names.Concat(AlternativesOf(certificate)).Take(MaxNames + 1).SelectMany(name => NameForm.MailboxOf(name) is { } mailbox ? [new NameForm(name), mailbox] : new[] { new NameForm(name) })];
    }

    private sealed record Subtrees(IReadOnlyList<Subtree> Permitted, IReadOnlyList<Subtree> Excluded)
    {
        public int Count => Permitted.Count + Excluded.Count;

        public static Subtrees Read(NameConstraints constraints) => new(OfSequence(constraints.PermittedSubtreesValue), OfSequence(constraints.ExcludedSubtreesValue));

        public IEnumerable<Finding> Problems(Certificate authority)
        {
            if (Count == 0)
            {
                yield return PathFindings.NameConstraintsUnusable(authority, "没有内容", "they are empty");
            }

            // §4.2.1.10: minimum is 0, maximum absent.
            if (Permitted.Concat(Excluded).Any(subtree => subtree.HasLimits))
            {
                yield return PathFindings.NameConstraintsUnusable(authority, "含有 minimum 或 maximum", "they have a minimum or a maximum");
            }

            if (Permitted.Concat(Excluded).Any(subtree => !subtree.IsWellFormed))
            {
                yield return PathFindings.NameConstraintsUnusable(authority, "其中一项格式错误", "one of them is malformed");
            }
        }

        public bool Allow(NameForm name)
        {
            var permitted = Permitted.Where(subtree => subtree.Base.Kind == name.Kind).ToList();
            return (permitted.Count == 0 || permitted.Exists(subtree => NameForms.IsWithin(name, subtree.Base)))
                && !Excluded.Any(subtree => subtree.Base.Kind == name.Kind && NameForms.MayBeWithin(name, subtree.Base));
        }

        private static List<Subtree> OfSequence(Asn1Encodable? subtrees) => subtrees is null
            ? []
            : [.. Asn1Sequence.GetInstance(subtrees.ToAsn1Object()).Select(each => new Subtree(GeneralSubtree.GetInstance(each)))];
    }

    private sealed class Subtree(GeneralSubtree subtree)
    {
        public NameForm Base { get; } = new(subtree.Base);

        public bool HasLimits { get; } = !subtree.MinimumObject.HasValue(0) || subtree.MaximumObject is not null;

        public bool IsWellFormed => NameForms.IsWellFormedSubtree(Base);
    }
}
