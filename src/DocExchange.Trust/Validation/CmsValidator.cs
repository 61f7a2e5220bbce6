using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Validation;

/// <summary>
/// Judges CMS signatures (ETSI EN 319 102-1 §5.3). Nothing is thrown for content that fails. Safe for concurrent use;
/// keep one as long as its trust store is current, because it keeps certificate paths.
/// </summary>
public sealed class CmsValidator(TrustStore store, ValidationPolicy policy)
{
    private readonly CertificatePaths paths = new(store, policy.PathOptions);

    /// <summary>Reads and judges. What is no CMS at all fails with the finding that says why.</summary>
    /// <param name="detached">What the signature covers when it is not inside.</param>
    /// <param name="at">The proven time: the paths are judged at it, whatever the signer claims.</param>
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

    /// <summary>One verdict a signer; without signers one verdict that says so, so that the list is never empty.</summary>
    /// <param name="detached">What the signature covers when it is not inside.</param>
    /// <param name="at">The proven time: the paths are judged at it, whatever the signer claims.</param>
    public IReadOnlyList<SignatureVerdict> Validate(CmsSignedData signed, ContentDigests? detached, DateTimeOffset at, CertificateUsage usage)
    {
        var structure = JudgeStructure(signed, isDetached: detached is not null);
        if (signed.Signers.Count == 0)
        {
            return [new SignatureVerdict(SignatureKind.Cms, null, null, [CmsFindings.NoSigner, .. structure])];
        }

        var used = new HashSet<Certificate>();
        var chosen = signed.RevocationLists.Count == 0 ? paths : new CertificatePaths(store.With(signed.RevocationLists), policy.PathOptions);
        var candidates = signed.Certificates.Concat(store.Intermediates).Concat(store.Anchors).ToList();
        var verdicts = signed.Signers.Select(signer => Validate(signed, signer, detached, at, usage, candidates, chosen, structure, used)).ToList();
        return policy.RequiresOwnForm && !signed.Certificates.All(used.Contains)
            ? [.. verdicts.Select(verdict => verdict with { Findings = [.. verdict.Findings, CmsFindings.CertificateUnrelated] })]
            : verdicts;
    }

    private SignatureVerdict Validate(
        CmsSignedData signed,
        CmsSignerInfo signer,
        ContentDigests? detached,
        DateTimeOffset at,
        CertificateUsage usage,
        IReadOnlyList<Certificate> candidates,
        CertificatePaths chosen,
        List<Finding> structure,
        HashSet<Certificate> used)
    {
        var judgement = new CmsSignerJudgement(signed, signer, detached, policy, at);
        var certificate = judgement.Judge(candidates);
        List<Finding> findings = [.. structure, .. judgement.Findings];
        if (certificate is not null)
        {
            var path = chosen.Build(certificate, signed.Certificates, at, usage);
            findings.AddRange(path.Findings);
            used.Add(certificate);
            used.UnionWith(path.Chain);
        }

        return new SignatureVerdict(SignatureKind.Cms, certificate, signer.SigningTime, findings);
    }

    private List<Finding> JudgeStructure(CmsSignedData signed, bool isDetached)
    {
        var findings = new List<Finding>();
        Add(signed.TrailingBytes > 0, CmsFindings.TrailingBytes(signed.TrailingBytes));
        Add(signed.HasNonMinimalLength, CmsFindings.NonMinimalLength);
        Add(signed.Version is not (1 or 3 or 4 or 5), CmsFindings.Version(signed.Version));
        if (policy.RequiresOwnForm)
        {
            Add(isDetached && signed.Content is not null, CmsFindings.NotDetached);
            Add(!signed.IsDer, CmsFindings.NotDer);
            Add(signed.ContentType != Oids.Data, CmsFindings.ContentTypeNotData);
            Add(signed.UnreadableCertificates > 0, CmsFindings.UnreadableCertificates);
            Add(!IsOwnForm(signed), CmsFindings.NotOwnForm);
        }
        else
        {
            Add(signed.HasIndefiniteLength, CmsFindings.IndefiniteLength);
        }

        return findings;

        void Add(bool isFound, Finding finding)
        {
            if (isFound)
            {
                findings.Add(finding);
            }
        }
    }

    /// <summary>Writes the whole anew around its signers and compares the bytes.</summary>
    private static bool IsOwnForm(CmsSignedData signed)
    {
        var digests = signed.Signers.Select(signer => DigestAlgorithms.Of(signer.DigestAlgorithm.Oid)).OfType<DigestAlgorithm>();
        return CmsWriter.SignedData(digests, signed.Content, signed.Certificates, signed.Signers.Select(signer => signer.Encoded))
            .AsSpan().SequenceEqual(signed.Encoded.Span);
    }
}
