using System.Text;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Ofd;

/// <param name="Uncovered">Parts that no signature protects, the signatures' own left out.</param>
/// <param name="Unsigned">The same with them.</param>
/// <param name="Findings">Of what is uncovered.</param>
/// <param name="OfSignatures">Of each signature, what of the document it leaves to others; null where nothing.</param>
internal sealed record OfdCoverageResult(IReadOnlyList<string> Uncovered, IReadOnlySet<string> Unsigned, IReadOnlyList<Finding> Findings, IReadOnlyList<Finding?> OfSignatures);

/// <summary>
/// Which parts no signature protects, which each of them leaves out, and whether the document uses them. The files of the
/// signatures themselves may stay out of each other's protection: that is what lets a second issuer seal the same document.
/// </summary>
internal sealed class OfdCoverage(OfdPackage package, OfdSignatureList list)
{
    // A byte order mark and more blanks than anybody writes before the first element.
    private const int ProbeSize = 64;

    private static readonly IReadOnlyList<Finding> NoFindings = [];

    private readonly List<HashSet<string>> protectedBy = [];
    private readonly HashSet<string> ownParts = new(list.Lists, StringComparer.Ordinal);

    // Those of them that name others.
    private readonly HashSet<string> described = new(list.Lists, StringComparer.Ordinal);

    // What a signature names and nobody compared with what was signed: it is shown.
    private readonly HashSet<string> shown = new(StringComparer.Ordinal);

    // By the last steps of their paths: a value that ends in none of them names no part.
    private readonly ILookup<string, OfdEntry> byFileName = package.Entries.ToLookup(entry => OfdLocations.LastStepOf(entry.Path), StringComparer.OrdinalIgnoreCase);

    /// <summary>What is added as protected from now on is by the next signature.</summary>
    public void BeginSignature() => protectedBy.Add(new HashSet<string>(StringComparer.Ordinal));

    public void AddProtected(IEnumerable<string> paths) => protectedBy[^1].UnionWith(paths);

    /// <summary>A Signature.xml, SignedValue.dat or Seal.esl that was read as what it is named to be.</summary>
    public void AddOwn(OfdEntry entry) => ownParts.Add(entry.Path);

    /// <summary>A Signature.xml that was read as one.</summary>
    public void AddDescription(OfdEntry entry)
    {
        ownParts.Add(entry.Path);
        described.Add(entry.Path);
    }

    /// <summary>What is named as a seal and was compared with none.</summary>
    public void AddShown(OfdEntry entry) => shown.Add(entry.Path);

    /// <summary>Nothing is looked for where every signature covers everything.</summary>
    public async Task<OfdCoverageResult> FindAsync(CancellationToken cancellation)
    {
        var unsigned = package.Entries.Select(entry => entry.Path).Where(path => !protectedBy.Exists(parts => parts.Contains(path))).ToHashSet(StringComparer.Ordinal);
        var candidates = package.Entries.Select(entry => entry.Path).Where(path => !ownParts.Contains(path)).ToList();
        var uncovered = candidates.Where(unsigned.Contains).ToHashSet(StringComparer.Ordinal);
        if (protectedBy.TrueForAll(parts => candidates.TrueForAll(parts.Contains)))
        {
            return new OfdCoverageResult([], unsigned, [], [.. protectedBy.Select(_ => (Finding?)null)]);
        }

        var used = await FindUsedAsync(cancellation);
        var content = candidates.Where(path => used is null || used.Contains(path) || shown.Contains(path)).ToList();
        var open = content.Where(uncovered.Contains).ToList();
        var stray = uncovered.Except(content).ToList();
        List<Finding> findings = [.. open.Count > 0 ? [OfdFindings.ContentNotCovered(open)] : NoFindings, .. stray.Count > 0 ? [OfdFindings.PartsNotCovered(stray)] : NoFindings];
        return new OfdCoverageResult([.. candidates.Where(uncovered.Contains)], unsigned, findings, [.. protectedBy.Select(parts => LeftToOthers(parts))]);

        // A later signer may have added it, or led the document there: what the earlier one saw may have been something else.
        Finding? LeftToOthers(HashSet<string> parts) =>
            content.Where(path => !parts.Contains(path) && !uncovered.Contains(path)).ToList() is { Count: > 0 } left ? OfdFindings.ContentLeftToOthers(left) : null;
    }

    /// <summary>Everything that OFD.xml leads to; null where that cannot be told, so that all parts count as used.</summary>
    private async Task<HashSet<string>?> FindUsedAsync(CancellationToken cancellation)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<OfdEntry>();
        var widened = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var fileNames = byFileName.Select(each => each.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var names = 0;
        Use(package.Find("", OfdSignatureList.Root));
        foreach (var document in list.Documents)
        {
            Use(package.Find("", document));
        }

        // Where lists and descriptions lead, another program may find another value, seal or description.
        foreach (var own in package.Entries.Where(entry => ownParts.Contains(entry.Path) && described.Contains(entry.Path)))
        {
            waiting.Enqueue(own);
        }

        for (var count = 0; waiting.TryDequeue(out var entry);)
        {
            if (!list.Documents.Contains(entry.Path) && !await IsXmlAsync(entry, cancellation))
            {
                continue;
            }

            if (count++ == package.Limits.MaxCrawledFiles
                || await ReadLocationsAsync(entry, fileNames, cancellation) is not { } read || (names += read.Locations.Count) > package.Limits.MaxCrawledNames)
            {
                return null;
            }

            Follow(OfdNames.FolderOf(entry.Path), read);
        }

        return used;

        void Follow(string folder, OfdLocations read)
        {
            foreach (var location in read.Locations)
            {
                var below = read.Base is { } resources && OfdNames.Resolve(folder, resources) is { } named ? package.FindAll(named.TrimEnd('/'), location) : [];
                package.FindAll(folder, location).Concat(below).ToList().ForEach(Use);
            }

            // Programs look for resources in the folder of the document, whatever file names them.
            foreach (var step in read.Steps)
            {
                Widen(step);
            }
        }

        void Widen(string step)
        {
            foreach (var entry in widened.Add(step) ? byFileName[step] : [])
            {
                Use(entry);
            }
        }

        void Use(OfdEntry? entry)
        {
            if (entry is not null && !ownParts.Contains(entry.Path) && used.Add(entry.Path))
            {
                waiting.Enqueue(entry);
            }
        }
    }

    /// <summary>By its name, or by how it begins: a document or a page may be called anything.</summary>
    private async Task<bool> IsXmlAsync(OfdEntry entry, CancellationToken cancellation)
    {
        if (Path.GetExtension(entry.Path).ToUpperInvariant() is "" or ".XML")
        {
            return true;
        }

        try
        {
            var start = await package.ReadStartAsync(entry, ProbeSize, cancellation);
            var isWide = start is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..] or [0, (byte)'<', ..] or [(byte)'<', 0, ..] or [0, 0, 0, (byte)'<', ..];
            var text = start.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? start.AsSpan(3) : start;
            return isWide || (start.Length > 0 && text.TrimStart(" \t\r\n"u8) is [] or [(byte)'<', ..]);
        }
        catch (OfdFormatException)
        {
            // What it is nobody can tell; read, it says so.
            return true;
        }
    }

    /// <summary>Null where they cannot all be told.</summary>
    private async Task<OfdLocations?> ReadLocationsAsync(OfdEntry entry, HashSet<string> fileNames, CancellationToken cancellation)
    {
        try
        {
            return OfdLocations.Read(await package.ReadAsync(entry, package.Limits.MaxXmlSize, cancellation), package.Limits, fileNames, described.Contains(entry.Path));
        }
        catch (OfdFormatException)
        {
            return null;
        }
    }
}
