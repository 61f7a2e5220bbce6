using System.Diagnostics;

namespace DocExchange.EndToEndTests.Site;

/// <summary>
/// A machine's clock that is wrong, or runs through weeks at once: libfaketime (Debian: faketime) below a real process. What
/// counts from the start of the machine, as pauses and deadlines do, goes on as always.
/// </summary>
internal sealed class MachineClock : IDisposable
{
    private const string Library = "libfaketime.so.1";

    private readonly string offset = Path.GetTempFileName();

    public MachineClock(TimeSpan offset) => Set(offset);

    /// <summary>Processes that run already see it within two seconds.</summary>
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

        // The file is read once a second. Read at every question, threads read it over one another and some are told the true time.
        start.Environment["FAKETIME_CACHE_DURATION"] = "0";
        start.Environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
    }

    public void Dispose() => File.Delete(offset);
}
