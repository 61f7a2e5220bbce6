using System.Globalization;

namespace DocExchange.Hub.Archiving;

/// <summary>Names of volumes: a month, <c>2026-01</c>, and its continuations, <c>2026-01-2</c> and so on, made when the one before was closed.</summary>
internal static class VolumeNames
{
    private const string Month = "yyyy-MM";
    private const int MonthLength = 7;

    /// <summary>By month, then by number.</summary>
    public static readonly IComparer<string> Order = Comparer<string>.Create((one, other) =>
        string.CompareOrdinal(MonthPart(one), MonthPart(other)) is var months and not 0 ? months
        : one.Length != other.Length ? one.Length.CompareTo(other.Length)
        : string.CompareOrdinal(one, other));

    /// <param name="number">1 for the first volume of the month.</param>
    public static string Of(string period, int number) => number == 1 ? period : string.Create(CultureInfo.InvariantCulture, $"{period}-{number}");

    /// <summary>The first day of the month; null where the name is none of ours.</summary>
    public static DateOnly? MonthOf(string name) =>
        name.Length >= MonthLength && DateOnly.TryParseExact(MonthPart(name), Month, CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) ? month : null;

    /// <exception cref="ArgumentException">It is no month.</exception>
    public static void RequirePeriod(string period)
    {
        if (period.Length != MonthLength || MonthOf(period) is null)
        {
            throw new ArgumentException($"'{period}' is not a period: year and month are expected, like 2026-01.", nameof(period));
        }
    }

    private static string MonthPart(string name) => name[..Math.Min(name.Length, MonthLength)];
}
