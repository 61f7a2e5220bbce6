using System.Globalization;

namespace DocExchange.Hub.ConsolePages.Supervision;

/// <summary>Days that a ranking is about, both included.</summary>
internal sealed record RankingPeriod(DateOnly From, DateOnly Until)
{
    /// <summary>The longest that is added up at once, in days.</summary>
    public const int Longest = 10 * 366;

    private const string Form = "yyyy-MM-dd";

    public string Query => string.Create(CultureInfo.InvariantCulture, $"from={From:yyyy-MM-dd}&until={Until:yyyy-MM-dd}");

    /// <summary>Those that are asked for most, with the names of their texts.</summary>
    public static IEnumerable<(string Word, RankingPeriod Period)> Usual(DateOnly today)
    {
        var month = new DateOnly(today.Year, today.Month, 1);
        yield return ("supervision.this-month", new RankingPeriod(month, today));
        yield return ("supervision.last-month", new RankingPeriod(month.AddMonths(-1), month.AddDays(-1)));
        yield return ("supervision.this-quarter", new RankingPeriod(new DateOnly(today.Year, (today.Month - 1) / 3 * 3 + 1, 1), today));
        yield return ("supervision.this-year", new RankingPeriod(new DateOnly(today.Year, 1, 1), today));
    }

    /// <summary>This month where nothing is given, and where what is given cannot be read.</summary>
    public static bool TryRead(string? from, string? until, DateOnly today, out RankingPeriod period)
    {
        period = Usual(today).First().Period;
        if (string.IsNullOrEmpty(from) && string.IsNullOrEmpty(until))
        {
            return true;
        }

        if (!TryRead(from, out var first) || !TryRead(until, out var last) || last < first || last.DayNumber - first.DayNumber > Longest)
        {
            return false;
        }

        period = new RankingPeriod(first, last);
        return true;
    }

    private static bool TryRead(string? text, out DateOnly day) => DateOnly.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
