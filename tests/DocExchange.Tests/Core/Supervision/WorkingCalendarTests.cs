using CsCheck;
using DocExchange.Core.Supervision;

namespace DocExchange.Tests.Core.Supervision;

public sealed class WorkingCalendarTests
{
    private static readonly TimeZoneInfo Beijing = CalendarText.ParseZone("+08:00");
    private static readonly WorkingCalendar Usual = WorkingCalendar.Usual(Beijing);

    // 2026-09-28 is a Monday.
    [TestCase("2026-09-28 08:30", "2026-09-28 17:30", 7.5)]
    [TestCase("2026-09-28 00:00", "2026-09-29 00:00", 7.5)]
    [TestCase("2026-09-28 11:00", "2026-09-28 14:00", 1.5)]
    [TestCase("2026-09-28 12:10", "2026-09-28 13:20", 0)]
    [TestCase("2026-09-28 17:30", "2026-09-29 08:30", 0)]
    [TestCase("2026-10-02 17:00", "2026-10-05 09:00", 1)]
    [TestCase("2026-09-28 00:00", "2026-10-05 00:00", 37.5)]
    [TestCase("2026-09-29 00:00", "2026-09-28 00:00", 0)]
    public void Counts_the_hours_that_offices_work(string from, string to, double hours)
    {
        Assert.That(Usual.Between(Local(from), Local(to)).TotalHours, Is.EqualTo(hours).Within(1e-9));
    }

    [Test]
    public void Leaves_holidays_out_and_counts_the_days_worked_in_exchange()
    {
        var calendar = CalendarText.Parse("# 国庆节\n2026-10-01..2026-10-07 休\n2026-10-10 班  # 周六上班\n", Beijing);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(calendar.Between(Local("2026-09-30 17:00"), Local("2026-10-08 09:00")).TotalHours, Is.EqualTo(1));
            Assert.That(calendar.Between(Local("2026-10-10 00:00"), Local("2026-10-12 00:00")).TotalHours, Is.EqualTo(7.5));
            Assert.That(new[] { "2026-10-05", "2026-10-10", "2026-10-11", "2026-10-12" }.Select(day => calendar.IsWorkday(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture))), Is.EqualTo(new[] { false, true, false, true }));
        }
    }

    [Test]
    public void Takes_the_hours_and_the_words_of_the_site()
    {
        var calendar = CalendarText.Parse("hours 09:00-12:00 14:00-18:00\n2026-09-28 holiday\n2026-09-27 workday", Beijing);
        Assert.That(calendar.Between(Local("2026-09-27 00:00"), Local("2026-09-29 10:00")).TotalHours, Is.EqualTo(8));
    }

    [Test]
    public void Judges_days_and_hours_by_the_time_of_the_place()
    {
        // Half past midnight in Beijing on Monday is still Sunday in UTC.
        var moment = new DateTimeOffset(2026, 9, 27, 16, 30, 0, TimeSpan.Zero);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Usual.DayOf(moment), Is.EqualTo(new DateOnly(2026, 9, 28)));
            Assert.That(Usual.Between(moment, moment.AddHours(9)).TotalHours, Is.EqualTo(1));
            Assert.That(WorkingCalendar.Usual(TimeZoneInfo.Utc).Between(moment, moment.AddHours(9)).TotalHours, Is.Zero);
        }
    }

    [Test]
    public void Adds_up_whatever_moment_a_span_is_cut_at() => Gen.Select(Gen.Int[0, 60 * 24 * 40], Gen.Int[0, 60 * 24 * 40], Gen.Int[0, 60 * 24 * 40]).Sample((a, b, c) =>
    {
        var moments = new[] { a, b, c }.Order().Select(minutes => Local("2026-09-20 00:00").AddMinutes(minutes)).ToArray();
        return Usual.Between(moments[0], moments[1]) + Usual.Between(moments[1], moments[2]) == Usual.Between(moments[0], moments[2]);
    });

    [Test]
    public void Names_every_line_it_cannot_read()
    {
        Assert.That(
            () => CalendarText.Parse("2026-10-01 休\n2026-13-01 休\nhours 12:00\n2026-10-07..2026-10-01 班", Beijing),
            Throws.InstanceOf<FormatException>().With.Message.Contains("line 2 '2026-13-01 休', line 3 'hours 12:00', line 4"));
    }

    [TestCase("hours 08:00-12:00 11:00-13:00")]
    [TestCase("hours 12:00-08:00")]
    [TestCase("2026-10-01 休\n2026-10-01 班")]
    [TestCase("2026-10-01..2028-10-01 休")]
    public void Refuses_what_contradicts_itself(string text)
    {
        Assert.That(() => CalendarText.Parse(text, Beijing), Throws.InstanceOf<FormatException>());
    }

    [TestCase("+08:00", 8)]
    [TestCase("-03:30", -3.5)]
    [TestCase("UTC", 0)]
    public void Reads_a_time_zone(string text, double hours)
    {
        Assert.That(CalendarText.ParseZone(text).BaseUtcOffset.TotalHours, Is.EqualTo(hours));
    }

    [TestCase("+8")]
    [TestCase("+15:00")]
    [TestCase("Mars/Olympus")]
    [TestCase("")]
    public void Refuses_what_is_no_time_zone(string text)
    {
        Assert.That(() => CalendarText.ParseZone(text), Throws.InstanceOf<FormatException>());
    }

    private static DateTimeOffset Local(string text) =>
        new(DateTime.ParseExact(text, "yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromHours(8));
}
