using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// Which certificates may have issued another one: whoever has the name of its issuer and the key that signed it. Anybody can make certificates of
/// that name, so only a signature that fits makes one a candidate, and the budget alone bounds how many are tried. For all searches of one judgement.
/// </summary>
internal sealed class IssuerCandidates(HashSet<Digest> anchors, KnownCertificates known, IReadOnlyList<Certificate> extra, SignatureBudget budget)
{
    private readonly KnownCertificates along = new(extra);
    private readonly Dictionary<Digest, Candidates> issuers = [];

    /// <summary>All certificates under a subject, a <see cref="CertificateNames.KeyOf"/>. None where the budget refuses, which it remembers.</summary>
    public IEnumerable<Certificate> Named(string name) => Paid(known.Named(name), along.Named(name));

    /// <summary>All certificates of a key, whatever they call its holder. None where the budget refuses, which it remembers.</summary>
    public IEnumerable<Certificate> OfKey(Digest publicKey) => Paid(known.OfKey(publicKey), along.OfKey(publicKey));

    /// <summary>All certificates that answers may call by a name or key. None where the budget refuses, which it remembers.</summary>
    public IEnumerable<Certificate> Answering(string responderKey) => Paid(known.Answering(responderKey), along.Answering(responderKey));

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

    private IEnumerable<Certificate> Paid(IEnumerable<Certificate> ofStore, IEnumerable<Certificate> ofBag) =>
        !budget.TrySpendWork(RuleCost.OfNamesakes(ofStore.Count() + ofBag.Count())) ? [] : extra.Count == 0 ? ofStore : ofStore.Concat(ofBag).Distinct();

    private Candidates Of(Certificate certificate)
    {
        if (!issuers.TryGetValue(certificate.Fingerprint, out var candidates))
        {
            var (ofStore, ofBag) = (known.Named(certificate.IssuerKey), along.Named(certificate.IssuerKey));
            if (!budget.TrySpendWork(RuleCost.OfNamesakes(ofStore.Count() + ofBag.Count())))
            {
                return new Candidates([]);
            }

            candidates = new Candidates([.. InOrder(ofStore), .. InOrder(ofBag).Except(ofStore)]);
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
