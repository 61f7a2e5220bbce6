namespace DocExchange.Trust.Ofd;

/// <summary>Finds the part that a location means.</summary>
internal sealed class OfdPartNames
{
    private const int MaxLocation = 1024;

    private readonly IReadOnlyDictionary<string, OfdEntry> byPath;
    private readonly ILookup<string, OfdEntry> byLooseName;
    private readonly ILookup<string, OfdEntry> byOtherReading;

    public OfdPartNames(IReadOnlyDictionary<string, OfdEntry> byPath)
    {
        this.byPath = byPath;
        byLooseName = byPath.Values.ToLookup(entry => entry.Path.Trim(), StringComparer.OrdinalIgnoreCase);
        byOtherReading = byPath.Values.SelectMany(entry => OfdNames.OtherReadingsOf(entry).Select(path => (path, entry))).ToLookup(each => each.path, each => each.entry, StringComparer.Ordinal);
    }

    /// <summary>
    /// The part a location in a file means: absolute, relative to that file, or, as some makers write it, absolute
    /// without the slash; letter case and blanks around the name are forgiven where only one part fits, and so are one round of percent-encoding and
    /// a name in another code page. No part is meant by what is longer than a name may be.
    /// </summary>
    public OfdEntry? Find(string folder, string location)
    {
        if (location.Length > MaxLocation)
        {
            return null;
        }

        return FindPlain(folder, location)
            ?? (location.Contains('%') && Uri.UnescapeDataString(location) is var plain && plain != location ? FindPlain(folder, plain) : null);
    }

    /// <summary>Every part that some program may take the location for: from the file's folder or from the root, percent signs read or not.</summary>
    public IEnumerable<OfdEntry> FindAll(string folder, string location) => Candidates(folder, location).SelectMany(each => new[] { Match(each.Below, each.Root), Match(each.Root) }).OfType<OfdEntry>();

    /// <summary>Whether programs that forgive nothing find the part too, and if not, by what else this one did.</summary>
    public OfdFoundBy FoundBy(string folder, string location, OfdEntry entry)
    {
        var written = Candidates(folder, location).SelectMany(each => new[] { each.Below, each.Root }).ToList();
        return !OfdNames.IsUtf8(entry.RawName) || (!written.Contains(entry.Path) && OfdNames.OtherReadingsOf(entry).Any(written.Contains)) ? OfdFoundBy.CodePage
            : entry.IsSlashedOtherwise || !written.Contains(entry.Path) || IsBelowOnly(folder, location, entry) ? OfdFoundBy.Lenience
            : OfdFoundBy.Name;
    }

    // Most programs take a path without a slash in front from the root, as if it had one.
    private static bool IsBelowOnly(string folder, string location, OfdEntry entry) =>
        folder.Length > 0 && entry.Path.StartsWith(folder + "/", StringComparison.Ordinal) && !location.Contains("..", StringComparison.Ordinal) && Candidates(folder, location).All(each => each.Root != entry.Path);

    private static IEnumerable<(string? Below, string? Root)> Candidates(string folder, string location)
    {
        string[] written = location.Length > MaxLocation ? [] : location.Contains('%') ? [location, Uri.UnescapeDataString(location)] : [location];
        return written.Select(each => (OfdNames.Resolve(folder, each), OfdNames.Resolve("", each)));
    }

    private OfdEntry? FindPlain(string folder, string location) => Match(OfdNames.Resolve(folder, location), OfdNames.Resolve("", location));

    private OfdEntry? Match(params ReadOnlySpan<string?> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (candidate is not null && byPath.TryGetValue(candidate, out var exact))
            {
                return exact;
            }
        }

        return Only(byLooseName, candidates) ?? Only(byOtherReading, candidates);
    }

    private static OfdEntry? Only(ILookup<string, OfdEntry> among, ReadOnlySpan<string?> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (candidate is not null && among[candidate].Take(2).ToList() is [var only])
            {
                return only;
            }
        }

        return null;
    }
}

/// <summary>By what a part was found.</summary>
internal enum OfdFoundBy
{
    /// <summary>By its name, letter by letter.</summary>
    Name,

    /// <summary>By it in another code page than UTF-8.</summary>
    CodePage,

    /// <summary>By forgiving letter case, blanks around it or slashes, or below the folder of the file that names it alone.</summary>
    Lenience,
}
