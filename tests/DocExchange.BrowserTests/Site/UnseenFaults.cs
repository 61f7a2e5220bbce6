using System.Collections.Concurrent;
using NUnit.Framework.Interfaces;

namespace DocExchange.BrowserTests.Site;

/// <summary>Whatever a test looks at: no visit of it may have had an error of a script, a request to another host or a page too large.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class UnseenFaultsAttribute : Attribute, ITestAction
{
    public ActionTargets Targets => ActionTargets.Test;

    public void BeforeTest(ITest test) => UnseenFaults.Forget();

    public void AfterTest(ITest test) => Assert.That(UnseenFaults.All, Is.Empty, "what went wrong unseen");
}

internal static class UnseenFaults
{
    private static readonly ConcurrentQueue<string> Noted = new();

    public static IReadOnlyCollection<string> All => [.. Noted];

    public static void Note(IEnumerable<string> faults) => faults.ToList().ForEach(Noted.Enqueue);

    public static void Forget() => Noted.Clear();
}
