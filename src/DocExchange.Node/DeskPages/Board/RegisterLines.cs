using System.Globalization;
using DocExchange.Node.Desk;
using DocExchange.Node.Outbox;

namespace DocExchange.Node.DeskPages.Board;

/// <summary>发文登记簿: its columns, as registers of sent documents are kept on paper.</summary>
internal static class RegisterLines
{
    /// <summary>Names of their headings.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "column.serial", "column.date", "column.number", "column.title", "column.type", "column.security", "column.urgency", "column.signer",
        "column.to", "column.copied", "column.copies", "column.signed", "column.archive",
    ];

    /// <summary>What <c>type</c> of a filter says for internal documents, which have no code.</summary>
    public const string Internal = "internal";

    /// <param name="typeName">文种 by its code, for people.</param>
    /// <param name="security">What the 密级 of all of them is called: 涉密 documents never get this far.</param>
    /// <param name="archiveNumber">归档号; empty where it has none yet.</param>
    public static IReadOnlyList<string> Of(OutboxLine line, Func<string, string> typeName, Func<DateTimeOffset, string> at, string security, string archiveNumber) =>
    [
        line.Sent.Serial > 0 ? line.Sent.Serial.ToString(CultureInfo.InvariantCulture) : "",
        at(line.At),
        line.Summary.Number,
        line.Summary.Title,
        typeName(line.Summary.DocumentType),
        security,
        line.Summary.Urgency,
        line.Sent.Signers,
        line.Sent.To,
        line.Sent.Copied,
        line.Sent.Copies?.ToString(CultureInfo.InvariantCulture) ?? "",
        $"{line.Summary.SignedFor}/{line.Summary.Recipients}",
        archiveNumber,
    ];

    /// <summary>What was asked for; a date that is none counts as not given.</summary>
    /// <param name="from">The first day, such as 2026-01-01.</param>
    /// <param name="to">The last day.</param>
    public static OutboxFilter Filter(string? from, string? to, string? type, string? words, TimeProvider clock) =>
        new(OutboxView.All, (words ?? "").Trim() is { Length: <= 100 } text ? text : "", type is { Length: 2 } or Internal ? type : "", Midnight(from, 0, clock), Midnight(to, 1, clock));

    /// <summary>Which uses of seals were asked for, read in the same way.</summary>
    public static SealUseFilter Uses(string? from, string? to, string? seal, string? person, string? words, TimeProvider clock)
    {
        return new(Midnight(from, 0, clock), Midnight(to, 1, clock), Text(seal), Text(person), Text(words));

        static string Text(string? given) => (given ?? "").Trim() is { Length: <= 100 } text ? text : "";
    }

    private static DateTimeOffset? Midnight(string? day, int later, TimeProvider clock) =>
        DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date < DateOnly.MaxValue && date.Year > 1970
            ? date.AddDays(later).ToDateTime(TimeOnly.MinValue) is var time ? new DateTimeOffset(time, clock.LocalTimeZone.GetUtcOffset(time)) : null
            : null;
}
