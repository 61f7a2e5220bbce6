using DocExchange.Trust.Certificates;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Ofd;

/// <summary>
/// Judges every signature of an OFD file (GB/T 33190-2016) as any vendor makes them: seals of GB/T 38540-2020, GM/T
/// 0031-2014 and GM/T 0031-2025, and CMS of GB/T 35275 and RFC 5652. Nothing is thrown for content that fails. Safe for
/// concurrent use.
/// </summary>
public sealed class OfdVerifier
{
    private const int ProbeSize = 128 * 1024;

    // Of the first name, in a local header (APPNOTE §4.3.7).
    private const int NameOffset = 30;

    private readonly OfdLimits limits;
    private readonly OfdSignatureJudge judge;

    public OfdVerifier(TrustStore store, ValidationPolicy policy, OfdLimits? limits = null)
    {
        this.limits = limits ?? OfdLimits.Default;
        var foreign = DocumentPolicy.Of(policy) with { RequiresSignedAttributes = false, RequiresSigningCertificateReference = false };
        judge = new OfdSignatureJudge(new SealValidator(store, policy: policy), new OfdCms(store, foreign), policy);
    }

    /// <summary>Whether the file is a ZIP, bytes before it allowed, that holds an OFD.xml; one that is damaged counts where it names one.</summary>
    public static async Task<bool> LooksLikeOfdAsync(Stream seekable, OfdLimits limits, CancellationToken cancellation)
    {
        try
        {
            var directory = await OfdZipDirectory.ReadAsync(seekable, limits, cancellation);
            return directory.Entries.Any(entry => entry.Path.Equals(OfdSignatureList.Root, StringComparison.OrdinalIgnoreCase));
        }
        catch (OfdFormatException)
        {
            var size = (int)Math.Min(ProbeSize, seekable.Length);
            var start = await OfdZipDirectory.ReadAtAsync(seekable, 0, size, cancellation);
            var end = await OfdZipDirectory.ReadAtAsync(seekable, seekable.Length - size, size, cancellation);
            var isPackage = start.Length > NameOffset && start.AsSpan(NameOffset).StartsWith("mimetype"u8);
            return start.AsSpan().StartsWith("PK"u8) && !isPackage && (start.AsSpan().IndexOf("OFD.xml"u8) >= 0 || end.AsSpan().IndexOf("OFD.xml"u8) >= 0);
        }
        finally
        {
            seekable.Position = 0;
        }
    }

    /// <param name="seekable">Read at will, not closed.</param>
    /// <param name="at">When the file is known to have existed; now, when nothing better is known.</param>
    public async Task<SignedDocument> VerifyAsync(Stream seekable, DateTimeOffset at, CancellationToken cancellation) => await VerifyAsync(seekable, at, null, cancellation);

    /// <param name="keep">Given what is measured of each signature; null where nobody keeps it.</param>
    internal async Task<SignedDocument> VerifyAsync(Stream seekable, DateTimeOffset at, KeptFacts<OfdSignatureFacts>? keep, CancellationToken cancellation)
    {
        try
        {
            var package = await OfdPackage.OpenAsync(seekable, limits, cancellation);
            var list = await OfdSignatureList.ReadAsync(package, cancellation);
            return await JudgeAsync(package, list, at, keep, cancellation);
        }
        catch (OfdFormatException fault)
        {
            keep?.Clear();
            return new SignedDocument(new Verdict([], [fault.ToFinding()]), [], []);
        }
    }

    /// <summary>The same from what was measured.</summary>
    /// <param name="findings">Of the whole file.</param>
    internal SignedDocument Judge(OfdFacts facts, IReadOnlyList<Finding> findings, DateTimeOffset at)
    {
        var (signatures, work) = (new List<DocumentSignature>(), judge.NewWork());
        foreach (var measured in facts.Signatures)
        {
            Add(signatures, measured, at, work);
        }

        return new SignedDocument(new Verdict([.. signatures.Select(signature => signature.Verdict)], findings), signatures, facts.Uncovered);
    }

    private async Task<SignedDocument> JudgeAsync(OfdPackage package, OfdSignatureList list, DateTimeOffset at, KeptFacts<OfdSignatureFacts>? keep, CancellationToken cancellation)
    {
        if (list.Signatures.Count == 0)
        {
            return new SignedDocument(new Verdict([], [.. list.Findings, OfdFindings.NoSignature]), [], []);
        }

        // One after the other: all together may be too large for the memory.
        var (signatures, work) = (new List<DocumentSignature>(), judge.NewWork());
        var from = new List<int>();
        var coverage = new OfdCoverage(package, list);
        var reader = new OfdSignatureReader(package, coverage);
        foreach (var listed in list.Signatures)
        {
            var measured = await reader.ReadAsync(listed, cancellation);
            keep?.Add(measured, measured.Size);
            from.Add(signatures.Count);
            Add(signatures, measured, at, work);
        }

        var covered = await coverage.FindAsync(cancellation);
        for (var index = 0; index < from.Count; index++)
        {
            var left = covered.OfSignatures[index];
            keep?.Change(index, measured => measured with { LeftToOthers = left });
            for (var each = from[index]; each < (index + 1 < from.Count ? from[index + 1] : signatures.Count); each++)
            {
                signatures[each] = OfdSignatureJudge.WithLeft(signatures[each], left);
            }
        }

        // A list that cannot be read did not keep the signatures from being found; they say whether it was altered.
        List<Finding> findings = [.. list.Findings.Select(finding => finding.Indication == Indication.TotalFailed ? finding with { Indication = Indication.Indeterminate } : finding), .. await package.FindHiddenAsync(covered, cancellation), .. covered.Findings];
        return new SignedDocument(new Verdict([.. signatures.Select(signature => signature.Verdict)], findings), signatures, covered.Uncovered);
    }

    private void Add(List<DocumentSignature> signatures, OfdSignatureFacts measured, DateTimeOffset at, FileWork work)
    {
        var before = signatures.Count;
        signatures.AddRange(judge.Judge(measured, at, work).Select(signature => signature.Behind(before)));
    }
}
