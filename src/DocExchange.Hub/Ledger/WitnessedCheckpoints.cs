using System.Globalization;
using DocExchange.Durability;

namespace DocExchange.Hub.Ledger;

/// <summary>
/// The folder witnessed/: the checkpoints that enough witnesses cosigned, one file each, named by size. A file is there
/// completely or not at all. At <see cref="MaxFiles"/> every second of the older half is removed, so that what remains
/// reaches far back, ever more thinly.
/// </summary>
internal sealed class WitnessedCheckpoints(string folder, IDisk disk)
{
    public const int MaxFiles = 1_000;

    private const string Extension = ".note";

    /// <summary>Null before the first.</summary>
    public byte[]? Newest => Names().LastOrDefault() is { } name ? Read(name) : null;

    public IReadOnlyList<string> Names() => [.. disk.Files(folder).Where(path => path.EndsWith(Extension, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public byte[] Read(string path)
    {
        using var file = disk.OpenForReading(path);
        var note = new byte[Math.Min(file.Length, Trust.Merkle.SignedNote.MaxSize)];
        return note[..file.Read(0, note)];
    }

    /// <summary>Returns when it is on disk; an earlier note of the same size is replaced.</summary>
    public void Keep(long size, byte[] note)
    {
        disk.MakeFolder(folder);
        var path = Path.Combine(folder, size.ToString("D20", CultureInfo.InvariantCulture) + Extension);
        using (var file = disk.OpenOrCreate(path + ".new"))
        {
            file.SetLength(0);
            file.Write(0, note);
            file.Sync();
        }

        disk.Publish(path + ".new", path);
        Thin();
    }

    private void Thin()
    {
        var names = Names();
        if (names.Count > MaxFiles)
        {
            foreach (var path in names.Take(MaxFiles / 2).Where((_, position) => position % 2 == 1))
            {
                disk.Delete(path);
            }
        }
    }
}
