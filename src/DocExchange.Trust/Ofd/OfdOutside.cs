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

    // These are fetched with one slash as with two.
    private static readonly string[] Fetched = ["http", "https", "ftp", "file"];

    /// <param name="name">Of an element with text, or of an attribute.</param>
    public static bool IsLocation(string name) => Locations.Contains(name);

    /// <summary>The location as it is fetched; null where it stays in the file.</summary>
    /// <param name="deepest">The deepest folder of the file: which one a location is seen from, is not known.</param>
    public static string? Read(string value, string deepest)
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
        var slashed = Slashed(location);
        return IsOfHost(slashed) || IsOfScheme(slashed) || LeadsOut(slashed, deepest) ? location : null;
    }

    /// <summary>Whether it may be what a part of the file is called all the same, if there is such a part: not where programs fetch it whatever there is.</summary>
    public static bool MayBePart(string location)
    {
        var slashed = Slashed(location);
        return IsOfHost(slashed) ? slashed.TrimStart('/').Split('/', 2) is not [var host, _] || !host.Contains('.') || host.StartsWith('.')
            : slashed.Split(':', 2) is not [var scheme, var rest] || !(rest.StartsWith("//", StringComparison.Ordinal)
                || (scheme.Length == 1 && rest.StartsWith('/')) || Fetched.Contains(scheme, StringComparer.OrdinalIgnoreCase));
    }

    // Windows and browsers take both slashes alike (WHATWG URL §4.4).
    private static string Slashed(string location) => location.Replace('\\', '/');

    // \\server\share, and the same written with slashes. A path of the file with one slash too many is met as well, of which there is a part.
    private static bool IsOfHost(string slashed) => slashed.StartsWith("//", StringComparison.Ordinal) && slashed.AsSpan().ContainsAnyExcept('/');

    /// <summary>Also a drive, whose one letter stands like a scheme.</summary>
    private static bool IsOfScheme(string slashed)
    {
        var end = slashed.IndexOf(':');
        return end > 0 && char.IsAsciiLetter(slashed[0]) && !slashed.AsSpan(0, end).ContainsAnyExcept(SchemeLetters) && !Within.Contains(slashed[..end], StringComparer.OrdinalIgnoreCase);
    }

    private static bool LeadsOut(string slashed, string deepest) => slashed.Contains("..", StringComparison.Ordinal) && OfdNames.Resolve(deepest, slashed) is null;
}
