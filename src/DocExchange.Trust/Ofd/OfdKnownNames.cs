using System.Buffers;
using System.Text;

namespace DocExchange.Trust.Ofd;

/// <summary>What the parts of a package are called, by whatever name a document may call them.</summary>
internal sealed class OfdKnownNames
{
    // A letter in its canonical forms is at most four (Unicode UAX #15).
    private const int Forms = 4;

    private readonly ILookup<string, OfdEntry> byFileName;
    private readonly OfdBudget budget;
    private readonly int longest;
    private readonly string tooLong;

    public OfdKnownNames(IEnumerable<OfdEntry> entries, OfdBudget budget)
    {
        this.budget = budget;
        var files = entries.SelectMany(entry => OfdNames.OtherReadingsOf(entry).Prepend(entry.Path).Select(path => (Name: OfdNames.FileOf(path), entry))).ToList();
        byFileName = files.SelectMany(file => OfdSameNames.OfPart(file.Name).Select(key => (key, file.entry))).ToLookup(each => each.key, each => each.entry, StringComparer.OrdinalIgnoreCase);
        longest = Forms * files.Select(file => OfdSameNames.LengthOf(file.Name)).DefaultIfEmpty().Max();
        tooLong = new string('-', longest + 1);
        DeepestFolder = string.Join('/', Enumerable.Repeat("x", files.Select(file => file.entry.Path.Count('/')).DefaultIfEmpty().Max()));
        Ends = SearchValues.Create([.. byFileName.Where(each => each.Key.Length > 0)
            .SelectMany(each => new[] { char.ToLowerInvariant(each.Key[^1]), char.ToUpperInvariant(each.Key[^1]) }).Where(char.IsAsciiLetterOrDigit).Distinct()]);
    }

    /// <summary>The letters and digits of ASCII, small and large, that names of parts end in.</summary>
    public SearchValues<char> Ends { get; }

    /// <summary>A folder as deep as any part lies: what leads out of that leads out of the file.</summary>
    public string DeepestFolder { get; }

    /// <summary>The parts that are found by one of <see cref="NamesOf"/>.</summary>
    public IEnumerable<OfdEntry> this[string name] => byFileName[name];

    /// <summary>By what the parts are found that the last step of a location may mean; empty where there are none.</summary>
    /// <exception cref="OfdFormatException">Names take too much work.</exception>
    public IEnumerable<string> NamesOf(ReadOnlySpan<char> step)
    {
        if (step.IsEmpty || OfdSameNames.LengthOf(step) > longest)
        {
            return [];
        }

        var name = step.ToString();
        if (OfdSameNames.IsPlain(name))
        {
            return byFileName.Contains(name) ? [name] : OfdSameNames.OfShortName(name).Where(byFileName.Contains);
        }

        budget.Spell(name.Length);
        return OfdSameNames.OfName(name).Where(byFileName.Contains);
    }

    /// <summary>Without percent signs.</summary>
    /// <exception cref="OfdFormatException">As for <see cref="NamesOf"/>.</exception>
    public string Unescaped(ReadOnlySpan<char> location)
    {
        budget.Spell(location.Length);
        return Uri.UnescapeDataString(location);
    }

    /// <summary>With one blank for several, or without ends of lines; empty where it is longer than any name.</summary>
    public string Joined(ReadOnlySpan<char> step, string blank)
    {
        var joined = new StringBuilder();
        var isApart = false;
        foreach (var letter in step)
        {
            if (blank.Length > 0 ? char.IsWhiteSpace(letter) : letter is '\t' or '\r' or '\n')
            {
                isApart = true;
                continue;
            }

            joined.Append(isApart && joined.Length > 0 ? blank : "").Append(letter);
            isApart = false;
            if (joined.Length > longest)
            {
                return "";
            }
        }

        return joined.ToString();
    }

    /// <summary>The same or, for a text that belongs to no name whatever stands around it, one that is as long as need be for that.</summary>
    public string ShortOf(string text) =>
        text.Length > longest && !text.AsSpan().ContainsAny(@"/\%:?#") && OfdSameNames.LengthOf(text.AsSpan().Trim()) > longest ? tooLong : text;
}
