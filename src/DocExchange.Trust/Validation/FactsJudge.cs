using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Pdf;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;

namespace DocExchange.Trust.Validation;

/// <summary>Computes a verdict from facts alone: the file is not needed.</summary>
public static class FactsJudge
{
    /// <param name="at">When the file is known to have existed; proofs among the facts may show an earlier time.</param>
    /// <param name="trust">What is trusted now; null for what was trusted when the facts were gathered.</param>
    public static Verdict Judge(FileFacts facts, ValidationPolicy policy, DateTimeOffset at, TrustStore? trust = null)
    {
        if (JudgeDocument(facts, policy, at, trust) is { } document)
        {
            return document.Verdict;
        }

        var store = StoreOf(facts, policy, trust);
        IReadOnlyList<SignatureVerdict> signatures = facts.Cms is { } cms ? new CmsValidator(store, policy).Judge(cms, at, facts.Usage, facts.Proofs) : [];
        if (facts.Timestamp is { } stamp)
        {
            return new Verdict([.. signatures, Judge(stamp, new TimestampValidator(store, TimestampPolicy.Of(policy)), at)], facts.Findings);
        }

        if (facts.Seals.Count == 0)
        {
            return new Verdict(signatures, facts.Findings);
        }

        var validator = new SealValidator(store, policy: policy);
        var sealedAt = ProofOfExistence.Earliest(facts.Proofs, at)?.Time ?? at;
        var judged = facts.Seals.Select(seal => Judge(seal, facts.Kind, validator, sealedAt, facts.Cms?.Certificates ?? [])).ToList();
        return new Verdict(SignatureVerdict.WithTimestamps([.. signatures, .. judged]), facts.Findings);
    }

    /// <summary>The same of an OFD or a PDF, with what each of its signatures protects; null for other files.</summary>
    public static SignedDocument? JudgeDocument(FileFacts facts, ValidationPolicy policy, DateTimeOffset at, TrustStore? trust = null) =>
        facts.Ofd is { } ofd ? new OfdVerifier(StoreOf(facts, policy, trust), policy).Judge(ofd, facts.Findings, at)
        : facts.Pdf is { } pdf ? new PdfVerifier(StoreOf(facts, policy, trust), policy).Judge(pdf, facts.Findings, at)
        : null;

    private static SignatureVerdict Judge(TimestampFacts stamp, TimestampValidator validator, DateTimeOffset at)
    {
        var judged = TimestampToken.TryParse(stamp.Token) is { } token
            ? validator.Judge(token, stamp.CoversItsObject, at)
            : validator.Judge(stamp.Token, ContentDigests.Of(ReadOnlyMemory<byte>.Empty), at);
        return judged.Signature;
    }

    private static SignatureVerdict Judge(SealFacts seal, SignedFileKind kind, SealValidator validator, DateTimeOffset at, IReadOnlyList<Certificate> extra)
    {
        if (seal.Covered is { } covered)
        {
            // In a package the seal is of this product's own form, a file by itself may be anybody's.
            if (seal.Path is not null)
            {
                return validator.Validate(seal.Encoded, covered, EntryNames.Manifest, at, extra);
            }
        }

        try
        {
            return kind == SignedFileKind.Seal
                ? validator.ValidateSeal(Seal.ParseForeign(seal.Encoded), at, extra)
                : validator.Validate(SealSignature.ParseForeign(seal.Encoded), seal.Covered is { } content ? ContentDigests.Of(content) : null, expectedPropertyInfo: null, at, extra);
        }
        catch (SealFormatException fault)
        {
            return new SignatureVerdict(SignatureKind.Seal, null, null, [SealFindings.Format(fault)]);
        }
    }

    private static TrustStore StoreOf(FileFacts facts, ValidationPolicy policy, TrustStore? trust) => trust is null ? facts.Trust : Join(trust, facts.Trust, policy);

    /// <summary>Trust is what the caller says; certificates and lists that were at hand still help, and makers of seals once told apart stay so.</summary>
    private static TrustStore Join(TrustStore trust, TrustStore known, ValidationPolicy policy) => trust with
    {
        SealMakers = trust.SealMakers ?? (policy.SealMakers is null ? known.SealMakers : null),
        Intermediates = [.. trust.Intermediates, .. known.Intermediates],
        RevocationLists = [.. trust.RevocationLists, .. known.RevocationLists],
        OcspResponses = [.. trust.OcspResponses, .. known.OcspResponses],
    };
}
