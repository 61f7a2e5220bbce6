using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Validation;

/// <summary>
/// Judges packages: container, digest of every part, the issuers' CMS over the manifest, and the seals over it. Reads
/// the file once; memory does not grow with it. Nothing is thrown for content that fails. Safe for concurrent use.
/// </summary>
public sealed class PackageValidator
{
    private static readonly Finding NotSigned = Finding.Indeterminate(
        "PACKAGE_NOT_SIGNED", SubIndication.SignedDataNotFound, "公文包没有发文机关的签名。", "The package is not signed by any issuer.");

    private readonly PackageLimits limits;
    private readonly ValidationPolicy policy;
    private readonly CmsValidator signatures;
    private readonly SealValidator seals;

    /// <param name="sealMakers">For the certificates of seal makers; null when <paramref name="store"/> serves for both.</param>
    public PackageValidator(TrustStore store, ValidationPolicy policy, PackageLimits limits, TrustStore? sealMakers = null)
    {
        this.limits = limits;
        this.policy = policy;
        signatures = new CmsValidator(store, policy);
        seals = new SealValidator(store, sealMakers, policy.PathOptions);
    }

    /// <param name="package">Seekable; closed afterwards.</param>
    /// <param name="at">When the package is known to have existed; now, when nothing better is known.</param>
    public async Task<PackageVerdict> ValidateAsync(Stream package, DateTimeOffset at, CancellationToken cancellation)
    {
        try
        {
            using var reader = await PackageReader.OpenAsync(package, limits, cancellation);
            var check = await reader.CheckAsync(cancellation);
            return Judge(reader, check.Findings, check.PackageId, at);
        }
        catch (PackageFormatException fault)
        {
            return new PackageVerdict(new Verdict([], [fault.ToFinding()]), null, null, default, []);
        }
    }

    private PackageVerdict Judge(PackageReader reader, IReadOnlyList<Finding> container, Digest packageId, DateTimeOffset at)
    {
        var manifest = reader.Manifest;
        var findings = new List<Finding>(container);
        var issued = JudgeSignature(reader.Signature, manifest, at, findings, out var certificates);
        var judged = reader.Seals.Select((seal, index) => JudgeSeal(seal, index, manifest, at, certificates)).ToList();
        var verdict = new Verdict([.. issued, .. judged.Select(seal => seal.Verdict)], findings);
        return new PackageVerdict(verdict, packageId, manifest, reader.Metadata, judged);
    }

    private IReadOnlyList<SignatureVerdict> JudgeSignature(
        ReadOnlyMemory<byte> signature, PackageManifest manifest, DateTimeOffset at, List<Finding> findings, out IReadOnlyList<Certificate> certificates)
    {
        certificates = [];
        if (signature.IsEmpty)
        {
            findings.Add(NotSigned);
            return [];
        }

        try
        {
            var signed = CmsSignedData.Parse(signature, policy.Limits);
            certificates = signed.Certificates;
            return signatures.Validate(signed, ContentDigests.Of(manifest.Bytes), at, CertificateUsage.DocumentSigning);
        }
        catch (CmsFormatException fault)
        {
            findings.Add(fault.ToFinding());
            return [];
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
