namespace DocExchange.FaultTests.Disks;

/// <summary>When the failing write fails.</summary>
internal enum Moment
{
    /// <summary>Nothing of it is there.</summary>
    Before,

    /// <summary>It is there, and whoever wrote it is told that it failed.</summary>
    After,
}

/// <summary>
/// Counts what stores do to their disks, of all stores that share it, and lets one of these writes fail, once. What is written to one
/// file without a sync between counts as one write, which fails at its first piece: so of a transaction of several pages
/// there is then nothing, or the first page. Safe for concurrent use.
/// </summary>
internal sealed class WriteFault
{
    private const int ReadOnlyFileSystem = 30; // EROFS

    private readonly Lock gate = new();
    private int countdown = -1;
    private Moment moment;
    private string? lastWritten;

    /// <summary>What failed; null while nothing has.</summary>
    public string? Failed { get; private set; }

    /// <summary>Nothing is written and nothing opened for writing, as on a file system that was made read-only, until this is false again.</summary>
    public bool IsReadOnly { get; set; }

    /// <summary>Of whatever is opened for writing.</summary>
    /// <exception cref="IOException">EROFS.</exception>
    public void RequireWritable(string path)
    {
        if (IsReadOnly)
        {
            throw new IOException($"Read-only file system : '{path}'", ReadOnlyFileSystem);
        }
    }

    /// <summary>The write after so many more fails.</summary>
    public void Arm(int after, Moment at)
    {
        lock (gate)
        {
            (countdown, moment, Failed) = (after, at, null);
        }
    }

    public void Disarm()
    {
        lock (gate)
        {
            countdown = -1;
        }
    }

    /// <summary>A sync: on a file system that is read-only it succeeds, and is one of these all the same.</summary>
    public void PassSync(string what) => Pass(what, () => { }, null, isWrite: false);

    /// <param name="what">Named when it fails.</param>
    /// <param name="write">Does it.</param>
    /// <param name="file">Whose bytes are written; null for everything else.</param>
    public void Pass(string what, Action write, string? file = null) => Pass(what, write, file, isWrite: true);

    private void Pass(string what, Action write, string? file, bool isWrite)
    {
        if (isWrite)
        {
            RequireWritable(what);
        }

        if (!IsNext(what, file))
        {
            write();
            return;
        }

        if (moment == Moment.After)
        {
            write();
        }

        throw new IOException($"The test's disk failed ({moment}): {what}.");
    }

    private bool IsNext(string what, string? file)
    {
        lock (gate)
        {
            var goesOn = file is not null && file == lastWritten;
            lastWritten = file;
            if (goesOn || countdown < 0 || countdown-- > 0)
            {
                return false;
            }

            Failed = what;
            return true;
        }
    }
}
