using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>The name constraints of one authority (RFC 5280 §4.2.1.10), read once.</summary>
internal sealed class NameSubtrees
{
    private readonly List<Subtree> permitted;
    private readonly List<Subtree> excluded;
    private readonly ILookup<int, NameForm> permittedByKind;
    private readonly ILookup<int, NameForm> excludedByKind;

    public NameSubtrees(NameConstraints constraints)
    {
        permitted = OfSequence(constraints.PermittedSubtreesValue);
        excluded = OfSequence(constraints.ExcludedSubtreesValue);
        permittedByKind = permitted.ToLookup(subtree => subtree.Base.Kind, subtree => subtree.Base);
        excludedByKind = excluded.ToLookup(subtree => subtree.Base.Kind, subtree => subtree.Base);
        Parts = permitted.Concat(excluded).Sum(subtree => (long)subtree.Base.Parts);
    }

    /// <summary>What there is to compare one name with: a directory name counts as many times as it has parts.</summary>
    public long Parts { get; }

    public IEnumerable<Finding> Problems(Certificate authority)
    {
        if (permitted.Count + excluded.Count == 0)
        {
            yield return PathFindings.NameConstraintsUnusable(authority, "没有内容", "they are empty");
        }

        // §4.2.1.10: minimum is 0, maximum absent.
        if (permitted.Concat(excluded).Any(subtree => subtree.HasLimits))
        {
            yield return PathFindings.NameConstraintsUnusable(authority, "含有 minimum 或 maximum", "they have a minimum or a maximum");
        }

        if (permitted.Concat(excluded).Any(subtree => !NameForms.IsWellFormedSubtree(subtree.Base)))
        {
            yield return PathFindings.NameConstraintsUnusable(authority, "其中一项格式错误", "one of them is malformed");
        }
    }

    public bool Allow(NameForm name) =>
        (!permittedByKind.Contains(name.Kind) || permittedByKind[name.Kind].Any(subtree => NameForms.IsWithin(name, subtree)))
        && !excludedByKind[name.Kind].Any(subtree => NameForms.MayBeWithin(name, subtree));

    private static List<Subtree> OfSequence(Asn1Encodable? subtrees) => subtrees is null
        ? []
        : [.. Asn1Sequence.GetInstance(subtrees.ToAsn1Object()).Select(each => new Subtree(GeneralSubtree.GetInstance(each)))];

    private sealed class Subtree(GeneralSubtree subtree)
    {
        public NameForm Base { get; } = new(subtree.Base);

        public bool HasLimits { get; } = !subtree.MinimumObject.HasValue(0) || subtree.MaximumObject is not null;
    }
}
