using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Timestamps;

/// <param name="Signature">The verdict, with every finding; its SignedAt is genTime.</param>
/// <param name="Token">Null where the bytes are none.</param>
public sealed record TimestampVerdict(SignatureVerdict Signature, TimestampToken? Token)
{
    public bool IsPassed => Signature.Indication == Indication.TotalPassed;

    /// <summary>By when the stamped bytes are proven to have existed; null where the token proves nothing.</summary>
    public DateTimeOffset? ProvenAt => IsPassed ? Token!.Info.Latest : null;

    /// <summary>The same, with who says so; null where the token proves nothing.</summary>
    public ProofOfExistence? Proof => ProvenAt is { } time ? new ProofOfExistence(time, $"{Authority}, RFC 3161{(IsBuiltIn ? ", built into the exchange" : "")}") { Chinese = $"{Authority}，RFC 3161{(IsBuiltIn ? "，交换系统自备" : "")}" } : null;

    private string? Authority => Signature.Signer?.CommonName ?? Signature.Signer?.Subject;

    /// <summary>The service that made it was certified by one of <see cref="TimestampPolicy.OwnAuthorities"/>.</summary>
    public bool IsOfOwnAuthority { get; init; }

    /// <summary>Made by the exchange's own service, whose operator can backdate: so it says itself, or its certificate does.</summary>
    public bool IsBuiltIn => IsOfOwnAuthority || Token?.Info.Policy == TimestampOids.BuiltInPolicy;
}

/// <summary>
/// Judges RFC 3161 tokens (ETSI EN 319 102-1 §5.4): the authority's signature and certificate path at genTime, what was
/// stamped, and whether anything since takes the proof away. Nothing is thrown for content that fails. Safe for
/// concurrent use; keep one as long as its trust store is current.
/// </summary>
public sealed class TimestampValidator
{
    private readonly TrustStore store;
    private readonly TimestampPolicy policy;

    /// <summary>What the file draws on that the tokens are in; null where each has its own.</summary>
    private readonly FileWork? work;

    // A token's own unsigned attributes are not followed: nothing in it needs a second time-stamp to be judged.
    private readonly CmsValidator signatures;
    private readonly CertificatePaths paths;

    public TimestampValidator(TrustStore store, TimestampPolicy policy)
        : this(store, policy, null)
    {
    }

    /// <param name="work">What the file draws on that the tokens are in; null where each has its own.</param>
    public TimestampValidator(TrustStore store, TimestampPolicy policy, FileWork? work)
    {
        this.store = store;
        this.policy = policy;
        this.work = work;
        signatures = new CmsValidator(store, policy.ForSignature, UnjudgedTimestamps.Instance);
        paths = signatures.Paths;
    }

    private TimestampValidator(TimestampValidator other, FileWork? work) => (store, policy, signatures, paths, this.work) = (other.store, other.policy, other.signatures, other.paths, work);

    /// <summary>The same, remembering the same, for the tokens of one file.</summary>
    internal TimestampValidator For(FileWork? file) => new(this, file);

    /// <param name="over">The bytes that are said to be stamped, or their digests.</param>
    /// <param name="at">When the token is known to have existed; now, when nothing better is known.</param>
    public TimestampVerdict Judge(ReadOnlyMemory<byte> token, ContentDigests over, DateTimeOffset at)
    {
        try
        {
            return Judge(TimestampToken.Parse(token, policy.Limits), over, at);
        }
        catch (TimestampFormatException fault)
        {
            return new TimestampVerdict(new SignatureVerdict(SignatureKind.Timestamp, null, null, [fault.ToFinding()]), null);
        }
    }

    /// <param name="over">The bytes that are said to be stamped, or their digests.</param>
    /// <param name="at">When the token is known to have existed; now, when nothing better is known.</param>
    public TimestampVerdict Judge(TimestampToken token, ContentDigests over, DateTimeOffset at) => Judge(token, IsOver(token.Info.Imprint, over), at);

    /// <summary>Whether the imprint is the digest of these bytes; null where that cannot be measured.</summary>
    internal static bool? IsOver(MessageImprint imprint, ContentDigests over) =>
        imprint.DigestAlgorithm is { } algorithm && over.Get(algorithm) is { } actual ? imprint.Digest.Span.SequenceEqual(actual) : null;

    /// <param name="covers">Whether its imprint is the digest of what it should cover; null where that was not measured.</param>
    /// <param name="at">When the token is known to have existed.</param>
    internal TimestampVerdict Judge(TimestampToken token, bool? covers, DateTimeOffset at)
    {
        var findings = new List<Finding>();
        var chosen = PathsFor(token);
        var signer = JudgeSignature(token, chosen, findings);
        JudgeInfo(token.Info, at, findings);
        JudgeImprint(token.Info.Imprint, covers, findings);
        JudgeAlgorithms(token, signer, at, findings);
        if (signer is not null)
        {
            JudgeName(token.Info, signer, findings);
            JudgeSince(token, signer, chosen, at, findings);
        }

        var isOwn = signer is not null && IsOfOwnAuthority(token, signer, chosen);
        Require(!isOwn && token.Info.Policy != TimestampOids.BuiltInPolicy, TimestampFindings.BuiltIn, findings);
        return new TimestampVerdict(new SignatureVerdict(SignatureKind.Timestamp, signer, token.Info.GenTime, findings), token) { IsOfOwnAuthority = isOwn };
    }

    /// <summary>By keys: the same authority may have several certificates.</summary>
    private bool IsOfOwnAuthority(TimestampToken token, Certificate signer, CertificatePaths chosen)
    {
        if (policy.OwnAuthorities.Count == 0)
        {
            return false;
        }

        var chain = chosen.Build(signer, token.Signed.Certificates, token.Info.GenTime, CertificateUsage.TimeStamping, StatusProofs.None, work).Chain;
        return policy.OwnAuthorities.Any(own =>
            chain.Any(certificate => HaveSameKey(certificate, own)) || (own.SubjectKey == signer.IssuerKey && CheckedSignatures.IsSignedBy(signer, own)));
    }

    private static bool HaveSameKey(Certificate one, Certificate other) =>
        one.Inner.CertificateStructure.SubjectPublicKeyInfo.Equals(other.Inner.CertificateStructure.SubjectPublicKeyInfo);

    /// <summary>The CMS and the path at genTime: the signing time, which tokens need not have, is of no interest.</summary>
    private Certificate? JudgeSignature(TimestampToken token, CertificatePaths chosen, List<Finding> findings)
    {
        var verdicts = signatures.Validate(token.Signed, null, token.Info.GenTime, CertificateUsage.TimeStamping, null, work, chosen);
        findings.AddRange(verdicts.Where(verdict => !verdict.IsLeftOut).SelectMany(verdict => verdict.Findings).Where(finding => finding != CmsFindings.NoSigningTimeRemark).Distinct());

        // RFC 3161 §2.4.2: no other signature than the authority's.
        if (token.Signed.Signers.Count > 1)
        {
            findings.Add(TimestampFindings.Signers(token.Signed.Signers.Count));
        }

        return verdicts[0].Signer;
    }

    private void JudgeInfo(TimestampInfo info, DateTimeOffset at, List<Finding> findings)
    {
        Require(info.Version == 1, TimestampFindings.Version(info.Version), findings);
        Require(policy.AcceptedPolicies?.Contains(info.Policy) != false, TimestampFindings.PolicyNotAccepted(info.Policy), findings);
        findings.AddRange(info.CriticalExtensions.Select(TimestampFindings.CriticalExtension));
        if (policy.MaxInaccuracy is { } max)
        {
            Require(info.Accuracy <= max, TimestampFindings.Inaccurate(info.Accuracy, max), findings);
        }
        else
        {
            Require(info.Accuracy is not null, TimestampFindings.AccuracyMissing, findings);
        }

        Require(info.Earliest - at <= policy.MaxAhead, TimestampFindings.Ahead(info.GenTime, at), findings);
    }

    private static void JudgeImprint(MessageImprint imprint, bool? covers, List<Finding> findings)
    {
        if (imprint.DigestAlgorithm is null)
        {
            findings.Add(TimestampFindings.ImprintAlgorithm(imprint.Algorithm.Oid));
            return;
        }

        Require(imprint.HasFittingLength, TimestampFindings.ImprintLength, findings);
        Require(covers is not null, TimestampFindings.ContentMissing, findings);
        Require(covers is not false, TimestampFindings.ImprintMismatch, findings);
    }

    /// <summary>Whoever breaks an algorithm can make tokens of any time: what counts is when the token is known to have existed.</summary>
    private void JudgeAlgorithms(TimestampToken token, Certificate? signer, DateTimeOffset at, List<Finding> findings)
    {
        var names = CmsAlgorithms.PolicyNames(token.Info.Imprint.DigestAlgorithm, new CmsAlgorithm("", null), null);
        foreach (var info in token.Signed.Signers)
        {
            names = names.Concat(CmsAlgorithms.PolicyNames(
                DigestAlgorithms.Of(info.DigestAlgorithm.Oid), info.SignatureAlgorithm, signer?.Inner.CertificateStructure.SubjectPublicKeyInfo));
        }

        foreach (var name in names.Distinct())
        {
            if (policy.Algorithms.Ends.TryGetValue(name, out var end) && end <= at)
            {
                findings.Add(TimestampFindings.AlgorithmExpired(name, end.Value));
            }
        }

        var bits = signer is null ? null : CmsAlgorithms.RsaBits(signer.Inner.CertificateStructure.SubjectPublicKeyInfo);
        findings.AddRange(
            from limit in policy.Algorithms.RsaLimits
            where bits < limit.Bits && limit.End <= at
            select TimestampFindings.AlgorithmExpired($"RSA {bits}", limit.End!.Value));
    }

    /// <summary>RFC 3161 §2.4.2, tsa: one of the subject names of the certificate.</summary>
    private static void JudgeName(TimestampInfo info, Certificate signer, List<Finding> findings)
    {
        if (info.AuthorityName is not { } encoded)
        {
            return;
        }

        try
        {
            var name = GeneralName.GetInstance(Asn1Object.FromByteArray(encoded.ToArray()));
            var isSubject = name.TagNo == GeneralName.DirectoryName && CertificateNames.KeyOf(X509Name.GetInstance(name.Name)) == signer.SubjectKey;
            Require(isSubject || AlternativeNames(signer).Contains(name), TimestampFindings.AuthorityName, findings);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The ASN.1 library throws many kinds for a malformed name; all of them mean the same here.
            findings.Add(TimestampFindings.AuthorityName);
        }
    }

    private static GeneralName[] AlternativeNames(Certificate signer) =>
        X509Extensions.GetExtensionParsedValue(signer.Inner.CertificateStructure.Extensions, X509Extensions.SubjectAlternativeName) is { } names
            ? GeneralNames.GetInstance(names).GetNames()
            : [];

    /// <summary>
    /// What is known since genTime: an expired certificate, whose key nobody watches over any more, a revocation since before genTime, or later for a reason
    /// that leaves doubt about earlier tokens (RFC 3161 §4), and lists too old to tell of one: whoever stole the key can date
    /// tokens back and put in an old list (ETSI EN 319 102-1 §5.4, §5.6.2).
    /// </summary>
    private void JudgeSince(TimestampToken token, Certificate signer, CertificatePaths chosen, DateTimeOffset at, List<Finding> findings)
    {
        if (at <= token.Info.GenTime)
        {
            return;
        }

        var now = chosen.Build(signer, token.Signed.Certificates, at, CertificateUsage.TimeStamping, StatusProofs.None, work);
        findings.AddRange(
            from certificate in BelowAnchor(now.Chain)
            where certificate.NotAfter.HasExpiredAt(at)
            select TimestampFindings.AuthorityExpired(certificate, at));
        findings.AddRange(now.Findings.Where(IsOfMissingStatus).Except(findings));
        var path = chosen.Build(signer, token.Signed.Certificates, token.Info.GenTime, CertificateUsage.TimeStamping, StatusProofs.None, work);
        var isTold = path.Findings.Any(finding => finding.Code is "CERT_REVOKED" or "CERT_ON_HOLD" or "CERT_WAS_ON_HOLD");
        findings.AddRange(
            from examined in path.Examined
            let revoking = Compromise(examined, isTold, token.Info.GenTime, at)
            where revoking is not null
            select revoking.RevokesAt(token.Info.GenTime)
                ? StatusFindings.Revoked(examined, revoking)
                : TimestampFindings.AuthorityCompromised(examined.Certificate, revoking, examined.IsLeaf));
    }

    private static bool IsOfMissingStatus(Finding finding) =>
        finding.SubIndication == SubIndication.TryLater || StatusFindings.IsOfMissingStatus(finding);

    private CertificatePaths PathsFor(TimestampToken token) => token.Signed.RevocationLists.Count + token.Signed.OcspResponses.Count == 0
        ? paths
        : new CertificatePaths(store.With(token.Signed.RevocationLists).With(token.Signed.OcspResponses), policy.ForSignature.PathOptions);

    // An anchor is trusted for as long as it is in the store.
    private IEnumerable<Certificate> BelowAnchor(IReadOnlyList<Certificate> chain) => chain.Where((certificate, i) => i == 0 || !store.Anchors.Contains(certificate));

    /// <param name="isTold">What was revoked at genTime is reported of the path.</param>
    private RevocationStatement? Compromise(ExaminedCertificate examined, bool isTold, DateTimeOffset genTime, DateTimeOffset at)
    {
        if (examined.Revocation is not { IsExempt: false } facts)
        {
            return null;
        }

        // Who signed the list may have been in order only then, or only now; either counts against the token.
        var judgement = new StatusJudgement(policy.ForSignature.PathOptions, StatusProofs.None, work);
        var revoking = new[] { genTime, at }.SelectMany(time => facts.Weighed(new StatementWeight(time, StatusEnd.None, judgement)).Revocations(examined.NotAfter)).OrderBy(statement => statement.IsInDoubt);
        return revoking.FirstOrDefault(statement => statement.RevokesAt(genTime) ? !isTold : statement.Entry!.LeavesDoubt && statement.RevokesAt(at));
    }

    private static void Require(bool holds, Finding otherwise, List<Finding> findings)
    {
        if (!holds)
        {
            findings.Add(otherwise);
        }
    }
}
