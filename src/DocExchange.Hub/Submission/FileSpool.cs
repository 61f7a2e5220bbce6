using System.Collections.Concurrent;
using DocExchange.Durability;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Submission;

/// <summary>
/// The spool as files: <c>spool/tmp/&lt;package id&gt;.part</c> while a package arrives, then
/// <c>spool/&lt;2 hex&gt;/&lt;package id&gt;.asice</c>. One process owns the folder.
/// </summary>
internal sealed class FileSpool : ISpool
{
    private const string PartEnding = ".part";
    private const string PackageEnding = ".asice";

    private readonly string folder;
    private readonly IDisk disk;
    private readonly SpoolOptions options;
    private readonly Lock admission = new();
    private readonly ConcurrentDictionary<Digest, Claim> running = new();

    public FileSpool(string folder, IDisk disk, SpoolOptions? options = null)
    {
        this.folder = folder;
        this.disk = disk;
        this.options = options ?? new SpoolOptions();
        disk.MakeFolder(Parts);

        // A process that was killed, or whose disk failed, between a name and its sync: from here on the name counts.
        foreach (var shelf in disk.Folders(folder))
        {
            disk.SyncFolder(shelf);
        }
    }

    private string Parts => Path.Combine(folder, "tmp");

    public async Task<SpoolUpload> BeginAsync(Digest packageId, long size, CancellationToken cancellation)
    {
        if (size <= 0 || size > options.MaxPackageSize)
        {
            throw new UploadRefusedException(UploadRefusal.SizeOutOfRange, $"A package has 1 to {options.MaxPackageSize} bytes; {size} were announced for {packageId}.");
        }

        var claim = Admit(packageId, size);
        try
        {
            return await Task.Run(() => Open(packageId, size, claim, cancellation), cancellation);
        }
        catch
        {
            Release(packageId);
            throw;
        }
    }

    public bool Contains(Digest packageId) => disk.Exists(PathOf(packageId));

    public long Held(Digest packageId)
    {
        var part = Path.Combine(Parts, packageId + PartEnding);
        if (!disk.Exists(part))
        {
            return 0;
        }

        using var file = disk.OpenForReading(part);
        return file.Length;
    }

    public Stream? OpenRead(Digest packageId)
    {
        try
        {
            return new DiskFileStream(disk.OpenForReading(PathOf(packageId)));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public long Size(Digest packageId)
    {
        using var package = OpenRead(packageId) ?? throw new FileNotFoundException($"The package {packageId} is not in the spool.", PathOf(packageId));
        return package.Length;
    }

    public void Delete(Digest packageId) => disk.Delete(PathOf(packageId));

    public IEnumerable<Digest> All()
    {
        foreach (var shelf in disk.Folders(folder).Order(StringComparer.Ordinal))
        {
            foreach (var file in disk.Files(shelf).Order(StringComparer.Ordinal))
            {
                if (file.EndsWith(PackageEnding, StringComparison.Ordinal) && Digest.TryParse(Path.GetFileNameWithoutExtension(file), out var packageId))
                {
                    yield return packageId;
                }
            }
        }
    }

    public int RemoveAbandoned(TimeSpan silence, TimeProvider clock)
    {
        var removed = 0;
        foreach (var part in disk.Files(Parts))
        {
            if (!Digest.TryParse(Path.GetFileNameWithoutExtension(part), out var packageId) || !running.TryAdd(packageId, new Claim()))
            {
                continue;
            }

            try
            {
                if (clock.GetUtcNow() - disk.LastWritten(part) > silence)
                {
                    disk.Delete(part);
                    removed++;
                }
            }
            finally
            {
                Release(packageId);
            }
        }

        return removed;
    }

    internal string PathOf(Digest packageId)
    {
        var name = packageId.ToString();
        return Path.Combine(folder, name[..2], name + PackageEnding);
    }

    internal void Release(Digest packageId) => running.TryRemove(packageId, out _);

    private Claim Admit(Digest packageId, long size)
    {
        lock (admission)
        {
            if (running.Count >= options.MaxUploads)
            {
                throw new UploadRefusedException(UploadRefusal.TooManyUploads, $"{options.MaxUploads} uploads are running, as many as the spool takes. Try again later.");
            }

            var claim = new Claim { Missing = size };
            return running.TryAdd(packageId, claim)
                ? claim
                : throw new UploadRefusedException(UploadRefusal.InProgress, $"An upload of the package {packageId} is running. Continue that one, or try again when it has ended.");
        }
    }

    private SpoolUpload Open(Digest packageId, long size, Claim claim, CancellationToken cancellation)
    {
        if (Contains(packageId))
        {
            var stored = Size(packageId);
            claim.Missing = 0;
            return stored == size
                ? FileSpoolUpload.Finished(this, disk, packageId, size, claim)
                : throw new UploadRefusedException(UploadRefusal.SizeDiffers, $"The package {packageId} is in the spool with {stored} bytes; {size} were announced.");
        }

        var upload = FileSpoolUpload.Resume(this, disk, Path.Combine(Parts, packageId + PartEnding), packageId, size, claim, cancellation);
        try
        {
            KeepReserve(upload);
            return upload;
        }
        catch
        {
            upload.Abandon();
            throw;
        }
    }

    // What all running uploads still have to write counts, or many could pass where one fits.
    private void KeepReserve(SpoolUpload upload)
    {
        var missing = running.Values.Sum(claim => claim.Missing);
        var free = disk.FreeSpace(folder);
        if (free - options.FreeSpaceReserve < missing)
        {
            throw new StorageFullException(folder, $"{free} bytes are free, {options.FreeSpaceReserve} stay reserved, and uploads with {upload.PackageId} would need {missing}");
        }
    }

    /// <summary>One package being written, and the bytes it still needs.</summary>
    internal sealed class Claim
    {
        private long missing;

        public long Missing
        {
            get => Interlocked.Read(ref missing);
            set => Interlocked.Exchange(ref missing, value);
        }
    }
}
