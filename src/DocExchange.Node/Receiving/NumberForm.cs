using System.Globalization;
using System.Text.RegularExpressions;
using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;

namespace DocExchange.Node.Receiving;

/// <summary>
/// How an office writes its 收文编号: free text in which {年} stands for the year and {号} for the consecutive number, with
/// {号4} padded to four digits.
/// </summary>
internal sealed partial record NumberForm
{
    /// <summary>2026-0001, until the office chooses another.</summary>
    public static readonly NumberForm Default = new("{年}-{号4}");

    private const int MaxDigits = 9;

    private NumberForm(string text) => Text = text;

    public string Text { get; }

    /// <exception cref="RefusedException">There is no number in it, or more than one, or its numbers would be too long.</exception>
    public static NumberForm Parse(string text)
    {
        var form = new NumberForm(text.Trim());
        var isForm = Places().Count(form.Text) == 1 && RegisterNumber.TryParse(form.Write(2000, 999_999_999), out _) && !Places().Replace(form.Text.Replace("{年}", "", StringComparison.Ordinal), "").Contains('{');
        return isForm
            ? form
            : throw new RefusedException(
                Refusal.FormatFailure,
                "编号格式中须有且只有一个 {号} 或 {号4}（数字为位数，1 至 9），可用 {年}，例如“收〔{年}〕{号}号”或“{年}-{号4}”；全长不超过 40 个字符。",
                "The form has exactly one {号} or {号4} (1 to 9 digits), and {年} if you like, such as {年}-{号4}; at most 40 characters in all.");
    }

    public string Write(int year, long number) => Places().Replace(
        Text.Replace("{年}", year.ToString("D4", CultureInfo.InvariantCulture), StringComparison.Ordinal),
        place => number.ToString("D" + (place.Groups[1].Length > 0 ? place.Groups[1].Value : "1"), CultureInfo.InvariantCulture));

    /// <summary>The last digits of a number, before a 号 if there is one; null where there are none.</summary>
    public static long? SequenceIn(string number) =>
        Trailing().Match(number) is { Success: true } match && match.Groups[1].Length <= MaxDigits ? long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex("\\{号([1-9]?)\\}")]
    private static partial Regex Places();

    [GeneratedRegex("([0-9]+)号?$")]
    private static partial Regex Trailing();
}
