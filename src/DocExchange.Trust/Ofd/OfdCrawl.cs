using System.Buffers;

namespace DocExchange.Trust.Ofd;

/// <summary>What OFD.xml leads to.</summary>
/// <param name="Used">Null where that cannot be told, so that all parts count as used.</param>
/// <param name="UsedOwn">Parts of the signatures' own that something shows, or may show, as well.</param>
/// <param name="IsCut">Whether it stopped because it took too much work.</param>
internal sealed record OfdCrawled(IReadOnlySet<string>? Used, IReadOnlySet<string> UsedOwn, bool IsCut);

/// <summary>
/// Follows everything that OFD.xml leads to. Programs look for resources in folders of their own choice, so a part counts as named wherever
/// its last step is.
/// </summary>
/// <param name="own">Parts that were read as what a signature names them to be.</param>
/// <param name="described">Those of them that name others.</param>
internal sealed class OfdCrawl(OfdPackage package, OfdSignatureList list, IReadOnlySet<string> own, IReadOnlySet<string> described)
{
    // A byte order mark and more blanks than anybody writes before the first element.
    private const int ProbeSize = 64;

    // Drawings and tables are larger than lists and descriptions; nothing is kept of them.
    private readonly OfdLimits limits = package.Limits with { MaxXmlSize = (int)Math.Min(int.MaxValue, 4L * package.Limits.MaxXmlSize) };
    private readonly ILookup<string, OfdEntry> byFileName = package.Entries
        .SelectMany(entry => OfdSameNames.OfPart(OfdNames.FileOf(entry.Path)).Select(key => (key, entry))).ToLookup(each => each.key, each => each.entry, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> used = new(StringComparer.Ordinal);
    private readonly HashSet<(string Step, bool MayBeOwn)> widened = [];
    private readonly Queue<(OfdEntry Entry, OfdReadAs Kind)> waiting = [];
    private SearchValues<char>? ends;
    private bool isUnread;

    public async Task<OfdCrawled> FindAsync(CancellationToken cancellation)
    {
        var isCut = false;
        Begin();
        for (int count = 0, names = 0; !isCut && waiting.TryDequeue(out var next);)
        {
            if (next.Kind != OfdReadAs.Content || list.Documents.Contains(next.Entry.Path) || await IsXmlAsync(next.Entry, cancellation))
            {
                var named = await ReadAsync(next.Entry, next.Kind, cancellation);
                names += named ?? 0;
                isCut = named is null || ++count > package.Limits.MaxCrawledFiles || names > package.Limits.MaxCrawledNames;
            }
        }

        return new OfdCrawled(isUnread || isCut ? null : used, used.Where(own.Contains).ToHashSet(StringComparer.Ordinal), isCut);
    }

    private void Begin()
    {
        if (package.Find("", OfdSignatureList.Root) is { } root)
        {
            used.Add(root.Path);
            waiting.Enqueue((root, OfdReadAs.Root));
        }

        foreach (var document in list.Documents)
        {
            Use(package.Find("", document), isOfSignature: false);
        }

        // Where lists and descriptions lead, another program may find another value, seal or description.
        foreach (var part in package.Entries.Where(entry => own.Contains(entry.Path) && described.Contains(entry.Path)))
        {
            waiting.Enqueue((part, list.Lists.Contains(part.Path) ? OfdReadAs.List : OfdReadAs.Description));
        }
    }

    /// <summary>How many parts it names; null where it is too much.</summary>
    private async Task<int?> ReadAsync(OfdEntry entry, OfdReadAs kind, CancellationToken cancellation)
    {
        byte[] bytes;
        try
        {
            bytes = await package.ReadAsync(entry, limits.MaxXmlSize, cancellation);
            package.Budget.ReadXml(bytes);
        }
        catch (OfdFormatException fault)
        {
            isUnread = true;
            return fault.IsOfEffort || fault.Code == "OFD_TOO_LARGE" ? null : 0;
        }

        if (OfdLocations.Read(bytes, limits, kind, ends ??= Ends(), NamesOf) is { } read)
        {
            Follow(read.Steps, isOfSignature: false);
            Follow(read.OwnSteps, isOfSignature: true);
            return read.Count;
        }

        // Whatever it names may be shown, also what nobody is meant to show.
        isUnread = true;
        Follow(OfdLooseNames.In(bytes, own.Select(OfdNames.FileOf)).SelectMany(OfdSameNames.OfName), isOfSignature: false);
        return 0;
    }

    /// <param name="isOfSignature">Whether they are named where a signature names its own parts, which are not content for that.</param>
    private void Follow(IEnumerable<string> steps, bool isOfSignature)
    {
        foreach (var entry in steps.Where(step => widened.Add((step.ToUpperInvariant(), isOfSignature))).SelectMany(step => byFileName[step]))
        {
            Use(entry, isOfSignature);
        }
    }

    private void Use(OfdEntry? entry, bool isOfSignature)
    {
        if (entry is not null && !(isOfSignature && own.Contains(entry.Path)) && used.Add(entry.Path))
        {
            waiting.Enqueue((entry, OfdReadAs.Content));
        }
    }

    private IEnumerable<string> NamesOf(string step) =>
        !OfdSameNames.IsPlain(step) ? OfdSameNames.OfName(step).Where(byFileName.Contains) : byFileName.Contains(step) ? [step] : [];

    private SearchValues<char> Ends() => SearchValues.Create([.. byFileName.Where(each => each.Key.Length > 0)
        .SelectMany(each => new[] { char.ToLowerInvariant(each.Key[^1]), char.ToUpperInvariant(each.Key[^1]) }).Where(char.IsAsciiLetterOrDigit).Distinct()]);

    /// <summary>By its name, or by how it begins: a document or a page may be called anything.</summary>
    private async Task<bool> IsXmlAsync(OfdEntry entry, CancellationToken cancellation)
    {
        var extension = Path.GetExtension(entry.Path).ToUpperInvariant();
        if (extension == ".XML")
        {
            return true;
        }

        try
        {
            var start = await package.ReadStartAsync(entry, ProbeSize, cancellation);
            return OfdXml.LooksLike(start) || (extension.Length == 0 && start.AsSpan().IndexOfAnyInRange((byte)0, (byte)8) < 0);
        }
        catch (OfdFormatException)
        {
            // What it is nobody can tell; read, it says so.
            return true;
        }
    }
}
