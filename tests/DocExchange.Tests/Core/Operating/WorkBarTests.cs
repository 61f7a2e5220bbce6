using DocExchange.Core.Operating;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Core.Operating;

public sealed class WorkBarTests
{
    private const string ToEnd = "\u001b[K";

    private FakeTimeProvider clock = null!;
    private StringWriter screen = null!;

    private IEnumerable<string> Drawn => screen.ToString().Split('\r').Skip(1);

    [SetUp]
    public void Begin() => (clock, screen) = (new FakeTimeProvider(), new StringWriter());

    [Test]
    public void Draws_what_is_done_over_what_it_drew_and_takes_it_away()
    {
        using (var bar = Bar(isEnglish: false))
        {
            bar.Begin("审计账本", "Auditing the ledger", 200);
            Pass(bar, 50);
            Pass(bar, 300);
        }

        Assert.That(Drawn, Is.EqualTo(new[]
        {
            $"审计账本 {new string('┄', 30)} 0%{ToEnd}", $"审计账本 {new string('━', 7)}{new string('┄', 23)} 25%{ToEnd}", $"审计账本 {new string('━', 30)} 100%{ToEnd}", ToEnd,
        }));
    }

    [Test]
    public void Draws_ten_times_a_second_at_most()
    {
        using var bar = Bar(isEnglish: true);
        bar.Begin("审计账本", "Auditing the ledger", 1_000);
        for (var done = 0; done < 1_000; done++)
        {
            bar.Report(done);
            clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.That(Drawn.Count(), Is.EqualTo(10));
        Assert.That(Drawn.Last(), Does.StartWith("Auditing the ledger").And.EndsWith(" 90%" + ToEnd));
    }

    [Test]
    public void Says_nothing_of_how_much_where_there_is_nothing_to_do()
    {
        using var bar = Bar(isEnglish: true);
        bar.Begin("核对档案卷", "Comparing the volumes", 0);
        Pass(bar, 0);

        Assert.That(Drawn, Has.All.EndsWith(" 0%" + ToEnd));
    }

    private WorkBar Bar(bool isEnglish) => new(new VerbAnswer(isJson: false, isEnglish), screen, clock);

    private void Pass(WorkBar bar, long done)
    {
        clock.Advance(TimeSpan.FromSeconds(1));
        bar.Report(done);
    }
}
