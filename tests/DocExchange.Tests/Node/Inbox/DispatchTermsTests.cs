using DocExchange.Node.Inbox;

namespace DocExchange.Tests.Node.Inbox;

internal sealed class DispatchTermsTests
{
    [TestCase("特提", "特急")]
    [TestCase("特急", "加急")]
    [TestCase("加急", "平急")]
    [TestCase("平急", null)]
    public void Ranks_one_urgency_before_the_other(string sooner, string? later) =>
        Assert.That(DispatchTerms.RankOf(sooner), Is.GreaterThan(DispatchTerms.RankOf(later)));

    [TestCase("平件")]
    [TestCase("")]
    [TestCase("十万火急")]
    public void Ranks_what_is_ordinary_or_unknown_like_what_is_unmarked(string urgency) =>
        Assert.That(DispatchTerms.RankOf(urgency), Is.EqualTo(DispatchTerms.RankOf(null)));
}
