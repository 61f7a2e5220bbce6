using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// From the signer of a list to all anchors: looked for before its signature on any list is verified, since anybody can make certificates of its
/// name. What could not be paid for is asked again, so that it is told wherever it is missed.
/// </summary>
internal sealed class SignerPaths(Func<PathSearch> start, SignatureBudget budget)
{
    private readonly Dictionary<Digest, IReadOnlyList<IReadOnlyList<Certificate>>> known = [];

    public IReadOnlyList<IReadOnlyList<Certificate>> PathsOf(Certificate signer)
    {
        if (known.TryGetValue(signer.Fingerprint, out var paths))
        {
            return paths;
        }

        var (search, refused) = (start(), budget.Refused);
        if (!budget.TrySpendWork(RuleCost.OfStep))
        {
            return [];
        }

        search.From(signer);
        if (budget.Refused == refused)
        {
            known[signer.Fingerprint] = search.Chains;
        }

        return search.Chains;
    }
}
