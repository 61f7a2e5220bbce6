using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace DocExchange.Core.Documents;

/// <summary>
/// 发文字号: 机关代字 + 〔year〕 + number + 号, as in 京政发〔2001〕1号. Equality is the key for uniqueness: per code and year a
/// number is used once.
/// </summary>
public sealed partial record DocumentNumber
{
    public const int MaxAgencyCode = 20;
    public const int MaxNumber = 999_999;

    private const int MaxText = 80;

    private DocumentNumber(string agencyCode, int year, int number)
    {
        (AgencyCode, Year, Number) = (agencyCode, year, number);
    }

    /// <summary>机关代字, letters only, such as 京政发.</summary>
    public string AgencyCode { get; }

    public int Year { get; }

    public int Number { get; }

    /// <summary>Names the sequence that must have neither gaps nor duplicates: 京政发〔2001〕.</summary>
    public string Series => $"{AgencyCode}〔{Year:D4}〕";

    /// <exception cref="ArgumentException">A part is outside its range; the message says which.</exception>
    public static DocumentNumber Of(string agencyCode, int year, int number)
    {
        if (!IsAgencyCode(agencyCode))
        {
            throw new ArgumentException($"'{Quoted.Short(agencyCode)}' is not an agency code (机关代字): 1 to {MaxAgencyCode} letters, no full-width Latin and no compatibility characters.", nameof(agencyCode));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(year, 1000);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(year, 9999);
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, MaxNumber);
        return new DocumentNumber(agencyCode, year, number);
    }

    /// <summary>Reads what people type; see <see cref="TryParse(string?, out DocumentNumber?)"/>.</summary>
    /// <exception cref="FormatException">The text cannot be read as a document number.</exception>
    public static DocumentNumber Parse(string text) =>
        TryParse(text, out var number)
            ? number
            : throw new FormatException($"'{Quoted.Short(text)}' is not a document number (发文字号); the form is 京政发〔2001〕1号.");

    /// <summary>
    /// Accepts any brackets (〔〕［］[]【】（）()), full-width digits, white space, 第 and leading zeros. What is written is
    /// always the one correct form.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out DocumentNumber? number)
    {
        number = null;
        if (text is null || text.Length > MaxText || Form().Match(Plain(text)) is not { Success: true } parts)
        {
            return false;
        }

        var (code, year, serial) = (parts.Groups["code"].Value, int.Parse(parts.Groups["year"].Value), int.Parse(parts.Groups["number"].Value));
        if (IsAgencyCode(code) && year >= 1000 && serial is >= 1 and <= MaxNumber)
        {
            number = new DocumentNumber(code, year, serial);
        }

        return number is not null;
    }

    public override string ToString() => $"{Series}{Number}号";

    // Compatibility forms look like other characters and would let one number exist twice.
    private static bool IsAgencyCode(string code) =>
        code.Length is > 0 and <= MaxAgencyCode
        && code.EnumerateRunes().All(letter => Rune.IsLetter(letter) && letter.Value is not ((>= 0xF900 and <= 0xFAFF) or (>= 0xFF00 and <= 0xFFEF) or (>= 0x2F800 and <= 0x2FA1F)));

    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var character in text.Where(character => !char.IsWhiteSpace(character)))
        {
            plain.Append(character is >= '０' and <= '９' ? (char)(character - '０' + '0') : character);
        }

        return plain.ToString();
    }

    [GeneratedRegex(@"^(?<code>[^〔［\[【（(]+)[〔［\[【（(](?<year>[0-9]{4})[〕］\]】）)]第?(?<number>[0-9]{1,9})号\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
