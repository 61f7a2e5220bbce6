using DocExchange.Core.Routing;

namespace DocExchange.Node.Receiving;

/// <summary>What of the 收文登记簿 is wanted.</summary>
/// <param name="Year">Of signing for; null: all.</param>
/// <param name="Sender">Party id; empty: all.</param>
/// <param name="State">SignedFor, Completed, HandedOver or Returned; empty: all.</param>
/// <param name="Words">In title, number or register number; empty: all.</param>
internal sealed record RegisterFilter(string Office, int? Year, string Sender, string State, string Words);

/// <summary>
/// 收文登记簿: what an office has signed for, newest first. A page looks at a bounded number of lines: where a filter lets
/// few of them through, the page may be short and the next one goes on from there.
/// </summary>
internal sealed class InRegister(ReceivedList list, TimeProvider time)
{
    /// <summary>Lines a page looks at.</summary>
    public const int MostLookedAt = 2_000;

    private const int Step = 500;

    public ListPage Page(RegisterFilter filter, string after, int most)
    {
        var (field, first, last) = RangeOf(filter);
        var from = string.CompareOrdinal(after, first) >= 0 && string.CompareOrdinal(after, last) < 0 ? after + " " : first;
        var found = new List<ReceivedRow>();
        // Where every line is wanted, no more are read than are shown.
        var step = filter is { State.Length: 0, Words.Length: 0 } ? Math.Min(most, Step) : Step;
        for (var looked = 0; looked < MostLookedAt; looked += step)
        {
            var read = list.Between(field, from, last, step);
            foreach (var row in read.Rows)
            {
                if (IsWanted(row, filter))
                {
                    found.Add(row);
                }

                if (found.Count == most)
                {
                    return new ListPage(found, row == read.Rows[^1] ? read.Next : ReceivedList.KeyOf(row, field));
                }
            }

            if (read.Next.Length == 0)
            {
                return new ListPage(found, "");
            }

            from = read.Next + " ";
        }

        return new ListPage(found, from.TrimEnd(' '));
    }

    /// <summary>All of it, for a workbook.</summary>
    public IEnumerable<ReceivedRow> All(RegisterFilter filter)
    {
        for (var after = ""; ;)
        {
            var page = Page(filter, after, Step);
            foreach (var row in page.Rows)
            {
                yield return row;
            }

            if (page.Next.Length == 0)
            {
                yield break;
            }

            after = page.Next;
        }
    }

    private (string Field, string First, string Last) RangeOf(RegisterFilter filter)
    {
        var isOfOne = filter.Sender.Length > 0;
        var prefix = isOfOne ? $"{filter.Office}|{filter.Sender}|" : $"{filter.Office}|";
        var (from, until) = filter.Year is { } year ? (prefix + ReceivedKeys.Newest(Start(year + 1) - 1), prefix + ReceivedKeys.Newest(Start(year)) + ReceivedKeys.End) : (prefix, prefix + ReceivedKeys.End);
        return (isOfOne ? nameof(ReceivedRow.EnteredFrom) : nameof(ReceivedRow.Entered), from, until);
    }

    private long Start(int year)
    {
        var local = new DateTime(Math.Clamp(year, 1, 9999), 1, 1, 0, 0, 0, DateTimeKind.Unspecified);
        return new DateTimeOffset(local, time.LocalTimeZone.GetUtcOffset(local)).ToUnixTimeMilliseconds();
    }

    private static bool IsWanted(ReceivedRow row, RegisterFilter filter) => IsInState(row, filter.State)
        && (filter.Words.Length == 0 || new[] { row.Title, row.Number, row.RegisterNumber ?? "" }.Any(text => text.Contains(filter.Words, StringComparison.OrdinalIgnoreCase)));

    private static bool IsInState(ReceivedRow row, string state) => state switch
    {
        "" => true,
        "HandedOver" => row.HandedOverAt is not null,
        nameof(DeliveryState.SignedFor) => row is { State: nameof(DeliveryState.SignedFor), HandedOverAt: null },
        _ => row.State == state,
    };
}
