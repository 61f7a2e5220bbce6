using DocExchange.Hammer.Measuring;

namespace DocExchange.Hammer.Pages;

/// <summary>What one kind of page took, fetched many times, each time with other documents, words or offices where it takes any.</summary>
/// <param name="ServerMs">To the last byte, over loopback: not less than the server's own time.</param>
/// <param name="CpuMs">Processor time of the program that answered, all its threads, a page: what the wall clock says on a machine that does nothing else.</param>
/// <param name="MostBytes">Of the HTML, of the longest.</param>
internal sealed record PageFigures(string Page, int Fetched, Percentiles ServerMs, double CpuMs, int MostBytes)
{
    /// <summary>Milliseconds that 95 of 100 may take.</summary>
    public const double GoalMs = 100;

    public const int GoalBytes = 200 * 1024;

    public bool IsWithinGoals => ServerMs.P95 < GoalMs && MostBytes < GoalBytes;
}
