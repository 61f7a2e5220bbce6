namespace DocExchange.Trust.Validation;

/// <summary>Keeps facts while a document is judged piece by piece, as long as they stay small enough to be kept at all.</summary>
internal sealed class KeptFacts<T>
{
    /// <summary>Bytes of signature values and what they sign, of all signatures of one document together.</summary>
    private const long MaxSize = 64L * 1024 * 1024;

    private List<T>? kept = [];
    private long size;

    /// <summary>In the order in which they were kept; null where they were too large.</summary>
    public IReadOnlyList<T>? All => kept;

    public void Add(T facts, long bytes)
    {
        size += bytes;
        kept?.Add(facts);
        kept = size <= MaxSize ? kept : null;
    }

    /// <summary>Does nothing where they were too large.</summary>
    public void Change(int index, Func<T, T> change)
    {
        if (kept is not null)
        {
            kept[index] = change(kept[index]);
        }
    }

    /// <summary>The document turned out not to be one whose signatures are judged.</summary>
    public void Clear() => (kept, size) = ([], 0);
}
