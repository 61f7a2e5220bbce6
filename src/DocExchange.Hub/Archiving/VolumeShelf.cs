using System.Globalization;
using DocExchange.Hub.Durability;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Archiving;

/// <summary>The volumes in the folder <c>archive</c>, of which a limited number is open at one time.</summary>
internal sealed class VolumeShelf : IDisposable
{
    private const string Ending = ".litedb";

    private readonly string folder;
    private readonly IDisk disk;
    private readonly TimeProvider clock;
    private readonly int openAtOnce;
    private readonly Lock order = new();
    private readonly SortedDictionary<string, Volume> volumes = new(StringComparer.Ordinal);
    private readonly LinkedList<Volume> lastUsed = new();

    public VolumeShelf(string folder, IDisk disk, TimeProvider clock, int openAtOnce)
    {
        this.folder = folder;
        this.disk = disk;
        this.clock = clock;
        this.openAtOnce = openAtOnce;
        disk.MakeFolder(folder);
        foreach (var path in disk.Files(folder).Where(path => path.EndsWith(Ending, StringComparison.Ordinal)))
        {
            var volume = Volume.At(disk, path);
            volumes.Add(volume.Name, volume);
        }
    }

    public IReadOnlyList<string> Names
    {
        get
        {
            lock (order)
            {
                return [.. volumes.Keys];
            }
        }
    }

    /// <exception cref="ArgumentException">There is no such volume.</exception>
    public Volume Get(string name) => Find(name) ?? throw new ArgumentException($"There is no volume '{name}' in {folder}.", nameof(name));

    /// <summary>The volume of a period, created if it is the first to be needed.</summary>
    public Volume OfPeriod(string period)
    {
        RequirePeriod(period);
        if (Find(period) is { } present)
        {
            return present;
        }

        var created = Volume.Create(disk, Path.Combine(folder, period + Ending), database => VolumeContents.Prepare(database, period, clock.GetUtcNow()));
        lock (order)
        {
            volumes.Add(period, created);
        }

        return Get(period);
    }

    /// <summary>Newest first, since the newest are asked for most.</summary>
    public IEnumerable<Volume> NewestFirst() => Names.Reverse().Select(Get);

    public Volume? Holding(Digest packageId) =>
        NewestFirst().FirstOrDefault(volume => volume.Read(database => VolumeContents.FindPackage(database, packageId)) is not null);

    public void Dispose()
    {
        lock (order)
        {
            foreach (var volume in volumes.Values)
            {
                volume.Dispose();
            }

            volumes.Clear();
        }
    }

    private static void RequirePeriod(string period)
    {
        if (!DateOnly.TryParseExact(period, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            throw new ArgumentException($"'{period}' is not a period: year and month are expected, like 2026-01.", nameof(period));
        }
    }

    private Volume? Find(string name)
    {
        Volume? tooMany = null;
        Volume? found;
        lock (order)
        {
            if (!volumes.TryGetValue(name, out found))
            {
                return null;
            }

            lastUsed.Remove(found);
            lastUsed.AddFirst(found);
            if (lastUsed.Count > openAtOnce)
            {
                tooMany = lastUsed.Last!.Value;
                lastUsed.RemoveLast();
            }
        }

        tooMany?.Rest();
        return found;
    }
}
