namespace DocExchange.Cli;

/// <summary>Sentences that a hub or node gives in both languages, in one order.</summary>
internal static class BothLanguages
{
    /// <summary>Each Chinese sentence with its English one; with itself where the other side is of a version that gives no English.</summary>
    public static IReadOnlyList<(string Chinese, string English)> Of(IReadOnlyList<string> chinese, IReadOnlyList<string> english) =>
        [.. chinese.Zip(english.Count == chinese.Count ? english : chinese)];
}
