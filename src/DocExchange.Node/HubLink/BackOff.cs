using System.Security.Cryptography;

namespace DocExchange.Node.HubLink;

/// <summary>Pauses that double from the first to the longest, each drawn between half and all of it, so that nodes do not return all at once.</summary>
internal sealed class BackOff(TimeSpan first, TimeSpan longest)
{
    private int failures;

    public void Succeeded() => failures = 0;

    public TimeSpan NextPause()
    {
        var full = PauseAfter(failures, first, longest);
        failures = Math.Min(failures + 1, 30);
        return full / 2 + full / 2 * (RandomNumberGenerator.GetInt32(1_001) / 1_000.0);
    }

    /// <summary>The full pause after that many earlier failures.</summary>
    public static TimeSpan PauseAfter(int failures, TimeSpan first, TimeSpan longest) =>
        first.Ticks >= longest.Ticks >> Math.Min(failures, 30) ? longest : first * (1L << Math.Min(failures, 30));
}
