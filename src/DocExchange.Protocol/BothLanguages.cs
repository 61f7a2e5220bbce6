namespace DocExchange.Protocol;

/// <summary>Sentences that a hub or node gives in both languages; in Chinese twice where the other side is of a version that gives no English.</summary>
public static class BothLanguages
{
    /// <summary>Each Chinese sentence with its English one, in one order.</summary>
    public static IReadOnlyList<(string Chinese, string English)> Of(IReadOnlyList<string> chinese, IReadOnlyList<string> english) =>
        [.. chinese.Zip(english.Count == chinese.Count ? english : chinese)];

    public static string EnglishOf(string chinese, string english) => english.Length > 0 ? english : chinese;
}
