using System.Globalization;

namespace DocExchange.Hammer.Measuring;

/// <summary>What the kernel says of a process so far.</summary>
/// <param name="Cpu">User and system time.</param>
/// <param name="PeakResidentMiB">The most memory it ever had.</param>
/// <param name="WrittenBytes">Handed to the disks.</param>
internal sealed record ProcessGauge(TimeSpan Cpu, double PeakResidentMiB, double ResidentMiB, long WrittenBytes)
{
    private const double TicksPerSecond = 100; // USER_HZ, what /proc shows times in
    private const double KiBPerMiB = 1024;

    public static ProcessGauge Read(int process)
    {
        // proc(5): the name may hold blanks; utime and stime are the 14th and 15th fields.
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return new ProcessGauge(
            TimeSpan.FromSeconds(ticks / TicksPerSecond),
            Math.Round(NumberOf(process, "status", "VmHWM:") / KiBPerMiB, 1),
            Math.Round(NumberOf(process, "status", "VmRSS:") / KiBPerMiB, 1),
            NumberOf(process, "io", "write_bytes:"));
    }

    private static long NumberOf(int process, string file, string name)
    {
        var line = File.ReadLines($"/proc/{process}/{file}").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
