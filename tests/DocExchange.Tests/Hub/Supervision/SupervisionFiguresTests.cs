using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Supervision;
using DocExchange.Tests.Hub.Operations;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Hub.Supervision;

/// <summary>It is Monday, 10 o'clock in Beijing, when a test begins.</summary>
public sealed class SupervisionFiguresTests
{
    private static readonly TimeSpan Given = TimeSpan.FromHours(3);

    private HubUnderTest hub = null!;

    [SetUp]
    public async Task StartAsync() => hub = await HubUnderTest.StartAsync();

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task Counts_how_long_offices_are_overdue_in_working_hours()
    {
        var package = await SendAsync(1, Given, Dongcheng, Haidian);
        await SignAsync(package, Dongcheng);
        At(TimeSpan.FromHours(2));
        Assert.That((await AskAsync()).Overdue, Is.Empty, "The deadline is at 13 o'clock.");
        At(TimeSpan.FromHours(23.5));

        var reply = await AskAsync();
        var late = reply.Overdue.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((late.Office, late.OfficeName, late.DutyTelephone, late.Documents), Is.EqualTo((Haidian.ToString(), "海淀区人民政府", "010-4", 1u)));
            Assert.That((late.LongestWorkingHours, late.TotalWorkingHours), Is.EqualTo((5.0, 5.0)), "Four hours on Monday afternoon, one on Tuesday morning.");
            Assert.That(late.Oldest.Single().DocumentId, Is.EqualTo(package.Document.ToString()));
            Assert.That(reply.InProgress.Select(each => (each.Summary.Number, each.Percent, each.Overdue, each.OverdueWorkingHours)), Is.EqualTo(new[] { ("京政发〔2026〕1号", 50u, true, 5.0) }));
        }

        await SignAsync(package, Haidian);
        reply = await AskAsync();
        Assert.That((reply.Overdue.Count, reply.InProgress.Count, reply.InProgressTotal), Is.EqualTo((0, 0, 0UL)), "Who has answered owes nothing.");
    }

    [Test]
    public async Task Counts_the_working_hours_since_each_of_several_deadlines()
    {
        await SendAsync(1, Given, Haidian);
        await SendAsync(2, TimeSpan.FromHours(1), Haidian);
        await SendAsync(3, TimeSpan.FromHours(22), Haidian);
        At(TimeSpan.FromHours(23.5));

        var reply = await AskAsync();
        var late = reply.Overdue.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(late.Oldest.Select(each => each.WorkingHours), Is.EqualTo(new[] { 6.0, 5.0, 1.0 }), "Since 11 and 13 o'clock on Monday, and since 8 on Tuesday.");
            Assert.That((late.LongestWorkingHours, late.TotalWorkingHours), Is.EqualTo((6.0, 12.0)));
            Assert.That(reply.InProgress.Select(each => each.OverdueWorkingHours), Is.EqualTo(new[] { 1.0, 6.0, 5.0 }), "The newest first.");
        }
    }

    [Test]
    public async Task Takes_the_calendar_the_site_has_written_as_soon_as_it_is_written()
    {
        await SendAsync(1, Given, Haidian);
        At(TimeSpan.FromHours(23.5));
        await File.WriteAllTextAsync(hub.Folder.Calendar, "2026-03-02 休\n");
        Assert.That((await AskAsync()).Overdue.Single().LongestWorkingHours, Is.EqualTo(1.0), "Monday was a holiday.");

        await File.WriteAllTextAsync(hub.Folder.Calendar, "2026-03-02 休\nsometimes\n");
        var reply = await AskAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(reply.Overdue.Single().LongestWorkingHours, Is.EqualTo(1.0));
            Assert.That(reply.CalendarFault, Does.Contain("第 2 行“sometimes”"));
            Assert.That(reply.CalendarFaultEnglish, Does.Contain("line 2 'sometimes'"));
        }
    }

    [Test]
    public async Task Ranks_offices_by_what_they_signed_in_time_then_by_how_quickly()
    {
        await MakeHistoryAsync();
        var ranking = (await AskAsync()).Ranking;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ranking.Select(each => each.Office), Is.EqualTo(new[] { Dongcheng, Xicheng, Haidian }.Select(id => id.ToString())));
            Assert.That(ranking.Select(Figures), Is.EqualTo(new[]
            {
                // received, in time, late, returned, open, overdue, rate, median
                (3UL, 2UL, 0UL, 1UL, 0UL, 0UL, 1.0, 10.0),
                (3UL, 1UL, 1UL, 0UL, 1UL, 1UL, 1 / 3.0, 10.0),
                (2UL, 0UL, 0UL, 0UL, 2UL, 2UL, 0.0, -1.0),
            }));
        }
    }

    [Test]
    public async Task Counts_what_was_sent_within_the_period_only()
    {
        await MakeHistoryAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await AskAsync("2026-03-02", "2026-03-02")).Ranking.Sum(each => (long)each.Received), Is.EqualTo(8));
            Assert.That((await AskAsync("2026-03-01", "2026-03-01")).Ranking, Is.Empty);
            Assert.That((await AskAsync("2026-03-03", "2026-03-31")).Ranking, Is.Empty);
            Assert.That((await AskAsync()) is { From: "2026-03-01", Until: "2026-03-02" }, Is.True, "This month, until today.");
        }
    }

    [Test]
    public async Task Says_the_same_when_the_catalogue_was_made_anew()
    {
        await MakeHistoryAsync();
        var before = await AskAsync();
        await hub.RestartAsync(withoutCatalogue: true);
        Assert.That(await AskAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Does_not_hold_against_an_office_what_was_withdrawn_before_it_answered()
    {
        var package = await SendAsync(1, Given, Dongcheng, Haidian);
        await SignAsync(package, Dongcheng);
        await hub.ActAsync(StatementType.Withdrawn, GeneralOffice, new PlainBody("重复"), package.Document);
        At(Given + TimeSpan.FromHours(1));
        var reply = await AskAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(reply.Ranking.Select(each => (each.Office, each.Received)), Is.EqualTo(new[] { (Dongcheng.ToString(), 1UL) }));
            Assert.That((reply.Overdue.Count, reply.InProgress.Count), Is.EqualTo((0, 0)));
        }
    }

    [Test]
    public async Task Pages_what_is_in_progress_by_key()
    {
        for (var number = 1; number <= 5; number++)
        {
            await SendAsync(number, Given, Dongcheng);
        }

        var seen = new List<string>();
        var page = "";
        do
        {
            var reply = await AskAsync(change: request => (request.PageSize, request.Page) = (2, page));
            seen.AddRange(reply.InProgress.Select(each => each.Summary.Number));
            Assert.That(reply.InProgressTotal, Is.EqualTo(5));
            page = reply.NextPage;
        }
        while (page.Length > 0);
        Assert.That(seen, Is.EqualTo(Enumerable.Range(1, 5).Reverse().Select(number => $"京政发〔2026〕{number}号")));
    }

    [TestCase("2026-3-1", "")]
    [TestCase("", "yesterday")]
    public void Refuses_a_period_that_is_none(string from, string until)
    {
        Assert.That(
            () => SupervisionWire.Answer(hub.Get<SupervisionFigures>(), new Wire.SuperviseRequest { From = from, Until = until }),
            Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.Refusal)).EqualTo(Refusal.FormatFailure));
    }

    // 东城区 signs two in time and returns one, 西城区 signs one in time, one late and one not at all, 海淀区 does nothing.
    private async Task MakeHistoryAsync()
    {
        var first = await SendAsync(1, Given, Dongcheng, Xicheng);
        var second = await SendAsync(2, Given, Dongcheng, Xicheng, Haidian);
        var third = await SendAsync(3, Given, Dongcheng, Xicheng, Haidian);
        At(TimeSpan.FromMinutes(10));
        await SignAsync(first, Dongcheng);
        await SignAsync(second, Dongcheng);
        await SignAsync(first, Xicheng);
        await hub.DeliverAsync(third, Dongcheng);
        await hub.ActAsync(StatementType.Returned, Dongcheng, new PlainBody("非我单位办理"), third.Document);
        At(Given + TimeSpan.FromHours(1));
        await SignAsync(second, Xicheng);
    }

    private static (ulong, ulong, ulong, ulong, ulong, ulong, double, double) Figures(Wire.OfficeReception each) =>
        (each.Received, each.SignedInTime, each.SignedLate, each.Returned, each.Open, each.Overdue, each.InTimeRate, each.MedianMinutes);

    private async Task<TestPackage> SendAsync(int number, TimeSpan given, params PartyId[] recipients)
    {
        var metadata = TestPackage.Metadata($"京政发〔2026〕{number}号") with { SignBy = Start.AddHours(1) + given };
        var package = await TestPackage.MakeAsync(metadata, recipients: new RecipientList(recipients, []));
        Assert.That((await hub.DispatchAsync(package)).Statement.Type, Is.EqualTo(StatementType.Accepted));
        return package;
    }

    private async Task SignAsync(TestPackage package, PartyId office)
    {
        await hub.DeliverAsync(package, office);
        await hub.ActAsync(StatementType.SignedFor, office, document: package.Document);
    }

    /// <summary>So long after the test began.</summary>
    private void At(TimeSpan since) => hub.Clock.SetUtcNow(Start.AddHours(1) + since);

    private async Task<Wire.SuperviseReply> AskAsync(string from = "", string until = "", Action<Wire.SuperviseRequest>? change = null)
    {
        // What the deadline watch states is one entry more; the figures do not depend on it.
        await hub.Catalogue.WaitForAsync(hub.Ledger.Size, CancellationToken.None);
        var request = new Wire.SuperviseRequest { From = from, Until = until };
        change?.Invoke(request);
        var reply = SupervisionWire.Answer(hub.Get<SupervisionFigures>(), request);
        reply.IndexedSize = 0;

        // When the archiver comes to a package has nothing to do with the figures.
        foreach (var dispatch in reply.InProgress)
        {
            dispatch.Summary.Volume = "";
        }

        return reply;
    }
}
