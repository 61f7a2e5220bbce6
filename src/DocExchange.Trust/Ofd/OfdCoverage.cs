using System.Text;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Ofd;

/// <summary>
/// Which parts no signature protects, and whether the document uses them. The files of the signatures themselves may stay
/// out of each other's protection: that is what lets a second issuer seal the same document.
/// </summary>
internal sealed class OfdCoverage(OfdPackage package, OfdSignatureList list)
{
    // A byte order mark and more blanks than anybody writes before the first element.
    private const int ProbeSize = 64;

    private readonly HashSet<string> protectedParts = new(StringComparer.Ordinal);
    private readonly HashSet<string> ownParts = new(list.Lists, StringComparer.Ordinal);

    // What a signature names and nobody compared with what was signed: it is shown.
    private readonly HashSet<string> shown = new(StringComparer.Ordinal);

    // By the last steps of their paths: a value that ends in none of them names no part.
    private readonly ILookup<string, OfdEntry> byFileName = package.Entries.ToLookup(entry => OfdLocations.LastStepOf(entry.Path), StringComparer.OrdinalIgnoreCase);

    public void AddProtected(IEnumerable<string> paths) => protectedParts.UnionWith(paths);

    /// <summary>A Signature.xml, SignedValue.dat or Seal.esl that was read as what it is named to be.</summary>
    public void AddOwn(OfdEntry entry) => ownParts.Add(entry.Path);

    /// <summary>What is named as a seal and was compared with none.</summary>
    public void AddShown(OfdEntry entry) => shown.Add(entry.Path);

    /// <summary>Adds the findings; nothing is looked for where everything is covered.</summary>
    public async Task<IReadOnlyList<string>> FindUncoveredAsync(List<Finding> findings, CancellationToken cancellation)
    {
        var uncovered = package.Entries.Select(entry => entry.Path).Where(path => !protectedParts.Contains(path) && !ownParts.Contains(path)).ToList();
        if (uncovered.Count == 0)
        {
            return [];
        }

        var used = await FindUsedAsync(cancellation);
        var content = uncovered.Where(path => used is null || used.Contains(path) || shown.Contains(path)).ToList();
        var stray = uncovered.Except(content).ToList();
        if (content.Count > 0)
        {
            findings.Add(OfdFindings.ContentNotCovered(content));
        }

        if (stray.Count > 0)
        {
            findings.Add(OfdFindings.PartsNotCovered(stray));
        }

        return uncovered;
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
                var meant = package.FindAll(folder, location).Concat(below).ToList();
                meant.ForEach(Use);
                if (meant.Count == 0)
                {
                    Widen(OfdLocations.LastStepOf(location));
                }
            }

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
            return OfdLocations.Read(await package.ReadAsync(entry, package.Limits.MaxXmlSize, cancellation), package.Limits, fileNames);
        }
        catch (OfdFormatException)
        {
            return null;
        }
    }
}
