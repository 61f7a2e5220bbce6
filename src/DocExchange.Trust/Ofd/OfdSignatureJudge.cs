using System.Buffers.Text;
using System.Text;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Ofd;

/// <summary>Judges one signature of an OFD: the parts it protects, Signature.xml, the signature value, the seal file.</summary>
internal sealed class OfdSignatureJudge(SealValidator seals, OfdCms cms, CmsLimits cmsLimits)
{
    private const string SignedValueName = "SignedValue.dat";

    private static readonly TimeSpan ChinaOffset = TimeSpan.FromHours(8);

    /// <summary>One verdict; with a CMS of several signers one for each; time-stamps and counter-signatures have their own.</summary>
    public async Task<IReadOnlyList<DocumentSignature>> JudgeAsync(
        OfdPackage package, OfdListedSignature listed, OfdCoverage coverage, DateTimeOffset at, CancellationToken cancellation)
    {
        if (listed.Entry is not { } entry)
        {
            return [Failed(listed, OfdFindings.SignatureMissing(listed))];
        }

        coverage.AddOwn(entry);
        var findings = new List<Finding>();
        try
        {
            var bytes = await package.ReadAsync(entry, package.Limits.MaxXmlSize, cancellation);
            var described = Describe(bytes, entry, package.Limits, findings);
            var parts = new OfdPartsResult([], [], [], []);
            if (described is not null)
            {
                parts = await OfdDigests.CompareAsync(package, described, OfdNames.FolderOf(entry.Path), cancellation);
                coverage.AddProtected(parts.Named);
                findings.AddRange(parts.Findings);
            }

            return await JudgeValueAsync(new Context(package, listed, entry, bytes, described, parts, findings, coverage), at, cancellation);
        }
        catch (OfdFormatException fault)
        {
            return [Failed(listed, [.. findings, fault.ToFinding()])];
        }
    }

    /// <summary>Null, and a finding, where Signature.xml cannot be read: its digest may still show that it was altered.</summary>
    private static OfdSignatureFile? Describe(byte[] bytes, OfdEntry entry, OfdLimits limits, List<Finding> findings)
    {
        try
        {
            return OfdSignatureFile.Of(OfdXml.Read(bytes, entry.Path, limits), entry.Path, limits);
        }
        catch (OfdFormatException fault)
        {
            findings.Add(fault.ToFinding());
            return null;
        }
    }

    private async Task<IReadOnlyList<DocumentSignature>> JudgeValueAsync(Context context, DateTimeOffset at, CancellationToken cancellation)
    {
        var folder = OfdNames.FolderOf(context.Entry.Path);
        var location = context.Described?.SignedValue ?? SignedValueName;
        var sealEntry = context.Described?.Seal is { } named ? context.Package.Find(folder, named) : null;
        context.Coverage.AddOwn(sealEntry);
        if (context.Package.Find(folder, location) is not { } valueEntry)
        {
            return [Failed(context.Listed, [.. context.Findings, OfdFindings.SignedValueMissing(location)])];
        }

        context.Coverage.AddOwn(valueEntry);
        var value = Unarmour(await context.Package.ReadAsync(valueEntry, context.Package.Limits.MaxSignatureSize, cancellation));
        if (CmsSignedData.LooksLike(value))
        {
            AddType(context, "Seal", "CMS");
            return JudgeCms(context, value, at);
        }

        var judged = await JudgeSealAsync(context, value, valueEntry, sealEntry, at, cancellation);
        return [judged, .. judged.Verdict.Timestamps.Select(stamp => OfAttached(context, stamp with { Of = 0 }))];
    }

    private async Task<DocumentSignature> JudgeSealAsync(Context context, byte[] value, OfdEntry valueEntry, OfdEntry? sealEntry, DateTimeOffset at, CancellationToken cancellation)
    {
        SealSignature signature;
        try
        {
            signature = SealSignature.ParseForeign(value);
        }
        catch (SealFormatException fault)
        {
            var why = fault.Code == "SEAL_FORMAT" ? OfdFindings.SignedValueUnknown(valueEntry.Path) : SealFindings.Format(fault);
            return Of(context, null, new SignatureVerdict(SignatureKind.Seal, null, context.Described?.StatedAt, [.. context.Findings, why]));
        }

        AddType(context, "Sign", "SES_Signature");
        if (context.Described?.Seal is not null)
        {
            context.Findings.Add(sealEntry is null ? OfdFindings.SealFileMissing : await CompareSealAsync(context, signature.Seal, sealEntry, cancellation));
        }

        // Makers name the protected file in propertyInfo each in their own way: what counts is its digest.
        var verdict = seals.Validate(signature, ContentDigests.Of(context.Bytes), expectedPropertyInfo: null, at);
        var judged = verdict.Findings.Select(finding => finding.Code switch
        {
            "SEAL_DATA_HASH" => OfdFindings.SignatureFileAltered(context.Entry.Path),
            "SEAL_TIME_OUTSIDE_PERIOD" when IsZoneUnclear(signature) => SealFindings.TimeZoneUnclear(signature.Seal, signature.SignedAt!.Value),
            _ => finding,
        });
        return Of(context, signature.Seal, verdict with { Findings = [.. context.Findings, .. judged] });
    }

    // Some makers write the time of China and call it UTC.
    private static bool IsZoneUnclear(SealSignature signature) =>
        signature.SignedAt is { } at && (signature.Seal.IsInPeriod(Shift(at, -ChinaOffset)) || signature.Seal.IsInPeriod(Shift(at, ChinaOffset)));

    // A signer may write the year 1 or 9999.
    private static DateTimeOffset Shift(DateTimeOffset at, TimeSpan by) =>
        new(Math.Clamp(at.UtcTicks + by.Ticks, DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);

    private List<DocumentSignature> JudgeCms(Context context, byte[] value, DateTimeOffset at)
    {
        try
        {
            var verdicts = cms.Validate(CmsSignedData.Parse(value, cmsLimits), context.Bytes, context.Entry.Path, at);
            return [.. verdicts.Select(verdict => verdict.Of is null
                ? Of(context, null, verdict with { SignedAt = verdict.SignedAt ?? context.Described?.StatedAt, Findings = [.. context.Findings, .. verdict.Findings] })
                : OfAttached(context, verdict))];
        }
        catch (CmsFormatException fault)
        {
            return [Of(context, null, new SignatureVerdict(SignatureKind.Cms, null, context.Described?.StatedAt, [.. context.Findings, fault.ToFinding()]))];
        }
    }

    private static async Task<Finding> CompareSealAsync(Context context, Seal embedded, OfdEntry sealEntry, CancellationToken cancellation)
    {
        var bytes = await context.Package.ReadAsync(sealEntry, context.Package.Limits.MaxSignatureSize, cancellation);
        var isEqual = bytes.AsSpan().TrimEnd((byte)0).SequenceEqual(embedded.Der.Span.TrimEnd((byte)0));
        return isEqual ? OfdFindings.SealFileEqual
            : context.Parts.Covered.Contains(sealEntry.Path) ? OfdFindings.SealFileDiffersFromStart(sealEntry.Path)
            : OfdFindings.SealFileDiffers(sealEntry.Path);
    }

    private static void AddType(Context context, string contradicting, string found)
    {
        if (contradicting.Equals(context.Listed.Type, StringComparison.OrdinalIgnoreCase))
        {
            context.Findings.Add(OfdFindings.TypeDiffers(contradicting, found));
        }
    }

    // The value is DER; a few makers write it as base64 text.
    private static byte[] Unarmour(byte[] value)
    {
        if (value.Length == 0 || value[0] is 0x30 or (byte)'-')
        {
            return value;
        }

        var text = Encoding.ASCII.GetString(value).Trim('\uFEFF', ' ', '\r', '\n', '\t', '\0');
        return text.Length > 0 && Base64.IsValid(text) ? Convert.FromBase64String(text) : value;
    }

    private static DocumentSignature Of(Context context, Seal? seal, SignatureVerdict verdict)
    {
        var findings = context.Described is { StatedAt: null } && verdict.SignedAt is null ? [.. verdict.Findings, OfdFindings.TimeNotStated] : verdict.Findings;
        var altered = findings.Any(finding => finding.Code == "OFD_SIGNATURE_XML_ALTERED") ? [.. context.Parts.Altered, context.Entry.Path] : context.Parts.Altered;

        // What was altered comes before what could not be read because of it.
        findings = [.. DocumentFindings.WithResult(findings).OrderBy(finding => finding.SubIndication == SubIndication.HashFailure ? 0 : 1)];
        return new DocumentSignature(
            context.Listed.Id, context.Entry.Path, context.Described?.Provider, seal, context.Parts.Covered, altered, verdict with { Findings = findings });
    }

    /// <summary>A time-stamp or a counter-signature: it protects no part by itself.</summary>
    private static DocumentSignature OfAttached(Context context, SignatureVerdict verdict) =>
        new(context.Listed.Id, context.Entry.Path, null, null, [], [], verdict with { Findings = [.. PathFindings.WithoutAnchor(verdict.Findings)] });

    private static DocumentSignature Failed(OfdListedSignature listed, params IReadOnlyList<Finding> findings) => new(
        listed.Id, listed.Entry?.Path ?? listed.Location, null, null, [], [], new SignatureVerdict(SignatureKind.Seal, null, null, findings));

    private sealed record Context(
        OfdPackage Package, OfdListedSignature Listed, OfdEntry Entry, byte[] Bytes, OfdSignatureFile? Described, OfdPartsResult Parts, List<Finding> Findings, OfdCoverage Coverage);
}
