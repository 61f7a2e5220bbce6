using DocExchange.Trust.Faults;

namespace DocExchange.Texts;

public enum TextOutcome
{
    /// <summary>All pages.</summary>
    Whole,

    /// <summary>The first pages; a limit or a fault ended it there.</summary>
    Partial,

    /// <summary>Not a word: damaged, encrypted, of another kind, or too large.</summary>
    Unreadable,
}

/// <summary>The words of a body, in the order in which they are read. A scanned page has none.</summary>
/// <param name="Pages">One text a page; lines end with a line feed. Plain text has one page a form feed.</param>
/// <param name="Chinese">Why it is not whole; empty where it is.</param>
/// <param name="English">The same.</param>
public sealed record BodyText(IReadOnlyList<string> Pages, TextOutcome Outcome, string Chinese, string English)
{
    internal static BodyText Unread(string chinese, string english) => new([], TextOutcome.Unreadable, chinese, english);
}

/// <summary>The words cannot be had: damaged, encrypted, of another kind, or over a limit.</summary>
public sealed class TextFormatException(string chinese, string english, Exception? inner = null) : FormatException(english, inner), IWorded
{
    public string Chinese { get; } = chinese;

    public string English => Message;
}
