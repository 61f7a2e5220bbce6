using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Validation;

/// <summary>
/// Judges packages: container, digest of every part, the issuers' CMS over the manifest, the seals over it, and what
/// signatures an OFD or PDF body carries itself. Reads the file once, such a body again; memory does not grow with it. Nothing is thrown for content that fails. Safe for concurrent use.
/// </summary>
public sealed class PackageValidator
{
    private static readonly Finding NotSigned = Finding.Indeterminate(
        "PACKAGE_NOT_SIGNED", SubIndication.SignedDataNotFound, "公文包没有发文机关的签名。", "The package is not signed by any issuer.");

    private readonly TrustStore store;
    private readonly PackageLimits limits;
    private readonly ValidationPolicy policy;
    private readonly CmsValidator signatures;
    private readonly SealValidator seals;

    public PackageValidator(TrustStore store, ValidationPolicy policy, PackageLimits limits)
    {
        this.store = store;
        this.limits = limits;
        this.policy = policy;
        signatures = new CmsValidator(store, policy);
        seals = new SealValidator(store, policy: policy);
    }

    /// <param name="package">Seekable; closed afterwards.</param>
    /// <param name="at">When the package is known to have existed; now, when nothing better is known.</param>
    public async Task<PackageVerdict> ValidateAsync(Stream package, DateTimeOffset at, CancellationToken cancellation) =>
        (await ExamineAsync(package, at, null, cancellation)).Verdict;

    /// <summary>The same, and the facts the verdict follows from. What the body's own signatures say is in the verdict only.</summary>
    /// <param name="package">Seekable; closed afterwards.</param>
    /// <param name="proofs">Of the existence of the whole package, from outside it.</param>
    public async Task<(PackageFacts Facts, PackageVerdict Verdict)> ExamineAsync(
        Stream package, DateTimeOffset at, IReadOnlyList<ProofOfExistence>? proofs, CancellationToken cancellation)
    {
        var (facts, body) = await GatherAsync(package, ProofOfExistence.Earliest(proofs ?? [], at)?.Time ?? at, cancellation);
        var verdict = With(body, Judge(facts, at, proofs));
        return (facts, !policy.RevocationRequired || verdict.Verdict.Faults.All(fault => fault.SubIndication != SubIndication.TryLater)
            ? verdict
            : verdict with { WithoutLists = With(body, new PackageValidator(store, policy with { RevocationRequired = false }, limits).Judge(facts, at, proofs)) });
    }

    /// <summary>Reads the package once and measures what is in it; neither the policy nor any time has a say.</summary>
    /// <param name="package">Seekable; closed afterwards.</param>
    public async Task<PackageFacts> GatherAsync(Stream package, CancellationToken cancellation) => (await GatherAsync(package, null, cancellation)).Facts;

    /// <param name="proofs">Of the existence of the whole package, from outside it.</param>
    public PackageVerdict Judge(PackageFacts facts, DateTimeOffset at, IReadOnlyList<ProofOfExistence>? proofs = null)
    {
        if (facts.Manifest is not { } manifest)
        {
            return new PackageVerdict(new Verdict([], facts.Findings), null, null, default, []);
        }

        var provenAt = ProofOfExistence.Earliest(proofs ?? [], at)?.Time ?? at;
        IReadOnlyList<SignatureVerdict> issued = facts.Cms is { } cms ? signatures.Judge(cms, at, CertificateUsage.DocumentSigning, proofs) : [];
        var judged = facts.Seals.Select((seal, index) => JudgeSeal(seal, index, manifest, provenAt, facts.Cms?.Certificates ?? [])).ToList();
        var verdict = new Verdict(SignatureVerdict.WithTimestamps([.. issued, .. judged.Select(seal => seal.Verdict)]), facts.Findings);
        return new PackageVerdict(verdict, facts.PackageId, manifest, facts.Metadata, judged);
    }

    private PackageVerdict With(SignedDocument? body, PackageVerdict verdict)
    {
        if (body is null)
        {
            return verdict;
        }

        var found = BodyFindings.Of(body, policy.BodySignatures);
        return verdict with { Verdict = verdict.Verdict with { Findings = [.. verdict.Verdict.Findings, .. found] }, Body = body, BodyFindings = found };
    }

    private async Task<(PackageFacts Facts, SignedDocument? Body)> GatherAsync(Stream package, DateTimeOffset? at, CancellationToken cancellation)
    {
        try
        {
            using var reader = await PackageReader.OpenAsync(package, limits, cancellation);
            var check = await reader.CheckAsync(cancellation);
            var (cms, fault) = ReadSignature(reader.Signature, reader.Manifest);
            var facts = new PackageFacts(fault is null ? check.Findings : [.. check.Findings, fault], check.PackageId, reader.Manifest, reader.Metadata, cms, reader.Seals);
            return (facts, at is { } time && policy.BodySignatures != BodySignatures.Ignore ? await JudgeBodyAsync(reader, time, cancellation) : null);
        }
        catch (PackageFormatException fault)
        {
            return (new PackageFacts([fault.ToFinding()], null, null, default, null, []), null);
        }
    }

    /// <summary>A body that carries signatures of its own is judged with them; null for any other.</summary>
    private async Task<SignedDocument?> JudgeBodyAsync(PackageReader reader, DateTimeOffset at, CancellationToken cancellation)
    {
        await using var body = reader.OpenEntry(reader.Body);
        return (await DocumentVerifier.TryVerifyAsync(body, new FileDemands(store, policy, limits, at), keepsFacts: false, mayBeSignature: false, cancellation))?.Document;
    }

    private (CmsFacts? Facts, Finding? Fault) ReadSignature(ReadOnlyMemory<byte> signature, PackageManifest manifest)
    {
        if (signature.IsEmpty)
        {
            return (null, NotSigned);
        }

        try
        {
            return (signatures.Gather(CmsSignedData.Parse(signature, policy.Limits), ContentDigests.Of(manifest.Bytes)), null);
        }
        catch (CmsFormatException fault)
        {
            return (null, fault.ToFinding());
        }
    }

    private JudgedSeal JudgeSeal(ReadOnlyMemory<byte> encoded, int index, PackageManifest manifest, DateTimeOffset at, IReadOnlyList<Certificate> certificates)
    {
        var path = EntryNames.Seal(index + 1);
        try
        {
            var signature = SealSignature.Parse(encoded);
            return new JudgedSeal(path, signature, seals.Validate(signature, manifest.Bytes, EntryNames.Manifest, at, certificates));
        }
        catch (SealFormatException)
        {
            return new JudgedSeal(path, null, seals.Validate(encoded, manifest.Bytes, EntryNames.Manifest, at, certificates));
        }
    }
}
