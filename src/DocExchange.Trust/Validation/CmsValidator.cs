using DocExchange.Trust.Certificates;
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
    private readonly CertificatePaths paths;
    private readonly IReadOnlyList<Certificate> known;

    public CmsValidator(TrustStore store, ValidationPolicy policy)
        : this(store, policy, StampedSignatures.Instance)
    {
    }

    internal CmsValidator(TrustStore store, ValidationPolicy policy, ISignatureTimestamps timestamps)
    {
        this.store = store;
        this.policy = policy;
        this.timestamps = timestamps;
        paths = new CertificatePaths(store, policy.PathOptions);
        known = [.. store.Intermediates, .. store.Anchors];
    }

    /// <summary>Reads and judges. What is no CMS at all fails with the finding that says why.</summary>
    /// <param name="detached">What the signature covers when it is not inside.</param>
    /// <param name="at">When the signature is known to exist: certificates and algorithms are judged at it, or at the earliest proof.</param>
    public Verdict Judge(ReadOnlyMemory<byte> encoded, ContentDigests? detached, DateTimeOffset at, CertificateUsage usage)
    {
        try
        {
            return new Verdict(Validate(CmsSignedData.Parse(encoded, policy.Limits), detached, at, usage), []);
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

    /// <summary>What there is to measure; it depends neither on the policy nor on any time.</summary>
    /// <param name="detached">What the signature covers when it is not inside.</param>
    public CmsFacts Gather(CmsSignedData signed, ContentDigests? detached) =>
        new CmsExamination(signed, detached, known, timestamps, policy.Limits).Gather();

    /// <summary>
    /// One verdict a signer, each followed by those of its time-stamps and counter-signatures; without signers one verdict
    /// that says so, so that the list is never empty.
    /// </summary>
    /// <param name="at">When the signature is known to exist: certificates and algorithms are judged at it, or at the earliest proof.</param>
    /// <param name="proofs">Of the existence of the whole signature, from outside it.</param>
    public IReadOnlyList<SignatureVerdict> Judge(CmsFacts facts, DateTimeOffset at, CertificateUsage usage, IReadOnlyList<ProofOfExistence>? proofs = null)
    {
        if (facts.Signers.Count == 0)
        {
            return [new SignatureVerdict(SignatureKind.Cms, null, null, [CmsFindings.NoSigner])];
        }

        var round = RoundOf(facts, at, usage, proofs ?? []);
        foreach (var signer in facts.Signers)
        {
            Judge(signer, null, round);
        }

        return policy.RequiresOwnForm && !facts.Certificates.All(round.Used.Contains)
            ? [.. round.Verdicts.Select(verdict => verdict with { Findings = [.. verdict.Findings, CmsFindings.CertificateUnrelated] })]
            : round.Verdicts;
    }

    /// <summary>
    /// The counter-signatures of one signer, each followed by its own, for whoever judges that signer by other rules.
    /// <see cref="SignatureVerdict.Of"/> is a place in this list, null for those of the signer itself.
    /// </summary>
    internal IReadOnlyList<SignatureVerdict> JudgeCounterSignatures(SignerFacts signer, CmsFacts facts, DateTimeOffset at)
    {
        var round = RoundOf(facts, at, CertificateUsage.DocumentSigning, []);
        foreach (var counter in signer.CounterSignatures)
        {
            Judge(counter, null, round);
        }

        return round.Verdicts;
    }

    private Round RoundOf(CmsFacts facts, DateTimeOffset at, CertificateUsage usage, IReadOnlyList<ProofOfExistence> proofs) => new(
        facts, facts.RevocationLists.Count + facts.OcspResponses.Count == 0 ? paths : new CertificatePaths(WithRevocationOf(facts), policy.PathOptions), at, usage, proofs);

    private TrustStore WithRevocationOf(CmsFacts facts) => store.With(facts.RevocationLists).With(facts.OcspResponses);

    private void Judge(SignerFacts signer, int? of, Round round)
    {
        var stamped = timestamps.Judge(signer, new TimestampDemands(WithRevocationOf(round.Facts), round.Facts.Certificates, policy, round.At, policy.Limits.MaxTimestamps - round.Timestamps)
        {
            ProvenAt = ProofOfExistence.Earliest(round.Proofs, round.At)?.Time,
        });
        stamped = [.. stamped.Zip(signer.Timestamps, SignatureTimestampRules.Place)];
        round.Timestamps += stamped.Count;
        var proof = round.Proofs.Concat(stamped.Select(stamp => stamp.Proof).OfType<ProofOfExistence>())
            .Where(proof => proof.Time <= round.At).MinBy(proof => proof.Time);
        var it = new SignerCase(signer, round.Facts, policy, proof?.Time ?? round.At);
        List<Finding> findings =
        [
            .. it.Judge(FormatRules.All),
            .. it.Judge(IdentificationRules.All),
            .. it.Judge(ContextRules.All),
            .. it.Judge(CryptographicRules.All),
            .. JudgeCertificate(it, round),
            .. it.Judge(AcceptanceRules.All),
            .. proof is null ? [] : new[] { CmsFindings.Proven(proof) },
            .. NotJudged(signer.Timestamps.Count - stamped.Count, round),
            .. stamped.Any(stamp => stamp.Verdict.IsLeftOut) ? [CmsFindings.TimestampsLeftOut(stamped.Count(stamp => stamp.Verdict.IsLeftOut))] : Array.Empty<Finding>(),
        ];

        var index = round.Verdicts.Count;
        round.Verdicts.Add(new SignatureVerdict(SignatureKind.Cms, signer.Certificate, signer.SigningTime, findings) { Of = of, Proof = proof, Level = SignatureTimestampRules.LevelOf(it, stamped) });
        round.Verdicts.AddRange(stamped.Select(stamp => stamp.Verdict with { Of = index }));
        foreach (var counter in signer.CounterSignatures)
        {
            Judge(counter, index, round);
        }
    }

    /// <summary>Where none is judged by intent they are only no proof; beyond a limit one might have said something else.</summary>
    private IEnumerable<Finding> NotJudged(int count, Round round) =>
        count == 0 ? []
        : round.Timestamps < policy.Limits.MaxTimestamps ? [CmsFindings.TimestampsNotJudged(count)]
        : [CmsFindings.TooManyTimestamps(count, policy.Limits.MaxTimestamps)];

    private static IReadOnlyList<Finding> JudgeCertificate(SignerCase it, Round round)
    {
        if (it.Signer.Certificate is not { } certificate)
        {
            return [];
        }

        var path = CertificateRules.Judge(it.Signer, round.Paths, round.Facts.Certificates, it.ProvenAt, round.Usage);
        round.Used.Add(certificate);
        round.Used.UnionWith(path.Chain);
        return path.Findings;
    }

    /// <summary>One judgement under way.</summary>
    private sealed record Round(CmsFacts Facts, CertificatePaths Paths, DateTimeOffset At, CertificateUsage Usage, IReadOnlyList<ProofOfExistence> Proofs)
    {
        public List<SignatureVerdict> Verdicts { get; } = [];

        public HashSet<Certificate> Used { get; } = [];

        /// <summary>How many have been judged.</summary>
        public int Timestamps { get; set; }
    }
}
