using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using static DocExchange.Trust.Validation.SignerCase;

namespace DocExchange.Trust.Validation;

/// <summary>Whether a valid signature is one the policy accepts (ETSI EN 319 102-1 §5.2.8).</summary>
internal static class AcceptanceRules
{
    private static readonly (string Oid, string Name)[] SignedOnly =
    [
        (Oids.SigningTime, "signingTime"), (Oids.ContentType, "contentType"), (Oids.MessageDigest, "messageDigest"), (Oids.SigningCertificateV2, "signingCertificateV2"),
        (Oids.SigningCertificate, "signingCertificate"), (Oids.AlgorithmProtection, "CMSAlgorithmProtection"),
        (Oids.SignaturePolicy, "signaturePolicyIdentifier"),
    ];

    private static readonly string[] OfCades =
    [
        Oids.SignaturePolicy, Oids.CommitmentType, Oids.SignerLocation, Oids.SignerAttributes, Oids.SignerAttributesV2, Oids.ContentTimestamp, Oids.MimeType,
    ];

    private static readonly (string Oid, string Name)[] OtherProofs =
    [
        (Oids.ArchiveTimestampV2, "archive-time-stamp-v2"), (Oids.ArchiveTimestampV1, "archive-time-stamp"), (Oids.CadesCTimestamp, "CAdES-C-timestamp"),
        (Oids.CertCrlTimestamp, "time-stamped-certs-crls-references"), (Oids.EvidenceRecordInternal, "evidence record (internal)"),
        (Oids.EvidenceRecordExternal, "evidence record (external)"), (Oids.LongTermValidation, "long-term-validation"),
    ];

    public static readonly IReadOnlyList<Func<SignerCase, IEnumerable<Finding>>> All =
    [
        SignedAttributesPresent, EachSignerOnce, AttributeOrder, SigningTimePresent, SigningTimeInValidity, ReferencePresent, ReferenceDigest, ProtectionPresent, NothingSignedUnsigned,
        AllowedUnsignedAttributes, KnownUnsignedAttributes, ProofsNotJudged, TrustedAlgorithms, TrustedKeySize,
    ];

    // GB/T 35275 lets a signature be without them; ETSI EN 319 122-1 §6.3 does not.
    private static IEnumerable<Finding> SignedAttributesPresent(SignerCase it) =>
        When(!it.HasAttributes, it.Policy.RequiresSignedAttributes ? CmsFindings.NoSignedAttributes : CmsFindings.NoSignedAttributesRemark);

    private static IEnumerable<Finding> EachSignerOnce(SignerCase it) => When(it.Signer.IsRepeated, CmsFindings.DuplicateSigner);

    // RFC 5652 §5.3 demands DER; Chinese products are seen to write attributes unsorted and to sign them so.
    private static IEnumerable<Finding> AttributeOrder(SignerCase it) =>
        When(!it.Signer.AreAttributesSorted && !it.Policy.RequiresOwnForm, it.Policy.AllowsUnsortedAttributes ? CmsFindings.UnsortedRemark : CmsFindings.Unsorted);

    // ETSI EN 319 122-1 §5.2.1.
    private static IEnumerable<Finding> SigningTimePresent(SignerCase it) =>
        When(
            it.HasAttributes && it.Signer.Count(Oids.SigningTime) == 0,
            it.Policy.RequiresSigningTime ? CmsFindings.NoSigningTime : CmsFindings.NoSigningTimeRemark);

    // §5.2.8.4.2.2: what the signer claims is checked against the rest, and proves nothing.
    private static IEnumerable<Finding> SigningTimeInValidity(SignerCase it)
    {
        if (it.Signer is not { SigningTime: { } claimed, Certificate: { } certificate })
        {
            return [];
        }

        var tolerance = it.Policy.SigningTimeTolerance;
        return
        [
            .. When(claimed.Plus(tolerance) < certificate.NotBefore || claimed.Minus(tolerance) > certificate.NotAfter, CmsFindings.SigningTimeOutsideValidity(claimed, certificate)),
            .. When(claimed.Minus(tolerance) > it.ProvenAt, CmsFindings.SigningTimeLater(claimed, it.ProvenAt)),
        ];
    }

    // ETSI EN 319 122-1 §5.2.2, §6.3: every level of CAdES has it. A plain CMS (RFC 5652) need not, and is none for what others added unsigned.
    private static IEnumerable<Finding> ReferencePresent(SignerCase it) =>
        When(
            it.Signer.Reference is CertificateReference.Absent,
            DemandsReference(it) ? CmsFindings.NoSigningCertificateReference : CmsFindings.NoSigningCertificateReferenceRemark);

    // §5.2.8.4: a reference by a digest that is no longer trusted names nobody, as if there were none.
    private static IEnumerable<Finding> ReferenceDigest(SignerCase it) =>
        When(it.HasEndedReference, CmsFindings.ReferenceDigestEnded([.. (it.Signer.ReferenceDigests ?? []).Select(CmsAlgorithms.NameOf)], DemandsReference(it)));

    private static bool DemandsReference(SignerCase it) => it.Policy.RequiresSigningCertificateReference || OfCades.Any(oid => it.Signer.Count(oid) > 0);

    // RFC 6211.
    private static IEnumerable<Finding> ProtectionPresent(SignerCase it) =>
        When(it.HasAttributes && it.Policy.RequiresAlgorithmProtection && it.Signer.AlgorithmProtection == AlgorithmProtection.Absent, CmsFindings.NoAlgorithmProtection);

    // RFC 5652 §11, RFC 5035 §3, RFC 5126 §5.8.1, RFC 6211 §2: these must not be unsigned attributes.
    private static IEnumerable<Finding> NothingSignedUnsigned(SignerCase it) =>
        from attribute in SignedOnly
        where it.Signer.UnsignedAttributes.Any(unsigned => unsigned.Oid == attribute.Oid)
        select CmsFindings.AttributeUnsigned(attribute.Name);

    private static IEnumerable<Finding> AllowedUnsignedAttributes(SignerCase it) =>
        from attribute in it.Signer.UnsignedAttributes
        where it.Policy.AllowedUnsignedAttributes?.Contains(attribute.Oid) == false
        select CmsFindings.UnsignedAttribute(attribute.Oid);

    // Anybody can add one and write in it what he likes.
    private static IEnumerable<Finding> KnownUnsignedAttributes(SignerCase it) =>
        it.Policy.AllowedUnsignedAttributes is not null ? [] :
        from attribute in it.Signer.UnsignedAttributes
        where !KnownUnsigned.Contains(attribute.Oid) && !OtherProofs.Any(proof => proof.Oid == attribute.Oid)
        select CmsFindings.UnsignedAttributeUnknown(attribute.Oid);

    // The last ones: references to certificates and revocation data (RFC 5126 §6.2), the time-stamp of Authenticode.
    private static readonly HashSet<string> KnownUnsigned =
    [
        Oids.CounterSignature, Oids.SignatureTimestamp, Oids.CertificateValues, Oids.RevocationValues, TimestampOids.ArchiveTimestampV3,
        TimestampOids.HashIndex, TimestampOids.HashIndexV2, TimestampOids.HashIndexV3,
        "1.2.840.113549.1.9.16.2.21", "1.2.840.113549.1.9.16.2.22", "1.2.840.113549.1.9.16.2.44", "1.2.840.113549.1.9.16.2.45", "1.3.6.1.4.1.311.3.3.1",
    ];

    // ETSI TS 101 733 §6.4, RFC 4998: proofs of existence of other forms than those that are judged. They are left out, not believed.
    private static IEnumerable<Finding> ProofsNotJudged(SignerCase it) =>
        from proof in OtherProofs
        let count = it.Signer.UnsignedAttributes.Where(attribute => attribute.Oid == proof.Oid).Sum(attribute => attribute.Values)
        where count > 0
        select CmsFindings.ProofNotJudged(proof.Name, count);

    // §5.2.8.4.3: what was signed before the end of an algorithm stays good, if it is proven to be that old.
    private static IEnumerable<Finding> TrustedAlgorithms(SignerCase it)
    {
        foreach (var name in it.Signer.Value.Algorithms)
        {
            if (!it.Policy.Algorithms.Ends.TryGetValue(name, out var end))
            {
                yield return CmsFindings.AlgorithmNotAllowed(name);
            }
            else if (end is { } day && it.ProvenAt >= day)
            {
                yield return CmsFindings.AlgorithmExpired(name, day, claimsEarlier: it.Signer.SigningTime < day);
            }
        }
    }

    private static IEnumerable<Finding> TrustedKeySize(SignerCase it) =>
        from limit in it.Policy.Algorithms.RsaLimits
        where it.Signer.Value.RsaBits < limit.Bits && it.ProvenAt >= limit.End
        select CmsFindings.AlgorithmExpired($"RSA {it.Signer.Value.RsaBits}", limit.End!.Value, claimsEarlier: it.Signer.SigningTime < limit.End);
}
