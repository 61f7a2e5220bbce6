using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// Which certificates may have issued another one: whoever has the name of its issuer and the key that signed it. Anybody can make certificates of
/// that name, so only a signature that fits makes one a candidate, and the budget alone bounds how many are tried. For all searches of one judgement.
/// </summary>
internal sealed class IssuerCandidates(
    HashSet<Digest> anchors, IReadOnlyDictionary<string, List<Certificate>> known, IReadOnlyList<Certificate> extra, SignatureBudget budget)
{
    private readonly ILookup<string, Certificate> along = extra.ToLookup(certificate => certificate.SubjectKey);
    private readonly Dictionary<Digest, Candidates> issuers = [];

    /// <summary>All certificates under a subject, a <see cref="CertificateNames.KeyOf"/>.</summary>
    public IEnumerable<Certificate> Named(string name)
    {
        var ofStore = known.GetValueOrDefault(name, []);
        return extra.Count == 0 ? ofStore : ofStore.Concat(along[name]).Distinct();
    }

    /// <summary>By name alone: those at hand first, since anybody can add others, of these those whose key identifier fits, of these the anchors.</summary>
    public IReadOnlyList<Certificate> NamedAsIssuerOf(Certificate certificate) => Of(certificate).Named;

    /// <summary>
    /// In the same order those whose key signed it, each looked for when it is asked for. They end where the budget refuses; what was refused is asked
    /// again the next time.
    /// </summary>
    public IEnumerable<Certificate> SignersOf(Certificate certificate)
    {
        var candidates = Of(certificate);
        for (var i = 0; i < candidates.Fitting.Count || TryFindNext(certificate, candidates); i++)
        {
            yield return candidates.Fitting[i];
        }
    }

    private bool TryFindNext(Certificate certificate, Candidates candidates)
    {
        while (candidates.Tried < candidates.Named.Count)
        {
            var candidate = candidates.Named[candidates.Tried];
            if (!budget.TryMatch(certificate, candidate))
            {
                return false;
            }

            candidates.Tried++;
            if (CheckedSignatures.IsSignedBy(certificate, candidate))
            {
                candidates.Fitting.Add(candidate);
                return true;
            }
        }

        return false;
    }

    private Candidates Of(Certificate certificate)
    {
        if (!issuers.TryGetValue(certificate.Fingerprint, out var candidates))
        {
            candidates = new Candidates([.. InOrder(known.GetValueOrDefault(certificate.IssuerKey, [])), .. InOrder(along[certificate.IssuerKey]).Except(known.GetValueOrDefault(certificate.IssuerKey, []))]);
            issuers.Add(certificate.Fingerprint, candidates);
        }

        return candidates;

        IEnumerable<Certificate> InOrder(IEnumerable<Certificate> named) => named.Where(candidate => !candidate.Equals(certificate)).Distinct()
            .OrderBy(candidate => !IsNamed(candidate)).ThenBy(candidate => !anchors.Contains(candidate.Fingerprint));

        bool IsNamed(Certificate candidate) => certificate.AuthorityKeyId is not { } wanted || candidate.SubjectKeyId is not { } own || own == wanted;
    }

    /// <param name="Named">By name alone.</param>
    private sealed record Candidates(IReadOnlyList<Certificate> Named)
    {
        public List<Certificate> Fitting { get; } = [];

        /// <summary>How many of <see cref="Named"/> were tried.</summary>
        public int Tried { get; set; }
    }
}
