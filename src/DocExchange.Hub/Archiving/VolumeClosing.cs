using System.Text.Json;
using DocExchange.Durability;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Archiving;

/// <summary>
/// Closes a volume: marks it inside, removes the log, digests the file, puts the manifest beside it. With the manifest it is
/// closed; cut off before, the next call goes on from there and comes to the same digest.
/// </summary>
internal static class VolumeClosing
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static async Task<VolumeManifest> CloseAsync(IDisk disk, Volume volume, PackageArchiver archiver, TimeProvider clock, CancellationToken cancellation)
    {
        if (!volume.IsClosed)
        {
            await MarkAsync(volume, archiver, clock, cancellation);
            var info = volume.Read(VolumeContents.ReadInfo);
            volume.RemoveLog();
            var (size, digest) = await DigestOfAsync(disk, volume.Path, cancellation);
            Publish(disk, volume, new VolumeManifest(volume.Name, VolumeContents.Format, size, digest.ToString(), info.Packages, info.Statements, info.Closed!.Value));
        }

        disk.MakeReadOnly(volume.Path);
        return ReadManifest(disk, volume);
    }

    /// <exception cref="ArchiveDamagedException">The manifest cannot be read.</exception>
    public static VolumeManifest ReadManifest(IDisk disk, Volume volume)
    {
        using var stream = new DiskFileStream(disk.OpenForReading(volume.ManifestPath));
        try
        {
            return JsonSerializer.Deserialize<VolumeManifest>(stream, Json) ?? throw new JsonException("it is empty");
        }
        catch (JsonException fault)
        {
            throw new ArchiveDamagedException(volume.Name, $"its manifest {volume.ManifestPath} cannot be read ({fault.Message})", fault);
        }
    }

    public static async Task<(long Size, Digest Digest)> DigestOfAsync(IDisk disk, string path, CancellationToken cancellation)
    {
        await using var stream = new DiskFileStream(disk.OpenForReading(path));
        return (stream.Length, await Digest.OfAsync(stream, cancellation));
    }

    private static async Task MarkAsync(Volume volume, PackageArchiver archiver, TimeProvider clock, CancellationToken cancellation)
    {
        foreach (var (packageId, _) in volume.Read(VolumeContents.UnfinishedPackages))
        {
            await archiver.RemoveUnfinishedAsync(volume, packageId, cancellation);
        }

        if (volume.Read(VolumeContents.ReadInfo).Closed is null)
        {
            volume.Write(database =>
            {
                VolumeContents.MarkClosed(database, clock.GetUtcNow());
                return 0;
            });
        }
    }

    private static void Publish(IDisk disk, Volume volume, VolumeManifest manifest)
    {
        var aside = volume.ManifestPath + ".new";
        using (var file = disk.OpenOrCreate(aside))
        {
            file.SetLength(0);
            file.Write(0, JsonSerializer.SerializeToUtf8Bytes(manifest, Json));
            file.Sync();
        }

        disk.Publish(aside, volume.ManifestPath);
        volume.Rest(); // opened again for reading only
    }
}
