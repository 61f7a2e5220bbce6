using System.Xml;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Ofd;

/// <summary>
/// Which parts no signature protects, and whether the document uses them. The files of the signatures themselves may stay
/// out of each other's protection: that is what lets a second issuer seal the same document.
/// </summary>
internal sealed class OfdCoverage(OfdPackage package, OfdSignatureList list)
{
    private const int MaxLocation = 512;

    private readonly HashSet<string> protectedParts = new(StringComparer.Ordinal);
    private readonly HashSet<string> ownParts = new(list.Lists, StringComparer.Ordinal);

    // The last steps of all paths: a value that ends in none of them names no part.
    private readonly HashSet<string> fileNames = new(package.Entries.Select(entry => LastStepOf(entry.Path)), StringComparer.OrdinalIgnoreCase);

    public void AddProtected(IEnumerable<string> paths) => protectedParts.UnionWith(paths);

    /// <summary>Signature.xml, SignedValue.dat and Seal.esl of one signature.</summary>
    public void AddOwn(params OfdEntry?[] entries) => ownParts.UnionWith(entries.OfType<OfdEntry>().Select(entry => entry.Path));

    /// <summary>Adds the findings; nothing is looked for where everything is covered.</summary>
    public async Task<IReadOnlyList<string>> FindUncoveredAsync(List<Finding> findings, CancellationToken cancellation)
    {
        var uncovered = package.Entries.Select(entry => entry.Path).Where(path => !protectedParts.Contains(path) && !ownParts.Contains(path)).ToList();
        if (uncovered.Count == 0)
        {
            return [];
        }

        var used = await FindUsedAsync(cancellation);
        var content = uncovered.Where(path => used is null || used.Contains(path)).ToList();
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
        var names = 0;
        Use(package.Find("", OfdSignatureList.Root));
        foreach (var document in list.Documents)
        {
            Use(package.Find("", document));
        }

        for (var count = 0; waiting.TryDequeue(out var entry); count++)
        {
            if (count == package.Limits.MaxCrawledFiles)
            {
                return null;
            }

            if (await ReadLocationsAsync(entry, cancellation) is not { } read || (names += read.Locations.Count) > package.Limits.MaxCrawledNames)
            {
                return null;
            }

            var folder = OfdNames.FolderOf(entry.Path);
            foreach (var location in read.Locations)
            {
                Use(package.Find(folder, location));
                if (read.Base is { } resources && OfdNames.Resolve(folder, resources) is { } below)
                {
                    Use(package.Find(below.TrimEnd('/'), location));
                }
            }
        }

        return used;

        void Use(OfdEntry? entry)
        {
            if (entry is not null && !ownParts.Contains(entry.Path) && used.Add(entry.Path) && Path.GetExtension(entry.Path).ToUpperInvariant() is "" or ".XML")
            {
                waiting.Enqueue(entry);
            }
        }
    }

    /// <summary>
    /// Every attribute and text that may be the name of a part, and the folder that the root element says resources lie in (Res
    /// BaseLoc, GB/T 33190 §7.9); null where too much was read already.
    /// </summary>
    private async Task<(IReadOnlySet<string> Locations, string? Base)?> ReadLocationsAsync(OfdEntry entry, CancellationToken cancellation)
    {
        var locations = new HashSet<string>(StringComparer.Ordinal);
        string? resources = null;
        try
        {
            var bytes = await package.ReadAsync(entry, package.Limits.MaxXmlSize, cancellation);
            using var reader = OfdXml.Open(bytes, package.Limits);
            while (reader.Read() && reader.Depth <= package.Limits.MaxXmlDepth)
            {
                if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
                {
                    Take(reader.Value);
                }

                while (reader.MoveToNextAttribute())
                {
                    Take(reader.Value);
                    resources = reader is { Depth: 1, LocalName: "BaseLoc" } ? reader.Value : resources;
                }
            }
        }
        catch (OfdFormatException fault) when (fault.IsOfEffort)
        {
            return null;
        }
        catch (Exception fault) when (fault is OfdFormatException or XmlException or ArgumentException)
        {
            // What cannot be read leads nowhere; that it cannot is found out where it is protected.
        }

        return (locations, resources);

        void Take(string value)
        {
            if (value.Length <= MaxLocation && value.Trim() is var location && LastStepOf(location) is var last
                && (fileNames.Contains(last) || (last.Contains('%') && fileNames.Contains(LastStepOf(Uri.UnescapeDataString(last))))))
            {
                locations.Add(location);
            }
        }
    }

    private static string LastStepOf(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
}
