using System.Security.Cryptography;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Certificates;

/// <param name="Chain">Leaf first, up to the trust anchor; as far as it could be followed where none was reached.</param>
/// <param name="Findings">Everything found; remarks only where the leaf may be relied upon.</param>
public sealed record PathResult(IReadOnlyList<Certificate> Chain, IReadOnlyList<Finding> Findings)
{
    /// <summary>
    /// Dotted object identifiers: the policies the leaf is valid under, as far as they are acceptable, in the trust anchor's
    /// words; 2.5.29.32.0 stands for any.
    /// </summary>
    public IReadOnlyList<string> Policies { get; init; } = [];

    /// <summary>The certificates of the chain with what is known of their revocation.</summary>
    internal IReadOnlyList<ExaminedCertificate> Examined { get; init; } = [];

    /// <summary>Until when the word of the leaf on other certificates is believed.</summary>
    internal StatusEnd End { get; init; }

    /// <summary>The leaf is revoked for a reason that concerns its key, and so every certificate of the key.</summary>
    internal bool IsKeyInDoubt { get; init; }

    /// <summary>There is word on the leaf's revocation for the time of judgement, for one reason at least.</summary>
    internal bool IsStatusKnown { get; init; }

    public bool IsTrusted => Findings.All(finding => finding.Indication == Indication.TotalPassed);
}

/// <summary>
/// Judges whether certificates may be relied upon (RFC 5280 §6) under one <see cref="TrustStore"/>. What does not
/// depend on time is found once for each leaf and kept, bounded; times are evaluated afresh. Safe for concurrent use.
/// </summary>
public sealed class CertificatePaths
{
    private const int CachedLeaves = 4096;

    private readonly TrustStore store;
    private readonly CertificatePathOptions options;
    private readonly HashSet<Digest> anchors;
    private readonly KnownCertificates known;
    private readonly KnownStatus status;
    private readonly BoundedCache<(Digest Leaf, Digest Extra, CertificateUsage Usage), Examination> examined = new(CachedLeaves);
    private long signatureChecks;
    private long work;

    public CertificatePaths(TrustStore store, CertificatePathOptions options)
    {
        this.store = store;
        this.options = options;
        anchors = [.. store.Anchors.Select(anchor => anchor.Fingerprint)];
        known = new KnownCertificates(store.Anchors.Concat(store.Intermediates));
        status = new KnownStatus(store);
    }

    public TrustStore Store => store;

    /// <summary>What it costs to make one, in the measure of <see cref="FileWork"/>.</summary>
    public static long CostOf(TrustStore store) => store.Anchors.Count + store.Intermediates.Count + store.RevocationLists.Count + store.OcspResponses.Sum(answer => answer.Singles.Count);

    /// <summary>How many signatures all searches have asked for, whether remembered or verified.</summary>
    internal long SignatureChecks => Interlocked.Read(ref signatureChecks);

    /// <summary>How much all searches have cost by the estimate, remembered or not.</summary>
    internal long Work => Interlocked.Read(ref work);

    /// <summary>
    /// The best chain for <paramref name="leaf"/> with every finding about it. Never throws for what is in the
    /// certificates.
    /// </summary>
    /// <param name="extra">Certificates that came along; only their signatures are believed.</param>
    /// <param name="at">The time of judgement: a proven time of signing, or now. What was revoked later is a remark.</param>
    public PathResult Build(Certificate leaf, IReadOnlyList<Certificate> extra, DateTimeOffset at, CertificateUsage usage) => Build(leaf, extra, at, usage, StatusProofs.None);

    /// <inheritdoc cref="Build(Certificate, IReadOnlyList{Certificate}, DateTimeOffset, CertificateUsage)"/>
    /// <param name="file">What the searches of one file draw on; null where this is the only one.</param>
    public PathResult Build(Certificate leaf, IReadOnlyList<Certificate> extra, DateTimeOffset at, CertificateUsage usage, FileWork? file) => Build(leaf, extra, at, usage, StatusProofs.None, file);

    /// <inheritdoc cref="Build(Certificate, IReadOnlyList{Certificate}, DateTimeOffset, CertificateUsage)"/>
    /// <param name="proofs">Of the age of lists and answers.</param>
    /// <param name="file">What the searches of one file draw on.</param>
    internal PathResult Build(Certificate leaf, IReadOnlyList<Certificate> extra, DateTimeOffset at, CertificateUsage usage, StatusProofs proofs, FileWork? file = null)
    {
        var considered = Math.Min(extra.Count, options.MaxCertificates);
        var key = (leaf.Fingerprint, FingerprintOf(extra, considered), usage);
        var search = (this, key);
        if (!examined.TryGet(key, out var examination) || file?.TryPay(search, examination.Bill) == false)
        {
            examination = Examine(leaf, [.. extra.Take(considered)], extra.Count - considered, usage, file?.IsPaid(search) == true ? null : file);
            if (!examination.IsCut)
            {
                examined.Put(key, examination);
                file?.MarkPaid(search);
            }
        }

        var chains = examination.Chains;

        var judgement = new StatusJudgement(options, proofs, file);
        var best = judgement.Of(chains[0], at);
        for (var i = 1; i < chains.Count && !best.IsTrusted; i++)
        {
            var next = judgement.Of(chains[i], at);
            best = Badness(next).CompareTo(Badness(best)) < 0 ? next : best;
        }

        return judgement.IsLimited && !best.IsTrusted && best.Findings.All(finding => finding.Code != "CRL_LIMIT") ? best with { Findings = [.. best.Findings, PathFindings.StatusWork(leaf)] } : best;
    }

    private static (Indication Worst, int Faults) Badness(PathResult result) =>
        (result.Findings.Worst().Indication, result.Findings.Count(finding => finding.Indication != Indication.TotalPassed));

    private static Digest FingerprintOf(IReadOnlyList<Certificate> certificates, int count)
    {
        if (count == 0)
        {
            return default;
        }

        var joined = new byte[count * Digest.Size];
        for (var i = 0; i < count; i++)
        {
            certificates[i].Fingerprint.Span.CopyTo(joined.AsSpan(i * Digest.Size));
        }

        return Digest.FromBytes(SHA256.HashData(joined));
    }

    private Examination Examine(Certificate leaf, IReadOnlyList<Certificate> extra, int ignored, CertificateUsage usage, FileWork? file)
    {
        var ofUsage = usage == CertificateUsage.Any ? options with { AcceptsDsa = true } : options;
        var examination = new PathExamination(anchors, known, status, extra, ofUsage, file);
        List<Finding> remarks = ignored > 0 ? [PathFindings.CertificatesIgnored(ignored)] : [];
        var chains = examination.ChainsOf(leaf, usage, remarks);
        Interlocked.Add(ref signatureChecks, examination.SignatureChecks);
        Interlocked.Add(ref work, examination.Work);
        return new Examination(chains, examination.Bill, examination.IsCut);
    }

    /// <param name="IsCut">Other searches of the same file left too little for this one: another file's would find more.</param>
    private sealed record Examination(IReadOnlyList<ExaminedChain> Chains, WorkBill Bill, bool IsCut);
}
