namespace DocExchange.Pages.Monitoring;

/// <summary>Something that still works and will not for long, and what to do about it.</summary>
/// <param name="Cause">A stable name, such as <c>disk</c>; of one cause there is one worry at a time.</param>
/// <param name="Chinese">One or two sentences: what, how much, what to do.</param>
public sealed record Worry(string Cause, string Chinese, string English);

/// <summary>What somebody should do something about. Safe for concurrent use.</summary>
public interface IWorries
{
    IReadOnlyList<Worry> Look();
}
