using DocExchange.Durability;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Archiving;

/// <summary>Reads everything in a volume again, and says each thing that is not as it was written.</summary>
internal sealed class VolumeVerification(IDisk disk, Volume volume, Func<Volume, IEnumerable<Digest>> packagesOf)
{
    private const int StatementsAtOnce = 64;

    private readonly List<ArchiveProblem> problems = [];

    public async Task<IReadOnlyList<ArchiveProblem>> RunAsync(CancellationToken cancellation)
    {
        if (volume.IsClosed)
        {
            await AttemptAsync(null, () => CompareFileAsync(cancellation));
        }

        var packages = new List<Digest>();
        await AttemptAsync(null, () =>
        {
            packages.AddRange(packagesOf(volume));
            return Task.CompletedTask;
        });
        foreach (var packageId in packages)
        {
            cancellation.ThrowIfCancellationRequested();
            await AttemptAsync(packageId, () => ReadPackageAsync(packageId, cancellation));
        }

        await AttemptAsync(null, () =>
        {
            CompareCounts(packages.Count, ReadStatements(cancellation));
            return Task.CompletedTask;
        });
        return problems;
    }

    private async Task AttemptAsync(Digest? packageId, Func<Task> check)
    {
        try
        {
            await check();
        }
        catch (ArchiveDamagedException damage)
        {
            Add(packageId, damage.Message);
        }
    }

    private async Task CompareFileAsync(CancellationToken cancellation)
    {
        var manifest = VolumeClosing.ReadManifest(disk, volume);
        var (size, digest) = await VolumeClosing.DigestOfAsync(disk, volume.Path, cancellation);
        if (size != manifest.Size || digest.ToString() != manifest.Sha256)
        {
            Add(null, $"The file {volume.Path} has {size} bytes with SHA-256 {digest}; its manifest says {manifest.Size} bytes with {manifest.Sha256}.");
        }
    }

    private async Task ReadPackageAsync(Digest packageId, CancellationToken cancellation)
    {
        var package = volume.Read(database => VolumeContents.FindPackage(database, packageId))
            ?? throw new ArchiveDamagedException(volume.Name, $"the package {packageId} is listed and cannot be found by its id");
        await using var stream = new VolumePackageStream(volume, packageId, package);
        await stream.CopyToAsync(Stream.Null, cancellation);
    }

    private long ReadStatements(CancellationToken cancellation)
    {
        var count = 0L;
        var last = "";
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var page = volume.Read(database => VolumeContents.StatementsAfter(database, last, StatementsAtOnce));
            count += page.Count;
            foreach (var damaged in page.Where(statement => !statement.IsWhole))
            {
                Add(null, $"The statement {damaged.Id} has not its SHA-256.");
            }

            if (page.Count < StatementsAtOnce)
            {
                return count;
            }

            last = page[^1].Id;
        }
    }

    private void CompareCounts(long packages, long statements)
    {
        var info = volume.Read(VolumeContents.ReadInfo);
        if (info.Packages != packages || info.Statements != statements)
        {
            Add(null, $"The volume says it has {info.Packages} packages and {info.Statements} statements; {packages} and {statements} were found.");
        }
    }

    private void Add(Digest? packageId, string what) => problems.Add(new ArchiveProblem(volume.Name, packageId, what));
}
