using DocExchange.Pages.Words;

namespace DocExchange.Pages.Auditing;

/// <summary>The acts and steps of an audit trail as the pages name them; one without words shows as it stands.</summary>
public static class TrailWords
{
    private const string ActPrefix = "act.";

    /// <summary>Those that have words.</summary>
    public static IEnumerable<string> Acts(WordBook words) => words.Names.Where(name => name.StartsWith(ActPrefix, StringComparison.Ordinal)).Select(name => name[ActPrefix.Length..]).Order(StringComparer.Ordinal);

    public static string Act(WordBook words, Language language, string act) => words.Names.Contains(ActPrefix + act) ? words.Say(language, ActPrefix + act) : act;

    public static string Step(WordBook words, Language language, string step) => words.Names.Contains("step." + step) ? words.Say(language, "step." + step) : step;

    /// <summary>A particular of an act.</summary>
    public static string Name(WordBook words, Language language, string name) => words.Names.Contains("what." + name) ? words.Say(language, "what." + name) : name;

    /// <summary>The colour of a step.</summary>
    public static string ClassOf(string step) => step switch { "done" => "good", "refused" or "failed" => "bad", _ => "" };
}
