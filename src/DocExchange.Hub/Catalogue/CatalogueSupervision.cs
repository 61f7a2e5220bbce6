using System.Globalization;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Supervision;
using DocExchange.Durability;
using LiteDB;
using static DocExchange.Hub.Catalogue.CatalogueKeys;

namespace DocExchange.Hub.Catalogue;

/// <summary>
/// 督查: what is in progress, who is overdue, and how each office received what was sent to it, by the day, month and year it
/// was sent in. Kept as it changes, so that no question has to look at all documents.
/// </summary>
/// <param name="zone">Where a day begins.</param>
internal sealed class CatalogueSupervision(ILiteCollection<BsonDocument> inProgress, ILiteCollection<BsonDocument> due, ILiteCollection<BsonDocument> tallies, TimeZoneInfo zone)
{
    private const int MonthsOfYear = 12;

    /// <summary>Within the transaction of the rows' batch.</summary>
    public void Write(IReadOnlyList<CatalogueRow> batch)
    {
        var sums = new Dictionary<string, ReceptionTally>();
        foreach (var (before, after) in batch.SelectMany(row => row.Duties).Select(change => (change.Before, change.After)))
        {
            if (before is { IsOpen: true, SignBy: { } noLonger })
            {
                due.Delete(DueKey(noLonger, before.Value));
            }

            if (after is { IsOpen: true, SignBy: { } deadline })
            {
                due.Upsert(new BsonDocument { ["_id"] = DueKey(deadline, after.Value) });
            }

            Add(sums, before, ReceptionTally.Nothing, (sum, one) => sum - one);
            Add(sums, after, ReceptionTally.Nothing, (sum, one) => sum + one);
        }

        foreach (var (key, change) in sums)
        {
            var sum = (tallies.FindById(key) is { } stored ? TallyForm.Read(stored["tally"].AsBinary) : ReceptionTally.Nothing) + change;
            if (sum.IsNothing)
            {
                tallies.Delete(key);
            }
            else
            {
                tallies.Upsert(new BsonDocument { ["_id"] = key, ["tally"] = TallyForm.Write(sum) });
            }
        }
    }

    public void Write(DocumentSnapshot document)
    {
        var key = Pad(document.DispatchedIndex);
        if (document is { Phase: DocumentPhase.Accepted, IsFinal: false })
        {
            inProgress.Upsert(new BsonDocument { ["_id"] = key, ["document"] = document.Id.ToString() });
        }
        else
        {
            inProgress.Delete(key);
        }
    }

    /// <summary>Documents that an office owes an answer to, newest first.</summary>
    public IReadOnlyList<DocumentId> InProgress(long before, int limit) =>
        [.. inProgress.Query().Where(Field.Below(Field.Id, Pad(before))).OrderByDescending("_id").Limit(limit).ToEnumerable().Select(row => DocumentId.Parse(row["document"].AsString))];

    public long CountInProgress() => inProgress.LongCount();

    /// <summary>Who owes an answer whose deadline was before that time, the oldest deadline first.</summary>
    public IReadOnlyList<OverdueDuty> Overdue(DateTimeOffset before, int limit) =>
        [.. due.Query().Where(Field.Below(Field.Id, Pad(before.ToUnixTimeMilliseconds()))).OrderBy("_id").Select("_id").Limit(limit).ToEnumerable().Select(row => ReadDueKey(row["_id"].AsString))];

    /// <summary>Of what was sent on these days, first and last included.</summary>
    public IReadOnlyDictionary<string, ReceptionTally> Receptions(DateOnly from, DateOnly until)
    {
        var found = new Dictionary<string, ReceptionSum>();
        foreach (var (first, last) in Ranges(from, until))
        {
            foreach (var row in tallies.Query().Where(Field.Between(Field.Id, first, last + "~")).ToEnumerable())
            {
                var key = row["_id"].AsString;
                var office = key[(key.IndexOf('|') + 1)..];
                if (!found.TryGetValue(office, out var ofOffice))
                {
                    found[office] = ofOffice = new ReceptionSum();
                }

                TallyForm.AddTo(ofOffice, row["tally"].AsBinary);
            }
        }

        return found.ToDictionary(each => each.Key, each => each.Value.ToTally());
    }

    // Whole months and years are read as such: ten years take no longer than one.
    private static List<(string First, string Last)> Ranges(DateOnly from, DateOnly until)
    {
        var endsMonth = until.Day == DateTime.DaysInMonth(until.Year, until.Month);
        var (first, end) = (MonthOf(from) + (from.Day > 1 ? 1 : 0), MonthOf(until) + (endsMonth ? 1 : 0));
        if (first >= end)
        {
            return [(DayKey(from), DayKey(until))];
        }

        var (firstYear, endYear) = ((first + MonthsOfYear - 1) / MonthsOfYear, end / MonthsOfYear);
        var hasYears = firstYear < endYear;
        List<(string First, string Last)> ranges = [];
        AddIf(from.Day > 1, DayKey(from), DayKey(new DateOnly(from.Year, from.Month, DateTime.DaysInMonth(from.Year, from.Month))));
        AddIf(hasYears && first < firstYear * MonthsOfYear, MonthKey(first), MonthKey((firstYear * MonthsOfYear) - 1));
        AddIf(hasYears, YearKey(firstYear), YearKey(endYear - 1));
        AddIf(hasYears && endYear * MonthsOfYear < end, MonthKey(endYear * MonthsOfYear), MonthKey(end - 1));
        AddIf(!hasYears, MonthKey(first), MonthKey(end - 1));
        AddIf(!endsMonth, DayKey(new DateOnly(until.Year, until.Month, 1)), DayKey(until));
        return ranges;

        void AddIf(bool isWanted, string firstKey, string lastKey)
        {
            if (isWanted)
            {
                ranges.Add((firstKey, lastKey));
            }
        }
    }

    private void Add(Dictionary<string, ReceptionTally> sums, Duty? duty, ReceptionTally nothing, Func<ReceptionTally, ReceptionTally, ReceptionTally> add)
    {
        if (duty is { } one)
        {
            var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(one.SentAt, zone).DateTime);
            foreach (var period in new[] { DayKey(day), MonthKey(MonthOf(day)), YearKey(day.Year) })
            {
                var key = $"{period}|{one.Office}";
                sums[key] = add(sums.GetValueOrDefault(key, nothing), ReceptionTally.Of(one));
            }
        }
    }

    // All there is of it: a question that wants nothing but keys is answered from the index, without reading a row.
    private static string DueKey(DateTimeOffset deadline, Duty duty) =>
        $"{Pad(deadline.ToUnixTimeMilliseconds())}|{duty.Document}|{duty.Office}|{duty.SentAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}";

    private static OverdueDuty ReadDueKey(string key) => key.Split('|') is [var deadline, var document, var office, var sent]
        ? new OverdueDuty(DocumentId.Parse(document), PartyId.Parse(office), Time(sent), Time(deadline))
        : throw new FormatException($"A duty is kept as \"{key}\".");

    private static DateTimeOffset Time(string milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(milliseconds, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));

    private static string DayKey(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static int MonthOf(DateOnly day) => (day.Year * MonthsOfYear) + day.Month - 1;

    private static string MonthKey(int month) => string.Create(CultureInfo.InvariantCulture, $"m{month / MonthsOfYear:D4}{(month % MonthsOfYear) + 1:D2}");

    private static string YearKey(int year) => string.Create(CultureInfo.InvariantCulture, $"y{year:D4}");
}

/// <summary>An office that has not answered a document, and when the deadline was.</summary>
internal sealed record OverdueDuty(DocumentId Document, PartyId Office, DateTimeOffset SentAt, DateTimeOffset SignBy);
