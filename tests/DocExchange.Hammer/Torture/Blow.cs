namespace DocExchange.Hammer.Torture;

/// <summary>One round's misfortune: who is killed, when, and how long it stays down.</summary>
/// <param name="Victims">Places among the services of the site; the hub is the first.</param>
/// <param name="After">From the beginning of the load.</param>
/// <param name="AgainAfter">Killed once more, so long after it began to start; null: not.</param>
internal sealed record Blow(IReadOnlyList<int> Victims, TimeSpan After, TimeSpan Down, TimeSpan? AgainAfter)
{
    private const int LongestLoad = 2_000;
    private const int LongestDown = 1_000;
    private const int LongestStart = 1_500;

    /// <param name="services">How many there are.</param>
    public static Blow Draw(Random random, int services)
    {
        var kind = random.Next(100);
        IReadOnlyList<int> victims = kind switch
        {
            < 45 => [0],
            < 85 => [1 + random.Next(services - 1)],
            < 92 => [0, 1 + random.Next(services - 1)],
            _ => [.. Enumerable.Range(0, services)],
        };
        return new Blow(
            victims,
            TimeSpan.FromMilliseconds(random.Next(LongestLoad)),
            TimeSpan.FromMilliseconds(random.Next(LongestDown)),
            random.Next(5) == 0 ? TimeSpan.FromMilliseconds(random.Next(LongestStart)) : null);
    }
}
