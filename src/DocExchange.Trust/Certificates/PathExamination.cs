using DocExchange.Trust.Digests;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// Finds the chains of one certificate and everything about them that does not depend on time. For one judgement, on one
/// thread: all its searches share a budget.
/// </summary>
internal sealed class PathExamination(
    HashSet<Digest> anchors,
    KnownCertificates certificates,
    KnownStatus status,
    IReadOnlyList<Certificate> extra,
    CertificatePathOptions options,
    FileWork? file)
{
    private readonly SignatureBudget budget = new(options.MaxSignatureChecks, options.MaxWork, file);
    private NameComparisons? names;
    private IssuerCandidates? issuers;
    private StolenKeys? stolen;
    private SignerPaths? signerPaths;
    private readonly SignersUnderway underway = new();
    private readonly Dictionary<(Digest Signer, string Underway), IReadOnlyList<ExaminedChain>> signersKnown = [];
    private readonly Dictionary<(ExaminedChain First, ExaminedChain Last, int Count, Digest Anchor), ToldSigners> signersTold = [];
    private readonly Dictionary<string, ExaminedChain> abovesKnown = [];
    private readonly Dictionary<(Digest Certificate, Digest Issuer), bool> issued = [];

    /// <summary>The anchors of the chains of the leaf.</summary>
    private IReadOnlyList<Certificate> reached = [];

    public int SignatureChecks => budget.Spent;

    public long Work => budget.WorkSpent;

    public WorkBill Bill => budget.Bill;

    /// <summary>Other searches of the same file left too little for this one.</summary>
    public bool IsCut => budget.IsCut;

    /// <summary>A signer of lists need not be valid under the policies demanded of the leaf (RFC 5280 §6.3.3 (f)).</summary>
    private CertificatePathOptions OptionsForSigners => options with { Policies = PolicyDemands.None };

    public IReadOnlyList<ExaminedChain> ChainsOf(Certificate leaf, CertificateUsage usage, IReadOnlyList<Finding> remarks)
    {
        var (search, refused) = (Search(), budget.Refused);
        search.From(leaf);
        reached = [.. search.Chains.Select(chain => chain[^1]).Distinct()];
        return search.Chains.Count > 0
            ? Examine(search.Chains, usage, options, remarks, refused)
            : [Examine(Candidate(search.Longest, isComplete: false, usage, options), [.. remarks, .. search.WhyIncomplete()])];
    }

    /// <summary>
    /// The chains of one certificate. A stolen key is stolen whatever certificate names it: what is known of the key of an authority
    /// counts for its other certificates, in all chains or in none, whoever of its signers holds. What could not be paid for might have told of one: then none of the chains
    /// is known well enough.
    /// </summary>
    /// <param name="refused">By the budget, before the chains were searched.</param>
    private IReadOnlyList<ExaminedChain> Examine(
        IReadOnlyList<IReadOnlyList<Certificate>> found, CertificateUsage usage, CertificatePathOptions demanded, IReadOnlyList<Finding> findings, int refused)
    {
        IReadOnlyList<ExaminedChain> chains = [.. found.Select(chain => Examine(Candidate(chain, isComplete: true, usage, demanded), findings) with { IsOfMany = found.Count >= options.MaxChains })];
        var stolen = Stolen.OfAuthorities(chains);
        chains = budget.TrySpendWork(StolenKeys.CostOfTelling(chains.Count, stolen)) ? StolenKeys.Tell(chains, stolen) : chains;
        return budget.Refused > refused || stolen.Any(each => each.IsLimited) ? [.. chains.Select(SaysLimited)] : chains;
    }

    /// <summary>
    /// The certificates of the key of an authority, or of a signer of lists, that somebody says to be stolen, with their chains: of all that are at hand or came along, since anybody can
    /// add so many that no chain of the leaf leads through the one that tells, and under whatever name, since authorities are renamed and keep their keys. Whether who says so is to
    /// be believed is not asked before somebody does.
    /// </summary>
    /// <param name="isByOtherName">Those of its own name are known.</param>
    private List<ListSigner> SaidStolen(Certificate authority, bool isByOtherName)
    {
        var words = new StolenWords(status, budget);
        var ofKey = Issuers.OfKey(authority.PublicKeyFingerprint).ToList();
        return ofKey.Count < 2 ? [] :
        [
            .. ofKey.Where(other => !anchors.Contains(other.Fingerprint) && !(isByOtherName && other.SubjectKey == authority.SubjectKey) && !underway.Contains(other) && words.AreOf(other) && Signers.PathsOf(other).Count > 0)
                .SelectMany(other => ChainsOfSigner(other, isKeyAsked: true).Select(path => new ListSigner(other, path) { IsStranger = !reached.Contains(path.Chain[^1]) })),
        ];
    }

    private static ExaminedChain SaysLimited(ExaminedChain chain) =>
        chain.Certificates.SelectMany(link => link.Revocation?.Findings ?? []).Concat(chain.Findings).Any(finding => finding is { Code: "CRL_LIMIT", SubIndication: SubIndication.TryLater }) ? chain
            : chain with { Findings = [.. chain.Findings, PathFindings.StatusWork(chain.Chain[0])] };

    private CandidateChain Candidate(IReadOnlyList<Certificate> chain, bool isComplete, CertificateUsage usage, CertificatePathOptions demanded) =>
        new(chain, isComplete, usage, demanded, budget, names ??= new NameComparisons(budget));

    private IssuerCandidates Issuers => issuers ??= new IssuerCandidates(anchors, certificates, extra, budget);

    private StolenKeys Stolen => stolen ??= new StolenKeys(ExamineAbove, SaidStolen);

    /// <summary>What leads from an authority to its anchor, examined once for each set of signers under way.</summary>
    private ExaminedChain ExamineAbove(IReadOnlyList<Certificate> chain)
    {
        var key = string.Join('/', chain.Select(each => each.Fingerprint.ToString()).Append(underway.ToString()));
        if (!abovesKnown.TryGetValue(key, out var examined))
        {
            var refused = budget.Refused;
            examined = Examine(Candidate(chain, isComplete: true, CertificateUsage.Any, OptionsForSigners), []);
            if (budget.Refused == refused)
            {
                abovesKnown[key] = examined;
            }
        }

        return examined;
    }

    private SignerPaths Signers => signerPaths ??= new SignerPaths(Search, budget);

    private PathSearch Search() => new(anchors, Issuers, options, budget);

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

        return new RevocationSearch(status, options, budget, new StatusSigners(SignersOf, RenewalsOf, RespondersOf, IsIssued)).Gather(chain, index);
    }

    /// <summary>
    /// RFC 6960 §4.2.1: the certificate of who answered need not be in the answer. All of them, since anybody can make some of that name, or
    /// of that key; the budget bounds what is verified.
    /// </summary>
    private IEnumerable<Certificate> RespondersOf(OcspResponse answer) => Issuers.Answering(answer.ResponderKey);

    private bool IsIssued(Certificate certificate, Certificate issuer)
    {
        var pair = (certificate.Fingerprint, issuer.Fingerprint);
        if (!issued.TryGetValue(pair, out var isIssued) && budget.TrySpend(certificate, issuer))
        {
            isIssued = CheckedSignatures.IsSignedBy(certificate, issuer);
            issued[pair] = isIssued;
        }

        return isIssued;
    }

    /// <summary>
    /// Who signed the list, with chains to the same anchor, the best first: all certificates of the key, since it depends on the time which
    /// one holds. After them those with chains to the anchors of other chains of the leaf, then to any other. A certificate whose status is on a list of its own
    /// signs it like any other: whether it may is what is being judged.
    /// </summary>
    private IReadOnlyList<ListSigner> SignersOf(RevocationList list, CandidateChain chain, int index)
    {
        var found = new List<ListSigner>();
        var isDsa = options.AcceptsDsa && DsaSignatures.IsOn(list);
        foreach (var candidate in Issuers.Named(list.IssuerKey).OrderBy(each => !each.Equals(chain.Certificates[index])))
        {
            var isSubject = candidate.Equals(chain.Certificates[index]);
            // One key signed it: no namesake of another need be searched, of which anybody can make any number. DSA keys may have their parameters from above.
            if (!isSubject && !isDsa && found.Exists(signer => signer.Certificate.PublicKeyFingerprint != candidate.PublicKeyFingerprint))
            {
                continue;
            }

            if (Signers.PathsOf(candidate).Count == 0 || (!isSubject && underway.Contains(candidate)) || !IsSignedBy(list, candidate, chain, index))
            {
                continue;
            }

            if (isSubject)
            {
                return [new ListSigner(candidate, null)];
            }

            found.AddRange(ChainsOfSigner(candidate).Select(path => new ListSigner(candidate, path)
            {
                IsElsewhere = !path.Chain[^1].Equals(chain.Certificates[^1]),
                IsStranger = !reached.Contains(path.Chain[^1]),
            }));
        }

        return found.Count == 0 ? [] : Told(found, chain.Certificates[^1]);
    }

    /// <summary>Each of who signed one list with what is known of its key, the best first; once for all lists of the same.</summary>
    private IReadOnlyList<ListSigner> Told(List<ListSigner> found, Certificate anchor)
    {
        var key = (found[0].Chain!, found[^1].Chain!, found.Count, anchor.Fingerprint);
        if (!signersTold.TryGetValue(key, out var told))
        {
            var refused = budget.Refused;
            var stolen = Stolen.OfSigners(found, isByName: underway.AreKeys);
            var isPaid = budget.TrySpendWork(StolenKeys.CostOfTelling(found.Count, stolen));
            told = new ToldSigners(
                [.. (isPaid ? StolenKeys.Tell(found, stolen) : found).OrderBy(signer => signer.IsStranger).ThenBy(signer => signer.IsElsewhere).ThenBy(signer => WorstOf(signer.Chain!)).ThenByDescending(signer => signer.Certificate.NotAfter)],
                budget.Refused > refused || stolen.Any(each => each.IsLimited));
            signersTold[key] = told;
        }

        if (told.IsLimited)
        {
            budget.Refuse();
        }

        return told.Signers;
    }

    /// <summary>The other certificates of the key of the issuer at an index of a chain, under its name.</summary>
    private IReadOnlyList<ExaminedChain> RenewalsOf(CandidateChain chain, int index)
    {
        var issuer = chain.Certificates[index];
        return
        [
            .. Issuers.Named(issuer.SubjectKey)
                .Where(other => !other.Equals(issuer) && other.PublicKeyFingerprint == issuer.PublicKeyFingerprint && !underway.Contains(other) && Signers.PathsOf(other).Count > 0)
                .Take(options.MaxSameSubject)
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
    private IReadOnlyList<ExaminedChain> ChainsOfSigner(Certificate signer, Certificate anchor) => [.. ChainsOfSigner(signer).Where(path => path.Chain[^1].Equals(anchor))];

    /// <summary>
    /// To all anchors, the best first. What is known of a signer depends on whose lists were left aside, because
    /// they are under way themselves.
    /// </summary>
    /// <param name="isKeyAsked">Not for what it signed, but whether its key is stolen.</param>
    private IReadOnlyList<ExaminedChain> ChainsOfSigner(Certificate signer, bool isKeyAsked = false)
    {
        var key = (signer.Fingerprint, underway.ToString());
        if (signersKnown.TryGetValue(key, out var known))
        {
            return known;
        }

        if ((!isKeyAsked && underway.AreDeep) || !budget.TryExamine())
        {
            return [];
        }

        underway.Enter(signer, isKeyAsked);
        var refused = budget.Refused;
        IReadOnlyList<ExaminedChain> chains = [.. Examine(Signers.PathsOf(signer), CertificateUsage.Any, OptionsForSigners, [], refused).OrderBy(WorstOf)];
        underway.Leave(signer, isKeyAsked);
        if (budget.Refused == refused)
        {
            signersKnown[key] = chains;
        }

        return chains;
    }

    private static Indication WorstOf(ExaminedChain chain) => chain.Findings.Worst().Indication;

    /// <param name="IsLimited">Something that might have told of a stolen key was left undone.</param>
    private sealed record ToldSigners(IReadOnlyList<ListSigner> Signers, bool IsLimited);
}
