namespace DocExchange.Pages.Tables;

/// <summary>A stretch of a long list, as much of it as one page holds.</summary>
/// <param name="From">Place of the first row in the whole list, from 0.</param>
/// <param name="Next">Place of the first row that is not here; null at the end.</param>
public sealed record Stretch<T>(IReadOnlyList<T> Rows, int From, int? Next);

/// <summary>Cuts lists so that a page stays below 200 KB of HTML, whatever stands in the rows.</summary>
public static class Stretch
{
    /// <summary>For the rows of one list, the rest of the page apart.</summary>
    private const int MostBytes = 120_000;

    /// <param name="from">As the address has it; what lies outside the list counts as its beginning.</param>
    /// <param name="bytes">About how many a row takes on the page. There is always one row at least.</param>
    public static Stretch<T> Of<T>(IReadOnlyList<T> all, int from, int mostRows, Func<T, int> bytes, int most = MostBytes)
    {
        from = from > 0 && from < all.Count ? from : 0;
        var (end, used) = (from, 0);
        while (end < all.Count && end - from < mostRows && ((used += bytes(all[end])) <= most || end == from))
        {
            end++;
        }

        return new Stretch<T>([.. all.Skip(from).Take(end - from)], from, end < all.Count ? end : null);
    }
}
