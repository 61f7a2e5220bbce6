using System.Globalization;

namespace DocExchange.Hub.ConsolePages;

/// <summary>Sizes as people read them.</summary>
internal static class Sizes
{
    public static string Gibibytes(ulong bytes) => (bytes / (1024.0 * 1024 * 1024)).ToString("0.0", CultureInfo.InvariantCulture) + " GiB";
}
