using System.Globalization;
using DocExchange.Node.Desk;

namespace DocExchange.Tests.Node.Desk;

internal sealed class DeadlineTextTests
{
    private static readonly TimeSpan Site = TimeSpan.FromHours(8);

    [TestCase("2026-03-09", "2026-03-09T23:59:59+08:00")]
    [TestCase("2026/3/9", "2026-03-09T23:59:59+08:00")]
    [TestCase("2026-03-09 17:00", "2026-03-09T17:00:00+08:00")]
    [TestCase("2026/3/9 9:05", "2026-03-09T09:05:00+08:00")]
    [TestCase("2026-03-09T17:00", "2026-03-09T17:00:00+08:00")]
    [TestCase("2026-03-09T17:00:30", "2026-03-09T17:00:30+08:00")]
    [TestCase("2026-03-09T17:00:00.0", "2026-03-09T17:00:00+08:00")]
    [TestCase(" 2026-03-09T17:00:00.75 ", "2026-03-09T17:00:00+08:00")]
    [TestCase("2026-03-09T09:00:00Z", "2026-03-09T09:00:00+00:00")]
    [TestCase("2026-03-09T17:00:00.5+09:30", "2026-03-09T17:00:00+09:30")]
    [TestCase("2026-03-09 17:00 +09:00", null)]
    [TestCase("2026-03-09T17:00-05:00", "2026-03-09T17:00:00-05:00")]
    public void Without_an_offset_it_is_the_sites(string text, string? read) =>
        Assert.That(DeadlineText.Read(text, Site)?.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture), Is.EqualTo(read));

    [TestCase("")]
    [TestCase("soon")]
    [TestCase("03/09/2026")]
    [TestCase("09.03.2026 17:00")]
    [TestCase("17:00")]
    [TestCase("2026-02-30")]
    [TestCase("2026-03-09T25:00")]
    [TestCase("0001-01-01")]
    [TestCase("9999-12-31T23:00:00Z")]
    [TestCase("Mon, 09 Mar 2026 17:00:00 GMT")]
    public void What_may_be_read_in_two_ways_is_not_guessed(string text) => Assert.That(DeadlineText.Read(text, Site), Is.Null);
}
