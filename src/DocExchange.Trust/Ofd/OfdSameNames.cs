using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace DocExchange.Trust.Ofd;

/// <summary>
/// Names that are one name elsewhere: Windows forgives dots and blanks at the end, colons and has short names (<c>PUBLIC~1.XML</c>), macOS
/// takes letters that are canonically the same for the same (Unicode UAX #15). Which letters these are is not known here in detail:
/// what may be the same counts as the same, but for kana and Hangul, which follow a rule, and the letters that are folded to ASCII. Letter case is
/// for the caller to forgive.
/// </summary>
internal static class OfdSameNames
{
    private const char Composed = '\u0001';
    private const char Ideograph = '\u0002';
    private const char Voiced = '\u3099';
    private const char HalfVoiced = '\u309A';

    // By which others are found: of all parts, and of those alone that have such a letter.
    private const string OfAll = "\u0003";
    private const string OfCompatibility = "\u0004";
    private const string OfShort = "\u0005";

    // Windows has none of these in names; programs write an underscore for them.
    private static readonly SearchValues<char> NotOnWindows = SearchValues.Create("\"*:<>?|");

    // Unicode's Default_Ignorable_Code_Point: some systems pass over them, and some programs cut them off.
    private static readonly SearchValues<char> Ignorable = SearchValues.Create(
        [.. Range(0x00AD, 0x00AD), .. Range(0x034F, 0x034F), .. Range(0x061C, 0x061C), .. Range(0x180B, 0x180F), .. Range(0x200B, 0x200F), .. Range(0x202A, 0x202E), .. Range(0x2060, 0x206F), .. Range(0xFE00, 0xFE0F), .. Range(0xFEFF, 0xFEFF)]);

    private static readonly Regex Short = new(@"^[^.~]{1,6}~[0-9]{1,6}(\.[^.]{0,3})?$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>Whether only itself is the same.</summary>
    public static bool IsPlain(string step) => step is [.., not ('.' or ' ')] && !step.Contains(':') && Ascii.IsValid(step);

    /// <summary>Whether some system or program may read another name than this one of a path: it is not printable ASCII, Windows does not have it, or it is a short name.</summary>
    public static bool IsUnclear(string path) => path.AsSpan().ContainsAnyExceptInRange(' ', '~') || path.AsSpan().ContainsAny(NotOnWindows) || path.Split('/').Any(step => step is [.., '.' or ' '] || Short.IsMatch(step));

    /// <summary>Letters of which the same name may have more, but not four times as many (Unicode UAX #15): what Windows cuts off is none.</summary>
    public static int LengthOf(ReadOnlySpan<char> step) => Kept(step.ContainsAny(Ignorable) ? WithoutIgnorable(step.ToString()) : step).Length;

    /// <summary>Without the letters that are passed over.</summary>
    public static string WithoutIgnorable(string text) => text.AsSpan().ContainsAny(Ignorable) ? string.Concat(text.Where(letter => !Ignorable.Contains(letter))) : text;

    /// <summary>Under what a part is found by the last step of its path.</summary>
    public static IEnumerable<string> OfPart(string step)
    {
        var key = KeyOf(step);
        yield return key;
        yield return OfShort + StartOf(step);
        if (!Ascii.IsValid(step))
        {
            var loose = Folded(key, isLoose: true);
            yield return OfAll + loose;
            if (step.Any(IsCompatibility))
            {
                yield return OfCompatibility + loose;
            }
        }
    }

    /// <summary>By what a name that stands in the document finds parts.</summary>
    public static IEnumerable<string> OfName(string step)
    {
        var key = KeyOf(step);
        yield return key;
        if (!Ascii.IsValid(step))
        {
            yield return (step.Any(IsCompatibility) ? OfAll : OfCompatibility) + Folded(key, isLoose: true);
        }
    }

    /// <summary>By what a short name finds those it may stand for; nothing for what is none.</summary>
    public static IEnumerable<string> OfShortName(string step) => step.Contains('~') && Short.IsMatch(step) ? [OfShort + StartOf(step)] : [];

    /// <summary>Paths that are one path elsewhere.</summary>
    /// <param name="unprotected">Those that not every signature covers: one that is covered replaces nothing that its signer has not seen.</param>
    public static IReadOnlyList<string> Among(IReadOnlyCollection<string> paths, IReadOnlySet<string> unprotected)
    {
        var twins = Same(step => Kept(step).ToString(), _ => true).ToHashSet(StringComparer.Ordinal);
        twins.UnionWith(Same(KeyOf, unprotected.Contains));
        twins.UnionWith(Same(LooseOf, path => unprotected.Contains(path) && path.Any(IsCompatibility)));
        twins.UnionWith(Same(Sanitised, unprotected.Contains));

        // Which long name Windows gives a short one to nobody can tell beforehand.
        twins.UnionWith(unprotected.Where(path => path.Contains('~') && path.Split('/').Any(Short.IsMatch)));
        return [.. twins.Order(StringComparer.Ordinal)];

        // Each path once, however many are alike; nothing where no path is one that counts.
        IEnumerable<string> Same(Func<string, string> each, Func<string, bool> counts) => (paths.Any(counts) ? paths : [])
            .GroupBy(path => Stepwise(path, each), StringComparer.OrdinalIgnoreCase).Where(same => same.Skip(1).Any() && same.Any(counts)).SelectMany(same => same);
    }

    /// <summary>Files of which another path makes a folder, and those paths: unpacked only one of them can be there.</summary>
    public static IReadOnlyList<string> InTheWay(IEnumerable<string> paths)
    {
        // With the lowest of all letters between steps what lies in a folder follows its name directly.
        var found = new List<string>();
        var (file, key) = ("", "\uFFFF");
        foreach (var (path, each) in paths.Select(path => (path, Stepwise(path, KeyOf).ToUpperInvariant().Replace('/', '\0'))).OrderBy(pair => pair.Item2, StringComparer.Ordinal))
        {
            if (each.Length > key.Length && each[key.Length] == '\0' && each.StartsWith(key, StringComparison.Ordinal))
            {
                found.AddRange([file, path]);
            }
            else if (!path.EndsWith('/'))
            {
                (file, key) = (path, each);
            }
        }

        return found;
    }

    // The short name begins as the long one, or with two letters of it, and ends as it does.
    private static string StartOf(string file)
    {
        var letters = string.Concat(Path.GetFileNameWithoutExtension(file).Where(letter => letter is not (' ' or '.')).TakeWhile(letter => letter != '~').Take(2));
        return $"{letters}/{string.Concat(Path.GetExtension(file).Take(4))}";
    }

    private static IEnumerable<char> Range(int first, int last) => Enumerable.Range(first, last - first + 1).Select(code => (char)code);

    private static string Sanitised(string step) => step.AsSpan().ContainsAny(NotOnWindows) ? string.Concat(step.Select(letter => NotOnWindows.Contains(letter) ? '_' : letter)) : step;

    private static string Stepwise(string path, Func<string, string> each) => string.Join('/', path.Split('/').Select(each));

    // Streams and what Windows cuts off are left out.
    private static ReadOnlySpan<char> Kept(ReadOnlySpan<char> step) => (step.IndexOf(':') is var colon and >= 0 ? step[..colon] : step).TrimEnd(". ");

    private static string KeyOf(string step)
    {
        if (IsPlain(step))
        {
            return step;
        }

        var key = Kept(WithoutIgnorable(step)).ToString();
        return Ascii.IsValid(key) ? key : Folded(key, isLoose: false);
    }

    private static string LooseOf(string step) => Folded(KeyOf(step), isLoose: true);

    private static string Folded(string step, bool isLoose)
    {
        var folded = new StringBuilder(step.Length);
        foreach (var letter in step)
        {
            if (FoldedToAscii(letter) is { } plain)
            {
                folded.Append(plain);
            }
            else if (IsMark(letter))
            {
                // With the letter in front it may be the same as one letter.
                folded.Length = Math.Max(0, folded.Length - 1);
                folded.Append(Composed);
            }
            else if (IsComposed(letter))
            {
                folded.Append(Composed);
            }
            else if (letter is >= '\uAC00' and <= '\uD7A3')
            {
                AppendHangul(folded, letter - 0xAC00);
            }
            else if (MarkOf(letter) is { } mark)
            {
                folded.Append((char)(letter - (letter is >= '\u30F7' and <= '\u30FA' ? 8 : letter is '\u3094' or '\u30F4' ? 0x4E : mark - Voiced + 1))).Append(mark);
            }
            else
            {
                var chosen = isLoose && letter > '\u30FF' ? Ideograph : letter;

                // One of the supplementary plane may be the same as one that is not.
                folded.Append(chosen, chosen == Ideograph && folded.Length > 0 && folded[^1] == Ideograph ? 0 : 1);
            }
        }

        return folded.ToString();
    }

    // Full case folding (CaseFolding.txt), by which APFS compares.
    private static string? FoldedToAscii(char letter) => letter switch
    {
        '\u212A' => "K",
        '\u017F' => "s",
        '\u00DF' or '\u1E9E' => "ss",
        '\uFB00' => "ff",
        '\uFB01' => "fi",
        '\uFB02' => "fl",
        '\uFB03' => "ffi",
        '\uFB04' => "ffl",
        '\uFB05' or '\uFB06' => "st",
        _ => null,
    };

    // The Unicode Standard §3.12: two or three letters make a syllable.
    private static void AppendHangul(StringBuilder folded, int syllable)
    {
        folded.Append((char)(0x1100 + (syllable / 588))).Append((char)(0x1161 + (syllable % 588 / 28)));
        if (syllable % 28 > 0)
        {
            folded.Append((char)(0x11A7 + (syllable % 28)));
        }
    }

    // か and the mark are が, は and its other mark ぱ: of kana that are one letter, the mark.
    private static char? MarkOf(char letter) => (letter is >= '\u30A1' and <= '\u30F6' or '\u30FE' ? (char)(letter - 0x60) : letter) switch
    {
        (>= '\u304C' and <= '\u3062') and var kana when kana % 2 == 0 => Voiced,
        '\u3065' or '\u3067' or '\u3069' or '\u3094' or '\u309E' => Voiced,
        (>= '\u306F' and <= '\u307D') and var kana when kana % 3 != 0 => kana % 3 == 1 ? Voiced : HalfVoiced,
        >= '\u30F7' and <= '\u30FA' => Voiced,
        _ => null,
    };

    private static bool IsMark(char letter) => letter is (>= '\u0300' and <= '\u036F') or (>= '\u0483' and <= '\u0487') or (>= '\u20D0' and <= '\u20FF');

    // Latin and Greek letters with accents, the Cyrillic ones that have them, signs that are letters.
    private static bool IsComposed(char letter) => letter
        is (>= '\u00C0' and <= '\u03FF') or (>= '\u1E00' and <= '\u1FFF') or '\u2126' or '\u212B'
        or '\u0400' or '\u0401' or '\u0403' or '\u0407' or (>= '\u040C' and <= '\u040E') or '\u0419' or '\u0439'
        or '\u0450' or '\u0451' or '\u0453' or '\u0457' or (>= '\u045C' and <= '\u045E') or '\u0476' or '\u0477' or '\u04C1' or '\u04C2' or (>= '\u04D0' and <= '\u04F9');

    // CJK compatibility ideographs, those of the supplementary plane by their first half.
    private static bool IsCompatibility(char letter) => letter is (>= '\uF900' and <= '\uFAFF') or '\uD87E';
}
