using DocExchange.Hammer.Exchange;

namespace DocExchange.Hammer.Scenarios;

/// <summary>The kinds of load, by name.</summary>
internal static class Scenario
{
    private const int WholeCity = 141;
    private const int Living = 16;

    public static readonly IReadOnlyDictionary<string, Func<HammerSite, HammerOptions, CancellationToken, Task<RunFigures>>> All =
        new Dictionary<string, Func<HammerSite, HammerOptions, CancellationToken, Task<RunFigures>>>
        {
            ["life"] = LifeScenario.RunAsync,
            ["fanout"] = FanoutScenario.RunAsync,
            ["receipts"] = FanoutScenario.StormAsync,
            ["idle"] = IdleScenario.RunAsync,
            ["large"] = LargeScenario.RunAsync,
            ["archive"] = ArchiveScenario.RunAsync,
            ["pages"] = PagesScenario.RunAsync,
        };

    /// <summary>Recipients where nothing is asked.</summary>
    public static int OfficesOf(string scenario) => scenario switch
    {
        "life" => Living,
        "large" => 3,
        _ => WholeCity,
    };

    /// <summary>Where hub and nodes listen for browsers.</summary>
    public static string PagesOf(HammerOptions options) => options.Scenario == "pages" ? "127.0.0.1:0" : "none";

    /// <summary>Offices at nodes that run; those of an archive's past are enrolled by the scenario, and do not.</summary>
    public static int RunningOf(HammerOptions options) => options.Scenario == "archive" ? Math.Min(options.Offices, Living) : options.Offices;
}
