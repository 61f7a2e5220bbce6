using DocExchange.Hammer.Exchange;

namespace DocExchange.Hammer.Scenarios;

/// <summary>The kinds of load, by name.</summary>
internal static class Scenario
{
    private const int WholeCity = 141;

    public static readonly IReadOnlyDictionary<string, Func<HammerSite, HammerOptions, CancellationToken, Task<RunFigures>>> All =
        new Dictionary<string, Func<HammerSite, HammerOptions, CancellationToken, Task<RunFigures>>>
        {
            ["life"] = LifeScenario.RunAsync,
            ["fanout"] = FanoutScenario.RunAsync,
            ["receipts"] = FanoutScenario.StormAsync,
            ["idle"] = IdleScenario.RunAsync,
            ["large"] = LargeScenario.RunAsync,
        };

    /// <summary>Recipients where nothing is asked.</summary>
    public static int OfficesOf(string scenario) => scenario switch
    {
        "life" => 16,
        "large" => 3,
        _ => WholeCity,
    };
}
