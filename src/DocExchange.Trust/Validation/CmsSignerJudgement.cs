using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using Org.BouncyCastle.Asn1;

namespace DocExchange.Trust.Validation;

/// <summary>
/// Judges one signer over the bytes as encoded: attributes, digest, algorithms, signature value. Collects every
/// finding; nothing is passed over because something before it failed.
/// </summary>
internal sealed class CmsSignerJudgement(CmsSignedData signed, CmsSignerInfo signer, ContentDigests? detached, ValidationPolicy policy, DateTimeOffset at)
{
    private readonly List<Finding> findings = [];
    private readonly CmsAttributes? attributes = signer.SignedAttributes;
    private readonly DigestAlgorithm? digestAlgorithm = DigestAlgorithms.Of(signer.DigestAlgorithm.Oid);

    public List<Finding> Findings => findings;

    /// <summary>The signer's certificate, where one was found.</summary>
    public Certificate? Judge(IReadOnlyList<Certificate> candidates)
    {
        JudgeStructure();
        JudgeAttributes();
        JudgeContent();
        JudgeAlgorithms();
        var certificate = SigningCertificate.Find(signer, candidates, policy, findings);
        if (certificate is not null)
        {
            JudgeTrustInAlgorithms(certificate);
            JudgeSignature(certificate);
            JudgeOwnForm(certificate);
        }

        return certificate;
    }

    private void JudgeStructure()
    {
        var expected = signer.Identifier.SubjectKeyIdentifier is null ? 1 : 3;
        Require(signer.Version == expected, CmsFindings.SignerVersion);
        Require(!signed.Signers.Any(other => other != signer && other.Identifier.IsSameAs(signer.Identifier)), CmsFindings.DuplicateSigner);
        foreach (var attribute in signer.UnsignedAttributes?.All ?? [])
        {
            Require(policy.AllowedUnsignedAttributes?.Contains(attribute.Oid) != false, CmsFindings.UnsignedAttribute(attribute.Oid));
        }

        RequireSigned(Oids.SigningTime, "signingTime");
        RequireSigned(Oids.ContentType, "contentType");
        RequireSigned(Oids.MessageDigest, "messageDigest");
        RequireSigned(Oids.SigningCertificateV2, "signingCertificateV2");
    }

    private void JudgeAttributes()
    {
        if (attributes is null)
        {
            findings.Add(CmsFindings.NoSignedAttributes);
            Require(!LooksLikeAttributes(signed.Content), CmsFindings.AttributesAsContent);
            return;
        }

        Require(attributes.HasDerLengths, CmsFindings.SignedPartNotDer);
        Require(attributes.IsSorted, policy.RequiresOwnForm ? CmsFindings.UnsortedStrict : policy.AllowsUnsortedAttributes ? CmsFindings.UnsortedRemark : CmsFindings.Unsorted);
        if (RequireSingle(Oids.ContentType, "contentType", isRequired: true))
        {
            Require(attributes.ReadContentType() == signed.ContentType, CmsFindings.ContentTypeMismatch);
        }

        if (attributes.Count(Oids.SigningTime) == 0)
        {
            findings.Add(policy.RequiresSigningTime ? CmsFindings.NoSigningTime : CmsFindings.NoSigningTimeRemark);
        }
        else if (RequireSingle(Oids.SigningTime, "signingTime", isRequired: false))
        {
            Require(signer.SigningTime is not null, CmsFindings.SigningTimeUnreadable);
        }

        JudgeAlgorithmProtection();
    }

    /// <summary>RFC 6211 §2.</summary>
    private void JudgeAlgorithmProtection()
    {
        if (attributes!.Count(Oids.AlgorithmProtection) == 0)
        {
            Require(!policy.RequiresAlgorithmProtection, CmsFindings.NoAlgorithmProtection);
        }
        else if (RequireSingle(Oids.AlgorithmProtection, "CMSAlgorithmProtection", isRequired: false))
        {
            var isSame = attributes.ReadAlgorithmProtection() is var (digest, signature)
                && digest.IsSameAs(signer.DigestAlgorithm) && signature.IsSameAs(signer.SignatureAlgorithm);
            Require(isSame, CmsFindings.AlgorithmProtectionMismatch);
        }
    }

    private void JudgeContent()
    {
        if (digestAlgorithm is not { } algorithm)
        {
            findings.Add(CmsFindings.AlgorithmUnknown(signer.DigestAlgorithm.Oid));
            return;
        }

        var actual = new List<byte[]?>();
        if (signed.Content is { } content)
        {
            actual.Add(DigestAlgorithms.Hash(algorithm, content.Span));
        }

        if (detached is not null || actual.Count == 0)
        {
            actual.Add(detached?.Get(algorithm));
        }

        Require(!actual.Contains(null), CmsFindings.ContentMissing);
        if (attributes is not null && RequireSingle(Oids.MessageDigest, "messageDigest", isRequired: true))
        {
            var claimed = attributes.ReadMessageDigest();
            Require(claimed is not null, CmsFindings.AttributeUnreadable("messageDigest"));
            Require(claimed is null || actual.TrueForAll(digest => digest is null || claimed.AsSpan().SequenceEqual(digest)), CmsFindings.DigestMismatch);
        }
    }

    private void JudgeAlgorithms()
    {
        var named = CmsAlgorithms.DigestNamedBy(signer.SignatureAlgorithm);
        Require(named is null || digestAlgorithm is null || named == digestAlgorithm, CmsFindings.DigestAlgorithmMismatch);
        Require(signed.DigestAlgorithms.Any(listed => listed.Oid == signer.DigestAlgorithm.Oid), CmsFindings.DigestAlgorithmUnlisted);
    }

    /// <summary>What was signed before the end of an algorithm stays good, if it is proven to be that old.</summary>
    private void JudgeTrustInAlgorithms(Certificate certificate)
    {
        var key = certificate.Inner.CertificateStructure.SubjectPublicKeyInfo;
        foreach (var name in CmsAlgorithms.PolicyNames(digestAlgorithm, signer.SignatureAlgorithm, key))
        {
            if (!policy.Algorithms.Ends.TryGetValue(name, out var end))
            {
                findings.Add(CmsFindings.AlgorithmUnknown(name));
            }
            else if (end is { } day && at >= day)
            {
                findings.Add(CmsFindings.AlgorithmExpired(name, day, claimsEarlier: signer.SigningTime < day));
            }
        }
    }

    private void JudgeSignature(Certificate certificate)
    {
        var identifier = CmsAlgorithms.ToIdentifier(signer.SignatureAlgorithm);
        var digest = new DerObjectIdentifier(signer.DigestAlgorithm.Oid);
        var isKeySupported = !CmsAlgorithms.IsRsaUnder2048(certificate.Inner.CertificateStructure.SubjectPublicKeyInfo);
        if (identifier is null || SignatureScheme.Of(identifier, digest) is null || certificate.KeyAlgorithm is not { } key || !isKeySupported)
        {
            findings.Add(CmsFindings.AlgorithmUnknown(signer.SignatureAlgorithm.Oid));
            return;
        }

        var covered = attributes is null ? signed.Content?.ToArray() : attributes.ToSignedBytes();
        if (covered is null)
        {
            findings.Add(CmsFindings.ContentMissing);
            return;
        }

        JudgeValue(key);
        Require(PublicKeys.Verify(certificate, identifier, covered, signer.Signature.Span, digest), CmsFindings.SignatureInvalid);
    }

    private void JudgeValue(KeyAlgorithm key)
    {
        if (!CurveSignature.IsMadeBy(key))
        {
            return;
        }

        if (CurveSignature.Read(key, signer.Signature) is not { } value || !value.IsInRange(key))
        {
            findings.Add(CmsFindings.SignatureOutOfRange);
            return;
        }

        Require(value.IsDer || !policy.RequiresOwnForm, CmsFindings.SignatureNotDer);
        Require(!policy.RequiresOwnForm || key == KeyAlgorithm.Sm2 || value.HasLowS(key), CmsFindings.SignatureHighS);
    }

    /// <summary>Writes the signer anew from what was read and compares the bytes.</summary>
    private void JudgeOwnForm(Certificate certificate)
    {
        if (!policy.RequiresOwnForm)
        {
            return;
        }

        var isOwn = CmsProfile.Find(certificate.KeyAlgorithm) is { } profile
            && attributes?.ReadMessageDigest() is { } digest
            && signer.SigningTime is { } time
            && RewritesTo(certificate, profile, digest, time);
        Require(isOwn, CmsFindings.NotOwnForm);
    }

    private bool RewritesTo(Certificate certificate, CmsProfile profile, byte[] digest, DateTimeOffset time)
    {
        var signedAttributes = CmsWriter.SignedAttributes(certificate, profile, digest, time);
        var unsigned = signer.UnsignedAttributes is { } allowed && BerScan.IsDer(allowed.Encoded) ? allowed.Encoded : default;
        return CmsWriter.SignerInfo(certificate, profile, signedAttributes, signer.Signature.Span, unsigned.Span).AsSpan().SequenceEqual(signer.Encoded.Span);
    }

    private bool RequireSingle(string oid, string name, bool isRequired)
    {
        var count = attributes!.Count(oid);
        Require(count > 0 || !isRequired, CmsFindings.AttributeMissing(name));
        Require(count == 0 || attributes.Single(oid) is not null, CmsFindings.AttributeNotSingle(name));
        return count > 0 && attributes.Single(oid) is not null;
    }

    private void RequireSigned(string oid, string name) => Require(signer.UnsignedAttributes is not { } unsigned || unsigned.Count(oid) == 0, CmsFindings.AttributeUnsigned(name));

    private void Require(bool holds, Finding otherwise)
    {
        if (!holds)
        {
            findings.Add(otherwise);
        }
    }

    private static bool LooksLikeAttributes(ReadOnlyMemory<byte>? content) => content is { } bytes && CmsAttributes.IsSignedBytes(bytes);
}
