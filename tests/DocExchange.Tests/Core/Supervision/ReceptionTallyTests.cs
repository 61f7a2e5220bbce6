using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Supervision;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Core.Supervision;

public sealed class ReceptionTallyTests
{
    private static readonly DateTimeOffset Sent = new(2026, 9, 28, 1, 0, 0, TimeSpan.Zero);
    private static readonly PartyId Office = PartyId.Parse("bj/dc");

    [Test]
    public void Counts_what_became_of_each_duty()
    {
        var sum = Sum(
            Duty(signed: 5, deadline: 60), Duty(signed: 60, deadline: 60), Duty(signed: 61, deadline: 60), Duty(signed: 10_000, deadline: null),
            Duty(returned: 5), Duty(signed: 5, returned: 9), Duty());
        Assert.That((sum.Received, sum.InTime, sum.Late, sum.Returned, sum.Signed, sum.Open), Is.EqualTo((7L, 3L, 1L, 2L, 4L, 1L)));
    }

    [Test]
    public void Gives_the_median_to_the_minute_within_the_first_hour_and_within_six_percent_above()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Sum(Duty(signed: 3), Duty(signed: 7), Duty(signed: 50)).MedianTime, Is.EqualTo(TimeSpan.FromMinutes(7)));
            Assert.That(Sum(Duty()).MedianTime, Is.Null);
            foreach (var minutes in new[] { 60, 75, 200, 1_440, 10_000, 200_000 })
            {
                Assert.That(Sum(Duty(signed: minutes)).MedianTime!.Value.TotalMinutes, Is.EqualTo(minutes).Within(6).Percent);
            }
        }
    }

    [Test]
    public void Takes_away_exactly_what_was_added()
    {
        var before = Sum(Duty(), Duty(signed: 70));
        var after = before - ReceptionTally.Of(Duty()) + ReceptionTally.Of(Duty(signed: 12));
        var back = after - ReceptionTally.Of(Duty(signed: 12)) - ReceptionTally.Of(Duty(signed: 70));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((after.Received, after.Signed, after.Times.Values.Sum()), Is.EqualTo((2L, 2L, 2L)));
            Assert.That((back.IsNothing, back.Times.Count), Is.EqualTo((true, 0)));
        }
    }

    [Test]
    public void Refuses_a_class_of_time_that_there_is_not()
    {
        foreach (var kind in new[] { -1, ReceptionTally.ClassOf(TimeSpan.MaxValue) + 1 })
        {
            Assert.That(() => new ReceptionSum().AddTime(kind, 1), Throws.InstanceOf<ArgumentOutOfRangeException>(), $"{kind}");
        }
    }

    private static ReceptionTally Sum(params Duty[] duties) => duties.Select(ReceptionTally.Of).Aggregate(ReceptionTally.Nothing, (sum, each) => sum + each);

    private static Duty Duty(int? signed = null, int? returned = null, int? deadline = null) => new(
        new DocumentId(Digest.Of("公文"u8)), Office, Sent, After(deadline), signed is null && returned is null, After(signed), After(returned));

    private static DateTimeOffset? After(int? minutes) => minutes is { } number ? Sent.AddMinutes(number) : null;
}
