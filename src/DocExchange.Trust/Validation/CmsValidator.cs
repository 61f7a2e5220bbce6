using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;

namespace DocExchange.Trust.Validation;

/// <summary>
/// Judges CMS signatures (ETSI EN 319 102-1 §5.3 and §5.6): facts are gathered once, the verdict follows from them, the
/// policy and the time. Nothing is thrown for content that fails. Safe for concurrent use; keep one as long as its trust
/// store is current, because it keeps certificate paths.
/// </summary>
public sealed class CmsValidator
{
    private readonly TrustStore store;
    private readonly ValidationPolicy policy;
    private readonly ISignatureTimestamps timestamps;
    private readonly KnownSigners known;

    public CmsValidator(TrustStore store, ValidationPolicy policy)
        : this(store, policy, StampedSignatures.Instance)
    {
    }

    internal CmsValidator(TrustStore store, ValidationPolicy policy, ISignatureTimestamps timestamps)
    {
        this.store = store;
        this.policy = policy;
        this.timestamps = timestamps;
        Paths = new CertificatePaths(store, policy.PathOptions);
        known = new KnownSigners(store.Intermediates.Concat(store.Anchors));
    }

    /// <summary>For what brings no lists and answers of its own.</summary>
    internal CertificatePaths Paths { get; }

    /// <summary>Reads and judges. What is no CMS at all fails with the finding that says why.</summary>
    /// <param name="detached">What the signature covers when it is not inside.</param>
    /// <param name="at">When the signature is known to exist: certificates and algorithms are judged at it, or at the earliest proof.</param>
    /// <param name="work">What it draws on together with the rest of the file; null where it is the file.</param>
    public Verdict Judge(ReadOnlyMemory<byte> encoded, ContentDigests? detached, DateTimeOffset at, CertificateUsage usage, FileWork? work = null)
    {
        try
        {
            return new Verdict(Validate(CmsSignedData.Parse(encoded, policy.Limits), detached, at, usage, null, work), []);
        }
        catch (CmsFormatException fault)
        {
            return new Verdict([], [fault.ToFinding()]);
        }
    }

    /// <inheritdoc cref="Judge(CmsFacts, DateTimeOffset, CertificateUsage, IReadOnlyList{ProofOfExistence}?)"/>
    /// <param name="detached">What the signature covers when it is not inside.</param>
    public IReadOnlyList<SignatureVerdict> Validate(
        CmsSignedData signed, ContentDigests? detached, DateTimeOffset at, CertificateUsage usage, IReadOnlyList<ProofOfExistence>? proofs = null) =>
        Judge(Gather(signed, detached), at, usage, proofs);

    /// <inheritdoc cref="Validate(CmsSignedData, ContentDigests?, DateTimeOffset, CertificateUsage, IReadOnlyList{ProofOfExistence}?)"/>
    /// <param name="work">What it draws on together with the rest of the file; null where it is the file.</param>
    public IReadOnlyList<SignatureVerdict> Validate(
        CmsSignedData signed, ContentDigests? detached, DateTimeOffset at, CertificateUsage usage, IReadOnlyList<ProofOfExistence>? proofs, FileWork? work) =>
        Judge(Gather(signed, detached, work), at, usage, proofs, work, null);

    /// <param name="work">What it draws on together with the rest of the file; null where it is the file.</param>
    /// <param name="chosen">Of its own store, with the lists and answers that came inside; null to make them.</param>
    internal IReadOnlyList<SignatureVerdict> Validate(
        CmsSignedData signed, ContentDigests? detached, DateTimeOffset at, CertificateUsage usage, IReadOnlyList<ProofOfExistence>? proofs, FileWork? work, CertificatePaths? chosen) =>
        Judge(Gather(signed, detached, work), at, usage, proofs, work, chosen);

    /// <summary>What there is to measure; it depends neither on the policy nor on any time.</summary>
    /// <param name="detached">What the signature covers when it is not inside.</param>
    public CmsFacts Gather(CmsSignedData signed, ContentDigests? detached) => Gather(signed, detached, null);

    private CmsFacts Gather(CmsSignedData signed, ContentDigests? detached, FileWork? work) =>
        new CmsExamination(signed, detached, known, timestamps, policy.Limits, work).Gather();

    /// <summary>
    /// One verdict a signer, each followed by those of its time-stamps and counter-signatures; without signers one verdict
    /// that says so, so that the list is never empty.
    /// </summary>
    /// <param name="at">When the signature is known to exist: certificates and algorithms are judged at it, or at the earliest proof.</param>
    /// <param name="proofs">Of the existence of the whole signature, from outside it.</param>
    public IReadOnlyList<SignatureVerdict> Judge(CmsFacts facts, DateTimeOffset at, CertificateUsage usage, IReadOnlyList<ProofOfExistence>? proofs = null) =>
        Judge(facts, at, usage, proofs, null, null);

    private IReadOnlyList<SignatureVerdict> Judge(
        CmsFacts facts, DateTimeOffset at, CertificateUsage usage, IReadOnlyList<ProofOfExistence>? proofs, FileWork? work, CertificatePaths? chosen)
    {
        if (facts.Signers.Count == 0)
        {
            return [new SignatureVerdict(SignatureKind.Cms, null, null, [CmsFindings.NoSigner])];
        }

        var round = RoundOf(facts, at, usage, proofs ?? [], work, chosen);
        foreach (var signer in facts.Signers)
        {
            Judge(signer, null, round, round.Proofs);
        }

        return policy.RequiresOwnForm && !round.IsSearchCut && !facts.Certificates.All(round.Used.Contains)
            ? [.. round.Verdicts.Select(verdict => verdict with { Findings = [.. verdict.Findings, CmsFindings.CertificateUnrelated] })]
            : round.Verdicts;
    }

    /// <summary>
    /// The counter-signatures of one signer, each followed by its own, for whoever judges that signer by other rules.
    /// <see cref="SignatureVerdict.Of"/> is a place in this list, null for those of the signer itself.
    /// </summary>
    /// <param name="timestampsLeft">How many more time-stamps of this CMS may be judged.</param>
    internal IReadOnlyList<SignatureVerdict> JudgeCounterSignatures(SignerFacts signer, CmsFacts facts, DateTimeOffset at, int timestampsLeft, FileWork work)
    {
        var round = RoundOf(facts, at, CertificateUsage.DocumentSigning, [], work);
        round.Timestamps = policy.Limits.MaxTimestamps - timestampsLeft;
        foreach (var counter in signer.CounterSignatures)
        {
            IsGood(counter, null, round, round.Proofs);
        }

        return round.Verdicts;
    }

    private Round RoundOf(CmsFacts facts, DateTimeOffset at, CertificateUsage usage, IReadOnlyList<ProofOfExistence> proofs, FileWork? work, CertificatePaths? chosen = null)
    {
        // What it brings itself is found only in a store of its own; where there is no work left to make one, there is none to judge it.
        var known = chosen ?? (facts.RevocationLists.Count + facts.OcspResponses.Count == 0 ? Paths : null);
        var isPaid = known is not null || work is null || work.TryPay(CertificatePaths.CostOf(store));
        return new Round(
            facts, known ?? (isPaid ? new CertificatePaths(WithRevocationOf(facts), policy.PathOptions) : Paths), at, usage, proofs, isPaid ? work ?? FileWork.Of(policy.PathOptions) : new FileWork(0, 0));
    }

    // What is at hand may be tens of thousands: it is not copied for each signer that brings nothing.
    private TrustStore WithRevocationOf(CmsFacts facts) =>
        facts.RevocationLists.Count + facts.OcspResponses.Count == 0 ? store : store.With(facts.RevocationLists).With(facts.OcspResponses);

    /// <param name="proofs">That it existed, from outside it.</param>
    private void Judge(SignerFacts signer, int? of, Round round, IReadOnlyList<ProofOfExistence> proofs)
    {
        var stamped = timestamps.Judge(signer, new TimestampDemands(WithRevocationOf(round.Facts), round.Facts.Certificates, policy, round.At, policy.Limits.MaxTimestamps - round.Timestamps)
        {
            ProvenAt = ProofOfExistence.Earliest(proofs, round.At)?.Time,
            Work = round.Work.Added,
        });
        stamped = [.. stamped.Zip(signer.Timestamps, SignatureTimestampRules.Place)];
        round.Timestamps += stamped.Count;
        var after = stamped.Max(stamp => stamp.SignedAfter);
        var proof = ProofOfExistence.Earliest(proofs.Where(outside => !(outside.Time < after)).Concat(stamped.Select(stamp => stamp.Proof).OfType<ProofOfExistence>()), round.At);
        var it = new SignerCase(signer, round.Facts, policy, proof?.Time ?? round.At);
        List<Finding> findings =
        [
            .. it.Judge(FormatRules.All),
            .. it.Judge(IdentificationRules.All),
            .. it.Judge(ContextRules.All),
            .. it.Judge(CryptographicRules.All),
            .. JudgeCertificate(it, IsContradicted(after, stamped, proofs) ? null : after, round, ProofsOf(signer, round, stamped)),
            .. it.Judge(AcceptanceRules.All),
            .. proof is null ? [] : new[] { CmsFindings.Proven(proof) },
            .. proofs.Where(outside => outside.Time < after).Select(outside => CmsFindings.ProofBeforeContent(outside, after!.Value)).Take(1),
            .. NotJudged(signer.Timestamps.Count - stamped.Count, round),
            .. stamped.Any(stamp => stamp.Verdict.IsLeftOut) ? [CmsFindings.TimestampsLeftOut(stamped.Count(stamp => stamp.Verdict.IsLeftOut))] : Array.Empty<Finding>(),
        ];

        var index = round.Verdicts.Count;
        round.Verdicts.Add(new SignatureVerdict(SignatureKind.Cms, signer.Certificate, signer.SigningTime, findings) { Of = of, Proof = proof, Level = SignatureTimestampRules.LevelOf(it, stamped, () => HasStatusInside(it, round)) });
        round.Verdicts.AddRange(stamped.Select(stamp => stamp.Verdict with { Of = index }));
        var leftOut = signer.CounterSignatures.Count(counter => !IsGood(counter, index, round, [.. proofs, .. ArchiveProofsOf(counter, signer, stamped)]));
        if (leftOut > 0)
        {
            round.Verdicts[index] = round.Verdicts[index] with { Findings = [.. findings, CmsFindings.CounterSignaturesLeftOut(leftOut)] };
        }
    }

    /// <summary>Something says that the signature existed before its content was stamped: then nobody knows which of the two is wrong.</summary>
    private static bool IsContradicted(DateTimeOffset? after, IReadOnlyList<JudgedTimestamp> stamped, IReadOnlyList<ProofOfExistence> proofs) =>
        proofs.Any(outside => outside.Time < after) || stamped.Any(stamp => !stamp.Verdict.IsLeftOut && stamp.Verdict.SubIndication == SubIndication.TimestampOrderFailure);

    /// <summary>Judges a counter-signature, and leaves it out with all that is upon it where it does not pass: anybody can add one.</summary>
    private bool IsGood(SignerFacts counter, int? of, Round round, IReadOnlyList<ProofOfExistence> proofs)
    {
        var first = round.Verdicts.Count;
        Judge(counter, of, round, proofs);
        var isGood = round.Verdicts.Skip(first).All(verdict => verdict.IsLeftOut || verdict.Indication == Indication.TotalPassed);
        for (var i = first; i < round.Verdicts.Count && !isGood; i++)
        {
            round.Verdicts[i] = round.Verdicts[i] with { IsLeftOut = true };
        }

        return isGood;
    }

    /// <summary>By the archive time-stamps of the signature it signs, as far as their indexes name it (ETSI EN 319 122-1 §5.5.2).</summary>
    private static IEnumerable<ProofOfExistence> ArchiveProofsOf(SignerFacts counter, SignerFacts of, IReadOnlyList<JudgedTimestamp> stamped) =>
        from pair in stamped.Zip(of.Timestamps)
        where pair.First.Proof is not null && counter.Place is { } place && pair.Second.HashIndex?.CounterSignatures?.Contains(place) == true
        select pair.First.Proof;

    /// <summary>
    /// Whether what came inside tells the state of the signer's certificate when the signature existed (ETSI EN 319 122-1 §6.3): lists of others
    /// under its issuer's name, and those that were out of date by then, do not.
    /// </summary>
    private bool HasStatusInside(SignerCase it, Round round)
    {
        if (it.Signer.Certificate is not { } certificate || round.Facts.RevocationLists.Count + round.Facts.OcspResponses.Count == 0)
        {
            return false;
        }

        var inside = store with { RevocationLists = round.Facts.RevocationLists, OcspResponses = round.Facts.OcspResponses };
        return new CertificatePaths(inside, policy.PathOptions).Build(certificate, round.Facts.Certificates, it.ProvenAt, round.Usage, StatusProofs.None, round.WorkFor(it.Signer)).IsStatusKnown;
    }

    /// <summary>Where none is judged by intent they are only no proof; beyond a limit one might have said something else.</summary>
    private IEnumerable<Finding> NotJudged(int count, Round round) =>
        count == 0 ? []
        : round.Timestamps < policy.Limits.MaxTimestamps ? [CmsFindings.TimestampsNotJudged(count)]
        : [CmsFindings.TooManyTimestamps(count, policy.Limits.MaxTimestamps)];

    /// <summary>
    /// Of the lists and answers inside: what proves all of the CMS, and of each the archive time-stamps whose indexes name it, whatever was added
    /// since (ETSI EN 319 122-1 §5.5.2, EN 319 102-1 §5.6.2.3).
    /// </summary>
    private static StatusProofs ProofsOf(SignerFacts signer, Round round, IReadOnlyList<JudgedTimestamp> stamped) =>
        StatusProofs.Of(round.Facts.RevocationLists, round.Facts.OcspResponses, round.Proofs.Select(proof => proof.Time).Append(round.At).Min()).With(
            from stamp in stamped.Zip(signer.Timestamps)
            where stamp.First.Proof is not null && stamp.Second.HashIndex is { IsReadable: true, UnknownAlgorithm: null }
            from named in NamedIn(stamp.Second.HashIndex!, round.Facts)
            select (named, stamp.First.Proof!.Time));

    /// <summary>Facts of older versions do not say: then all of them where nothing is left out. Facts may come from a file that somebody wrote.</summary>
    private static IEnumerable<Digest> NamedIn(HashIndexFacts index, CmsFacts facts) =>
        index.Revocations?.Where(named => Digest.TryParse(named, out _)).Select(Digest.Parse)
        ?? (index.NotCovered == 0 && facts.Signers.Count == 1 ? facts.RevocationLists.Select(list => list.Fingerprint).Concat(facts.OcspResponses.Select(answer => answer.Fingerprint)) : []);

    /// <param name="after">Before it there was no signature, whatever the signer says; null where that is not known.</param>
    private static IReadOnlyList<Finding> JudgeCertificate(SignerCase it, DateTimeOffset? after, Round round, StatusProofs proofs)
    {
        if (it.Signer.Certificate is not { } certificate)
        {
            return [];
        }

        var claimed = after is { } earliest && !(it.Signer.SigningTime > earliest) ? earliest : it.Signer.SigningTime;
        var path = CertificateRules.Judge(certificate, claimed, round.Paths, round.Facts.Certificates, it.ProvenAt, round.Usage, proofs, round.WorkFor(it.Signer));
        round.Used.Add(certificate);
        round.Used.UnionWith(path.Chain);
        // A counter-signature that is left out must not excuse what belongs to nobody.
        round.IsSearchCut |= !it.Signer.IsCounterSignature && path.Findings.Any(finding => finding.Code == "PATH_SEARCH_LIMIT");
        return path.Findings;
    }

    /// <summary>One judgement under way.</summary>
    private sealed record Round(CmsFacts Facts, CertificatePaths Paths, DateTimeOffset At, CertificateUsage Usage, IReadOnlyList<ProofOfExistence> Proofs, FileWork Work)
    {
        public List<SignatureVerdict> Verdicts { get; } = [];

        public HashSet<Certificate> Used { get; } = [];

        /// <summary>Where a path leads on from is not known: a certificate may belong to it.</summary>
        public bool IsSearchCut { get; set; }

        /// <summary>How many have been judged.</summary>
        public int Timestamps { get; set; }

        public FileWork WorkFor(SignerFacts signer) => signer.IsCounterSignature ? Work.Added : Work;
    }
}
