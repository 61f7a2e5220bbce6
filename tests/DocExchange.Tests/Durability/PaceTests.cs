using System.Diagnostics;
using DocExchange.Durability;

namespace DocExchange.Tests.Durability;

internal sealed class PaceTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    [Test]
    public void The_first_turn_and_one_after_a_rest_begin_at_once()
    {
        var pace = new Pace(TimeSpan.FromDays(1));
        Assert.That(pace.WaitAsync(default).IsCompletedSuccessfully);

        pace = new Pace(TimeSpan.Zero);
        Assert.That(pace.WaitAsync(default).IsCompletedSuccessfully);
        Assert.That(pace.WaitAsync(default).IsCompletedSuccessfully);
    }

    [Test]
    public async Task Between_two_turns_there_is_at_least_the_interval()
    {
        var pace = new Pace(Interval);
        await pace.WaitAsync(default);
        var begun = Stopwatch.GetTimestamp();
        await pace.WaitAsync(default);
        await pace.WaitAsync(default);

        // Timers may be early by their resolution.
        Assert.That(Stopwatch.GetElapsedTime(begun), Is.GreaterThan(1.9 * Interval));
    }

    [Test]
    public async Task After_a_long_turn_the_rest_is_as_long()
    {
        var pace = new Pace(TimeSpan.FromMilliseconds(1));
        await pace.WaitAsync(default);
        var begun = Stopwatch.GetTimestamp();
        SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(begun) > Interval);
        pace.Over();
        await pace.WaitAsync(default);

        Assert.That(Stopwatch.GetElapsedTime(begun), Is.GreaterThan(1.9 * Interval));
    }

    [Test]
    public async Task A_rest_has_an_end()
    {
        var pace = new Pace(TimeSpan.FromMilliseconds(1));
        await pace.WaitAsync(default);
        var begun = Stopwatch.GetTimestamp();
        SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(begun) > TimeSpan.FromMilliseconds(1_100));
        pace.Over();

        Assert.That(pace.WaitAsync(default).IsCompletedSuccessfully, "longer than the longest already");
    }

    [Test]
    public async Task Whoever_waits_can_be_called_off()
    {
        var pace = new Pace(TimeSpan.FromDays(1));
        await pace.WaitAsync(default);
        using var off = new CancellationTokenSource();
        var waiting = pace.WaitAsync(off.Token).AsTask();
        await off.CancelAsync();

        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
    }
}
