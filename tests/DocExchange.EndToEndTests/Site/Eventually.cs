using System.Diagnostics;

namespace DocExchange.EndToEndTests.Site;

/// <summary>Waits for a condition of another process, which cannot be awaited: asks again until it holds or the limit is reached.</summary>
internal static class Eventually
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> situation, TimeSpan? limit = null)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > (limit ?? DefaultLimit))
            {
                Assert.Fail($"Not reached within {limit ?? DefaultLimit}: {situation()}");
            }

            using var timer = new PeriodicTimer(Pause);
            await timer.WaitForNextTickAsync();
        }
    }
}
