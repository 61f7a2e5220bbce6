using System.Security.Cryptography;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Seals;

/// <summary>
/// Judges seals and seal signatures as GB/T 38540-2020 says, of any of the three versions, and lists all that is wrong,
/// not only the first. Nothing is thrown for content that fails. Safe for concurrent use.
/// </summary>
public sealed class SealValidator
{
    private readonly CertificatePaths signers;
    private readonly CertificatePaths makers;
    private readonly IReadOnlyList<Certificate>? namedMakers;
    private readonly AlgorithmPolicy algorithms;
    private readonly SealTimestamps timestamps;
    private readonly TimeSpan tolerance;

    /// <param name="signers">For the certificates that apply seals.</param>
    /// <param name="makers">
    /// For the certificates of seal makers; null for what <paramref name="signers"/> (<see cref="TrustStore.SealMakers"/>), then the
    /// policy names, and where none does for the anchors of signers. Whoever is trusted here can make a seal in any unit's name,
    /// so keep it apart where one authority issues both kinds of certificates.
    /// </param>
    /// <param name="policy">What is demanded of certificate paths, of SM2 and SM3, and of clocks; null for <see cref="ValidationPolicy.Foreign"/>.</param>
    public SealValidator(TrustStore signers, TrustStore? makers = null, ValidationPolicy? policy = null)
    {
        policy ??= ValidationPolicy.Foreign;
        algorithms = policy.Algorithms;
        tolerance = policy.SigningTimeTolerance;
        this.signers = new CertificatePaths(signers, policy.PathOptions);
        timestamps = new SealTimestamps(signers, policy.PathOptions, algorithms);
        makers ??= (signers.SealMakers ?? policy.SealMakers) is { } anchors ? signers with { Anchors = anchors } : null;
        namedMakers = makers?.Anchors;
        this.makers = makers is null ? this.signers : new CertificatePaths(makers, policy.PathOptions);
    }

    /// <summary>Whether the seal is genuine and may be applied at this time.</summary>
    /// <param name="seal">The seal.</param>
    /// <param name="at">The time in question.</param>
    /// <param name="extra">Certificates that may complete a path; a seal carries none above its maker's.</param>
    public SignatureVerdict ValidateSeal(Seal seal, DateTimeOffset at, IReadOnlyList<Certificate>? extra = null)
    {
        var findings = SealFormRules.Judge(seal).ToList();
        AddMaker(findings, seal, at, at, extra ?? [], null);
        AddAlgorithms(findings, seal.SignatureAlgorithm, null, at);
        if (at < seal.ValidFrom)
        {
            findings.Add(SealFindings.NotYetValid(seal, at));
        }
        else if (at > seal.ValidUntil)
        {
            findings.Add(SealFindings.Expired(seal, at));
        }

        var stamp = timestamps.Judge(seal, at, isSigned: false, null);
        if (stamp is { IsPassed: false })
        {
            findings.Add(CmsFindings.TimestampsLeftOut(1));
        }

        return new SignatureVerdict(SignatureKind.Seal, seal.MakerCertificate, seal.CreatedAt, findings) { Timestamps = Verdicts(stamp) };
    }

    /// <summary>The same as for a parsed signature; bytes that are none give a verdict with FORMAT_FAILURE.</summary>
    public SignatureVerdict Validate(
        ReadOnlyMemory<byte> signature, ReadOnlyMemory<byte> protectedBytes, string? expectedPropertyInfo, DateTimeOffset at, IReadOnlyList<Certificate>? extra = null)
    {
        try
        {
            return Validate(SealSignature.Parse(signature), protectedBytes, expectedPropertyInfo, at, extra);
        }
        catch (SealFormatException fault)
        {
            return new SignatureVerdict(SignatureKind.Seal, null, null, [SealFindings.Format(fault)]);
        }
    }

    /// <summary>
    /// Whether the seal signature protects exactly these bytes and was made with a genuine seal by one of its holders.
    /// Certificates are judged at <paramref name="at"/>, or at the time that its time-stamp proves: the time the signature
    /// states is its signer's word only, and a revoked key can write any. It must lie within the periods of seal and
    /// certificate all the same.
    /// </summary>
    /// <param name="signature">The signature with the seal inside.</param>
    /// <param name="protectedBytes">The bytes that are said to be sealed.</param>
    /// <param name="expectedPropertyInfo">What the signature should name them; null when any name will do.</param>
    /// <param name="at">When the signature is known to have existed; now, when nothing better is known.</param>
    /// <param name="extra">Certificates that may complete a path, such as those of a CMS signature beside the seal.</param>
    public SignatureVerdict Validate(
        SealSignature signature, ReadOnlyMemory<byte> protectedBytes, string? expectedPropertyInfo, DateTimeOffset at, IReadOnlyList<Certificate>? extra = null) =>
        Validate(signature, ContentDigests.Of(protectedBytes), expectedPropertyInfo, at, extra);

    /// <summary>The same over digests that were computed as the protected bytes streamed by: SM3, or what <see cref="DigestsFor"/> asks for.</summary>
    /// <param name="content">Null where the protected bytes are not at hand: all else is judged, and never passes.</param>
    /// <param name="work">What all signatures of the file draw on; null where this is the only one.</param>
    public SignatureVerdict Validate(
        SealSignature signature, ContentDigests? content, string? expectedPropertyInfo, DateTimeOffset at, IReadOnlyList<Certificate>? extra = null, FileWork? work = null)
    {
        var findings = new List<Finding>();
        if (content is null)
        {
            findings.Add(SealFindings.ContentMissing);
        }
        else if (!DigestsFor(signature).Any(algorithm => content.Get(algorithm) is { } digest && CryptographicOperations.FixedTimeEquals(digest, signature.DataHash.Span)))
        {
            findings.Add(SealFindings.DataHash(signature.PropertyInfo));
        }

        if (expectedPropertyInfo is not null && signature.PropertyInfo != expectedPropertyInfo)
        {
            findings.Add(SealFindings.PropertyInfo(signature.PropertyInfo, expectedPropertyInfo));
        }

        findings.AddRange(SealFormRules.Judge(signature));
        AddSignature(findings, signature, work);
        var stamp = timestamps.Judge(signature, at, work?.Added);
        var provenAt = stamp?.ProvenAt is { } proven && proven < at ? proven : at;
        AddTime(findings, signature, at, stamp?.ProvenAt);
        AddSigner(findings, signature, provenAt, extra ?? [], work);
        AddMaker(findings, signature.Seal, signature.SignedAt, provenAt, extra ?? [], work, signature.SignerCertificate);
        AddAlgorithms(findings, signature.SignatureAlgorithm, signature.SignedAt, provenAt);
        var ofSeal = timestamps.Judge(signature.Seal, at, isSigned: true, work?.Added);
        findings.AddRange(SealTimestamps.FindingsOf(signature, stamp, ofSeal));
        return new SignatureVerdict(SignatureKind.Seal, signature.SignerCertificate, signature.SignedAt, findings)
        {
            Proof = stamp?.Proof,
            Timestamps = Verdicts(stamp, ofSeal),
        };
    }

    /// <summary>The digests that dataHash may be: SM3, in signatures of the first years made with RSA the one of its length too.</summary>
    public static IReadOnlyList<DigestAlgorithm> DigestsFor(SealSignature signature) => SealOids.IsSm2(signature.SignatureAlgorithm)
        ? [DigestAlgorithm.Sm3]
        : signature.DataHash.Length == 20 ? [DigestAlgorithm.Sha1] : [DigestAlgorithm.Sm3, DigestAlgorithm.Sha256];

    private static IReadOnlyList<SignatureVerdict> Verdicts(params IEnumerable<TimestampVerdict?> stamps) => [.. stamps.OfType<TimestampVerdict>().Select(stamp => stamp.Signature)];

    private static void AddSignature(List<Finding> findings, SealSignature signature, FileWork? work)
    {
        switch (SealSignatureValue.Check(signature.SignerCertificate, signature.SignatureAlgorithm, signature.SignedBytes, signature.Signature, work))
        {
            case SignatureValueCheck.Invalid:
                findings.Add(SealFindings.Signature(signature.SignerCertificate));
                break;
            case SignatureValueCheck.Unsupported:
                findings.Add(SealFindings.Algorithm(signature.SignatureAlgorithm));
                break;
            case SignatureValueCheck.BeyondLimit:
                findings.Add(CmsFindings.ValueBeyondLimit);
                break;
            case SignatureValueCheck.Valid when !SealOids.IsSm2(signature.SignatureAlgorithm):
                findings.Add(SealFindings.AlgorithmNotSm2(signature.SignatureAlgorithm));
                break;
        }

        if (!signature.Seal.Lists(signature.SignerCertificate))
        {
            findings.Add(SealFindings.SignerNotListed(signature.Seal, signature.SignerCertificate));
        }
    }

    // What the signer claims is checked against the rest and proves nothing.
    private void AddTime(List<Finding> findings, SealSignature signature, DateTimeOffset at, DateTimeOffset? provenAt)
    {
        if (signature.SignedAt is not { } signedAt)
        {
            findings.Add(SealFindings.TimeUnknown());
            return;
        }

        if (signedAt.Minus(tolerance) > at)
        {
            findings.Add(SealFindings.TimeInFuture(signedAt, at));
        }

        if (signedAt.Plus(tolerance) < signature.Seal.CreatedAt)
        {
            findings.Add(SealFindings.TimeBeforeSealMade(signature.Seal, signedAt));
        }

        if (!signature.Seal.IsInPeriod(signedAt))
        {
            findings.Add(SealFindings.TimeOutsidePeriod(signature.Seal, signedAt));
        }
        else if (at.Plus(tolerance) < signature.Seal.ValidFrom)
        {
            findings.Add(SealFindings.NotYetValid(signature.Seal, at));
        }
        else if (at > signature.Seal.ValidUntil)
        {
            findings.Add(provenAt <= signature.Seal.ValidUntil ? SealFindings.ExpiredSince(signature.Seal) : SealFindings.ExpiredSinceUnproven(signature.Seal, signedAt));
        }
    }

    // Another algorithm is a finding of its own.
    private void AddAlgorithms(List<Finding> findings, string algorithm, DateTimeOffset? claimed, DateTimeOffset at)
    {
        foreach (var name in SealOids.IsSm2(algorithm) ? new[] { "SM2", "SM3" } : [])
        {
            if (!algorithms.Ends.TryGetValue(name, out var end))
            {
                findings.Add(SealFindings.AlgorithmNotAllowed(name));
            }
            else if (end is { } day && at >= day)
            {
                findings.Add(SealFindings.AlgorithmExpired(name, day, claimsEarlier: claimed < day));
            }
        }
    }

    private void AddSigner(List<Finding> findings, SealSignature signature, DateTimeOffset at, IReadOnlyList<Certificate> extra, FileWork? work)
    {
        var path = CertificateRules.Judge(signature.SignerCertificate, signature.SignedAt, signers, extra, at, CertificateUsage.Seal, file: work).Findings;
        var asClaimed = signature.SignedAt is { } claimed ? signers.Build(signature.SignerCertificate, extra, claimed, CertificateUsage.Seal, work).Findings : [];

        // GB/T 38540-2020: the certificate must be valid at the time of signing, too.
        var outside = asClaimed.Where(finding => finding is { Indication: Indication.TotalFailed, Code: "CERT_EXPIRED" or "CERT_NOT_YET_VALID" } && !path.Contains(finding));
        findings.AddRange(PathFindings.WithoutAnchor([.. path, .. outside]).Select(SealFindings.OfSigner));
        findings.AddRange(SealIdentity.Of(signature));
    }

    // A maker's certificate may expire while its seals live on; it counts on the day the seal was made. But once it is
    // revoked, none of its seals may be used any more, and that one was used before is only said.
    private void AddMaker(List<Finding> findings, Seal seal, DateTimeOffset? usedAt, DateTimeOffset at, IReadOnlyList<Certificate> extra, FileWork? work, Certificate? signer = null)
    {
        var check = SignatureValueCheck.Invalid;
        foreach (var signed in seal.OtherSignedBytes.Prepend(seal.SignedBytes))
        {
            check = SealSignatureValue.Check(seal.MakerCertificate, seal.SignatureAlgorithm, signed, seal.Signature, work);
            if (check is SignatureValueCheck.Valid or SignatureValueCheck.BeyondLimit)
            {
                break;
            }
        }

        switch (check)
        {
            case SignatureValueCheck.Invalid:
                findings.Add(SealFindings.MakerSignature(seal));
                break;
            case SignatureValueCheck.Unsupported:
                findings.Add(SealFindings.MakerAlgorithm(seal));
                break;
            case SignatureValueCheck.BeyondLimit:
                findings.Add(CmsFindings.ValueBeyondLimit);
                break;
            case SignatureValueCheck.Valid when !SealOids.IsSm2(seal.SignatureAlgorithm):
                findings.Add(SealFindings.MakerAlgorithmNotSm2(seal));
                break;
        }

        // Certificates do not tell makers from others (ARCHITECTURE 48); whoever applies a seal at least has not made it.
        var holders = signer is null ? seal.Signers : seal.Signers.Append(signer);
        if (seal.Lists(seal.MakerCertificate) || holders.Any(holder => holder.PublicKeyFingerprint == seal.MakerCertificate.PublicKeyFingerprint))
        {
            findings.Add(SealFindings.MadeByHolder(seal));
        }

        var whenMade = makers.Build(seal.MakerCertificate, extra, seal.CreatedAt, CertificateUsage.SealMaker, work).Findings;
        var whenUsed = CertificateRules.Judge(seal.MakerCertificate, usedAt, makers, extra, at, CertificateUsage.SealMaker, file: work).Findings;
        var hasExpired = whenUsed.Any(finding => finding.Code == "CERT_EXPIRED");
        var found = PathFindings.WithoutAnchor([.. whenMade.Where(finding => finding.Indication != Indication.TotalPassed)
            .Union(whenUsed.Where(finding => !hasExpired || StatusFindings.IsOfRevocation(finding) || PathFindings.IsOfLimit(finding)))]).ToList();
        if (namedMakers is not null && namedMakers.Contains(seal.MakerCertificate))
        {
            // Of an anchor no list is asked; of a maker that is named itself, those of its authority.
            found.AddRange(CertificateRules.Judge(seal.MakerCertificate, usedAt, signers, extra, at, CertificateUsage.SealMaker, file: work).Findings
                .Where(finding => StatusFindings.IsOfRevocation(finding) || finding.SubIndication == SubIndication.TryLater || PathFindings.IsOfLimit(finding))
                .Except(found));
        }

        if (namedMakers is not null && found.RemoveAll(finding => finding.Code is "CERT_ISSUER_UNKNOWN" or "CERT_ROOT_NOT_TRUSTED") > 0)
        {
            // Whose certificate the authority of that name did not sign is nobody to be named.
            var disowned = signers.Build(seal.MakerCertificate, extra, seal.CreatedAt, CertificateUsage.SealMaker, work).Findings.Where(finding => finding.Code == "CERT_SIGNATURE" || PathFindings.IsOfLimit(finding)).ToList();
            found.AddRange(disowned.Except(found));
            findings.Add(SealFindings.MakerNotNamed(seal, namedMakers, mayBeNamed: disowned.Count == 0));
        }

        findings.AddRange(found.Select(SealFindings.OfMaker));
    }
}
