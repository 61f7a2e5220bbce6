namespace DocExchange.Hub.Ledger;

/// <summary>What readers of a store see: so many entries, in these segments. Replaced, never changed.</summary>
internal sealed record LedgerView(long Size, LedgerSegment[] Segments)
{
    public LedgerSegment SegmentOf(long index)
    {
        var (low, high) = (0, Segments.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = Segments[middle].FirstIndex <= index ? (middle, high) : (low, middle - 1);
        }

        return Segments[low];
    }

    /// <summary>The index after the last entry of a segment that this view knows.</summary>
    public long EndOf(LedgerSegment segment) =>
        segment.Number + 1 < Segments.Length ? Segments[segment.Number + 1].FirstIndex : Size;
}
