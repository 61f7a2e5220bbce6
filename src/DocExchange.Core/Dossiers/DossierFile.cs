using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Dossiers;

/// <summary>An open dossier: entries are known and within their limits; <see cref="CheckDigestsAsync"/> says whether they are unaltered.</summary>
internal sealed class DossierFile : IDisposable
{
    private readonly StoredArchiveReader zip;

    private DossierFile(StoredArchiveReader zip)
    {
        this.zip = zip;
    }

    public IReadOnlyList<StoredEntry> Entries => zip.Entries;

    /// <param name="seekable">Disposed with the file, and at once when it is refused.</param>
    /// <exception cref="PackageFormatException">The container is not the one a dossier has.</exception>
    /// <exception cref="DossierFormatException">An entry is unknown, missing, misplaced or too large.</exception>
    public static async Task<DossierFile> OpenAsync(Stream seekable, CancellationToken cancellation) => new(await StoredArchiveReader.OpenAsync(
        seekable,
        DossierLayout.MaxEntries,
        entries =>
        {
            if (DossierLayout.FindProblem(entries) is { } problem)
            {
                throw new DossierFormatException(problem.Chinese, problem.English);
            }
        },
        cancellation));

    public bool Has(string path) => zip.Find(path) is not null;

    /// <exception cref="FormatException">There is no such entry.</exception>
    public byte[] Read(string path) => zip.Find(path) is { } entry
        ? zip.ReadAll(entry)
        : throw new FormatException($"The dossier has no entry '{path}'.");

    public Stream Open(string path) => zip.Open(zip.Find(path)!);

    /// <summary>An object by its SHA-256; null where it is not here, or other bytes are.</summary>
    public byte[]? Object(Digest digest) => zip.Find(DossierLayout.Object(digest)) is { } entry && zip.ReadAll(entry) is { } bytes && Digest.Of(bytes) == digest ? bytes : null;

    /// <summary>The anchors the file brings, and all certificates and revocation data beside them.</summary>
    public TrustStore Trust(DossierReport report)
    {
        var answers = Entries.Where(entry => entry.Path.StartsWith("trust/ocsp/", StringComparison.Ordinal))
            .Select(entry => report.Read(entry.Path, () => OcspResponse.Parse(Read(entry.Path)))).OfType<OcspResponse>();
        return new TrustStore(Certificates(DossierLayout.Anchors, report), Certificates(DossierLayout.Intermediates, report), Lists(report)) { OcspResponses = [.. answers] };
    }

    public IReadOnlyList<Certificate> Certificates(string path, DossierReport report) => report.Read(path, () => Read(path) is { Length: > 0 } bytes ? Certificate.ParseAll(bytes) : []) ?? [];

    /// <summary>Compares every entry with SHA256SUMS. What was altered, dropped or added is named.</summary>
    public async Task CheckDigestsAsync(DossierReport report, CancellationToken cancellation)
    {
        if (report.Read(DossierLayout.Sums, () => DossierSums.Read(Read(DossierLayout.Sums))) is not { } listed)
        {
            return;
        }

        var sums = listed.GroupBy(line => line.Path).ToDictionary(lines => lines.Key, lines => lines.First().Sha256);
        foreach (var missing in listed.Where(line => !Has(line.Path)))
        {
            report.Failed("DOSSIER_PART_MISSING", SubIndication.HashFailure, $"缺少“{missing.Path}”。", $"'{missing.Path}' is listed and not there.");
        }

        foreach (var entry in Entries.Where(entry => entry.Path is not (DossierLayout.Sums or DossierLayout.Signature)))
        {
            if (!sums.TryGetValue(entry.Path, out var expected))
            {
                report.Failed("DOSSIER_PART_UNLISTED", SubIndication.HashFailure, $"“{entry.Path}”不在 SHA256SUMS 中。", $"'{entry.Path}' is not listed in SHA256SUMS.");
            }
            else if (await DigestOfAsync(entry, report, cancellation) is { } found && found != expected)
            {
                report.Failed("DOSSIER_PART_ALTERED", SubIndication.HashFailure, $"“{entry.Path}”已被改动。", $"'{entry.Path}' was altered: its SHA-256 is not the one listed.");
            }
        }
    }

    /// <summary>What lies in a folder of the dossier and is not named is a finding.</summary>
    public void RefuseStrays(string folder, IEnumerable<string> named, DossierReport report)
    {
        var known = named.ToHashSet(StringComparer.Ordinal);
        foreach (var stray in Entries.Where(entry => entry.Path.StartsWith(folder, StringComparison.Ordinal) && !known.Contains(entry.Path)))
        {
            report.Failed("DOSSIER_PART_UNLISTED", SubIndication.FormatFailure, $"卷宗目录中没有“{stray.Path}”。", $"dossier.json does not name '{stray.Path}'.");
        }
    }

    public void Dispose() => zip.Dispose();

    private IReadOnlyList<RevocationList> Lists(DossierReport report) => report.Read(DossierLayout.Lists, () => Read(DossierLayout.Lists) is { Length: > 0 } bytes ? RevocationList.ParseAll(bytes) : []) ?? [];

    private async Task<Digest?> DigestOfAsync(StoredEntry entry, DossierReport report, CancellationToken cancellation)
    {
        try
        {
            return await zip.DigestOfAsync(entry, cancellation);
        }
        catch (PackageFormatException fault)
        {
            report.Add(fault.ToFinding());
            return null;
        }
    }
}

/// <summary>The entries of a file are not those of a dossier.</summary>
public sealed class DossierFormatException : FormatException
{
    internal DossierFormatException(string chinese, string english)
        : base(english)
    {
        Chinese = chinese;
    }

    public string Chinese { get; }
}
