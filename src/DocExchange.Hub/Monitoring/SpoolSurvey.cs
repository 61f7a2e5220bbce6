using DocExchange.Hub.Submission;

namespace DocExchange.Hub.Monitoring;

/// <summary>
/// How much lies in the spool, measured now and then beside everything else: a spool may hold a million files. Safe for
/// concurrent use.
/// </summary>
internal sealed partial class SpoolSurvey(ISpool spool, TimeProvider clock, ILogger<SpoolSurvey> log)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    // So that measuring takes a hundredth of the time at most.
    private const int Share = 100;

    private readonly Lock gate = new();
    private Task<SpoolMeasure?> measuring = Task.FromResult<SpoolMeasure?>(null);
    private SpoolMeasure? newest;
    private long? triedAt;

    /// <summary>What was measured last; null before the first time. Begins to measure anew where that is due.</summary>
    public SpoolMeasure? Newest
    {
        get
        {
            lock (gate)
            {
                // One that failed is tried again as late as one that did not.
                if (measuring.IsCompleted && (triedAt is not { } at || clock.GetElapsedTime(at) >= (newest?.Pause ?? Shortest)))
                {
                    triedAt = clock.GetTimestamp();
                    measuring = Task.Run(Measure);
                }

                return newest;
            }
        }
    }

    /// <summary>The measure that is being taken, or the last.</summary>
    public Task<SpoolMeasure?> Measuring
    {
        get
        {
            lock (gate)
            {
                return measuring;
            }
        }
    }

    private SpoolMeasure? Measure()
    {
        var begun = clock.GetTimestamp();
        try
        {
            var (packages, bytes) = (0L, 0L);
            foreach (var package in spool.All())
            {
                bytes += SizeOf(package);
                packages++;
            }

            var took = clock.GetElapsedTime(begun);
            var measure = new SpoolMeasure(packages, bytes, took * Share > Shortest ? took * Share : Shortest);
            lock (gate)
            {
                newest = measure;
            }

            return measure;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogFailed(fault);
            return null;
        }
    }

    private long SizeOf(Trust.Digests.Digest package)
    {
        try
        {
            return spool.Size(package);
        }
        catch (FileNotFoundException)
        {
            // Removed meanwhile.
            return 0;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The spool could not be measured")]
    private partial void LogFailed(Exception fault);
}

/// <param name="Pause">From the beginning of a measure to that of the next.</param>
internal sealed record SpoolMeasure(long Packages, long Bytes, TimeSpan Pause);
