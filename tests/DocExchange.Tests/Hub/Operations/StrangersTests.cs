using System.Net;
using DocExchange.Hub.Operations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Hub.Operations;

public sealed class StrangersTests
{
    private readonly FakeTimeProvider clock = new(ExchangeSite.Start);

    [Test]
    public void Cannot_fill_the_log_and_are_counted()
    {
        using var log = new LogBook();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(log));
        var strangers = new Strangers(clock, factory.CreateLogger<Strangers>());

        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            strangers.TurnedAway(Door.Nodes, IPAddress.Parse("192.0.2.1"), $"attempt {attempt}");
            strangers.TurnedAway(Door.Nodes, new IPAddress(attempt), "sweep");
        }

        clock.Advance(TimeSpan.FromMinutes(1));
        strangers.TurnedAway(Door.Enrolment, null, "later");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(log.Lines, Has.Count.EqualTo(Strangers.MaxLinesAMinute + 2));
            Assert.That(log.Lines.First(), Does.StartWith("Warning Turned away 192.0.2.1 at the door Nodes: attempt 0"));
            Assert.That(log.Lines.Count(line => line.Contains("192.0.2.1 ", StringComparison.Ordinal)), Is.EqualTo(1));
            Assert.That(log.Lines.SkipLast(1).Last(), Does.StartWith($"Warning {2_000 - Strangers.MaxLinesAMinute} further callers"));
            Assert.That(log.Lines.Last(), Does.Contain("at the door Enrolment: later"));
        }
    }
}
