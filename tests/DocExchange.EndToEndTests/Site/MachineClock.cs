using System.Diagnostics;

namespace DocExchange.EndToEndTests.Site;

/// <summary>
/// A machine's clock that is wrong, or runs through weeks at once: libfaketime (Debian: faketime) below a real process. What
/// counts from the start of the machine, as pauses and deadlines do, goes on as always.
/// </summary>
internal sealed class MachineClock : IDisposable
{
    private const string Library = "libfaketime.so.1";

    // Read anew at every question.
    private readonly string offset = Path.GetTempFileName();

    public MachineClock(TimeSpan offset) => Set(offset);

    /// <summary>Processes that run already are told as well.</summary>
    public void Set(TimeSpan offset)
    {
        // A reader must not meet it half written.
        var next = this.offset + ".next";
        File.WriteAllText(next, $"{offset.TotalSeconds:+0;-0}");
        File.Move(next, this.offset, overwrite: true);
    }

    public void Rule(ProcessStartInfo start)
    {
        start.Environment["LD_PRELOAD"] = Directory.EnumerateFiles("/usr/lib", Library, new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }).FirstOrDefault()
            ?? throw new InvalidOperationException($"{Library} is not installed: apt-get install faketime.");
        start.Environment["FAKETIME_TIMESTAMP_FILE"] = offset;
        start.Environment["FAKETIME_NO_CACHE"] = "1";
        start.Environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
    }

    public void Dispose() => File.Delete(offset);
}
