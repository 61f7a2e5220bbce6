using DocExchange.Trust.Certificates;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Pdf;

/// <summary>
/// Judges every signature of a PDF (ISO 32000-1 §12.8): CMS as Adobe and PAdES embed it, and seal signatures of GB/T
/// 38540. Says what each covers and what was added afterwards. Nothing is thrown for content that fails. Safe for
/// concurrent use.
/// </summary>
public sealed class PdfVerifier
{
    private readonly PdfLimits limits;
    private readonly ValidationPolicy foreign;
    private readonly CmsValidator cms;
    private readonly CmsValidator cades;
    private readonly SealValidator seals;
    private readonly Func<FileWork, TimestampValidator> timestamps;

    public PdfVerifier(TrustStore store, ValidationPolicy policy, PdfLimits? limits = null)
    {
        this.limits = limits ?? PdfLimits.Default;
        foreign = DocumentPolicy.Of(policy);
        cms = new CmsValidator(store, foreign);
        cades = new CmsValidator(store, foreign with { RequiresSigningCertificateReference = true });
        seals = new SealValidator(store, policy: policy);
        timestamps = work => new TimestampValidator(store, TimestampPolicy.Of(foreign), work);
    }

    /// <param name="seekable">Read at will, not closed.</param>
    /// <param name="at">When the file is known to have existed; now, when nothing better is known.</param>
    public async Task<SignedDocument> VerifyAsync(Stream seekable, DateTimeOffset at, CancellationToken cancellation) => await VerifyAsync(seekable, at, null, cancellation);

    /// <param name="keep">Given what is measured of each signature, the last first; null where nobody keeps it.</param>
    internal async Task<SignedDocument> VerifyAsync(Stream seekable, DateTimeOffset at, KeptFacts<PdfSignatureFacts>? keep, CancellationToken cancellation)
    {
        if (seekable.Length > limits.MaxFileSize)
        {
            return new SignedDocument(new Verdict([], [PdfFindings.TooLarge(seekable.Length, limits.MaxFileSize)]), [], []);
        }

        var found = await PdfScanner.FindAsync(seekable, limits, cancellation);
        var fields = found.Fields;

        // One after the other: all together may be too large for the memory.
        var reader = new PdfSignatureReader(new PdfBytes(seekable, limits.MaxHashedOf(seekable.Length)), foreign.Limits);
        var last = fields.Index().LastOrDefault(field => !field.Item.IsTimestamp, (fields.Count - 1, null!)).Index;
        var round = new Round(this, fields.Count, at);
        for (var index = fields.Count - 1; index >= 0; index--)
        {
            var measured = await reader.ReadAsync(fields[index], isLast: index == last, cancellation);
            keep?.Add(measured, measured.Value.Length);
            round.Judge(index, measured);
        }

        return round.Finish([.. PdfFindings.Of(found)]);
    }

    /// <summary>The same from what was measured.</summary>
    /// <param name="findings">Of the whole file.</param>
    internal SignedDocument Judge(PdfFacts facts, IReadOnlyList<Finding> findings, DateTimeOffset at)
    {
        var round = new Round(this, facts.Signatures.Count, at);
        for (var index = facts.Signatures.Count - 1; index >= 0; index--)
        {
            round.Judge(index, facts.Signatures[index]);
        }

        return round.Finish(findings);
    }

    private IEnumerable<DocumentSignature> Judge(PdfSignatureFacts facts, int index, KnownAge known)
    {
        var field = facts.Field;
        var value = PdfSignatureReader.Trim(facts.Value, foreign.Limits);
        var digests = facts.Digests is { } measured ? ContentDigests.Of(measured.ToDictionary(each => each.Key, each => each.Value.ToArray()), facts.IsLikeAttributes) : null;
        var (verdicts, seal) = CmsSignedData.LooksLike(value.Span) ? (JudgeCms(digests, field, value, known), null) : JudgeSeal(digests, field, value, known);
        var range = $"bytes 0-{field.GapStart}, {field.GapEnd}-{field.End}";
        return verdicts.Select(verdict =>
        {
            var isAltered = verdict.Findings.Any(finding => finding.SubIndication == SubIndication.HashFailure);
            return verdict.Of is not null
                ? new DocumentSignature($"{index + 1}", range, null, null, [], [], verdict)
                : new DocumentSignature(
                    $"{index + 1}", range, field.Filter, seal, isAltered ? [] : [range], isAltered ? [range] : [],
                    verdict with { Findings = [.. DocumentFindings.WithResult(verdict.Findings), facts.Coverage] })
                {
                    ActsAsSeal = !field.IsTimestamp,
                };
        });
    }

    private IReadOnlyList<SignatureVerdict> JudgeCms(ContentDigests? digests, PdfSignatureField field, ReadOnlyMemory<byte> value, KnownAge known)
    {
        try
        {
            var signed = CmsSignedData.Parse(value, foreign.Limits);
            return digests is null ? [NotChecked(field.IsTimestamp ? SignatureKind.Timestamp : SignatureKind.Cms)]
                : field.SubFilter == PdfSignatureField.Sha1 ? JudgeSha1(digests, signed, known)
                : field.IsTimestamp ? [JudgeTimestamp(digests, value, known)]
                : WithoutAnchor((field.SubFilter == PdfSignatureField.Cades ? cades : cms).Validate(signed, digests, known.At, CertificateUsage.DocumentSigning, known.Proofs, known.Work));
        }
        catch (CmsFormatException fault)
        {
            return [new SignatureVerdict(SignatureKind.Cms, null, null, [fault.ToFinding()])];
        }
    }

    private IReadOnlyList<SignatureVerdict> JudgeSha1(ContentDigests digests, CmsSignedData signed, KnownAge known)
    {
        var isRight = digests.Get(DigestAlgorithm.Sha1) is { } digest && signed.Content is { } content && content.Span.SequenceEqual(digest);
        List<Finding> own = isRight ? [] : [PdfFindings.ContentDiffers];
        var weak = CmsFindings.AlgorithmExpired("SHA-1", foreign.Algorithms.Ends.GetValueOrDefault("SHA-1") ?? known.At, claimsEarlier: false);
        return [.. WithoutAnchor(cms.Validate(signed, null, known.At, CertificateUsage.DocumentSigning, known.Proofs, known.Work)).Select(verdict => verdict with { Findings = [.. own, .. verdict.Findings, weak] })];
    }

    private SignatureVerdict JudgeTimestamp(ContentDigests digests, ReadOnlyMemory<byte> value, KnownAge known)
    {
        var judged = timestamps(known.Work.Added).Judge(value, digests, known.Earliest);
        return judged.Signature with { Findings = [.. PathFindings.WithoutAnchor(judged.Signature.Findings)], Proof = judged.Proof, Stamps = TimestampKind.Document };
    }

    private (IReadOnlyList<SignatureVerdict> Verdicts, Seal? Seal) JudgeSeal(ContentDigests? digests, PdfSignatureField field, ReadOnlyMemory<byte> value, KnownAge known)
    {
        try
        {
            var signature = SealSignature.ParseForeign(value);
            return digests is null
                ? ([NotChecked(SignatureKind.Seal)], signature.Seal)
                : (WithoutAnchor(SignatureVerdict.WithTimestamps([seals.Validate(signature, digests, expectedPropertyInfo: null, known.Earliest, work: known.Work)])), signature.Seal);
        }
        catch (SealFormatException fault)
        {
            var isNone = fault.Code == "SEAL_FORMAT";
            return ([new SignatureVerdict(isNone ? SignatureKind.Cms : SignatureKind.Seal, null, null, [isNone ? PdfFindings.SubFilter(field.SubFilter) : SealFindings.Format(fault)])], null);
        }
    }

    private static SignatureVerdict NotChecked(SignatureKind kind) => new(kind, null, null, [PdfFindings.NotAllChecked]);

    // The levels of PAdES rest on what stands beside the signature in the file, which is not weighed here.
    private static IReadOnlyList<SignatureVerdict> WithoutAnchor(IReadOnlyList<SignatureVerdict> verdicts) =>
        [.. verdicts.Select(verdict => verdict with { Findings = [.. PathFindings.WithoutAnchor(verdict.Findings)], Level = null })];

    // From the last to the first: a document time-stamp (ISO 32000-2 §12.8.5) proves the age of every signature before it.
    // Anybody may ask for one, so it is nobody's approval of what was added since the last signature.
    private sealed class Round(PdfVerifier verifier, int count, DateTimeOffset at)
    {
        private readonly IReadOnlyList<DocumentSignature>[] judged = new IReadOnlyList<DocumentSignature>[count];
        private readonly List<(ProofOfExistence Proof, long Before)> proofs = [];
        private bool isSigned;
        private readonly FileWork work = FileWork.Of(verifier.foreign.PathOptions);

        public void Judge(int index, PdfSignatureFacts facts)
        {
            IReadOnlyList<ProofOfExistence> covering = [.. proofs.Where(proof => facts.GapEnd <= proof.Before).Select(proof => proof.Proof)];
            judged[index] = [.. verifier.Judge(facts, index, new KnownAge(at, covering, work))];
            isSigned |= !facts.Field.IsTimestamp;
            if (facts.Field.IsTimestamp && judged[index] is [{ Verdict.Proof: { } proven }])
            {
                proofs.Add((proven, facts.GapStart));
            }
        }

        public SignedDocument Finish(IReadOnlyList<Finding> findings)
        {
            var signatures = new List<DocumentSignature>();
            foreach (var one in judged)
            {
                var before = signatures.Count;
                signatures.AddRange(one.Select(signature => signature.Behind(before)));
            }

            // Facts of earlier versions do not say so.
            var isStampedOnly = count > 0 && !isSigned && !findings.Contains(PdfFindings.TimestampOnly);
            return new SignedDocument(new Verdict([.. signatures.Select(signature => signature.Verdict)], isStampedOnly ? [.. findings, PdfFindings.TimestampOnly] : findings), signatures, []);
        }
    }

    /// <param name="At">When the file is known to have existed.</param>
    /// <param name="Proofs">Of document time-stamps that cover the signature.</param>
    /// <param name="Work">What all signatures of the file draw on.</param>
    private sealed record KnownAge(DateTimeOffset At, IReadOnlyList<ProofOfExistence> Proofs, FileWork Work)
    {
        public DateTimeOffset Earliest => ProofOfExistence.Earliest(Proofs, At)?.Time ?? At;
    }
}
