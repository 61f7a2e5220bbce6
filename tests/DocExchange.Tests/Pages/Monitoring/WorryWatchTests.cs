using DocExchange.Pages.Monitoring;
using DocExchange.Tests.Hub.Operations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Pages.Monitoring;

public sealed class WorryWatchTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));
    private readonly List<int> kept = [];
    private readonly Found found = new();
    private LogBook log = null!;
    private WorryWatch watch = null!;

    [SetUp]
    public void Make()
    {
        log = new LogBook();
        found.Worries = [];
        kept.Clear();
        watch = new WorryWatch(found, worries => kept.Add(worries.Count), clock, new LoggerFactory([log]).CreateLogger<WorryWatch>());
    }

    [TearDown]
    public void Dispose()
    {
        watch.Dispose();
        log.Dispose();
    }

    [Test]
    public void Logs_each_cause_once_a_day_for_as_long_as_it_lasts()
    {
        found.Worries = [new Worry("disk", "磁盘", "The disk.")];
        Look(TimeSpan.Zero);
        Look(TimeSpan.FromHours(23));
        found.Worries = [new Worry("disk", "磁盘", "The disk, more so."), new Worry("expiry", "到期", "A certificate.")];
        Look(TimeSpan.FromMinutes(30));
        Look(TimeSpan.FromHours(1));
        found.Worries = [];
        Look(TimeSpan.FromDays(2));

        Assert.That(Lines, Is.EqualTo(new[] { "The disk.", "A certificate.", "The disk, more so." }));
        Assert.That(kept, Is.EqualTo(new[] { 1, 1, 2, 2, 0 }));
        Assert.That(log.Lines, Is.All.StartsWith("Warning "));
    }

    [Test]
    public void Goes_on_after_it_could_not_look()
    {
        found.Fault = new IOException("The disk is gone.");
        Look(TimeSpan.Zero);
        (found.Fault, found.Worries) = (null, [new Worry("disk", "磁盘", "The disk.")]);
        Look(TimeSpan.FromMinutes(10));

        Assert.That(log.Lines.First(), Does.StartWith("Error ").And.Contain("The disk is gone."));
        Assert.That(kept, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Looks_at_the_start_and_every_ten_minutes()
    {
        await watch.StartAsync(CancellationToken.None);
        await found.NextAsync();
        clock.Advance(TimeSpan.FromMinutes(10));
        await found.NextAsync();
        await watch.StopAsync(CancellationToken.None);
    }

    private IEnumerable<string> Lines => log.Lines.Select(line => line.Split("): ")[^1].Trim());

    private void Look(TimeSpan later)
    {
        clock.Advance(later);
        watch.Look();
    }

    private sealed class Found : IWorries
    {
        private readonly SemaphoreSlim looked = new(0);

        public IReadOnlyList<Worry> Worries { get; set; } = [];

        public Exception? Fault { get; set; }

        public async Task NextAsync() => Assert.That(await looked.WaitAsync(TimeSpan.FromSeconds(30)), Is.True, "Nobody looked.");

        public IReadOnlyList<Worry> Look()
        {
            looked.Release();
            return Fault is null ? Worries : throw Fault;
        }
    }
}
