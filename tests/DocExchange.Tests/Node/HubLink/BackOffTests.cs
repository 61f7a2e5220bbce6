using DocExchange.Node.HubLink;

namespace DocExchange.Tests.Node.HubLink;

internal sealed class BackOffTests
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    [TestCase(0, 200)]
    [TestCase(1, 400)]
    [TestCase(8, 51_200)]
    [TestCase(9, 60_000)]
    [TestCase(1_000_000, 60_000)]
    public void Doubles_up_to_the_longest_pause(int failures, int milliseconds)
    {
        Assert.That(BackOff.PauseAfter(failures, First, Longest), Is.EqualTo(TimeSpan.FromMilliseconds(milliseconds)));
    }

    [Test]
    public void Draws_each_pause_between_half_and_all_of_it_and_begins_again_after_a_success()
    {
        var backOff = new BackOff(First, Longest);
        for (var failures = 0; failures < 40; failures++)
        {
            var full = BackOff.PauseAfter(failures, First, Longest);
            Assert.That(backOff.NextPause(), Is.InRange(full / 2, full));
        }

        backOff.Succeeded();
        Assert.That(backOff.NextPause(), Is.InRange(First / 2, First));
    }
}
