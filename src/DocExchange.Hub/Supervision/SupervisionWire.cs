using System.Globalization;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Archiving;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Supervision;

/// <summary>The figures for supervision as messages.</summary>
internal static class SupervisionWire
{
    private const int DefaultPage = 50;
    private const int MaxPage = 200;

    /// <exception cref="RefusedException">A field cannot be read.</exception>
    public static Wire.SuperviseReply Answer(SupervisionFigures figures, Wire.SuperviseRequest request)
    {
        var until = ParseDay(request.Until, "until") ?? figures.Today;
        var from = ParseDay(request.From, "from") ?? new DateOnly(until.Year, until.Month, 1);
        var (dispatches, next) = figures.InProgress(ParsePage(request.Page), request.PageSize == 0 ? DefaultPage : (int)Math.Min(request.PageSize, MaxPage));
        var (overdue, isPartial) = figures.Overdue();
        var reply = new Wire.SuperviseReply
        {
            NextPage = next?.ToString(CultureInfo.InvariantCulture) ?? "",
            InProgressTotal = (ulong)figures.CountInProgress(),
            OverdueIsPartial = isPartial,
            From = Format(from),
            Until = Format(until),
            IndexedSize = (ulong)figures.IndexedSize,
            CalendarFault = figures.CalendarFault.Chinese,
            CalendarFaultEnglish = figures.CalendarFault.English,
        };
        reply.InProgress.AddRange(dispatches.Select(Progress));
        reply.Overdue.AddRange(overdue.Select(Overdue));
        reply.Ranking.AddRange(figures.Ranking(from, until).Select(Reception));
        return reply;
    }

    private static Wire.DispatchProgress Progress(DispatchInProgress dispatch) => new()
    {
        Summary = ArchiveWire.Summary(dispatch.Document, withCounts: true),
        SignBy = ArchiveWire.Format(dispatch.Document.SignBy),
        Percent = (uint)dispatch.Percent,
        Overdue = dispatch.OverdueBy is not null,
        OverdueWorkingHours = dispatch.OverdueBy?.TotalHours ?? 0,
    };

    private static Wire.OverdueOffice Overdue(OfficeOverdue office)
    {
        var wire = new Wire.OverdueOffice
        {
            Office = office.Office.ToString(),
            OfficeName = office.Name,
            DutyTelephone = office.DutyTelephone ?? "",
            Documents = (uint)office.Documents,
            LongestWorkingHours = office.Longest.TotalHours,
            TotalWorkingHours = office.Total.TotalHours,
        };
        wire.Oldest.AddRange(office.Oldest.Select(item => new Wire.OverdueDocument
        {
            DocumentId = item.Document.Id.ToString(),
            Number = item.Document.Number,
            Title = item.Document.Title,
            Sender = item.Document.Sender,
            SignBy = ArchiveWire.Format(item.SignBy),
            WorkingHours = item.By.TotalHours,
        }));
        return wire;
    }

    private static Wire.OfficeReception Reception(OfficeReception office) => new()
    {
        Office = office.Office.ToString(),
        OfficeName = office.Name,
        Received = (ulong)office.Tally.Received,
        SignedInTime = (ulong)office.Tally.InTime,
        SignedLate = (ulong)office.Tally.Late,
        Returned = (ulong)office.Tally.Returned,
        Open = (ulong)office.Tally.Open,
        Overdue = (ulong)office.Overdue,
        InTimeRate = office.InTimeRate ?? -1,
        MedianMinutes = office.Tally.MedianTime?.TotalMinutes ?? -1,
    };

    private static string Format(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateOnly? ParseDay(string text, string field) => text.Length == 0 ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw new RefusedException(Refusal.FormatFailure, $"{field} 应为 2026-01-31 形式的日期。", $"{field} must be a date such as 2026-01-31.");

    private static long? ParsePage(string text) => text.Length == 0 ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var before)
            ? before
            : throw new RefusedException(Refusal.FormatFailure, "page 应为上次查询返回的 next_page。", "page must be the next_page of the last reply.");
}
