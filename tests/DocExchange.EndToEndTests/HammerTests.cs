using System.Text.Json;
using DocExchange.EndToEndTests.Site;

namespace DocExchange.EndToEndTests;

/// <summary>The bench itself: that it runs, says all it should, and counts. Its figures are of the machine and not tested.</summary>
internal sealed class HammerTests
{
    private static readonly string[] Keys =
    [
        "scenario", "suite", "inFlight", "documents", "documentsPerSecond", "deliveriesPerSecond", "receiptsPerSecond", "acceptMs", "deliveredMs", "signedForMs",
        "hubCpuMsPerDocument", "nodeCpuMsPerDocument", "peakResidentMiB", "errors", "lost", "duplicated", "limits",
    ];

    [Test]
    public async Task Documents_live_their_whole_life_under_the_hammer_and_none_is_lost_or_there_twice()
    {
        var (code, output) = await ProductProcess.RunAsync("DocExchange.Hammer", "life", "--in-flight", "2", "--seconds", "2", "--warm-up", "1", "--offices", "2", "--format", "json");

        Assert.That(code, Is.Zero, output);
        var result = JsonDocument.Parse(output).RootElement;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.EnumerateObject().Select(each => each.Name), Is.SupersetOf(Keys));
            Assert.That(result.GetProperty("peakResidentMiB").GetProperty("nodes").GetArrayLength(), Is.EqualTo(3));
            Assert.That(result.GetProperty("compared").GetInt32(), Is.GreaterThan(0));
            Assert.That(result.GetProperty("errors").GetInt32(), Is.Zero, output);
            Assert.That(result.GetProperty("lost").GetInt32(), Is.Zero, output);
            Assert.That(result.GetProperty("duplicated").GetInt32(), Is.Zero, output);
        }
    }

    [Test]
    public async Task Hub_and_nodes_killed_under_load_lose_and_double_nothing()
    {
        var (code, output) = await ProductProcess.RunAsync("DocExchange.Hammer", "torture", "--rounds", "2", "--seed", "11", "--offices", "2");

        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Contain("round 2 of 2: ").And.Contain("2 rounds, 0 violations"));
    }
}
