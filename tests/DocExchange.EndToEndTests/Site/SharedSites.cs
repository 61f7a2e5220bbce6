using System.Collections.Concurrent;

namespace DocExchange.EndToEndTests.Site;

/// <summary>
/// Sites that one test hands on to the next, so that not each starts and enrols one of its own. n1 hosts a, b and d, n2 hosts
/// c. For tests that look at what they sent only, and leave the site as it was: running, with the offices, keys and seals it had.
/// </summary>
internal static class SharedSites
{
    private static readonly ConcurrentDictionary<string, ConcurrentBag<TestSite>> Idle = [];

    /// <summary>Whoever borrows one disposes of it; only after <see cref="TestSite.GiveBack"/> does that hand it on.</summary>
    public static async Task<TestSite> BorrowAsync(string suite) => Of(suite).TryTake(out var site) ? site : await TestSite.StartAsync(suite, ["a", "b", "d"], ["c"]);

    public static void Take(TestSite site) => Of(site.Suite).Add(site);

    public static Task EndAllAsync() => Task.WhenAll(Idle.Values.SelectMany(sites => sites).Select(site => site.EndAsync()).ToList());

    private static ConcurrentBag<TestSite> Of(string suite) => Idle.GetOrAdd(suite, _ => []);
}
