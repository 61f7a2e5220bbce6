using System.Globalization;

namespace DocExchange.Node.Receiving;

/// <summary>What the clerk chooses between.</summary>
internal enum InboxTab
{
    /// <summary>待签收: all that is not signed for, 特急 first.</summary>
    Open,

    /// <summary>已阅未签.</summary>
    Seen,

    /// <summary>已签收.</summary>
    Signed,

    /// <summary>已退回.</summary>
    Returned,

    /// <summary>全部.</summary>
    All,
}

/// <summary>
/// The keys of the lists. All sort ascending by their characters; what is newer is to come first, so times are counted
/// down. An office id has no <c>|</c>, so no office's range reaches into another's.
/// </summary>
internal static class ReceivedKeys
{
    /// <summary>Sorts after every character of a key.</summary>
    public const string End = "~";

    private const int HighestRank = 9;

    public static string Id(string office, string document) => $"{office}|{document}";

    public static string Newest(long milliseconds) => (long.MaxValue - milliseconds).ToString("D19", CultureInfo.InvariantCulture);

    public static string Arrival(string office, long at, string document) => $"{office}|{Newest(at)}{document}";

    public static string Shelf(string office, InboxTab tab, int rank, long at, string document) =>
        $"{office}|{tab}|{(HighestRank - rank).ToString(CultureInfo.InvariantCulture)}{Newest(at)}{document}";

    public static string From(string office, string sender, long at, string document) => $"{office}|{sender}|{Newest(at)}{document}";

    public static string Sequence(string office, int year, long number) => string.Create(CultureInfo.InvariantCulture, $"{office}|{year:D4}|{number:D12}");
}
