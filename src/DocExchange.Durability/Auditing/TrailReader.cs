using DocExchange.Trust.Digests;

namespace DocExchange.Durability.Auditing;

/// <param name="Entries">The newest first.</param>
/// <param name="End">Byte of the file at which the next page ends; null where nothing is left. It stays true while the file grows.</param>
public sealed record TrailPage(IReadOnlyList<TrailEntry> Entries, long? End);

/// <summary>
/// Reads an audit trail beside the process that writes it. A page is read from its end backwards, in bounded time and
/// memory however long the trail is.
/// </summary>
public sealed class TrailReader(string path)
{
    private const int BlockSize = 256 * 1024;

    /// <summary>Bytes looked through for one page; where they held too few lines, the page says where to go on.</summary>
    public const long MostPerPage = 2L * 1024 * 1024;

    /// <param name="end">As the page before says; null for the newest lines.</param>
    public TrailPage Page(TrailQuery query, int most, long? end, CancellationToken cancellation)
    {
        var found = new List<TrailEntry>(most);
        long read = 0;
        foreach (var (start, entry) in Backwards(end))
        {
            cancellation.ThrowIfCancellationRequested();

            // Lines stand in the order in which they were written; a clock set back by more than a day hides some, the export does not.
            if (query.From is { } from && entry.At < from.AddDays(-1))
            {
                break;
            }

            read += entry.Json.Length;
            if (query.Matches(entry))
            {
                found.Add(entry);
            }

            if (found.Count == most || read > MostPerPage)
            {
                return new TrailPage(found, start > 0 ? start : null);
            }
        }

        return new TrailPage(found, null);
    }

    /// <summary>All lines in their order, with the hash of the line before each; what is no line is left out.</summary>
    public IEnumerable<(Digest Before, TrailEntry Entry)> Forwards()
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        using var file = Open();
        using var lines = new BufferedStream(file, BlockSize);
        var before = AuditLine.Beginning;
        var line = new List<byte>(AuditLine.MaxLength);
        for (int next; (next = lines.ReadByte()) >= 0;)
        {
            if (next != '\n')
            {
                if (line.Count < AuditLine.MaxLength)
                {
                    line.Add((byte)next);
                }

                continue;
            }

            if (TrailEntry.Read([.. line]) is { } entry)
            {
                yield return (before, entry);
                before = entry.Hash;
            }

            line.Clear();
        }
    }

    private IEnumerable<(long Start, TrailEntry Entry)> Backwards(long? from)
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        using var file = Open();
        var end = Math.Clamp(from ?? file.Length, 0, file.Length);
        byte[] rest = [];
        while (end > 0)
        {
            var block = new byte[Math.Min(BlockSize, end)];
            end -= block.Length;
            file.Position = end;
            file.ReadExactly(block);
            byte[] text = [.. block, .. rest];
            var stop = text.Length;
            for (int at; (at = text.AsSpan(0, stop).LastIndexOf((byte)'\n')) >= 0; stop = at)
            {
                if (TrailEntry.Read(text.AsSpan(at + 1, stop - at - 1)) is { } entry)
                {
                    yield return (end + at + 1, entry);
                }
            }

            // What has no line feed before it goes on in the block before; no line is longer than this.
            rest = stop <= AuditLine.MaxLength ? text[..stop] : [];
        }

        if (TrailEntry.Read(rest) is { } first)
        {
            yield return (0, first);
        }
    }

    private FileStream Open() => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
