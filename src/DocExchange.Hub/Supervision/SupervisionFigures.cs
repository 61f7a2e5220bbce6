using DocExchange.Core.Offices;
using DocExchange.Core.Supervision;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Offices;

namespace DocExchange.Hub.Supervision;

/// <param name="Percent">Of its recipients, those that signed.</param>
/// <param name="OverdueBy">Working time since the deadline; null where it has not passed.</param>
internal sealed record DispatchInProgress(DocumentSnapshot Document, int Percent, TimeSpan? OverdueBy);

internal sealed record OverdueItem(DocumentSnapshot Document, DateTimeOffset SignBy, TimeSpan By);

/// <param name="Oldest">At most <see cref="SupervisionFigures.MaxNamed"/>, the oldest deadline first.</param>
internal sealed record OfficeOverdue(PartyId Office, string Name, string? DutyTelephone, int Documents, TimeSpan Longest, TimeSpan Total, IReadOnlyList<OverdueItem> Oldest);

/// <param name="Overdue">Of the open ones, those whose deadline has passed.</param>
internal sealed record OfficeReception(PartyId Office, string Name, ReceptionTally Tally, long Overdue)
{
    /// <summary>按时签收率: signed in time of what is signed or overdue; null where that is nothing.</summary>
    public double? InTimeRate => Tally.Signed + Overdue is > 0 and var judged ? (double)Tally.InTime / judged : null;
}

/// <summary>
/// 督查: how dispatches are going, from what the catalogue keeps for it. All of it is derived from the ledger; how long
/// something is overdue is counted in the working hours of the site's calendar.
/// </summary>
internal sealed class SupervisionFigures(ICatalogue catalogue, SiteCalendar site, DirectoryKeeper directories, TimeProvider clock)
{
    public const int MaxNamed = 20;
    public const int MaxOverdue = 100_000;

    public WorkingCalendar Calendar => site.Current.Calendar;

    public (string Chinese, string English) CalendarFault => site.Current.Fault;

    public long IndexedSize => catalogue.ProjectedSize;

    public long CountInProgress() => catalogue.CountInProgress();

    /// <summary>Today, in the site's time zone.</summary>
    public DateOnly Today => Calendar.DayOf(clock.GetUtcNow());

    /// <summary>Newest first.</summary>
    /// <param name="before">The ledger index of the last one on the page before; null for the first page.</param>
    public (IReadOnlyList<DispatchInProgress> Dispatches, long? Next) InProgress(long? before, int limit)
    {
        var (calendar, now) = (Calendar, clock.GetUtcNow());
        var found = catalogue.InProgress(before ?? long.MaxValue, limit + 1);
        var elapsed = Elapsed(calendar, found.Take(limit).Select(document => document.SignBy).OfType<DateTimeOffset>(), now);
        return ([.. found.Take(limit).Select(document => new DispatchInProgress(
            document,
            document.Recipients == 0 ? 0 : (int)(100L * document.SignedFor / document.Recipients),
            document.SignBy < now ? elapsed[document.SignBy.Value] : null))],
            found.Count > limit ? found[limit - 1].DispatchedIndex : null);
    }

    /// <summary>Who owes an answer whose deadline has passed, the longest first.</summary>
    /// <param name="named">Documents named of each office.</param>
    public (IReadOnlyList<OfficeOverdue> Offices, bool IsPartial) Overdue(int named = MaxNamed)
    {
        var (calendar, now, directory) = (Calendar, clock.GetUtcNow(), directories.Current);
        var duties = catalogue.Overdue(now, MaxOverdue);
        var elapsed = Elapsed(calendar, duties.Select(duty => duty.SignBy), now);
        var documents = new Dictionary<Core.Documents.DocumentId, DocumentSnapshot?>();
        var offices = duties.GroupBy(duty => duty.Office).Select(owed => new OfficeOverdue(
            owed.Key,
            directory.Find(owed.Key)?.Name ?? owed.Key.ToString(),
            directory.Find(owed.Key)?.DutyTelephone,
            owed.Count(),
            owed.Max(duty => elapsed[duty.SignBy]),
            TimeSpan.FromTicks(owed.Sum(duty => elapsed[duty.SignBy].Ticks)),
            [.. owed.Take(Math.Min(named, MaxNamed)).Select(duty => (duty, Document: Find(duty.Document))).Where(each => each.Document is not null)
                .Select(each => new OverdueItem(each.Document!, each.duty.SignBy, elapsed[each.duty.SignBy]))]));
        return ([.. offices.OrderByDescending(office => office.Longest).ThenByDescending(office => office.Documents).ThenBy(office => office.Name, StringComparer.Ordinal)], duties.Count == MaxOverdue);

        DocumentSnapshot? Find(Core.Documents.DocumentId id) => documents.TryGetValue(id, out var known) ? known : documents[id] = catalogue.Find(id);
    }

    /// <summary>How offices received what was sent on these days, first and last included: in time first, then the quicker.</summary>
    public IReadOnlyList<OfficeReception> Ranking(DateOnly from, DateOnly until)
    {
        var (calendar, directory) = (Calendar, directories.Current);
        var overdue = catalogue.Overdue(clock.GetUtcNow(), MaxOverdue)
            .Where(duty => calendar.DayOf(duty.SentAt) is var day && day >= from && day <= until)
            .CountBy(duty => duty.Office.ToString()).ToDictionary();
        return [.. catalogue.Receptions(from, until)
            .Select(each => (Id: PartyId.Parse(each.Key), Tally: each.Value))
            .Select(each => new OfficeReception(each.Id, directory.Find(each.Id)?.Name ?? each.Id.ToString(), each.Tally, overdue.GetValueOrDefault(each.Id.ToString())))
            .OrderByDescending(office => office.InTimeRate ?? -1).ThenBy(office => office.Tally.MedianTime ?? TimeSpan.MaxValue).ThenBy(office => office.Name, StringComparer.Ordinal)];
    }

    // Working time since each of the deadlines. From the newest back, so that no day is gone through for each of them.
    private static Dictionary<DateTimeOffset, TimeSpan> Elapsed(WorkingCalendar calendar, IEnumerable<DateTimeOffset> deadlines, DateTimeOffset now)
    {
        var elapsed = new Dictionary<DateTimeOffset, TimeSpan>();
        var (later, sum) = (now, TimeSpan.Zero);
        foreach (var deadline in deadlines.Where(deadline => deadline < now).Distinct().OrderDescending())
        {
            sum += calendar.Between(deadline, later);
            elapsed[deadline] = sum;
            later = deadline;
        }

        return elapsed;
    }
}
