using System.Security.Cryptography;
using DocExchange.Core.Documents;
using DocExchange.Node.Records;
using DocExchange.Trust.Digests;

namespace DocExchange.Node.Inbox;

/// <summary>The package files of this node, own and received, named by package id: absent or complete.</summary>
internal sealed class PackageShelf(DataFolder folder)
{
    private const string Draft = ".draft";

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

    /// <summary>A new name beside the packages, to write one of which the id is not known yet.</summary>
    public string NewDraftPath() => Path.Combine(folder.Packages, RandomNumberGenerator.GetHexString(32, lowercase: true) + Draft);

    public void Publish(string draft, PackageId package) => DurableFile.Publish(draft, PathOf(package));

    /// <summary>
    /// At the start, before anything else uses the shelf: removes what a crash left behind. Those are drafts, and
    /// packages whose dispatch was never recorded.
    /// </summary>
    public void Sweep(NodeRecords records)
    {
        var recorded = Recorded(records);
        foreach (var file in Directory.EnumerateFiles(folder.Packages).ToList())
        {
            var name = Path.GetFileName(file);
            var isDraft = name.EndsWith(Draft, StringComparison.Ordinal);
            if (isDraft || (PackageId.TryParse(Path.GetFileNameWithoutExtension(name), out var package) && !recorded.Contains(package.ToString())))
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>Takes back a published package, unless a document needs it.</summary>
    public void Discard(PackageId package, NodeRecords records)
    {
        if (!Recorded(records).Contains(package.ToString()))
        {
            File.Delete(PathOf(package));
        }
    }

    private static HashSet<string> Recorded(NodeRecords records) =>
        [.. records.Packages.FindAll().Select(row => row.Package), .. records.Uploads.FindAll().Select(row => row.Id)];

    private string PathOf(PackageId package) => Path.Combine(folder.Packages, package.ToString());
}
