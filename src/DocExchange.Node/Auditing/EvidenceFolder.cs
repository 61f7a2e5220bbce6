using System.Globalization;
using DocExchange.Node.Records;
using DocExchange.Trust.Digests;

namespace DocExchange.Node.Auditing;

/// <summary>
/// The folder evidence/: notes that contradict each other, verbatim, named by what they are and their SHA-256. Nothing in
/// it is ever overwritten or removed, and a hub cannot fill the disk with it.
/// </summary>
internal sealed class EvidenceFolder(DataFolder folder)
{
    public const int MaxFiles = 200;

    public int Count => Directory.Exists(folder.Evidence) ? Directory.EnumerateFiles(folder.Evidence, "*.note").Count() : 0;

    /// <summary>Returns when all are on disk, or the folder is full.</summary>
    /// <returns>False where it is full: nothing was kept.</returns>
    public bool Keep(string matter, params IEnumerable<(string Part, byte[] Content)> parts)
    {
        Directory.CreateDirectory(folder.Evidence, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var missing = parts.Where(part => part.Content.Length > 0)
            .Select(part => (Path: Path.Combine(folder.Evidence, Name(matter, part.Part, part.Content)), part.Content))
            .Where(part => !File.Exists(part.Path))
            .ToList();
        if (Count + missing.Count > MaxFiles)
        {
            return false;
        }

        foreach (var (path, content) in missing)
        {
            DurableFile.Write(path, content);
        }

        return true;
    }

    private static string Name(string matter, string part, byte[] content) =>
        string.Create(CultureInfo.InvariantCulture, $"{matter}-{part}-{Digest.Of(content).ToString()[..16]}.note");
}
