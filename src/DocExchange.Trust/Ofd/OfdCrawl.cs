namespace DocExchange.Trust.Ofd;

/// <summary>What OFD.xml leads to.</summary>
/// <param name="Used">Null where that cannot be told, so that all parts count as used.</param>
/// <param name="UsedOwn">Parts of the signatures' own that something shows, or may show, as well.</param>
/// <param name="Outside">Locations that lead out of the file.</param>
/// <param name="IsCut">Whether it stopped because it took too much work.</param>
internal sealed record OfdCrawled(IReadOnlySet<string>? Used, IReadOnlySet<string> UsedOwn, IReadOnlyList<string> Outside, bool IsCut);

/// <summary>
/// Follows everything that OFD.xml leads to. Programs look for resources in folders of their own choice, so a part counts as named wherever
/// its last step is.
/// </summary>
/// <param name="own">Parts that were read as what a signature names them to be.</param>
/// <param name="described">Those of them that name others.</param>
internal sealed class OfdCrawl(OfdPackage package, OfdSignatureList list, IReadOnlySet<string> own, IReadOnlySet<string> described)
{
    // A byte order mark and more blanks than anybody writes before the first element, or other text that a parser may pass over.
    private const int ProbeSize = 4096;

    // Drawings and tables are larger than lists and descriptions; nothing is kept of them.
    private readonly OfdLimits limits = package.Limits with { MaxXmlSize = (int)Math.Min(int.MaxValue, 4L * package.Limits.MaxXmlSize) };
    private readonly OfdKnownNames known = new(package.Entries, package.Budget);
    private readonly OfdLooseNames ofOwn = new(own.Select(OfdNames.FileOf), package.Budget);
    private readonly HashSet<string> used = new(StringComparer.Ordinal);

    // An attachment that turns out to be content is read once more as that.
    private readonly HashSet<string> content = new(StringComparer.Ordinal);
    private readonly HashSet<(string Step, OfdNamedAs As)> widened = [];
    private readonly Queue<(OfdEntry Entry, OfdReadAs Kind)> waiting = [];
    private readonly HashSet<string> outside = new(StringComparer.Ordinal);

    // Read last: whatever else names one of them makes it more than that.
    private readonly Queue<OfdEntry> attached = [];
    private bool isUnread;
    private bool isAttachmentUnread;

    public async Task<OfdCrawled> FindAsync(CancellationToken cancellation)
    {
        var isCut = false;
        Begin();
        for (int count = 0, names = 0; !isCut && TryTake(out var next);)
        {
            if (next.Kind is not (OfdReadAs.Content or OfdReadAs.Attachment) || list.Documents.Contains(next.Entry.Path) || await IsXmlAsync(next.Entry, next.Kind, cancellation))
            {
                var named = await ReadAsync(next.Entry, next.Kind, cancellation);
                names += named ?? 0;
                isCut = named is null || ++count > package.Limits.MaxCrawledFiles || names > package.Limits.MaxCrawledNames;
            }
        }

        return new OfdCrawled(isUnread || isAttachmentUnread || isCut ? null : used, used.Where(own.Contains).ToHashSet(StringComparer.Ordinal), [.. outside.Order(StringComparer.Ordinal)], isCut);
    }

    private void Begin()
    {
        if (package.Find("", OfdSignatureList.Root) is { } root)
        {
            used.Add(root.Path);
            content.Add(root.Path);
            waiting.Enqueue((root, OfdReadAs.Root));
        }

        foreach (var document in list.Documents)
        {
            Use(package.Find("", document), OfdNamedAs.Content);
        }

        // Where lists and descriptions lead, another program may find another value, seal or description.
        foreach (var part in package.Entries.Where(entry => own.Contains(entry.Path) && described.Contains(entry.Path)))
        {
            waiting.Enqueue((part, list.Lists.Contains(part.Path) ? OfdReadAs.List : OfdReadAs.Description));
        }
    }

    private bool TryTake(out (OfdEntry Entry, OfdReadAs Kind) next)
    {
        if (waiting.TryDequeue(out next))
        {
            return true;
        }

        while (attached.TryDequeue(out var entry))
        {
            if (used.Add(entry.Path))
            {
                // What cannot be read may lead here too.
                next = (entry, isUnread ? OfdReadAs.Content : OfdReadAs.Attachment);
                return true;
            }
        }

        return false;
    }

    /// <summary>How many parts it names; null where it is too much.</summary>
    private async Task<int?> ReadAsync(OfdEntry entry, OfdReadAs kind, CancellationToken cancellation)
    {
        try
        {
            var bytes = await package.ReadAsync(entry, limits.MaxXmlSize, cancellation);
            package.Budget.ReadXml(bytes);
            if (OfdLocations.Read(bytes, limits, kind, known, location => IsOfPart(entry, location)) is { } read)
            {
                outside.UnionWith(read.Outside);
                Follow(read.Steps, kind == OfdReadAs.Attachment ? OfdNamedAs.OfAttachment : OfdNamedAs.Content);
                Follow(read.OwnSteps, OfdNamedAs.Own);
                Follow(read.AttachedSteps, OfdNamedAs.Attachment);
                return read.Count;
            }

            // Whatever it names may be shown, also what nobody is meant to show.
            LeaveUnread(kind);
            Follow(ofOwn.In(bytes, kind == OfdReadAs.Attachment).SelectMany(OfdSameNames.OfName), OfdNamedAs.Content);
            return 0;
        }
        catch (OfdFormatException fault)
        {
            LeaveUnread(kind);
            return fault.IsOfEffort || fault.Code == "OFD_TOO_LARGE" ? null : 0;
        }
    }

    // A colon in a name is no scheme, and two slashes are written in front of a path.
    private bool IsOfPart(OfdEntry entry, string location) => OfdOutside.MayBePart(location)
        && (package.Find(OfdNames.FolderOf(entry.Path), location) ?? package.Find(OfdNames.FolderOf(entry.Path), location.TrimStart('/', '\\'))) is not null;

    private void LeaveUnread(OfdReadAs kind)
    {
        isUnread |= kind != OfdReadAs.Attachment;
        isAttachmentUnread |= kind == OfdReadAs.Attachment;
    }

    private void Follow(IEnumerable<string> steps, OfdNamedAs namedAs)
    {
        foreach (var entry in steps.Where(step => widened.Add((step.ToUpperInvariant(), namedAs))).SelectMany(step => namedAs is OfdNamedAs.Attachment or OfdNamedAs.OfAttachment ? Attachable(step) : known[step]))
        {
            Use(entry, namedAs);
        }
    }

    // An OFD may be attached unpacked: where another part is called so, no part of a signature is meant.
    private IEnumerable<OfdEntry> Attachable(string step) => known[step].ToLookup(entry => own.Contains(entry.Path)) is var named && named.Contains(false) ? named[false] : named[true];

    /// <param name="namedAs">A signature's own parts are not content for that a signature names them, nor is an attachment that is called so.</param>
    private void Use(OfdEntry? entry, OfdNamedAs namedAs)
    {
        if (entry is null || (namedAs == OfdNamedAs.Own && (own.Contains(entry.Path) || list.Attached.Contains(entry.Path))))
        {
            return;
        }

        if (namedAs == OfdNamedAs.Attachment)
        {
            attached.Enqueue(entry);
        }
        else if (content.Add(entry.Path))
        {
            used.Add(entry.Path);
            waiting.Enqueue((entry, OfdReadAs.Content));
        }
    }

    /// <summary>By its name, or by how it begins: a document or a page may be called anything.</summary>
    private async Task<bool> IsXmlAsync(OfdEntry entry, OfdReadAs kind, CancellationToken cancellation)
    {
        var extension = Path.GetExtension(entry.Path).ToUpperInvariant();
        if (extension == ".XML")
        {
            return true;
        }

        try
        {
            var start = await package.ReadStartAsync(entry, ProbeSize, cancellation);
            return OfdXml.LooksLike(start) || (kind == OfdReadAs.Content && OfdXml.MayBeBehindText(start)) || (extension.Length == 0 && start.AsSpan(0, Math.Min(start.Length, 64)).IndexOfAnyInRange((byte)0, (byte)8) < 0);
        }
        catch (OfdFormatException)
        {
            // What it is nobody can tell; read, it says so.
            return true;
        }
    }
}

/// <summary>As what a part is named.</summary>
internal enum OfdNamedAs
{
    Content,

    /// <summary>By what is attached.</summary>
    OfAttachment,

    /// <summary>Where a signature names its own parts.</summary>
    Own,

    Attachment,
}
