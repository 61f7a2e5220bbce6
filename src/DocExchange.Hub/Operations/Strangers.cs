using System.Net;

namespace DocExchange.Hub.Operations;

/// <summary>
/// What the log says of callers that were turned away before they could ask for anything: where from, at which door, and why.
/// Once a minute for an address and <see cref="MaxLinesAMinute"/> times in all, so that nobody can fill it; the rest is counted.
/// </summary>
internal sealed partial class Strangers(TimeProvider clock, ILogger<Strangers> log)
{
    public const int MaxLinesAMinute = 30;

    private readonly Lock guard = new();
    private readonly HashSet<IPAddress> told = [];
    private DateTimeOffset since;
    private long untold;

    /// <param name="from">Null where the connection has no address.</param>
    public void TurnedAway(Door door, IPAddress? from, string why)
    {
        long untoldBefore;
        bool isTold;
        lock (guard)
        {
            var now = clock.GetUtcNow();
            var isNewMinute = now - since >= TimeSpan.FromMinutes(1) || now < since;
            untoldBefore = isNewMinute ? untold : 0;
            if (isNewMinute)
            {
                (since, untold) = (now, 0);
                told.Clear();
            }

            isTold = told.Count < MaxLinesAMinute && told.Add(from ?? IPAddress.None);
            untold += isTold ? 0 : 1;
        }

        if (untoldBefore > 0)
        {
            LogUntold(untoldBefore);
        }

        if (isTold)
        {
            LogTurnedAway(from, door, why);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Turned away {Address} at the door {Door}: {Why}")]
    private partial void LogTurnedAway(IPAddress? address, Door door, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} further callers were turned away that are not in the log, most of them soon after those that are")]
    private partial void LogUntold(long count);
}
