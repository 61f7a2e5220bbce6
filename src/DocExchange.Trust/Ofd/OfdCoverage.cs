using System.Text;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Ofd;

/// <param name="Uncovered">Parts that no signature protects, the signatures' own left out.</param>
/// <param name="Unsigned">The same with them.</param>
/// <param name="NotCommon">Those that not every signature protects, with them.</param>
/// <param name="Findings">Of what is uncovered.</param>
/// <param name="OfSignatures">Of each signature, what of the document it leaves to others; null where nothing.</param>
internal sealed record OfdCoverageResult(IReadOnlyList<string> Uncovered, IReadOnlySet<string> Unsigned, IReadOnlySet<string> NotCommon, IReadOnlyList<Finding> Findings, IReadOnlyList<Finding?> OfSignatures);

/// <summary>
/// Which parts no signature protects, which each of them leaves out, and whether the document uses them. The files of the
/// signatures themselves may stay out of each other's protection, unless the document shows them: that is what lets a second issuer seal the same document.
/// </summary>
internal sealed class OfdCoverage(OfdPackage package, OfdSignatureList list)
{
    private static readonly IReadOnlyList<Finding> NoFindings = [];

    private readonly List<HashSet<string>> protectedBy = [];
    private readonly HashSet<string> ownParts = new(list.Lists, StringComparer.Ordinal);

    // Those of them that name others.
    private readonly HashSet<string> described = new(list.Lists, StringComparer.Ordinal);

    // What a signature names as its seal, and neither compared with what was signed nor protects: it is shown.
    private readonly HashSet<string> shown = new(StringComparer.Ordinal);

    // By what the references of all signatures found their parts; the best counts.
    private readonly Dictionary<string, (OfdEntry Entry, OfdFoundBy By)> found = new(StringComparer.Ordinal);

    /// <summary>What is added as protected from now on is by the next signature.</summary>
    public void BeginSignature() => protectedBy.Add(new HashSet<string>(StringComparer.Ordinal));

    public void AddProtected(IEnumerable<string> paths) => protectedBy[^1].UnionWith(paths);

    public void AddFound(IEnumerable<(OfdEntry Entry, OfdFoundBy By)> parts)
    {
        foreach (var part in parts.Where(part => !found.TryGetValue(part.Entry.Path, out var known) || part.By < known.By))
        {
            found[part.Entry.Path] = part;
        }
    }

    /// <summary>A Signature.xml, SignedValue.dat or Seal.esl that was read as what it is named to be.</summary>
    public void AddOwn(OfdEntry entry) => ownParts.Add(entry.Path);

    /// <summary>A Signature.xml that was read as one.</summary>
    public void AddDescription(OfdEntry entry)
    {
        ownParts.Add(entry.Path);
        described.Add(entry.Path);
    }

    /// <summary>What the signature names as its seal and was compared with none; where it protects it, it is its own part, as later signers' are.</summary>
    public void AddShown(OfdEntry entry) => (protectedBy[^1].Contains(entry.Path) ? ownParts : shown).Add(entry.Path);

    public async Task<OfdCoverageResult> FindAsync(CancellationToken cancellation)
    {
        var unsigned = package.Entries.Select(entry => entry.Path).Where(path => !protectedBy.Exists(parts => parts.Contains(path))).ToHashSet(StringComparer.Ordinal);
        var crawled = await new OfdCrawl(package, list, ownParts, described).FindAsync(cancellation);
        var candidates = package.Entries.Select(entry => entry.Path).Where(path => !ownParts.Contains(path) || crawled.UsedOwn.Contains(path)).ToList();
        var uncovered = candidates.Where(unsigned.Contains).ToHashSet(StringComparer.Ordinal);
        var content = candidates.Where(path => crawled.Used is null || crawled.Used.Contains(path) || shown.Contains(path)).ToList();
        var open = content.Where(uncovered.Contains).ToList();
        var stray = uncovered.Except(content).ToList();
        var renamed = Renamed(candidates);
        List<Finding> findings =
        [
            .. renamed.Count > 0 ? [OfdFindings.NameDiffers(renamed)] : NoFindings,
            .. open.Count > 0 ? [OfdFindings.ContentNotCovered(open)] : NoFindings,
            .. stray.Count > 0 ? [OfdFindings.PartsNotCovered(stray)] : NoFindings,
            .. crawled.Outside.Count > 0 ? [OfdFindings.External(crawled.Outside)] : NoFindings,
            .. crawled.IsCut ? [OfdFindings.NotAllChecked] : NoFindings,
        ];
        var notCommon = package.Entries.Select(entry => entry.Path).Where(path => !protectedBy.TrueForAll(parts => parts.Contains(path))).ToHashSet(StringComparer.Ordinal);
        return new OfdCoverageResult([.. candidates.Where(uncovered.Contains)], unsigned, notCommon, findings, [.. protectedBy.Select(parts => LeftToOthers(parts))]);

        // A later signer may have added it, or led the document there: what the earlier one saw may have been something else.
        Finding? LeftToOthers(HashSet<string> parts) =>
            content.Where(path => !parts.Contains(path) && !uncovered.Contains(path)).ToList() is { Count: > 0 } left ? OfdFindings.ContentLeftToOthers(left) : null;
    }

    /// <summary>
    /// Parts that other programs may not find though they were signed, since their names are not what the references say: what they show is
    /// missing there. Where it is so of all parts it is the way their maker writes, and nothing that looks like the document is left to show.
    /// </summary>
    private List<string> Renamed(IEnumerable<string> candidates)
    {
        var parts = candidates.Where(found.ContainsKey).Select(path => found[path]).ToList();
        var isAnyNamed = parts.Exists(part => part.By == OfdFoundBy.Name && part.Entry.Path.Contains('/'));
        var isAnyInUtf8 = parts.Exists(part => part.By != OfdFoundBy.CodePage && !Ascii.IsValid(part.Entry.RawName));
        return [.. parts.Where(part => part.By == OfdFoundBy.Lenience ? isAnyNamed : part.By == OfdFoundBy.CodePage && isAnyInUtf8).Select(part => part.Entry.Path)];
    }
}
