using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DocExchange.Trust.Ofd;

/// <summary>What a file that is no well-formed XML may name all the same, to a program that forgives more.</summary>
internal static class OfdLooseNames
{
    private const int MaxSearched = 4 << 20;
    private const RegexOptions Linear = RegexOptions.Singleline | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private static readonly Regex Pieces = new("<!--.*?-->|<!\\[CDATA\\[|\\]\\]>|<\\?.*?\\?>", Linear);
    private static readonly Regex Tags = new("<[^>]*>", Linear);
    private static readonly Regex References = new("&#([xX]?)([0-9a-fA-F]{1,12});?", Linear);

    /// <summary>Those of <paramref name="steps"/> that stand in it, in whatever pieces; all of them where it may spell them by entities of its own or in an encoding that is not read.</summary>
    public static IReadOnlySet<string> In(byte[] bytes, IEnumerable<string> steps)
    {
        var all = steps.ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (bytes.Length > MaxSearched)
        {
            return all;
        }

        // Letters of these names are bytes between zeros in the wide encodings.
        var text = Encoding.Latin1.GetString(bytes).Replace("\0", "", StringComparison.Ordinal);
        if (OfdXml.IsOfOtherEncoding(bytes) || text.Contains("<!ENTITY", StringComparison.OrdinalIgnoreCase))
        {
            return all;
        }

        var joined = References.Replace(Pieces.Replace(text, ""), Letter);
        string[] forms = [joined, Tags.Replace(joined, ""), joined.Contains('%') ? Uri.UnescapeDataString(joined) : joined];
        return all.Where(step => !Ascii.IsValid(step) || Array.Exists(forms, form => form.Contains(step, StringComparison.OrdinalIgnoreCase))).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    private static string Letter(Match match)
    {
        var isHex = match.Groups[1].Value.Length > 0;
        return int.TryParse(match.Groups[2].Value, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is > 0 and < 128 ? ((char)code).ToString() : match.Value;
    }
}
