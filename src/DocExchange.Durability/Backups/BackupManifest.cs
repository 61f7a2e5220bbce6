using System.Text;
using DocExchange.Trust.Digests;

namespace DocExchange.Durability.Backups;

/// <param name="Run">The run that copied it.</param>
internal readonly record struct BackedUpFile(int Run, Digest Content);

/// <summary>
/// The manifest of a backup, which <c>sha256sum -c SHA256SUMS</c> reads too: a line a file, its SHA-256, two spaces, its place.
/// A backup is what its manifest names, nothing else.
/// </summary>
internal sealed class BackupManifest
{
    public const string FileName = "SHA256SUMS";

    private const int DigestLength = 2 * Digest.Size;
    private const string Separator = "  ";

    private readonly Dictionary<string, BackedUpFile> files = new(StringComparer.Ordinal);

    /// <summary>By name: the path below the data folder.</summary>
    public IReadOnlyDictionary<string, BackedUpFile> Files => files;

    public int LastRun => files.Count == 0 ? 0 : files.Values.Max(file => file.Run);

    public void Set(string name, BackedUpFile file) => files[name] = file;

    public void Remove(string name) => files.Remove(name);

    /// <exception cref="FormatException">A line is not one of a manifest, a name comes twice, or there are too many.</exception>
    public static BackupManifest Read(Stream stream, BackupLimits limits)
    {
        var manifest = new BackupManifest();
        var number = 0;
        foreach (var line in LinesOf(stream, DigestLength + Separator.Length + (4 * limits.MaxName) + 16))
        {
            number++;
            if (number > limits.MaxFiles)
            {
                throw new FormatException($"It names more than {limits.MaxFiles} files.");
            }

            var (name, file) = Parse(line, limits) ?? throw new FormatException($"Line {number} is not '<SHA-256>  <run>/<name>'.");
            if (!manifest.files.TryAdd(name, file))
            {
                throw new FormatException($"Line {number}: '{name}' is named twice.");
            }
        }

        return manifest;
    }

    public void Write(Stream stream)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        foreach (var (name, file) in files.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            writer.WriteLine($"{file.Content}{Separator}{BackupNames.Place(file.Run, name)}");
        }
    }

    private static (string Name, BackedUpFile File)? Parse(string line, BackupLimits limits)
    {
        if (line.Length < DigestLength + Separator.Length || !Digest.TryParse(line[..DigestLength], out var content) || line.Substring(DigestLength, Separator.Length) != Separator)
        {
            return null;
        }

        var place = line[(DigestLength + Separator.Length)..];
        var slash = place.IndexOf('/', StringComparison.Ordinal);
        var run = slash < 0 ? 0 : BackupNames.RunOf(place.AsSpan(0, slash));
        return run > 0 && place[(slash + 1)..] is var name && BackupNames.IsProper(name, limits.MaxName) ? (name, new BackedUpFile(run, content)) : null;
    }

    // Not ReadLine: a file without line ends must not be taken into memory.
    private static IEnumerable<string> LinesOf(Stream stream, int maxBytes)
    {
        using var buffered = new BufferedStream(stream, 64 * 1024);
        var line = new byte[maxBytes];
        var length = 0;
        for (int next; (next = buffered.ReadByte()) >= 0;)
        {
            if (next == '\n')
            {
                yield return Encoding.UTF8.GetString(line, 0, length);
                length = 0;
                continue;
            }

            if (length == maxBytes)
            {
                throw new FormatException($"It has a line of more than {maxBytes} bytes.");
            }

            line[length++] = (byte)next;
        }

        if (length > 0)
        {
            throw new FormatException("Its last line has no end: the file was cut off.");
        }
    }
}
