using System.Globalization;
using System.Text.RegularExpressions;
using DocExchange.Trust.Digests;

namespace DocExchange.Core.Operating;

/// <summary>Days, times and ids as people type them, judged before anybody is asked.</summary>
public static partial class TypedValue
{
    private const string DayForm = "yyyy-MM-dd";

    private static readonly string[] TimeForms = [DayForm, "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <param name="option">Where it was typed, for the sentence.</param>
    /// <returns>The text, which is a day; or nothing was typed.</returns>
    /// <exception cref="UsageException">It is no day.</exception>
    public static string Day(string option, string? text) =>
        text is not { Length: > 0 } || DateOnly.TryParseExact(text, DayForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? text ?? ""
            : throw new UsageException($"{option} 的值“{text}”不是日期，应形如 2026-01-31。", $"'{text}' is no day for {option}; 2026-01-31 is the form.");

    /// <summary>A time of RFC 3339 in any way it may be written (§5.6: a space for T, small letters, any number of decimals, cut to 100 ns), the seconds may be left out, or a day, which begins at midnight; UTC where no offset is given.</summary>
    /// <returns>Null where nothing was typed.</returns>
    /// <exception cref="UsageException">It is no time.</exception>
    public static DateTimeOffset? Time(string option, string? text) =>
        text is not { Length: > 0 } ? null
        : DateTimeOffset.TryParseExact(Usual(text), TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time
        : throw new UsageException(
            $"{option} 的值“{text}”不是时间，应形如 2026-01-31、2026-01-31T08:00:00Z 或 2026-01-31T08:00:00+08:00。",
            $"'{text}' is no time for {option}; 2026-01-31, 2026-01-31T08:00:00Z and 2026-01-31T08:00:00+08:00 are the forms.");

    private static string Usual(string text) => Written().Match(text) is not { Success: true, Groups: var parts } ? ""
        : parts[2].Success ? $"{parts[1]}T{parts[2]}{parts[3]}{parts[4].Value.ToUpperInvariant()}"
        : text;

    [GeneratedRegex(@"\A([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:(?<=:[0-9]{2}:[0-9]{2})(?=([.][0-9]{1,7}))[.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})?)?\z")]
    private static partial Regex Written();

    /// <returns>The text, which has the form of a document's id.</returns>
    /// <exception cref="UsageException">It has not.</exception>
    public static string Document(string text) => Digest.TryParse(text, out _)
        ? text
        : throw new UsageException($"“{text}”不是公文的系统标识：应为 64 位十六进制数，可用 docex outbox、docex inbox 查看。", $"'{text}' is not the id of a document: 64 hexadecimal characters, as docex outbox and docex inbox show.");
}
