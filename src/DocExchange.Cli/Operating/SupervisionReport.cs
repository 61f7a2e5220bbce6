using System.Globalization;
using System.Text;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Operating;

/// <summary>The figures for supervision as a JSON value, and each table as CSV that a spreadsheet opens.</summary>
internal static class SupervisionReport
{
    public static object Value(SuperviseReply reply) => new
    {
        inProgress = reply.InProgress.Select(each => new
        {
            documentId = each.Summary.DocumentId,
            number = each.Summary.Number,
            title = each.Summary.Title,
            sender = each.Summary.Sender,
            recipients = each.Summary.Recipients,
            signedFor = each.Summary.SignedFor,
            returned = each.Summary.Returned,
            percent = each.Percent,
            signBy = each.SignBy,
            overdue = each.Overdue,
            overdueWorkingHours = each.OverdueWorkingHours,
        }),
        next = reply.NextPage,
        inProgressTotal = reply.InProgressTotal,
        overdue = reply.Overdue.Select(each => new
        {
            office = each.Office,
            officeName = each.OfficeName,
            dutyTelephone = each.DutyTelephone,
            documents = each.Documents,
            longestWorkingHours = each.LongestWorkingHours,
            totalWorkingHours = each.TotalWorkingHours,
            oldest = each.Oldest.Select(item => new { documentId = item.DocumentId, number = item.Number, title = item.Title, signBy = item.SignBy, workingHours = item.WorkingHours }),
        }),
        overdueIsPartial = reply.OverdueIsPartial,
        from = reply.From,
        until = reply.Until,
        ranking = reply.Ranking.Select(each => new
        {
            office = each.Office,
            officeName = each.OfficeName,
            received = each.Received,
            signedInTime = each.SignedInTime,
            signedLate = each.SignedLate,
            returned = each.Returned,
            open = each.Open,
            overdue = each.Overdue,
            inTimeRate = each.InTimeRate < 0 ? (double?)null : each.InTimeRate,
            medianMinutes = each.MedianMinutes < 0 ? (double?)null : each.MedianMinutes,
        }),
        indexedSize = reply.IndexedSize,
        calendarFault = reply.CalendarFault,
    };

    public static string Rate(OfficeReception office) => office.InTimeRate < 0 ? "—" : office.InTimeRate.ToString("0.0%", CultureInfo.InvariantCulture);

    /// <param name="name">ranking, overdue or progress.</param>
    public static string Table(string name, SuperviseReply reply, Terminal terminal) => name switch
    {
        "overdue" => Csv(
            terminal,
            [("单位标识", "office"), ("单位", "name"), ("值班电话", "duty telephone"), ("逾期件数", "documents"), ("最长工作小时", "longest working hours"), ("合计工作小时", "total working hours")],
            reply.Overdue.Select(each => (object[])[each.Office, each.OfficeName, each.DutyTelephone, each.Documents, each.LongestWorkingHours, each.TotalWorkingHours])),
        "progress" => Csv(
            terminal,
            [("发文字号", "number"), ("标题", "title"), ("发文单位", "sender"), ("收文单位数", "recipients"), ("已签收", "signed"), ("退文", "returned"), ("百分比", "percent"), ("期限", "deadline"), ("逾期工作小时", "overdue working hours")],
            reply.InProgress.Select(each => (object[])[each.Summary.Number, each.Summary.Title, each.Summary.Sender, each.Summary.Recipients, each.Summary.SignedFor, each.Summary.Returned, each.Percent, each.SignBy, each.Overdue ? each.OverdueWorkingHours : ""])),
        _ => Csv(
            terminal,
            [("名次", "rank"), ("单位标识", "office"), ("单位", "name"), ("应收", "received"), ("按时签收", "in time"), ("迟签", "late"), ("退文", "returned"), ("未签收", "open"), ("其中逾期", "overdue"), ("按时率", "in-time rate"), ("签收用时中位数（分钟）", "median minutes")],
            reply.Ranking.Select((each, index) => (object[])[index + 1, each.Office, each.OfficeName, each.Received, each.SignedInTime, each.SignedLate, each.Returned, each.Open, each.Overdue, each.InTimeRate < 0 ? "" : each.InTimeRate, each.MedianMinutes < 0 ? "" : each.MedianMinutes])),
    };

    // RFC 4180; the mark in front tells spreadsheets that it is UTF-8.
    private static string Csv(Terminal terminal, (string Chinese, string English)[] columns, IEnumerable<object[]> rows)
    {
        var csv = new StringBuilder("\uFEFF");
        csv.Append(string.Join(',', columns.Select(column => Cell(terminal.Say(column.Chinese, column.English))))).Append("\r\n");
        foreach (var row in rows)
        {
            csv.Append(string.Join(',', row.Select(Cell))).Append("\r\n");
        }

        return csv.ToString();
    }

    private static string Cell(object value)
    {
        if (value is not string text)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{value:0.####}");
        }

        // A title that begins like a formula must not be one when the file is opened.
        var plain = text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + text : text;
        return plain.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{plain.Replace("\"", "\"\"")}\"" : plain;
    }
}
