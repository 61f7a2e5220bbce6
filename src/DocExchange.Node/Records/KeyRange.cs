using System.Globalization;

namespace DocExchange.Node.Records;

/// <summary>Keys of lists that are read by office, newest first, a page at a time: one index gives range and order.</summary>
internal static class KeyRange
{
    private const char Bar = '|';
    private const string Last = "|~";

    public static string Newest(string office, long milliseconds, string id) => $"{office}{Bar}{Turned(milliseconds)}{id}";

    /// <summary>First and last key of what follows <paramref name="after"/>; both included.</summary>
    public static (string First, string Last) Of(string office, string after)
    {
        var all = office + Bar;
        // A key is never asked for that is not the office's: what comes after another office's key is nothing of this one.
        return (after.StartsWith(all, StringComparison.Ordinal) ? after + "\u0001" : all, office + Last);
    }

    /// <summary>The keys of a time span, its end excluded.</summary>
    public static (string First, string Last) Of(string office, long since, long until) => ($"{office}{Bar}{Turned(until - 1)}", $"{office}{Bar}{Turned(since)}~");

    // What is newer comes first.
    private static string Turned(long milliseconds) => (long.MaxValue - milliseconds).ToString("D19", CultureInfo.InvariantCulture);
}
