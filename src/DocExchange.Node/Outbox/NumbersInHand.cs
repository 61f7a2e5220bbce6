using DocExchange.Core.Documents;

namespace DocExchange.Node.Outbox;

/// <summary>A number of a document that is being made.</summary>
/// <param name="IsGiven">It was the next, not somebody's choice.</param>
/// <param name="IsNew">No higher one is in the register: if its document comes to nothing and later ones leave, it would be passed over.</param>
internal sealed record NumberInHand(string Series, int Number, bool IsGiven, bool IsNew);

/// <summary>
/// 发文字号 and 公文标识 of documents that are being made: they are in no register yet and nobody else is given them. One whose
/// document came to nothing goes to the next that asks, so that none is passed over. What is here ends with the process, as those
/// documents do. Safe for concurrent use.
/// </summary>
internal sealed class NumbersInHand
{
    private readonly Lock guard = new();
    private readonly Dictionary<string, Series> known = [];

    /// <summary>The lowest that came back and is free, otherwise the first above all that were given. Asking changes nothing.</summary>
    /// <param name="highest">Of those in the register; asked for while no number goes from hand to register.</param>
    public int NextOf(string series, Func<int> highest, Func<int, bool> isFree)
    {
        lock (guard)
        {
            if (!known.TryGetValue(series, out var found))
            {
                return highest() + 1;
            }

            var last = found.Held.Where(each => each.Value.IsGiven).Select(each => each.Key).Append(highest()).Max();
            // What somebody chose is not given, but lifts the series for nobody either.
            return found.Returned.Where(number => number <= last && isFree(number))
                .Concat(Enumerable.Range(last + 1, found.Held.Count + 1).Where(number => !found.Held.ContainsKey(number))).First();
        }
    }

    public void Hold(IReadOnlyList<NumberInHand> numbers)
    {
        lock (guard)
        {
            foreach (var (series, number, isGiven, isNew) in numbers)
            {
                var found = known.TryGetValue(series, out var open) ? open : known[series] = new Series();
                var (before, cameBack) = (found.Held.GetValueOrDefault(number, new Holders(0, false, false)), found.Returned.Remove(number));
                found.Held[number] = new Holders(before.Count + 1, before.IsGiven || isGiven, before.IsNew || isNew || cameBack);
            }
        }
    }

    /// <param name="areKept">They are in the registers now.</param>
    public void Release(IReadOnlyList<NumberInHand> numbers, bool areKept)
    {
        lock (guard)
        {
            foreach (var (series, number, _, _) in numbers)
            {
                var found = known[series];
                var holders = found.Held[number] with { Count = found.Held[number].Count - 1, IsNew = found.Held[number].IsNew && !areKept };
                if (holders.Count > 0)
                {
                    found.Held[number] = holders;
                    continue;
                }

                found.Held.Remove(number);
                if (holders.IsNew)
                {
                    found.Returned.Add(number);
                }
            }
        }
    }

    /// <summary>The name here of the identifiers that differ in nothing but their serial.</summary>
    public static string SeriesOf(DocumentIdentifier identifier) => DocumentIdentifier.Make(identifier.Office, identifier.InnerUnit, identifier.Year, identifier.Type, 1).ToString();

    /// <param name="Count">Two drafts may name the same; the first to leave has it.</param>
    private sealed record Holders(int Count, bool IsGiven, bool IsNew);

    private sealed class Series
    {
        public Dictionary<int, Holders> Held { get; } = [];

        public SortedSet<int> Returned { get; } = [];
    }
}
