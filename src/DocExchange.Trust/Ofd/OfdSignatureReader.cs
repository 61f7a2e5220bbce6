using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Ofd;

/// <summary>Measures one signature of an OFD after the other: the parts it protects, Signature.xml, the signature value, the seal file.</summary>
internal sealed class OfdSignatureReader(OfdPackage package, OfdCoverage coverage)
{
    private const string SignedValueName = "SignedValue.dat";

    private readonly HashSet<string> values = new(StringComparer.Ordinal);

    public async Task<OfdSignatureFacts> ReadAsync(OfdListedSignature listed, CancellationToken cancellation)
    {
        var facts = await MeasureAsync(listed, cancellation);
        return listed.IsNamed ? facts : facts with { Findings = [.. facts.Findings.Select(OfUnnamed)] };
    }

    // What nothing names as a signature need not be one.
    private static Finding OfUnnamed(Finding finding) =>
        finding is { Indication: Indication.TotalFailed, SubIndication: SubIndication.FormatFailure } ? finding with { Indication = Indication.Indeterminate } : finding;

    private async Task<OfdSignatureFacts> MeasureAsync(OfdListedSignature listed, CancellationToken cancellation)
    {
        coverage.BeginSignature();
        if (listed.Entry is not { } entry)
        {
            return Failed(listed, OfdFindings.SignatureMissing(listed));
        }

        var findings = new List<Finding>();
        try
        {
            var bytes = await package.ReadAsync(entry, package.Limits.MaxXmlSize, cancellation);
            var described = Describe(bytes, entry, findings);
            var parts = new OfdPartsResult([], [], [], []);
            if (described is not null)
            {
                coverage.AddDescription(entry);
                parts = await OfdDigests.CompareAsync(package, described, OfdNames.FolderOf(entry.Path), cancellation);
                coverage.AddProtected(parts.Named);
                coverage.AddFound(parts.Found);
                findings.AddRange(parts.Findings);
                if (described.Repeated.Count > 0)
                {
                    findings.Add(OfdFindings.ElementTwice(entry.Path, described.Repeated));
                }
            }

            return await ReadValueAsync(new Context(listed, entry, bytes, described, parts, findings), cancellation);
        }
        catch (OfdFormatException fault)
        {
            return Failed(listed, [.. findings, fault.ToFinding()]);
        }
    }

    /// <summary>Null, and a finding, where Signature.xml cannot be read: its digest may still show that it was altered.</summary>
    private OfdSignatureFile? Describe(byte[] bytes, OfdEntry entry, List<Finding> findings)
    {
        try
        {
            return OfdSignatureFile.Of(OfdXml.Read(bytes, entry.Path, package), entry.Path, package.Limits);
        }
        catch (OfdFormatException fault) when (!fault.IsOfEffort)
        {
            findings.Add(fault.ToFinding());
            return null;
        }
    }

    private async Task<OfdSignatureFacts> ReadValueAsync(Context context, CancellationToken cancellation)
    {
        var folder = OfdNames.FolderOf(context.Entry.Path);
        var location = context.Described?.SignedValue ?? SignedValueName;
        var sealEntry = context.Described?.Seal is { } named ? package.Find(folder, named) : null;
        if (package.Find(folder, location) is not { } valueEntry)
        {
            return Failed(context.Listed, [.. context.Findings, OfdFindings.SignedValueMissing(location)]);
        }

        // A value signs one description and no other.
        if (!values.Add(valueEntry.Path))
        {
            return Failed(context.Listed, [.. context.Findings, OfdFindings.ValueShared(valueEntry.Path)]);
        }

        if (OfdArmour.Open(await package.ReadAsync(valueEntry, package.Limits.MaxSignatureSize, cancellation)) is not { } value)
        {
            return Failed(context.Listed, [.. context.Findings, OfdFindings.SignedValueUnknown(valueEntry.Path)]);
        }

        if (CmsSignedData.LooksLike(value))
        {
            package.Budget.Judge(value.Length);
            AddType(context, "Seal", "CMS");
            coverage.AddOwn(valueEntry);
            if (sealEntry is not null)
            {
                coverage.AddShown(sealEntry);
            }
        }
        else if (TryReadSeal(value) is { } seal)
        {
            AddType(context, "Sign", "SES_Signature");
            coverage.AddOwn(valueEntry);
            if (sealEntry is not null)
            {
                coverage.AddOwn(sealEntry);
                context.Findings.Add(await CompareSealAsync(context, seal, sealEntry, cancellation));
            }
            else if (context.Described?.Seal is not null)
            {
                context.Findings.Add(OfdFindings.SealFileMissing);
            }
        }

        return new OfdSignatureFacts
        {
            Id = context.Listed.Id,
            Path = context.Entry.Path,
            Maker = context.Described?.Provider,
            StatedAt = context.Described?.StatedAt,
            IsDescribed = context.Described is not null,
            SignatureFile = context.Bytes,
            Value = value,
            ValuePath = valueEntry.Path,
            Findings = context.Findings,
            Covered = context.Parts.Covered,
            PartDigests = context.Parts.Algorithms,
            Altered = context.Parts.Altered,
        };
    }

    private static Seal? TryReadSeal(byte[] value)
    {
        try
        {
            return SealSignature.ParseForeign(value).Seal;
        }
        catch (SealFormatException)
        {
            // Whoever judges it says so.
            return null;
        }
    }

    private async Task<Finding> CompareSealAsync(Context context, Seal embedded, OfdEntry sealEntry, CancellationToken cancellation)
    {
        var bytes = await package.ReadAsync(sealEntry, package.Limits.MaxSignatureSize, cancellation);
        var found = (OfdArmour.Open(bytes) ?? bytes).AsSpan().TrimEnd((byte)0);
        var known = embedded.Der.Span.TrimEnd((byte)0);
        return found.SequenceEqual(known) ? OfdFindings.SealFileEqual
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

    private static OfdSignatureFacts Failed(OfdListedSignature listed, params IReadOnlyList<Finding> findings) =>
        new() { Id = listed.Id, Path = listed.Entry?.Path ?? listed.Location, Findings = findings };

    private sealed record Context(OfdListedSignature Listed, OfdEntry Entry, byte[] Bytes, OfdSignatureFile? Described, OfdPartsResult Parts, List<Finding> Findings);
}
