using DocExchange.Trust.Digests;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// Searches chains from one leaf to a trust anchor, depth first, verifying each signature on the way. All work is
/// bounded by the budget before it is done: a hostile set of same-subject certificates costs no more than any other.
/// </summary>
internal sealed class PathSearch(HashSet<Digest> anchors, IssuerCandidates issuers, CertificatePathOptions options, SignatureBudget budget)
{
    private readonly List<IReadOnlyList<Certificate>> chains = [];
    private readonly List<Certificate> current = [];

    /// <summary>How many signatures at the end of <see cref="current"/> wait for DSA parameters from above.</summary>
    private int unverified;

    /// <summary>Chains that end at an anchor.</summary>
    public IReadOnlyList<IReadOnlyList<Certificate>> Chains => chains;

    /// <summary>The longest chain that was reached, complete or not.</summary>
    public IReadOnlyList<Certificate> Longest { get; private set; } = [];

    /// <summary>A certificate under the issuer's name exists for the last of <see cref="Longest"/>, but did not sign it.</summary>
    public bool HasNamesakeOfIssuer { get; private set; }

    /// <summary>Something was left untried because of a limit.</summary>
    public bool IsLimited { get; private set; }

    public void From(Certificate certificate)
    {
        current.Add(certificate);
        if (unverified == 0 && current.Count > Longest.Count)
        {
            Longest = [.. current];
            HasNamesakeOfIssuer = false;
        }

        if (unverified == 0 && anchors.Contains(certificate.Fingerprint))
        {
            chains.Add([.. current]);
        }
        else if (current.Count >= options.MaxDepth)
        {
            IsLimited = true;
        }
        else
        {
            Climb(certificate);
        }

        current.RemoveAt(current.Count - 1);
    }

    /// <summary>Where no chain ends at an anchor.</summary>
    public IEnumerable<Finding> WhyIncomplete()
    {
        var last = Longest[^1];
        if (ChainRules.IsKnownAlgorithm(last, options) || !HasNamesakeOfIssuer)
        {
            // An unknown algorithm is reported by a rule; the signature then is neither right nor wrong.
            yield return HasNamesakeOfIssuer && !IsLimited ? PathFindings.IssuerSignature(last)
                : last.IsSelfIssued && budget.TrySpend(last, last) && last.IsSelfSigned ? PathFindings.SelfSignedNotTrusted(last)
                : IsLimited ? PathFindings.IssuerNotReached(last)
                : PathFindings.IssuerUnknown(last);
        }

        if (IsLimited)
        {
            yield return PathFindings.SearchLimited();
        }
    }

    private void Climb(Certificate certificate)
    {
        var (isDsa, refused) = (options.AcceptsDsa && DsaSignatures.IsOn(certificate), budget.Refused);
        HasNamesakeOfIssuer |= Longest[^1].Equals(certificate)
            && issuers.NamedAsIssuerOf(certificate).Any(candidate => !current.Contains(candidate) && !(isDsa && DsaSignatures.Inherits(candidate)));
        if (isDsa)
        {
            ClimbByDsa(certificate);
        }
        else if (unverified == 0)
        {
            ClimbToSigners(certificate);
        }

        // What waits for DSA parameters gets none from an issuer that signs by something else.
        IsLimited |= budget.Refused > refused;
    }

    private void ClimbToSigners(Certificate certificate)
    {
        foreach (var candidate in issuers.SignersOf(certificate))
        {
            if (current.Contains(candidate))
            {
                continue;
            }

            if (!budget.TrySpendWork(RuleCost.OfStep) || !budget.TrySpend(certificate, candidate))
            {
                break;
            }

            From(candidate);
            if (chains.Count >= options.MaxChains)
            {
                break;
            }
        }
    }

    private void ClimbByDsa(Certificate certificate)
    {
        foreach (var candidate in issuers.NamedAsIssuerOf(certificate).Where(candidate => !current.Contains(candidate)))
        {
            if (chains.Count >= options.MaxChains)
            {
                return;
            }

            if (!budget.TrySpend())
            {
                IsLimited = true;
                return;
            }

            ClimbToDsa(candidate);
        }
    }

    /// <summary>
    /// RFC 3279 §2.3.2: a key without parameters has those of its issuer, in this very chain. Until that is reached
    /// nothing is verified, and nothing counts as reached.
    /// </summary>
    private void ClimbToDsa(Certificate candidate)
    {
        var waiting = unverified;
        unverified++;
        if (DsaSignatures.Inherits(candidate))
        {
            From(candidate);
        }
        else if (DsaSignatures.HasKey(candidate) && AreSigned([.. current, candidate]))
        {
            unverified = 0;
            From(candidate);
        }

        unverified = waiting;
    }

    private bool AreSigned(List<Certificate> chain)
    {
        for (var (signer, first) = (chain.Count - 1, chain.Count - unverified); signer >= first; signer--)
        {
            // The topmost is paid for.
            if (signer < chain.Count - 1 && !budget.TrySpend())
            {
                IsLimited = true;
                return false;
            }

            if (!DsaSignatures.IsSignedBy(chain[signer - 1], chain, signer))
            {
                HasNamesakeOfIssuer |= Longest[^1].Equals(chain[first - 1]);
                return false;
            }
        }

        return true;
    }
}
