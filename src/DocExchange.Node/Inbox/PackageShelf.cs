using DocExchange.Core.Documents;
using DocExchange.Node.Records;
using DocExchange.Trust.Digests;

namespace DocExchange.Node.Inbox;

/// <summary>The package files of this node, own and received, named by package id: absent or complete.</summary>
internal sealed class PackageShelf(DataFolder folder)
{
    public bool Has(PackageId package) => File.Exists(PathOf(package));

    public FileStream OpenRead(PackageId package) =>
        new(PathOf(package), FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.Asynchronous);

    /// <summary>What has arrived so far of a package that is being fetched.</summary>
    public FileStream OpenPart(PackageId package) => new(PathOf(package) + ".part", new FileStreamOptions
    {
        Mode = FileMode.OpenOrCreate,
        Access = FileAccess.ReadWrite,
        Options = FileOptions.Asynchronous,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    /// <summary>Puts the fetched file on the shelf. False, and the part is thrown away, where it is not the package.</summary>
    public async Task<bool> FinishAsync(PackageId package, CancellationToken cancellation)
    {
        var part = PathOf(package) + ".part";
        Digest found;
        await using (var file = new FileStream(part, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.Asynchronous))
        {
            found = await Digest.OfAsync(file, cancellation);
        }

        if (found != package.Value)
        {
            File.Delete(part);
            return false;
        }

        DurableFile.Publish(part, PathOf(package));
        return true;
    }

    /// <summary>A file of any name beside the packages, to write one of which the id is not known yet.</summary>
    public string DraftPath(string name) => Path.Combine(folder.Packages, name + ".draft");

    public void Publish(string draft, PackageId package) => DurableFile.Publish(draft, PathOf(package));

    /// <summary>Removes drafts that a crash left behind.</summary>
    public void SweepDrafts()
    {
        foreach (var draft in Directory.EnumerateFileSystemEntries(folder.Packages, "*.draft").ToList())
        {
            File.Delete(draft);
        }
    }

    private string PathOf(PackageId package) => Path.Combine(folder.Packages, package.ToString());
}
