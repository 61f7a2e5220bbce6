using System.Globalization;
using System.Text;
using DocExchange.Core.Documents;
using DocExchange.Core.Routing;
using DocExchange.Trust.Certificates;

namespace DocExchange.Core.Offices;

/// <summary>
/// Whether a certificate is made out to an office, and a document signed with its name: what a directory binds its hub decides, and what
/// a document prints its maker.
/// </summary>
public static class OfficeNames
{
    /// <summary>CN and O together; a certificate with more of them is nobody's.</summary>
    public const int MostNames = 8;

    /// <summary>
    /// Its name or its credit code stands in CN or O. No CN is another office's, by its code or by what its name begins with, whatever else
    /// is there; O may have the code of the office above, where the office's own is there as well. Only the full name: the authority has it from the directory.
    /// </summary>
    public static bool IsMadeOutTo(Certificate certificate, Office office, OfficeDirectory directory)
    {
        if (certificate.CommonNames.Count + certificate.Organizations.Count > MostNames)
        {
            return false;
        }

        var (common, organizations) = (UnitsOf(certificate.CommonNames), UnitsOf(certificate.Organizations));
        var (name, own) = (SealHolder.Narrow(office.Name), CodeOf(office));
        var isCoded = own is not null && common.Concat(organizations).Any(unit => unit.Code == own);
        var isNamed = common.Concat(organizations).Any(unit => unit.Name == name);
        return (isCoded || isNamed)
            && !common.Exists(unit => IsAnothers(unit.Code) || (unit.Name != name && IsAnothersName(unit.Name, office, directory)))
            && (isCoded || !organizations.Exists(unit => IsAnothers(unit.Code)));

        bool IsAnothers(UnifiedSocialCreditCode? code) => code is not null && code != own && (own is not null || directory.Coded(code).Any(id => id != office.Id));
    }

    /// <summary>Whether it names another office of the directory in CN, or in O where CN names nobody, so that no former name explains it.</summary>
    public static bool NamesAnother(Certificate certificate, Office office, OfficeDirectory directory)
    {
        var common = UnitsOf(certificate.CommonNames.Take(MostNames));
        var naming = common.Exists(unit => unit.Name.Any(letter => letter > 0x7F)) ? common : UnitsOf(certificate.Organizations.Take(MostNames));
        return naming.Exists(unit => IsAnothersName(unit.Name, office, directory));
    }

    /// <summary>In full or in short.</summary>
    public static bool IsCalled(Office office, string printed) =>
        SealHolder.Narrow(printed) is var name && (name == SealHolder.Narrow(office.Name) || name == SealHolder.Narrow(office.ShortName));

    /// <summary>Whether a name under a document is taken for another office's, in full or in short, by whoever sees it: letters that nobody sees do not count, and any letter may stand for one that looks like an ideograph.</summary>
    /// <param name="issuer">Who prints it; what its own name ends in is nobody else's short name (财政局, of 某区财政局). Null where it is not known.</param>
    public static bool PassesFor(Office other, Office? issuer, string printed)
    {
        List<Rune> seen = [.. Seen(printed)];
        return IsSeenIn(other.Name, seen)
            || (IsSeenIn(other.ShortName, seen) && !(issuer is not null && SealHolder.Narrow(issuer.Name).EndsWith(SealHolder.Narrow(printed), StringComparison.Ordinal)));
    }

    private static bool IsSeenIn(string name, List<Rune> seen)
    {
        var count = 0;
        foreach (var letter in Seen(name))
        {
            if (count == seen.Count || (letter != seen[count] && !IsLikeIdeograph(letter) && !IsLikeIdeograph(seen[count])))
            {
                return false;
            }

            count++;
        }

        return count > 0 && count == seen.Count;
    }

    // Of marks, joiners and selectors nobody sees anything; nor of the fillers of Hangul, which are letters, and of an empty pattern of Braille.
    private static IEnumerable<Rune> Seen(string text) => SealHolder.Narrow(text).EnumerateRunes().Where(letter =>
        Rune.GetUnicodeCategory(letter) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
        && letter.Value is not (0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800));

    // Radicals, strokes, kana, Bopomofo and ideographs for compatibility: ⼈ for 人, ロ for 口. Without ICU there is no table that tells which.
    private static bool IsLikeIdeograph(Rune letter) => letter.Value is (>= 0x2E80 and <= 0x2FDF) or (>= 0x3040 and <= 0x312F) or (>= 0x31A0 and <= 0x31FF)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0xFF66 and <= 0xFF9D) or (>= 0x2F800 and <= 0x2FA1F);

    // Another's name, also with the kind of a seal behind: 某局公章 is a seal of 某局, and 某局办公室公章 of 某局办公室, the longest name that it begins with. 某县人民政府信访局 is no seal of 某县人民政府.
    private static bool IsAnothersName(string name, Office office, OfficeDirectory directory)
    {
        for (var length = name.Length; length > 0; length--)
        {
            var holders = directory.Called(name[..length]).ToList();
            if (holders.Count > 0 && (length == name.Length || SealHolder.IsKind(name[length..])))
            {
                return !holders.Contains(office.Id);
            }
        }

        return false;
    }

    private static List<NamedUnit> UnitsOf(IEnumerable<string> texts) => [.. texts.Select(text => NamedUnit.Read(SealHolder.Narrow(text)))];

    private static UnifiedSocialCreditCode? CodeOf(Office office) => UnifiedSocialCreditCode.TryParse(office.CreditCode, out var code) ? code : null;
}
