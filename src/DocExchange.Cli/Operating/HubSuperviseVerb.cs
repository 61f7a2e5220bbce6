using System.CommandLine;
using System.Globalization;
using DocExchange.Core.Operating;
using DocExchange.Protocol;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex hub supervise</c>: dispatches in progress, offices overdue, and the ranking of a period.</summary>
internal sealed class HubSuperviseVerb : HubVerb
{
    private const uint DispatchesAPage = 50;

    private readonly Option<string> from;
    private readonly Option<string> until;
    private readonly PageOptions pages;
    private readonly Option<string> table;

    public HubSuperviseVerb(Terminal terminal)
        : base(terminal, "supervise", "督查：在办发文、逾期单位、签收排名", "Supervise: dispatches in progress, offices overdue, ranking of reception")
    {
        from = Option("--from", "排名起始日期，如 2026-01-01，默认当月一日", "First day of the ranking, such as 2026-01-01; by default the first of the month", "");
        until = Option("--until", "排名截止日期，默认今天", "Last day of the ranking; by default today", "");
        pages = new PageOptions(terminal, this, DispatchesAPage);
        table = Option("--table", "csv 输出哪张表：ranking、overdue、progress", "Which table as csv: ranking, overdue, progress", "ranking");
        table.AcceptOnlyFromAmong("ranking", "overdue", "progress");
    }

    protected override bool WritesTables => true;

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Administration.AdministrationClient hub, CancellationToken cancellation)
    {
        var reply = await hub.SuperviseAsync(
            new SuperviseRequest { From = TypedValue.Day("--from", parse.GetValue(from)), Until = TypedValue.Day("--until", parse.GetValue(until)), PageSize = pages.Limit(parse), Page = pages.Page(parse) },
            cancellationToken: cancellation);
        if (parse.GetValue<string>(Docex.FormatName) == Docex.Csv)
        {
            await Terminal.Output.WriteAsync(SupervisionReport.Table(parse.GetValue(table)!, reply, Terminal));
        }
        else
        {
            screen.Show(SupervisionReport.Value(reply), Lines(screen, reply));
        }

        return ExitCode.Ok;
    }

    private static IEnumerable<string> Lines(Screen screen, SuperviseReply reply)
    {
        yield return screen.Say($"在办发文 {reply.InProgressTotal} 件", $"{reply.InProgressTotal} dispatches in progress");
        foreach (var dispatch in reply.InProgress)
        {
            var late = dispatch.Overdue ? screen.Say($"  逾期 {Hours(dispatch.OverdueWorkingHours)} 工作小时", $"  overdue {Hours(dispatch.OverdueWorkingHours)} working hours") : "";
            yield return $"  {dispatch.Percent,3}%  {dispatch.Summary.SignedFor}/{dispatch.Summary.Recipients}  {dispatch.Summary.Number}《{dispatch.Summary.Title}》{late}";
        }

        foreach (var line in screen.Onwards(reply.NextPage))
        {
            yield return "  " + line;
        }

        yield return screen.Say($"逾期单位 {reply.Overdue.Count} 个", $"{reply.Overdue.Count} offices overdue");
        foreach (var office in reply.Overdue)
        {
            yield return "  " + screen.Say(
                $"{office.OfficeName}  {office.Documents} 件，最长 {Hours(office.LongestWorkingHours)} 工作小时  {office.DutyTelephone}",
                $"{office.OfficeName}  {office.Documents}, the longest {Hours(office.LongestWorkingHours)} working hours  {office.DutyTelephone}").TrimEnd();
        }

        yield return screen.Say($"签收排名 {reply.From} 至 {reply.Until}", $"Ranking of reception, {reply.From} to {reply.Until}");
        foreach (var (office, index) in reply.Ranking.Select((office, index) => (office, index)))
        {
            yield return $"  {index + 1,3}  {office.OfficeName}  " + screen.Say(
                $"按时率 {SupervisionReport.Rate(office)}，应收 {office.Received}，按时 {office.SignedInTime}，迟签 {office.SignedLate}，退文 {office.Returned}，未签 {office.Open}（逾期 {office.Overdue}）",
                $"in time {SupervisionReport.Rate(office)}, received {office.Received}, in time {office.SignedInTime}, late {office.SignedLate}, returned {office.Returned}, open {office.Open} (overdue {office.Overdue})");
        }

        if (reply.CalendarFault.Length > 0)
        {
            yield return screen.Say("工作日历有误，仍按此前的日历计算：", "The calendar is faulty; the one before still counts: ") + screen.Say(reply.CalendarFault, BothLanguages.EnglishOf(reply.CalendarFault, reply.CalendarFaultEnglish));
        }
    }

    private static string Hours(double hours) => hours.ToString("0.#", CultureInfo.InvariantCulture);
}
