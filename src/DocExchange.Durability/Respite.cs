namespace DocExchange.Durability;

/// <summary>
/// How long background work rests after each turn: in proportion to what the turn took, so that on a busy machine it does
/// more at once, less often, and leaves the rest of the time to those who wait for an answer.
/// </summary>
/// <param name="PerWork">Times as long as the turn took.</param>
public sealed record Respite(int PerWork, TimeSpan Shortest, TimeSpan Longest)
{
    public TimeSpan After(TimeSpan work) => TimeSpan.FromTicks(Math.Clamp(work.Ticks * PerWork, Shortest.Ticks, Longest.Ticks));
}
