using System.Globalization;
using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Node.Desk;
using DocExchange.Node.DeskPages.Board;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.DeskPages.Registers;

/// <summary>
/// What a command may ask of the registers. A page shows what it made of a filter; a file does not, so what cannot be read is
/// refused here and never counts as not given.
/// </summary>
internal static class RegisterFilters
{
    private static readonly string[] States = ["SignedFor", "HandedOver", "Completed", "Returned"];

    /// <returns>The same, with the code of a type that was named.</returns>
    /// <exception cref="RefusedException">A filter cannot be read.</exception>
    public static SentRegisterRequest Require(SentRegisterRequest asked)
    {
        RequireDay("from", asked.From);
        RequireDay("to", asked.To);
        RequireWords(asked.Words);
        var read = asked.Clone();
        read.DocumentType = asked.DocumentType switch
        {
            "" or RegisterLines.Internal => asked.DocumentType,
            var text when DocumentTypes.TryFromCode(text, out var type) || Names.TryParse(text, out type) => type.Code() ?? RegisterLines.Internal,
            var text => throw Refuse($"没有文种“{text}”，请用名称或代码，如 通知 或 08。", $"There is no document type '{text}'. Give its name or code, such as 通知 or 08."),
        };
        return read;
    }

    /// <inheritdoc cref="Require(SentRegisterRequest)"/>
    public static ReceivedRegisterRequest Require(ReceivedRegisterRequest asked)
    {
        RequireWords(asked.Words);
        if (asked.Year > 9998)
        {
            throw Refuse($"年份 {asked.Year} 应为 1 至 9998。", $"The year {asked.Year} is 1 to 9998.");
        }

        return asked.State.Length == 0 || States.Contains(asked.State)
            ? asked
            : throw Refuse($"办理状态“{asked.State}”应为 {string.Join('、', States)} 之一。", $"The state '{asked.State}' is one of {string.Join(", ", States)}.");
    }

    /// <inheritdoc cref="Require(SentRegisterRequest)"/>
    public static SealUseFilter Require(ListSealUsesRequest asked, TimeProvider clock)
    {
        RequireDay("from", asked.From);
        RequireDay("to", asked.To);
        RequireWords(asked.Seal);
        RequireWords(asked.Person);
        RequireWords(asked.Words);
        return RegisterLines.Uses(asked.From, asked.To, asked.Seal, asked.Person, asked.Words, clock);
    }

    private static void RequireDay(string field, string day)
    {
        if (day.Length > 0 && !(DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is > 1970 and < 9999))
        {
            throw Refuse($"{field} 的日期“{day}”应如 2026-01-31。", $"{field} '{day}' is a date such as 2026-01-31.");
        }
    }

    private static void RequireWords(string words)
    {
        if (words.Trim().Length > InRegisterBook.LongestWords)
        {
            throw Refuse($"所查文字超过 {InRegisterBook.LongestWords} 个字符。", $"The words looked for have more than {InRegisterBook.LongestWords} characters.");
        }
    }

    private static RefusedException Refuse(string chinese, string english) => new(Refusal.FormatFailure, chinese, english);
}
