using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// Searches chains from one leaf to a trust anchor, depth first, verifying each signature on the way. All work is
/// bounded by the options before it starts: a hostile set of same-subject certificates costs no more than any other.
/// </summary>
internal sealed class PathSearch(
    HashSet<Digest> anchors, IReadOnlyDictionary<string, List<Certificate>> known, IReadOnlyList<Certificate> extra, CertificatePathOptions options,
    SignatureBudget budget)
{
    private readonly ILookup<string, Certificate> along = extra.ToLookup(certificate => certificate.SubjectKey);
    private readonly List<IReadOnlyList<Certificate>> chains = [];
    private readonly List<Certificate> current = [];
    private readonly Dictionary<Digest, List<Certificate>> issuers = [];

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

    /// <summary>All certificates under a subject, a <see cref="CertificateNames.KeyOf"/>.</summary>
    public IEnumerable<Certificate> Named(string name)
    {
        var ofStore = known.GetValueOrDefault(name, []);
        return extra.Count == 0 ? ofStore : ofStore.Concat(along[name]).Distinct();
    }

    private void Climb(Certificate certificate)
    {
        var candidates = IssuersOf(certificate).ToList();
        var isDsa = options.AcceptsDsa && DsaSignatures.IsOn(certificate);
        HasNamesakeOfIssuer |= (isDsa ? candidates.Exists(candidate => !DsaSignatures.Inherits(candidate)) : candidates.Count > 0) && Longest[^1].Equals(certificate);

        foreach (var candidate in candidates)
        {
            if (chains.Count >= options.MaxChains)
            {
                return;
            }

            if (!(isDsa ? budget.TrySpend() : budget.TrySpend(certificate, candidate)))
            {
                IsLimited = true;
                return;
            }

            if (isDsa)
            {
                ClimbByDsa(candidate);
            }
            else if (unverified == 0 && CheckedSignatures.IsSignedBy(certificate, candidate))
            {
                From(candidate);
            }
        }
    }

    /// <summary>
    /// RFC 3279 §2.3.2: a key without parameters has those of its issuer, in this very chain. Until that is reached
    /// nothing is verified, and nothing counts as reached.
    /// </summary>
    private void ClimbByDsa(Certificate candidate)
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

    /// <summary>By name, those first whose key identifier fits, of these the anchors, at most as many as the options allow.</summary>
    private IEnumerable<Certificate> IssuersOf(Certificate certificate)
    {
        if (!issuers.TryGetValue(certificate.Fingerprint, out var ranked))
        {
            ranked = Rank(certificate);
            issuers[certificate.Fingerprint] = ranked;
        }

        return ranked.Where(candidate => !current.Contains(candidate));
    }

    /// <summary>Takes one pass, since a hostile set may hold thousands under one name.</summary>
    private List<Certificate> Rank(Certificate certificate)
    {
        var ranks = new List<Certificate>[] { [], [], [], [] };
        foreach (var candidate in Named(certificate.IssuerKey))
        {
            var isNamed = certificate.AuthorityKeyId is not { } wanted || candidate.SubjectKeyId is not { } own || own == wanted;
            var rank = ranks[(isNamed ? 0 : 2) + (anchors.Contains(candidate.Fingerprint) ? 0 : 1)];
            if (rank.Count < options.MaxSameSubject)
            {
                rank.Add(candidate);
            }
            else
            {
                IsLimited = true;
            }
        }

        var ranked = ranks.SelectMany(rank => rank).ToList();
        IsLimited |= ranked.Count > options.MaxSameSubject;
        return ranked.Count > options.MaxSameSubject ? ranked[..options.MaxSameSubject] : ranked;
    }
}
