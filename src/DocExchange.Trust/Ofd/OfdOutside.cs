using System.Buffers;
using System.Text;

namespace DocExchange.Trust.Ofd;

/// <summary>
/// Locations that lead out of the file. A location is a path within it (GB/T 33190, ST_Loc); programs that fetch an address all the same show
/// what nobody signed.
/// </summary>
internal static class OfdOutside
{
    // No address that anybody fetches is longer.
    private const int MaxLength = 2048;

    private static readonly SearchValues<char> SchemeLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    // Those in which an element or an attribute tells where something is that is shown. What is attached is handed over, a link (URI) is followed by who clicks.
    private static readonly HashSet<string> Locations = new(StringComparer.OrdinalIgnoreCase)
    {
        "DocRoot", "BaseLoc", "PublicRes", "DocumentRes", "PageRes", "TemplatePage", "Annotations", "Extensions", "MediaFile", "FontFile", "FileLoc", "Profile",
    };

    // These bring along what they mean.
    private static readonly string[] Within = ["data", "urn", "cid"];

    /// <param name="name">Of an element with text, or of an attribute.</param>
    public static bool IsLocation(string name) => Locations.Contains(name);

    /// <summary>The location as it is fetched; null where it stays in the file.</summary>
    public static string? Read(string value)
    {
        // Addresses are read without blanks around them, and without ends of lines in them (WHATWG URL §4.4).
        var text = new StringBuilder(Math.Min(value.Length, MaxLength));
        foreach (var letter in value.AsSpan().Trim())
        {
            if (!char.IsControl(letter) && text.Append(letter).Length == MaxLength)
            {
                break;
            }
        }

        var location = text.ToString().Trim();
        return IsOfHost(location) || IsOfScheme(location) ? location : null;
    }

    // \\server\share, and the same written with slashes: // in front of a path of the file is met too, so a host has a dot.
    private static bool IsOfHost(string location) =>
        location.StartsWith(@"\\", StringComparison.Ordinal)
        || (location.StartsWith("//", StringComparison.Ordinal) && location[2..].Split('/', 2) is [var host, _] && host.Contains('.') && !host.StartsWith('.'));

    /// <summary>Also a drive, whose one letter stands like a scheme.</summary>
    private static bool IsOfScheme(string location)
    {
        var end = location.IndexOf(':');
        return end > 0 && char.IsAsciiLetter(location[0]) && !location.AsSpan(0, end).ContainsAnyExcept(SchemeLetters)
            && (end > 1 || location.AsSpan(end + 1) is ['/' or '\\', ..])
            && !Within.Contains(location[..end], StringComparer.OrdinalIgnoreCase);
    }
}
