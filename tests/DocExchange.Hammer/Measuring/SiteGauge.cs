using DocExchange.Hammer.Exchange;

namespace DocExchange.Hammer.Measuring;

/// <summary>All processes of the exchange at one moment, and its data folders.</summary>
internal sealed record SiteGauge(long At, ProcessGauge Hub, IReadOnlyList<ProcessGauge> Nodes, long BytesOnDisk)
{
    public static SiteGauge Read(HammerSite site) => new(
        site.Clock.GetTimestamp(),
        ProcessGauge.Read(site.HubProcess.Id),
        [.. site.Nodes.Select(node => ProcessGauge.Read(node.Process.Id))],
        site.Nodes.Select(node => node.Folder).Append(site.HubFolder).Sum(SizeOf));

    public TimeSpan NodeCpu => TimeSpan.FromTicks(Nodes.Sum(node => node.Cpu.Ticks));

    public long WrittenBytes => Hub.WrittenBytes + Nodes.Sum(node => node.WrittenBytes);

    private static long SizeOf(string folder) => new DirectoryInfo(folder)
        .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true })
        .Where(file => file.Attributes.HasFlag(FileAttributes.Normal) || file.LinkTarget is null)
        .Sum(file => Exists(file) ? file.Length : 0);

    // Parts come and go while it is counted.
    private static bool Exists(FileInfo file)
    {
        file.Refresh();
        return file.Exists;
    }
}
