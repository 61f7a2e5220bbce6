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
    private readonly SealValidator seals;
    private readonly TimestampValidator timestamps;

    public PdfVerifier(TrustStore store, ValidationPolicy policy, PdfLimits? limits = null)
    {
        this.limits = limits ?? PdfLimits.Default;
        foreign = DocumentPolicy.Of(policy);
        cms = new CmsValidator(store, foreign);
        seals = new SealValidator(store, policy: policy);
        timestamps = new TimestampValidator(store, TimestampPolicy.Of(foreign));
    }

    /// <param name="seekable">Read at will, not closed.</param>
    /// <param name="at">When the file is known to have existed; now, when nothing better is known.</param>
    public async Task<SignedDocument> VerifyAsync(Stream seekable, DateTimeOffset at, CancellationToken cancellation)
    {
        if (seekable.Length > limits.MaxFileSize)
        {
            return new SignedDocument(new Verdict([], [PdfFindings.TooLarge(seekable.Length, limits.MaxFileSize)]), [], []);
        }

        var (fields, ignored, isLimited) = await PdfScanner.FindAsync(seekable, limits, cancellation);
        var findings = new List<Finding>();
        if (ignored > 0)
        {
            findings.Add(PdfFindings.Ignored(ignored));
        }

        if (isLimited)
        {
            findings.Add(PdfFindings.TooMany);
        }

        if (fields.Count == 0)
        {
            findings.Add(PdfFindings.NoSignature);
        }

        var signatures = new List<DocumentSignature>();
        foreach (var judged in await JudgeAllAsync(new PdfBytes(seekable, limits.MaxHashed), fields, at, cancellation))
        {
            var before = signatures.Count;
            signatures.AddRange(judged.Select(signature => signature.Behind(before)));
        }

        return new SignedDocument(new Verdict([.. signatures.Select(signature => signature.Verdict)], findings), signatures, []);
    }

    // From the last to the first: a document time-stamp (ISO 32000-2 §12.8.5) proves the age of every signature before it.
    // Anybody may ask for one, so it is nobody's approval of what was added since the last signature.
    private async Task<IReadOnlyList<DocumentSignature>[]> JudgeAllAsync(PdfBytes bytes, IReadOnlyList<PdfSignatureField> fields, DateTimeOffset at, CancellationToken cancellation)
    {
        var judged = new IReadOnlyList<DocumentSignature>[fields.Count];
        var proofs = new List<(ProofOfExistence Proof, long Before)>();
        var last = fields.Index().LastOrDefault(field => !field.Item.IsTimestamp, (fields.Count - 1, null!)).Index;
        for (var index = fields.Count - 1; index >= 0; index--)
        {
            var field = fields[index];
            IReadOnlyList<ProofOfExistence> covering = [.. proofs.Where(proof => field.GapEnd <= proof.Before).Select(proof => proof.Proof)];
            judged[index] = [.. await JudgeAsync(bytes, field, index, isLast: index == last, new KnownAge(at, covering), cancellation)];
            if (field.IsTimestamp && judged[index] is [{ Verdict.Proof: { } proven }])
            {
                proofs.Add((proven, field.GapStart));
            }
        }

        return judged;
    }

    private async Task<IEnumerable<DocumentSignature>> JudgeAsync(
        PdfBytes bytes, PdfSignatureField field, int index, bool isLast, KnownAge at, CancellationToken cancellation)
    {
        var file = bytes.File;
        var value = Trim(await PdfScanner.ReadContentsAsync(file, field, cancellation));
        var (verdicts, seal) = CmsSignedData.LooksLike(value.Span)
            ? (await JudgeCmsAsync(bytes, field, value, at, cancellation), null)
            : await JudgeSealAsync(bytes, field, value, at, cancellation);
        var added = file.Length - field.End;
        var coverage = added == 0 ? PdfFindings.CoversWholeFile : isLast && !await IsBlankAsync(file, field.End, cancellation) ? PdfFindings.AddedAfterLast(added) : PdfFindings.LaterRevision(added);
        var range = $"bytes 0-{field.GapStart}, {field.GapEnd}-{field.End}";
        return verdicts.Select(verdict =>
        {
            var isAltered = verdict.Findings.Any(finding => finding.SubIndication == SubIndication.HashFailure);
            return verdict.Of is not null
                ? new DocumentSignature($"{index + 1}", range, null, null, [], [], verdict)
                : new DocumentSignature(
                    $"{index + 1}", range, field.Filter, seal, isAltered ? [] : [range], isAltered ? [range] : [],
                    verdict with { Findings = [.. DocumentFindings.WithResult(verdict.Findings), coverage] })
                {
                    ActsAsSeal = !field.IsTimestamp,
                };
        });
    }

    private async Task<IReadOnlyList<SignatureVerdict>> JudgeCmsAsync(PdfBytes bytes, PdfSignatureField field, ReadOnlyMemory<byte> value, KnownAge known, CancellationToken cancellation)
    {
        try
        {
            var signed = CmsSignedData.Parse(value, foreign.Limits);
            if (field.SubFilter == "adbe.pkcs7.sha1")
            {
                return await JudgeSha1Async(bytes, field, signed, known, cancellation);
            }

            if (field.IsTimestamp)
            {
                return [await JudgeTimestampAsync(bytes, field, value, known, cancellation)];
            }

            var algorithms = signed.Signers.Select(signer => DigestAlgorithms.Of(signer.DigestAlgorithm.Oid)).OfType<DigestAlgorithm>().ToHashSet();
            return await bytes.DigestAsync(field, algorithms, cancellation) is { } digests
                ? WithoutAnchor(cms.Validate(signed, digests, known.At, CertificateUsage.DocumentSigning, known.Proofs))
                : [NotChecked(SignatureKind.Cms)];
        }
        catch (CmsFormatException fault)
        {
            return [new SignatureVerdict(SignatureKind.Cms, null, null, [fault.ToFinding()])];
        }
    }

    /// <summary>ISO 32000-1 §12.8.3.3.1: the content of the CMS is the SHA-1 digest of the range.</summary>
    private async Task<IReadOnlyList<SignatureVerdict>> JudgeSha1Async(PdfBytes bytes, PdfSignatureField field, CmsSignedData signed, KnownAge known, CancellationToken cancellation)
    {
        if (await bytes.DigestAsync(field, [DigestAlgorithm.Sha1], cancellation) is not { } digests)
        {
            return [NotChecked(SignatureKind.Cms)];
        }

        var digest = digests.Get(DigestAlgorithm.Sha1)!;
        var isRight = signed.Content is { } content && content.Span.SequenceEqual(digest);
        List<Finding> own = isRight ? [] : [PdfFindings.ContentDiffers];
        var weak = CmsFindings.AlgorithmExpired("SHA-1", foreign.Algorithms.Ends.GetValueOrDefault("SHA-1") ?? known.At, claimsEarlier: false);
        return [.. WithoutAnchor(cms.Validate(signed, null, known.At, CertificateUsage.DocumentSigning, known.Proofs)).Select(verdict => verdict with { Findings = [.. own, .. verdict.Findings, weak] })];
    }

    private async Task<SignatureVerdict> JudgeTimestampAsync(PdfBytes bytes, PdfSignatureField field, ReadOnlyMemory<byte> value, KnownAge known, CancellationToken cancellation)
    {
        var algorithm = TimestampToken.TryParse(value, foreign.Limits)?.Info.Imprint.DigestAlgorithm;
        if (await bytes.DigestAsync(field, algorithm is { } stated ? [stated] : [], cancellation) is not { } digests)
        {
            return NotChecked(SignatureKind.Timestamp);
        }

        var judged = timestamps.Judge(value, digests, known.Earliest);
        return judged.Signature with { Findings = [.. PathFindings.WithoutAnchor(judged.Signature.Findings)], Proof = judged.Proof };
    }

    private async Task<(IReadOnlyList<SignatureVerdict> Verdicts, Seal? Seal)> JudgeSealAsync(
        PdfBytes bytes, PdfSignatureField field, ReadOnlyMemory<byte> value, KnownAge known, CancellationToken cancellation)
    {
        try
        {
            var signature = SealSignature.ParseForeign(value);
            var digests = await bytes.DigestAsync(field, SealValidator.DigestsFor(signature), cancellation);
            return digests is null
                ? ([NotChecked(SignatureKind.Seal)], signature.Seal)
                : (WithoutAnchor(SignatureVerdict.WithTimestamps([seals.Validate(signature, digests, expectedPropertyInfo: null, known.Earliest)])), signature.Seal);
        }
        catch (SealFormatException fault)
        {
            var isNone = fault.Code == "SEAL_FORMAT";
            return ([new SignatureVerdict(isNone ? SignatureKind.Cms : SignatureKind.Seal, null, null, [isNone ? PdfFindings.SubFilter(field.SubFilter) : SealFindings.Format(fault)])], null);
        }
    }

    private static SignatureVerdict NotChecked(SignatureKind kind) => new(kind, null, null, [PdfFindings.NotAllChecked]);

    private static IReadOnlyList<SignatureVerdict> WithoutAnchor(IReadOnlyList<SignatureVerdict> verdicts) =>
        [.. verdicts.Select(verdict => verdict with { Findings = [.. PathFindings.WithoutAnchor(verdict.Findings)] })];

    /// <summary>Contents is reserved before its size is known and filled up with zeros.</summary>
    private ReadOnlyMemory<byte> Trim(byte[] contents)
    {
        try
        {
            var length = contents.Length > 0 ? BerScan.Of(contents, foreign.Limits).Length : 0;
            return contents.AsSpan(length).ContainsAnyExcept((byte)0) ? contents : contents.AsMemory(0, length);
        }
        catch (CmsFormatException)
        {
            return contents;
        }
    }

    // Line ends after %%EOF change nothing.
    private static async Task<bool> IsBlankAsync(Stream file, long start, CancellationToken cancellation)
    {
        const int Few = 16;
        if (file.Length - start > Few)
        {
            return false;
        }

        var rest = new byte[file.Length - start];
        file.Position = start;
        await file.ReadExactlyAsync(rest, cancellation);
        return !rest.AsSpan().ContainsAnyExcept("\r\n \0"u8);
    }

    /// <param name="At">When the file is known to have existed.</param>
    /// <param name="Proofs">Of document time-stamps that cover the signature.</param>
    private sealed record KnownAge(DateTimeOffset At, IReadOnlyList<ProofOfExistence> Proofs)
    {
        public DateTimeOffset Earliest => ProofOfExistence.Earliest(Proofs, At)?.Time ?? At;
    }
}
