using System.Text.RegularExpressions;

namespace DocExchange.Tests.House;

/// <summary>The rules for Prometheus ask for metrics that are described, which others hold against those there are.</summary>
public sealed partial class AlertRulesTests
{
    [Test]
    public void Ask_only_for_metrics_there_are()
    {
        var known = new[] { "Metrics of the hub", "Metrics of a node" }.SelectMany(table => Repository.Table("README.md", table)).SelectMany(row => Spelt(row[0], row[1], row[2])).ToHashSet();
        var asked = Metric().Matches(Repository.Read("tools/alerts.yml")).Select(match => match.Value).Distinct().ToList();

        Assert.That(asked, Has.Count.GreaterThan(15));
        Assert.That(asked, Is.SubsetOf(known));
    }

    // As README.md says: dots become underscores, the unit is appended.
    private static IEnumerable<string> Spelt(string metric, string unit, string kind)
    {
        var name = metric.Replace('.', '_') + unit switch
        {
            "By" => "_bytes",
            "s" => "_seconds",
            "d" => "_days",
            _ => "",
        };
        return kind switch
        {
            "counter" => [name + "_total"],
            "histogram" => [name + "_bucket", name + "_sum", name + "_count"],
            _ => [name],
        };
    }

    [GeneratedRegex(@"\bdocexchange_(hub|node)_\w+")]
    private static partial Regex Metric();
}
