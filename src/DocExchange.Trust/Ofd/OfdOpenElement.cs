using System.Text;

namespace DocExchange.Trust.Ofd;

/// <summary>
/// The text of an element as programs read it: all of it with what is in children, what is in none, each stretch between
/// tags, or each piece between comments and CDATA. Used for one element after the other.
/// </summary>
internal sealed class OfdOpenElement
{
    /// <summary>No name in the ZIP is longer, in percent-encoding either.</summary>
    private const int MaxStep = 4096;

    /// <summary>Letters that are kept at most.</summary>
    public const int MaxText = 4 * MaxStep;

    // So many blanks, dots and slashes in a row nobody writes.
    private const int MaxNothing = 64;

    private readonly StringBuilder all = new();

    // Null as long as no child has begun: both are as the whole.
    private readonly StringBuilder own = new();
    private readonly StringBuilder run = new();
    private bool hasChildren;
    private int pieces;

    public string Name { get; private set; } = "";

    public OfdPlace Place { get; private set; }

    /// <summary>It was too long to be kept.</summary>
    public bool IsLong { get; private set; }

    public void Begin(string name, OfdPlace place)
    {
        (Name, Place, hasChildren, pieces, IsLong) = (name, place, false, 0, false);
        all.Clear();
        own.Clear();
        run.Clear();
    }

    /// <summary>A piece of text; given back is each piece of a stretch that has several.</summary>
    public IReadOnlyList<string> Add(string text)
    {
        IReadOnlyList<string> apart = pieces++ switch { 0 => [], 1 => [Stretch.ToString(), text], _ => [text] };
        Append(all, text);
        if (hasChildren)
        {
            Append(own, text);
            Append(run, text);
        }

        return apart;
    }

    public void AddOfChild(string text, bool isLong)
    {
        Append(all, text);
        IsLong |= isLong;
    }

    /// <summary>The stretch that ends where a child begins; null where there is none.</summary>
    public string? BeginChild()
    {
        var ended = Stretch.Length > 0 ? Stretch.ToString() : null;
        if (!hasChildren)
        {
            hasChildren = true;
            own.Append(all);
        }

        run.Clear();
        pieces = 0;
        return ended;
    }

    /// <summary>What the element holds as it ends, all of it first; nothing where that is empty.</summary>
    public IReadOnlyList<string> End() => all.Length == 0 ? []
        : !hasChildren || own.Length == 0 ? [all.ToString()]
        : [all.ToString(), own.ToString(), run.ToString()];

    /// <summary>Keeps of what is too long its first step, to which what stands in front may belong, and its end; given back is what was dropped.</summary>
    public IEnumerable<string> Shorten() => all.Length <= MaxText && own.Length <= MaxText && run.Length <= MaxText ? [] : new[] { all, own, run }.SelectMany(Shorten);

    private StringBuilder Stretch => hasChildren ? run : all;

    // Blanks in front belong to no name.
    private static void Append(StringBuilder text, string value) => text.Append(text.Length == 0 ? value.TrimStart() : value);

    private List<string> Shorten(StringBuilder builder)
    {
        if (builder.Length <= MaxText)
        {
            return [];
        }

        IsLong = true;
        var text = WithoutNothing(builder.ToString());
        if (text.Length <= MaxText)
        {
            builder.Clear().Append(text);
            return [];
        }

        // Not within a step, unless it is longer than any.
        var from = text.Length - MaxStep - 1;
        from = text.AsSpan(0, from).LastIndexOfAny('/', '\\') is var last && last >= from - MaxStep ? last : from;
        var first = text.AsSpan(0, from).IndexOfAny('/', '\\') is var end and >= 0 and <= MaxStep ? end : 0;
        builder.Clear().Append(text.AsSpan(0, first)).Append(text.AsSpan(from));
        return [text[..from]];
    }

    // What leads nowhere ends no name and begins none.
    private static string WithoutNothing(string text)
    {
        var kept = new StringBuilder(text.Length);
        for (int at = 0, end; at < text.Length; at = end)
        {
            for (end = at; end < text.Length && (text[end] is '.' or '/' or '\\' || char.IsWhiteSpace(text[end])); end++)
            {
            }

            var nothing = text.AsSpan(at, end - at);
            kept.Append(nothing.Length < MaxNothing ? nothing : nothing.ContainsAny('/', '\\') ? "/" : nothing.Contains('.') ? "..." : " ");
            if (end < text.Length)
            {
                kept.Append(text[end++]);
            }
        }

        return kept.ToString();
    }
}
