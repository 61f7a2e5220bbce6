using DocExchange.Durability;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Archiving;

/// <summary>The volumes in the folder <c>archive</c>, of which a limited number is open at one time.</summary>
internal sealed class VolumeShelf : IDisposable
{
    private readonly string folder;
    private readonly IDisk disk;
    private readonly TimeProvider clock;
    private readonly int openAtOnce;
    private readonly Lock order = new();
    private readonly SortedDictionary<string, Volume> volumes = new(VolumeNames.Order);
    private readonly LinkedList<Volume> lastUsed = new();

    public VolumeShelf(string folder, IDisk disk, TimeProvider clock, int openAtOnce)
    {
        this.folder = folder;
        this.disk = disk;
        this.clock = clock;
        this.openAtOnce = openAtOnce;
        disk.MakeFolder(folder);
        foreach (var path in disk.Files(folder).Where(path => path.EndsWith(VolumeFiles.Ending, StringComparison.Ordinal)))
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

    /// <summary>The volume of a period that takes more: the first, or where it is closed the next of its continuations, created when it is needed.</summary>
    public Volume OpenOf(string period)
    {
        VolumeNames.RequirePeriod(period);
        for (var number = 1; ; number++)
        {
            var name = VolumeNames.Of(period, number);
            if (Find(name) is { } present)
            {
                if (IsOpen(present))
                {
                    return present;
                }
            }
            else if (!disk.Exists(Volume.At(disk, PathOf(name)).ManifestPath))
            {
                return Create(name, period);
            }
        }
    }

    /// <summary>Whether a volume takes more.</summary>
    public static bool IsOpen(Volume volume) => !volume.IsClosed && volume.Read(VolumeContents.ReadInfo).Closed is null;

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

    private Volume Create(string name, string period)
    {
        var created = Volume.Create(disk, PathOf(name), database => VolumeContents.Prepare(database, period, clock.GetUtcNow()));
        lock (order)
        {
            volumes.Add(name, created);
        }

        return Get(name);
    }

    private string PathOf(string name) => Path.Combine(folder, name + VolumeFiles.Ending);

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
