using DocExchange.Durability;

namespace DocExchange.Tests.Durability;

internal sealed class RespiteTests
{
    [TestCase(0, 1_000)]
    [TestCase(100, 1_000)]
    [TestCase(500, 2_000)]
    [TestCase(5_000, 10_000)]
    public void Is_in_proportion_to_the_work_between_its_ends(int workMs, int restMs)
    {
        var rest = new Respite(4, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        Assert.That(rest.After(TimeSpan.FromMilliseconds(workMs)), Is.EqualTo(TimeSpan.FromMilliseconds(restMs)));
    }
}
