using System.Buffers.Text;
using System.Text;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Ofd;

/// <summary>
/// Judges a CMS of type Sign over Signature.xml, GB/T 35275 or RFC 5652, in the forms that are met: detached; with the
/// digest of Signature.xml as its content, also in base64; signed attributes unsorted, with another content type, and
/// with the digest of Signature.xml or that of the content as messageDigest. None of these freedoms lets other bytes pass;
/// in all else the rules for CMS signatures and the policy apply.
/// </summary>
internal sealed class OfdCms(TrustStore store, ValidationPolicy policy)
{
    // The form that OFD leaves free, content type, order and padding, is no fault here; what contradicts itself is.
    private static readonly HashSet<string> Binding = new(StringComparer.Ordinal)
    {
        "CMS_ATTRIBUTE_NOT_SINGLE", "CMS_SIGNING_TIME_UNREADABLE", "CMS_ATTRIBUTES_AS_CONTENT", "CMS_ALGORITHM_PROTECTION_MISMATCH",
        "CMS_LIMIT", "CMS_VALUES_LEFT_OUT",
    };

    private readonly CertificatePaths paths = new(store, policy.PathOptions);
    private readonly CmsValidator counterSigned = new(store, policy);
    private readonly KnownSigners signersAtHand = new(store.Intermediates.Concat(store.Anchors));

    /// <summary>One verdict a signer, each followed by those of its time-stamps and counter-signatures; without signers one that says so.</summary>
    /// <param name="signatureFile">Signature.xml, byte for byte.</param>
    /// <param name="path">Of Signature.xml, for the findings.</param>
    /// <param name="work">What all signatures of the file draw on.</param>
    public IReadOnlyList<SignatureVerdict> Validate(CmsSignedData signed, ReadOnlyMemory<byte> signatureFile, string path, DateTimeOffset at, FileWork work)
    {
        if (signed.Signers.Count == 0)
        {
            return [new SignatureVerdict(SignatureKind.Cms, null, null, [CmsFindings.NoSigner])];
        }

        var facts = new CmsExamination(signed, null, signersAtHand, StampedSignatures.Instance, policy.Limits, work).Gather();
        var verdicts = new List<SignatureVerdict>();
        var budget = policy.Limits.MaxTimestamps;
        var hasInside = facts.RevocationLists.Count + facts.OcspResponses.Count > 0;
        var withInside = hasInside ? store.With(facts.RevocationLists).With(facts.OcspResponses) : store;
        var chosen = hasInside ? new CertificatePaths(withInside, policy.PathOptions) : paths;
        foreach (var (signer, known) in signed.Signers.Zip(facts.Signers))
        {
            IReadOnlyList<JudgedTimestamp> stamped =
                [.. StampedSignatures.Instance.Judge(known, new TimestampDemands(withInside, facts.Certificates, policy, at, budget) { Work = work.Added }).Zip(known.Timestamps, SignatureTimestampRules.Place)];
            budget -= stamped.Count;
            var proof = ProofOfExistence.Earliest(stamped.Select(stamp => stamp.Proof).OfType<ProofOfExistence>(), at);
            var of = verdicts.Count;
            verdicts.Add(Validate(signed, signer, new SignerCase(known, facts, policy, proof?.Time ?? at), chosen, work, (proof, known.Timestamps.Count - stamped.Count, StatusProofs.Of(facts.RevocationLists, facts.OcspResponses, at)), signatureFile, path));
            verdicts.AddRange(stamped.Select(stamp => stamp.Verdict with { Of = of }));
            if (stamped.Count(stamp => stamp.Verdict.IsLeftOut) is > 0 and var bad)
            {
                verdicts[of] = verdicts[of] with { Findings = [.. verdicts[of].Findings, CmsFindings.TimestampsLeftOut(bad)] };
            }

            var first = verdicts.Count;
            var counters = counterSigned.JudgeCounterSignatures(known, facts, at, budget, work);
            budget -= counters.Count(counter => counter.Kind == SignatureKind.Timestamp);
            if (counters.Count(counter => counter is { Of: null, IsLeftOut: true }) is > 0 and var leftOut)
            {
                verdicts[of] = verdicts[of] with { Findings = [.. verdicts[of].Findings, CmsFindings.CounterSignaturesLeftOut(leftOut)] };
            }

            verdicts.AddRange(counters.Select(counter => counter with { Of = counter.Of + first ?? of }));
        }

        return verdicts;
    }

    /// <param name="chosen">With the revocation lists and OCSP answers that came inside.</param>
    /// <param name="time">What proves its age, and how many time-stamps were left unjudged, and by when the lists and answers inside existed.</param>
    private SignatureVerdict Validate(
        CmsSignedData signed, CmsSignerInfo signer, SignerCase it, CertificatePaths chosen, FileWork work, (ProofOfExistence? Proof, int NotJudged, StatusProofs Inside) time, ReadOnlyMemory<byte> signatureFile, string path)
    {
        var findings = new List<Finding>();
        if (signed.TrailingContent > 0)
        {
            findings.Add(CmsFindings.TrailingBytes(signed.TrailingContent));
        }

        AddContent(findings, signed, signer, ContentDigests.Of(signatureFile), path);
        findings.AddRange(it.Judge([.. IdentificationRules.All, .. ContextRules.All]));
        findings.AddRange(it.Judge([.. FormatRules.All, .. CryptographicRules.All]).Where(finding => Binding.Contains(finding.Code)));
        if (it.Signer.Certificate is { } certificate)
        {
            findings.Add(ValueOf(signer, certificate, signed.Content is { Length: > 0 } content ? content : null, signatureFile, it.Signer.Value.Check, work));
            findings.AddRange(CertificateRules.Judge(it.Signer, chosen, signed.Certificates, it.ProvenAt, CertificateUsage.DocumentSigning, time.Inside, work).Findings);
        }

        findings.AddRange(it.Judge(AcceptanceRules.All));
        if (time.Proof is { } proof)
        {
            findings.Add(CmsFindings.Proven(proof));
        }

        if (time.NotJudged > 0)
        {
            findings.Add(CmsFindings.TooManyTimestamps(time.NotJudged, policy.Limits.MaxTimestamps));
        }

        return new SignatureVerdict(SignatureKind.Cms, it.Signer.Certificate, signer.SigningTime, findings) { Proof = time.Proof };
    }

    /// <summary>Whether what is signed is Signature.xml.</summary>
    private static void AddContent(List<Finding> findings, CmsSignedData signed, CmsSignerInfo signer, ContentDigests signatureFile, string path)
    {
        if (DigestAlgorithms.Of(signer.DigestAlgorithm.Oid) is not { } algorithm)
        {
            findings.Add(CmsFindings.AlgorithmUnknown(signer.DigestAlgorithm.Oid));
            return;
        }

        var expected = signatureFile.Get(algorithm)!;
        var content = signed.Content is { Length: > 0 } inside ? inside : default(ReadOnlyMemory<byte>?);
        var isContentRight = content is not { } bytes || IsDigest(bytes.Span, expected) || IsDigest(bytes.Span, signatureFile.Get(DigestAlgorithm.Sm3)!)
            || DigestAlgorithms.Hash(algorithm, bytes.Span).AsSpan().SequenceEqual(expected);
        var isAttributeRight = signer.SignedAttributes is null
            || (signer.SignedAttributes.ReadMessageDigest() is { } claimed
                && (claimed.AsSpan().SequenceEqual(expected) || (content is { } own && claimed.AsSpan().SequenceEqual(DigestAlgorithms.Hash(algorithm, own.Span)))));
        if (signer.SignedAttributes is { } attributes && attributes.ReadMessageDigest() is null)
        {
            findings.Add(CmsFindings.AttributeMissing("messageDigest"));
        }
        else if (!isContentRight || !isAttributeRight)
        {
            findings.Add(OfdFindings.SignatureFileAltered(path));
        }
    }

    private static bool IsDigest(ReadOnlySpan<byte> content, ReadOnlySpan<byte> digest)
    {
        if (content.SequenceEqual(digest))
        {
            return true;
        }

        // The digest as text, in base64 or hexadecimal.
        if (content.Length > 4 * digest.Length)
        {
            return false;
        }

        var text = Encoding.ASCII.GetString(content).Trim();
        return (Base64.IsValid(text) && Convert.FromBase64String(text).AsSpan().SequenceEqual(digest))
            || text.Equals(Convert.ToHexString(digest), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>As measured where that is right, otherwise once more in the forms that are met.</summary>
    /// <param name="content">What is inside and not empty.</param>
    /// <param name="measured">Over the signed attributes, or the content inside.</param>
    private static Finding ValueOf(CmsSignerInfo signer, Certificate certificate, ReadOnlyMemory<byte>? content, ReadOnlyMemory<byte> signatureFile, SignatureCheck measured, FileWork work)
    {
        if (measured == SignatureCheck.BeyondLimit)
        {
            return CmsFindings.ValueBeyondLimit;
        }

        if (measured == SignatureCheck.Valid && (signer.SignedAttributes is not null || content is not null))
        {
            return OfdFindings.SignatureVerified;
        }

        var covered = signer.SignedAttributes?.ToSignedBytes() ?? content ?? signatureFile;
        return certificate.KeyAlgorithm != Keys.KeyAlgorithm.Sm2 ? CheckOther(signer, certificate, covered, work)
            : SealSignatureValue.Check(certificate, signer.SignatureAlgorithm.Oid, covered, SealSignatureValue.Normalise(signer.Signature), work) switch
            {
                SignatureValueCheck.Valid => OfdFindings.SignatureVerified,
                SignatureValueCheck.Invalid => CmsFindings.SignatureInvalid,
                SignatureValueCheck.BeyondLimit => CmsFindings.ValueBeyondLimit,
                _ => CheckOther(signer, certificate, covered, work),
            };
    }

    // With the digest that is named and no other.
    private static Finding CheckOther(CmsSignerInfo signer, Certificate certificate, ReadOnlyMemory<byte> covered, FileWork work)
    {
        if (CmsAlgorithms.ToIdentifier(signer.SignatureAlgorithm) is not { } identifier)
        {
            return CmsFindings.AlgorithmUnknown(signer.SignatureAlgorithm.Oid);
        }

        if (!work.TryPay(VerificationCost.Of(certificate, identifier, covered.Length)))
        {
            return CmsFindings.ValueBeyondLimit;
        }

        return Keys.PublicKeys.Measure(certificate, identifier, covered.Span, signer.Signature.Span, new Org.BouncyCastle.Asn1.DerObjectIdentifier(signer.DigestAlgorithm.Oid)) switch
        {
            true => OfdFindings.SignatureVerified,
            false => CmsFindings.SignatureInvalid,
            null => CmsFindings.AlgorithmUnknown(signer.SignatureAlgorithm.Oid),
        };
    }
}
