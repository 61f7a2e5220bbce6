using DocExchange.Trust.Digests;

namespace DocExchange.Durability.Auditing;

/// <summary>
/// The file of all acts by persons at a hub or a node, one hash-chained line each (<see cref="AuditLine"/>). Whoever holds
/// an older head of it can tell that its past was changed. Safe for concurrent use.
/// </summary>
public sealed class AuditTrail : IDisposable
{
    private readonly Lock writing = new();
    private readonly Lock syncing = new();
    private readonly IDiskFile file;
    private readonly TimeProvider clock;

    // What is on disk, and what is written but may not be; equal while nobody waits.
    private Extent durable;
    private Extent written;
    private Failure? failed;
    private bool isDoubtful;

    private AuditTrail(IDiskFile file, TimeProvider clock, Extent extent)
    {
        this.file = file;
        this.clock = clock;
        (durable, written) = (extent, extent);
        isDoubtful = file.Length != extent.Length;
    }

    /// <summary>Lines that are on disk.</summary>
    public long Count => Now().Count;

    /// <summary>Bytes of these lines.</summary>
    public long Length
    {
        get
        {
            lock (writing)
            {
                return durable.Length;
            }
        }
    }

    /// <summary>The hash of the last line, which covers all of them.</summary>
    public Digest Head => Now().Head;

    /// <summary>Goes on behind the last whole line; half a line that a crash left, which nobody was told of, is cut off.</summary>
    /// <exception cref="IOException">The last line is not one that was written here.</exception>
    public static AuditTrail Open(string path, IDisk disk, TimeProvider clock)
    {
        var isNew = !disk.Exists(path);
        var file = disk.OpenShared(path);
        try
        {
            if (isNew)
            {
                disk.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
            }

            var (length, last) = LastLine(file);
            if (last.Length == 0)
            {
                return new AuditTrail(file, clock, new Extent(length, 0, AuditLine.Beginning));
            }

            return AuditLine.Split(last) is { } split && AuditLine.NumberOf(split.Json) is { } number
                ? new AuditTrail(file, clock, new Extent(length, number, split.Hash))
                : throw new IOException($"The last line of the audit trail {path} is not one that was written there. Keep the file as evidence under another name, then start again.");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Returns when the line is on disk. Those who come at the same time share one sync.</summary>
    /// <returns>Its number.</returns>
    /// <exception cref="IOException">It could not be written; the act must not be done.</exception>
    public long Append(AuditedAct act)
    {
        Extent own;
        Failure? before;
        lock (writing)
        {
            if (isDoubtful)
            {
                file.SetLength(written.Length);
                isDoubtful = false;
            }

            var (line, hash) = AuditLine.Write(written.Count + 1, written.Head, clock.GetUtcNow(), act);
            isDoubtful = true;
            file.Write(written.Length, line);
            isDoubtful = false;
            written = own = new Extent(written.Length + line.Length, written.Count + 1, hash);
            before = failed;
        }

        Sync(own, before);
        return own.Count;
    }

    /// <summary>Count and head of one moment.</summary>
    public (long Count, Digest Head) Now()
    {
        lock (writing)
        {
            return (durable.Count, durable.Head);
        }
    }

    public void Dispose() => file.Dispose();

    private void Sync(Extent own, Failure? before)
    {
        using var _ = syncing.EnterScope();
        Extent all;
        lock (writing)
        {
            // A sync that failed since has dropped this line with the others that waited for it.
            if (failed != before)
            {
                throw new IOException("The line could not be brought to disk with others and was dropped.", failed!.Fault);
            }

            if (durable.Count >= own.Count)
            {
                return;
            }

            all = written;
        }

        try
        {
            file.Sync();
        }
        catch (Exception fault)
        {
            lock (writing)
            {
                (written, failed, isDoubtful) = (durable, new Failure(fault), true);
            }

            throw;
        }

        lock (writing)
        {
            durable = all;
        }
    }

    private static (long Length, byte[] Last) LastLine(IDiskFile file)
    {
        // Half a line behind the last whole one: two lines at most.
        var tail = new byte[Math.Min(file.Length, 2 * AuditLine.MaxLength)];
        var start = file.Length - tail.Length;
        file.Read(start, tail);
        var end = tail.AsSpan().LastIndexOf((byte)'\n');
        if (end < 0)
        {
            return start == 0 ? (0, []) : throw new IOException($"The audit trail {file.Path} does not end in a line. Keep it as evidence under another name, then start again.");
        }

        return (start + end + 1, tail[(tail.AsSpan(0, end).LastIndexOf((byte)'\n') + 1)..end]);
    }

    private readonly record struct Extent(long Length, long Count, Digest Head);

    // Compared by reference: one a failed sync.
    private sealed class Failure(Exception fault)
    {
        public Exception Fault => fault;
    }
}
