using DocExchange.Trust.Digests;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// Finds the chains of one certificate and everything about them that does not depend on time. For one judgement, on one
/// thread: all its searches share a budget.
/// </summary>
internal sealed class PathExamination(
    TrustStore store,
    HashSet<Digest> anchors,
    IReadOnlyDictionary<string, List<Certificate>> knownBySubject,
    ILookup<string, RevocationList> listsByIssuer,
    Lazy<ILookup<string, Certificate>> responders,
    IReadOnlyList<Certificate> extra,
    CertificatePathOptions options)
{
    // A list's signer may itself be revoked by a list of yet another signer; real sites have one or two such steps.
    private const int MaxSignerDepth = 4;

    private readonly SignatureBudget budget = new(options.MaxSignatureChecks, options.MaxWork);
    private NameComparisons? names;
    private readonly Lazy<ILookup<string, Certificate>> respondersAlong = new(() => CertificatePaths.RespondersIn(extra));
    private readonly HashSet<Digest> signersUnderway = [];
    private readonly Dictionary<(Digest Signer, Digest Anchor), IReadOnlyList<ExaminedChain>> signersKnown = [];

    public int SignatureChecks => budget.Spent;

    public long Work => budget.WorkSpent;

    /// <summary>A signer of lists need not be valid under the policies demanded of the leaf (RFC 5280 §6.3.3 (f)).</summary>
    private CertificatePathOptions OptionsForSigners => options with { Policies = PolicyDemands.None };

    public IReadOnlyList<ExaminedChain> ChainsOf(Certificate leaf, CertificateUsage usage, IReadOnlyList<Finding> remarks)
    {
        var search = Search();
        search.From(leaf);
        return search.Chains.Count > 0
            ? [.. search.Chains.Select(chain => Examine(Candidate(chain, isComplete: true, usage, options), remarks))]
            : [Examine(Candidate(search.Longest, isComplete: false, usage, options), [.. remarks, .. WhyIncomplete(search)])];
    }

    private CandidateChain Candidate(IReadOnlyList<Certificate> chain, bool isComplete, CertificateUsage usage, CertificatePathOptions demanded) =>
        new(chain, isComplete, usage, demanded, budget, names ??= new NameComparisons(budget));

    private PathSearch Search() => new(anchors, knownBySubject, extra, options, budget);

    private ExaminedChain Examine(CandidateChain chain, IReadOnlyList<Finding> findings)
    {
        // The chain itself draws on the budget before the signers of its lists do.
        var (policies, policyFindings) = PolicyRules.Examine(chain);
        List<Finding> found = [.. findings, .. ChainRules.Examine(chain), .. policyFindings];
        var links = chain.Certificates.Select((certificate, i) => new ExaminedCertificate(
            certificate, certificate.NotBefore, certificate.NotAfter, i == 0, FactsOf(chain, i)));
        return new ExaminedChain(chain.Certificates, [.. links], found, policies);
    }

    /// <summary>Null where the issuer is not known: the broken chain is reported instead.</summary>
    private RevocationFacts? FactsOf(CandidateChain chain, int index)
    {
        if (options.Revocation == RevocationDemand.Ignored)
        {
            return RevocationFacts.Exempt;
        }

        if (index == chain.Certificates.Count - 1)
        {
            return chain.IsComplete ? RevocationFacts.Exempt : null;
        }

        return index == 0 && chain.Usage == CertificateUsage.OcspSigning && PurposeRules.IsExemptResponder(chain.Leaf)
            ? RevocationFacts.Exempt
            : new RevocationSearch(listsByIssuer, store.OcspResponses, options, budget, new StatusSigners(SignersOf, RenewalsOf, RespondersOf)).Gather(chain, index);
    }

    /// <summary>RFC 6960 §4.2.1: the certificate of who answered need not be in the answer.</summary>
    private IEnumerable<Certificate> RespondersOf(OcspResponse answer) =>
        respondersAlong.Value[answer.ResponderKey].Concat(responders.Value[answer.ResponderKey]).Take(options.MaxSameSubject);

    /// <summary>
    /// Who signed the list, with chains to the same anchor, the best first: all certificates of the key, since it depends on the time which
    /// one holds. A certificate whose status is on a list of its own signs it like any other: whether it may is what is being judged.
    /// </summary>
    private IReadOnlyList<ListSigner> SignersOf(RevocationList list, CandidateChain chain, int index)
    {
        var found = new List<ListSigner>();
        foreach (var candidate in Search().Named(CertificateNames.KeyOf(list.Inner.IssuerDN)).Take(options.MaxSameSubject))
        {
            var isSubject = candidate.Equals(chain.Certificates[index]);
            if ((!isSubject && signersUnderway.Contains(candidate.Fingerprint)) || !IsSignedBy(list, candidate, chain, index))
            {
                continue;
            }

            if (isSubject)
            {
                return [new ListSigner(candidate, null)];
            }

            found.AddRange(ChainsOfSigner(candidate, chain.Certificates[^1]).Select(path => new ListSigner(candidate, path)));
        }

        return [.. found.OrderBy(signer => WorstOf(signer.Chain!)).ThenByDescending(signer => signer.Certificate.NotAfter)];
    }

    /// <summary>The other certificates of the key of the issuer at an index of a chain, under its name.</summary>
    private IReadOnlyList<ExaminedChain> RenewalsOf(CandidateChain chain, int index)
    {
        var issuer = chain.Certificates[index];
        return
        [
            .. Search().Named(issuer.SubjectKey).Take(options.MaxSameSubject)
                .Where(other => !other.Equals(issuer) && other.PublicKeyFingerprint == issuer.PublicKeyFingerprint && !signersUnderway.Contains(other.Fingerprint))
                .SelectMany(other => ChainsOfSigner(other, chain.Certificates[^1])),
        ];
    }

    /// <summary>A DSA key may inherit its parameters: from the chain under judgement, or from the candidate's own to the same anchor.</summary>
    private bool IsSignedBy(RevocationList list, Certificate candidate, CandidateChain chain, int index)
    {
        if (!options.AcceptsDsa || !DsaSignatures.IsOn(list))
        {
            return budget.TrySpend(list, candidate) && CheckedSignatures.IsSignedBy(list, candidate);
        }

        return !budget.TrySpend() ? false
            : candidate.Equals(chain.Certificates[index])
                ? DsaSignatures.IsSignedBy(list, chain.Certificates, index)
                : DsaSignatures.HasKey(candidate) && ChainsOfSigner(candidate, chain.Certificates[^1]) is [var path, ..] && DsaSignatures.IsSignedBy(list, path.Chain, 0);
    }

    /// <summary>The best first.</summary>
    private IReadOnlyList<ExaminedChain> ChainsOfSigner(Certificate signer, Certificate anchor)
    {
        if (signersKnown.TryGetValue((signer.Fingerprint, anchor.Fingerprint), out var known))
        {
            return known;
        }

        if (signersUnderway.Count >= MaxSignerDepth)
        {
            return [];
        }

        signersUnderway.Add(signer.Fingerprint);
        var search = Search();
        search.From(signer);
        IReadOnlyList<ExaminedChain> chains =
        [
            .. search.Chains.Where(chain => chain[^1].Equals(anchor))
                .Select(chain => Examine(Candidate(chain, isComplete: true, CertificateUsage.Any, OptionsForSigners), []))
                .OrderBy(WorstOf),
        ];
        signersUnderway.Remove(signer.Fingerprint);
        signersKnown[(signer.Fingerprint, anchor.Fingerprint)] = chains;
        return chains;
    }

    private static Indication WorstOf(ExaminedChain chain) => chain.Findings.Worst().Indication;

    private IEnumerable<Finding> WhyIncomplete(PathSearch search)
    {
        var last = search.Longest[^1];
        if (ChainRules.IsKnownAlgorithm(last, options) || !search.HasNamesakeOfIssuer)
        {
            // An unknown algorithm is reported by a rule; the signature then is neither right nor wrong.
            yield return search.HasNamesakeOfIssuer && !search.IsLimited ? PathFindings.IssuerSignature(last)
                : last.IsSelfIssued && budget.TrySpend(last, last) && last.IsSelfSigned ? PathFindings.SelfSignedNotTrusted(last)
                : PathFindings.IssuerUnknown(last);
        }

        if (search.IsLimited)
        {
            yield return PathFindings.SearchLimited();
        }
    }
}
