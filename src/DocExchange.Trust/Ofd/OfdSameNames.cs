using System.Text;
using System.Text.RegularExpressions;

namespace DocExchange.Trust.Ofd;

/// <summary>
/// Names that are one name elsewhere: Windows forgives dots and blanks at the end, colons and has short names (<c>PUBLIC~1.XML</c>), macOS
/// takes letters that are canonically the same for the same (Unicode UAX #15). Which letters these are is not known here in detail:
/// what may be the same counts as the same. Letter case is for the caller to forgive.
/// </summary>
internal static class OfdSameNames
{
    private const char Composed = '\u0001';
    private const char Ideograph = '\u0002';
    private const char KelvinSign = '\u212A';

    // By which others are found: of all parts, and of those alone that have such a letter.
    private const string OfAll = "\u0003";
    private const string OfCompatibility = "\u0004";

    private static readonly Regex Short = new(@"^[^.~]{1,6}~[0-9]{1,6}(\.[^.]{0,3})?$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>Whether only itself is the same.</summary>
    public static bool IsPlain(string step) => step is [.., not ('.' or ' ')] && !step.Contains(':') && Ascii.IsValid(step);

    /// <summary>Under what a part is found by the last step of its path.</summary>
    public static IEnumerable<string> OfPart(string step)
    {
        yield return KeyOf(step);
        if (!Ascii.IsValid(step))
        {
            yield return OfAll + LooseOf(step);
            if (step.Any(IsCompatibility))
            {
                yield return OfCompatibility + LooseOf(step);
            }
        }
    }

    /// <summary>By what a name that stands in the document finds parts.</summary>
    public static IEnumerable<string> OfName(string step)
    {
        yield return KeyOf(step);
        if (!Ascii.IsValid(step))
        {
            yield return (step.Any(IsCompatibility) ? OfAll : OfCompatibility) + LooseOf(step);
        }
    }

    /// <summary>Paths that are one path elsewhere.</summary>
    /// <param name="unprotected">Those that no signature covers: a covered one replaces nothing that its signer has not seen.</param>
    public static IReadOnlyList<string> Among(IReadOnlyCollection<string> paths, IReadOnlySet<string> unprotected)
    {
        var twins = paths.GroupBy(path => Stepwise(path, KeyOf), StringComparer.OrdinalIgnoreCase).Where(each => each.Skip(1).Any()).SelectMany(each => each).ToHashSet(StringComparer.Ordinal);
        var compatible = unprotected.Where(path => path.Any(IsCompatibility)).ToList();
        var byLoose = (compatible.Count > 0 ? paths : []).ToLookup(path => Stepwise(path, LooseOf), StringComparer.OrdinalIgnoreCase);
        twins.UnionWith(compatible.Select(path => byLoose[Stepwise(path, LooseOf)]).Where(same => same.Skip(1).Any()).SelectMany(same => same));

        var shortened = unprotected.Where(path => Short.IsMatch(OfdNames.FileOf(path))).ToList();
        var byStart = (shortened.Count > 0 ? paths : []).Where(path => !Short.IsMatch(OfdNames.FileOf(path))).ToLookup(StartOf, StringComparer.OrdinalIgnoreCase);
        twins.UnionWith(shortened.Where(path => byStart[StartOf(path)].Any()));
        return [.. twins.Order(StringComparer.Ordinal)];
    }

    // The short name begins as the long one, or with two letters of it, and ends as it does.
    private static string StartOf(string path)
    {
        var file = OfdNames.FileOf(path);
        var letters = string.Concat(Path.GetFileNameWithoutExtension(file).Where(letter => letter is not (' ' or '.')).TakeWhile(letter => letter != '~').Take(2));
        return $"{OfdNames.FolderOf(path)}/{letters}/{string.Concat(Path.GetExtension(file).Take(4))}";
    }

    private static string Stepwise(string path, Func<string, string> each) => string.Join('/', path.Split('/').Select(each));

    private static string KeyOf(string step)
    {
        if (IsPlain(step))
        {
            return step;
        }

        var key = step.Split(':')[0].TrimEnd('.', ' ');
        return Ascii.IsValid(key) ? key : Folded(key, isLoose: false);
    }

    private static string LooseOf(string step) => Folded(KeyOf(step), isLoose: true);

    private static string Folded(string step, bool isLoose)
    {
        var folded = new StringBuilder(step.Length);
        foreach (var letter in step)
        {
            if (IsMark(letter))
            {
                // With the letter in front it may be the same as one letter.
                folded.Length = Math.Max(0, folded.Length - 1);
                folded.Append(Composed);
            }
            else if (IsComposed(letter))
            {
                folded.Append(Composed);
            }
            else if (letter is < '\u1160' or > '\u11FF')
            {
                var chosen = letter == KelvinSign ? 'K' : isLoose && letter > '\u2E7F' ? Ideograph : letter;

                // One of the supplementary plane may be the same as one that is not.
                folded.Append(chosen, chosen == Ideograph && folded.Length > 0 && folded[^1] == Ideograph ? 0 : 1);
            }
        }

        return folded.ToString();
    }

    private static bool IsMark(char letter) => letter is (>= '\u0300' and <= '\u036F') or (>= '\u0483' and <= '\u0487') or '\u3099' or '\u309A' or (>= '\u20D0' and <= '\u20FF');

    // Latin, Greek and Cyrillic letters with accents, signs that are letters, kana, Hangul.
    private static bool IsComposed(char letter) => letter
        is (>= '\u00C0' and <= '\u045F') or (>= '\u1E00' and <= '\u1FFF') or '\u2126' or '\u212B' or (>= '\u3041' and <= '\u30FF')
        or (>= '\u1100' and <= '\u115F') or (>= '\uAC00' and <= '\uD7A3');

    // CJK compatibility ideographs, those of the supplementary plane by their first half.
    private static bool IsCompatibility(char letter) => letter is (>= '\uF900' and <= '\uFAFF') or '\uD87E';
}
