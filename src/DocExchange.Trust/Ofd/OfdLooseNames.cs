using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DocExchange.Trust.Ofd;

/// <summary>What a file that is no well-formed XML may name all the same, to a program that forgives more.</summary>
/// <param name="names">What is searched for.</param>
internal sealed class OfdLooseNames(IEnumerable<string> names, OfdBudget budget)
{
    private const int MaxSearched = 4 << 20;
    private const RegexOptions Linear = RegexOptions.Singleline | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private static readonly HashSet<string> NoNames = [];
    private static readonly Regex Pieces = new("<!--.*?-->|<!\\[CDATA\\[|\\]\\]>|<\\?.*?\\?>", Linear);
    private static readonly Regex Tags = new("<[^>]*>", Linear);

    // What some programs leave out of the text around it.
    private static readonly Regex Children = new("<[^<>/][^<>]*>[^<>]*</[^<>]*>", Linear);
    private static readonly Regex References = new("&#([xX]?)([0-9a-fA-F]{1,12});?", Linear);

    private readonly HashSet<string> all = names.ToHashSet(StringComparer.OrdinalIgnoreCase);
    private SearchValues<string>? searched;

    /// <summary>Those names that stand in it, in whatever pieces; all of them where it may spell them by entities of its own or in an encoding that is not read.</summary>
    /// <param name="isAttached">Whether it is handed over with the document and nothing says that it is shown: only what stands in it plainly counts, unless it looks like a part of an OFD.</param>
    /// <exception cref="OfdFormatException">It takes too much work.</exception>
    public IReadOnlySet<string> In(byte[] bytes, bool isAttached)
    {
        if (bytes.Length > MaxSearched)
        {
            return isAttached && !IsOfOfd(bytes) ? NoNames : all;
        }

        // Letters of these names are bytes between zeros in the wide encodings.
        budget.Search(bytes.Length);
        var text = Encoding.Latin1.GetString(bytes).Replace("\0", "", StringComparison.Ordinal);
        if ((!isAttached || IsOfOfd(bytes)) && (OfdXml.IsOfOtherEncoding(bytes) || text.Contains("<!ENTITY", StringComparison.OrdinalIgnoreCase)))
        {
            return all;
        }

        var joined = References.Replace(Pieces.Replace(text, ""), Letter);
        var found = all.Where(name => !Ascii.IsValid(name)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var form in new[] { joined, Tags.Replace(joined, ""), Tags.Replace(Children.Replace(joined, ""), ""), joined.Contains('%') ? Uri.UnescapeDataString(joined) : "" })
        {
            AddFound(form, found);
        }

        return found;
    }

    // One may begin where another does, or inside it.
    private void AddFound(ReadOnlySpan<char> form, HashSet<string> found)
    {
        searched ??= SearchValues.Create([.. all.Where(name => name.Length > 0 && Ascii.IsValid(name))], StringComparison.OrdinalIgnoreCase);
        while (found.Count < all.Count && form.IndexOfAny(searched) is var at and >= 0)
        {
            budget.Search(all.Count);
            form = form[at..];
            foreach (var name in all)
            {
                if (form.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                {
                    found.Add(name);
                }
            }

            form = form[1..];
        }
    }

    // By the namespace of GB/T 33190, in letters of one byte or two.
    private static bool IsOfOfd(byte[] bytes) =>
        bytes.AsSpan().IndexOf("ofdspec.org"u8) >= 0 || bytes.AsSpan().IndexOf("<ofd:"u8) >= 0
        || bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes("ofdspec.org")) >= 0 || bytes.AsSpan().IndexOf(Encoding.BigEndianUnicode.GetBytes("ofdspec.org")) >= 0;

    private static string Letter(Match match)
    {
        var isHex = match.Groups[1].Value.Length > 0;
        return int.TryParse(match.Groups[2].Value, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is > 0 and < 128 ? ((char)code).ToString() : match.Value;
    }
}
