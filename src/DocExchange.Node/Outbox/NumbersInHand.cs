using DocExchange.Core.Documents;

namespace DocExchange.Node.Outbox;

/// <summary>A number of a document that is being made.</summary>
/// <param name="IsGiven">It was the next; somebody's own choice, such as a gap of long ago, is offered to nobody else.</param>
internal sealed record NumberInHand(string Series, int Number, bool IsGiven)
{
    public static IReadOnlyList<NumberInHand> Of(DocumentMetadata metadata, bool isNumberGiven, bool isIdentifierGiven)
    {
        List<NumberInHand> numbers = [];
        if (metadata.Number is { } number)
        {
            numbers.Add(new NumberInHand(number.Series, number.Number, isNumberGiven));
        }

        if (metadata.Identifier is { } identifier)
        {
            numbers.Add(new NumberInHand(NumbersInHand.SeriesOf(identifier), identifier.Serial, isIdentifierGiven));
        }

        return numbers;
    }
}

/// <summary>
/// 发文字号 and 公文标识 of documents that are being made: they are in no register yet and nobody else may be given them. One whose
/// document came to nothing goes to the next that asks, so that none is passed over. What is here ends with the process, as those
/// documents do. Safe for concurrent use.
/// </summary>
internal sealed class NumbersInHand
{
    private readonly Lock guard = new();
    private readonly Dictionary<string, Series> known = [];

    /// <summary>The lowest that came back and is free, otherwise one above the highest.</summary>
    /// <param name="highest">Of those in the register.</param>
    public int NextOf(string series, int highest, Func<int, bool> isFree)
    {
        lock (guard)
        {
            if (!known.TryGetValue(series, out var found))
            {
                return highest + 1;
            }

            var last = Math.Max(highest, found.Held.DefaultIfEmpty(0).Max());
            found.Returned.RemoveWhere(number => number > last || !isFree(number));
            return found.Returned.Count > 0 ? found.Returned.Min : last + 1;
        }
    }

    public void Hold(IReadOnlyList<NumberInHand> numbers)
    {
        lock (guard)
        {
            foreach (var (series, number, _) in numbers)
            {
                var found = known.TryGetValue(series, out var open) ? open : known[series] = new Series();
                found.Held.Add(number);
                found.Returned.Remove(number);
            }
        }
    }

    /// <param name="areKept">They are in the registers now.</param>
    public void Release(IReadOnlyList<NumberInHand> numbers, bool areKept)
    {
        lock (guard)
        {
            foreach (var (series, number, isGiven) in numbers)
            {
                var found = known[series];
                found.Held.Remove(number);
                if (!areKept && isGiven && !found.Held.Contains(number))
                {
                    found.Returned.Add(number);
                }
            }
        }
    }

    /// <summary>The name here of the identifiers that differ in nothing but their serial.</summary>
    public static string SeriesOf(DocumentIdentifier identifier) => DocumentIdentifier.Make(identifier.Office, identifier.InnerUnit, identifier.Year, identifier.Type, 1).ToString();

    private sealed class Series
    {
        /// <summary>One may be held twice: two drafts that name it. The first to leave has it.</summary>
        public List<int> Held { get; } = [];

        public SortedSet<int> Returned { get; } = [];
    }
}
