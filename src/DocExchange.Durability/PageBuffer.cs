namespace DocExchange.Durability;

/// <summary>
/// Pages on their way to a file: only the last version of each, and those that lie side by side in one write. For one
/// caller at a time.
/// </summary>
/// <param name="file">Takes them.</param>
/// <param name="limit">Pages held at most.</param>
public sealed class PageBuffer(IDiskFile file, int limit)
{
    /// <summary>Bytes of a page of LiteDB 5.</summary>
    public const int PageSize = 8192;

    private const int PagesOfOneWrite = 32;

    private readonly Dictionary<long, byte[]> pages = [];
    private readonly Stack<byte[]> spare = [];
    private byte[]? together;

    public bool IsEmpty => pages.Count == 0;

    public bool IsFull => pages.Count >= limit;

    /// <summary>Where the file will end, once all is written, if what is held is its end.</summary>
    public long End { get; private set; }

    public static bool IsPage(long offset, int count) => count == PageSize && offset % PageSize == 0;

    public void Put(long offset, ReadOnlySpan<byte> page)
    {
        if (!pages.TryGetValue(offset, out var held))
        {
            held = spare.TryPop(out var used) ? used : new byte[PageSize];
            pages.Add(offset, held);
        }

        page.CopyTo(held);
        End = Math.Max(End, offset + PageSize);
    }

    /// <returns>False where the bytes from there on are not exactly those of a page held.</returns>
    public bool TryRead(long offset, Span<byte> into)
    {
        if (into.Length != PageSize || !pages.TryGetValue(offset, out var page))
        {
            return false;
        }

        page.CopyTo(into);
        return true;
    }

    /// <summary>Hands all to the file, in the order of their places. When that fails all stay, for those who read.</summary>
    public void WriteOut()
    {
        var offsets = pages.Keys.ToArray();
        Array.Sort(offsets);
        for (var first = 0; first < offsets.Length;)
        {
            var next = first + 1;
            while (next < offsets.Length && next - first < PagesOfOneWrite && offsets[next] == offsets[next - 1] + PageSize)
            {
                next++;
            }

            file.Write(offsets[first], Joined(offsets.AsSpan(first..next)));
            first = next;
        }

        Forget();
    }

    private ReadOnlySpan<byte> Joined(ReadOnlySpan<long> offsets)
    {
        if (offsets.Length == 1)
        {
            return pages[offsets[0]];
        }

        together ??= new byte[PagesOfOneWrite * PageSize];
        for (var at = 0; at < offsets.Length; at++)
        {
            pages[offsets[at]].CopyTo(together, at * PageSize);
        }

        return together.AsSpan(0, offsets.Length * PageSize);
    }

    private void Forget()
    {
        foreach (var page in pages.Values.Take(PagesOfOneWrite - spare.Count))
        {
            spare.Push(page);
        }

        pages.Clear();
        End = 0;
    }
}
