using System.Security.Cryptography;
using LiteDB;
using LiteDB.Engine;

namespace DocExchange.Durability;

/// <summary>
/// A LiteDB file whose transactions take two syncs each. LiteDB on a file name syncs every page it writes to its log, ten and
/// more a transaction. Here the pages of a transaction are synced together, then the page that confirms it by itself: after
/// a power failure a confirmed transaction has all its pages. The two files are LiteDB's own, unchanged; a third has a
/// checksum of each page of the data file (<see cref="PageSums"/>).
/// </summary>
/// <remarks>
/// LiteDB may write pages on another thread after its Commit has returned. <see cref="Write{T}"/> waits for them: each of its
/// transactions writes a mark of its own, so that it is known in the log among those LiteDB makes of its own accord.
/// <para/>
/// After a write that failed nothing is written any more, and LiteDB may shut down and answer nobody. So <see cref="Broken"/>
/// is for whoever runs the process: it has to end and start again, which also forgets what memory holds of a transaction
/// that is not on disk.
/// </remarks>
public sealed class DurableDatabase : IDisposable
{
    private const string Marks = "commits";
    private const int MarkBytes = 16;

    private readonly IDiskFile data;
    private readonly IDiskFile log;
    private readonly PageSums sums;
    private readonly PageFault fault;
    private readonly LogStream pages;
    private readonly CancellationTokenSource broken = new();
    private readonly PageGate gate = new();
    private readonly Lock writing = new();

    /// <exception cref="IOException">Another process has the database open.</exception>
    /// <exception cref="PageDamagedException">The disk changed the data file since it was written.</exception>
    public DurableDatabase(IDisk disk, string path, BsonMapper? mapper = null, Collation? collation = null)
    {
        data = disk.OpenOrCreate(path);
        try
        {
            log = disk.OpenOrCreate(LogOf(path));
            if (data.Length == 0)
            {
                // What is left of a file that was removed belongs to nothing.
                log.SetLength(0);
            }

            // The names must be on disk before what is in the files counts.
            disk.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
            sums = PageSums.Open(disk, data, log);
            fault = new PageFault(Break);
            pages = new LogStream(log, gate, fault);
            Database = new LiteDatabase(new SerialEngine(new LiteEngine(new EngineSettings { DataStream = new DataStream(data, sums, gate, fault), LogStream = pages, Collation = collation })), mapper);
            // Makes the mark: a reader beside the first transaction must not meet a collection in the making.
            _ = Write(() => true);
        }
        catch
        {
            sums?.Dispose();
            log?.Dispose();
            data.Dispose();
            fault?.Throw();
            throw;
        }
    }

    public LiteDatabase Database { get; }

    /// <summary>Cancelled when the database serves no more: a write failed, or LiteDB shut down at something it could not read.</summary>
    public CancellationToken Broken => broken.Token;

    /// <summary>The write that failed, or the damage that was found; null while there is none.</summary>
    public Exception? Fault => fault.First;

    /// <summary>What a program ends with that has a database which is <see cref="Broken"/>: why, where that is known.</summary>
    /// <param name="program">hub or node.</param>
    public static IOException MustStartAgain(string program, Exception? why) => why as PageDamagedException ?? (IOException?)StorageException.CauseOf(why)
        ?? new IOException($"A database of the {program} could not be read or written; the {program} has to be started again. {why?.Message}", why);

    /// <summary>The files of a database: data, log and checksums.</summary>
    public static IReadOnlyList<string> FilesOf(string path) => [path, LogOf(path), PageSums.Of(path)];

    /// <summary>Where LiteDB keeps the log of a database file.</summary>
    public static string LogOf(string path) => Path.ChangeExtension(path, null) + "-log" + Path.GetExtension(path);

    /// <summary>
    /// One transaction, on disk when this returns and undone when its work throws. One at a time; a write within a write
    /// belongs to the outer one.
    /// </summary>
    /// <exception cref="IOException">The disk failed: when the database is opened again the transaction is there, or not.</exception>
    public T Write<T>(Func<T> work)
    {
        lock (writing)
        {
            try
            {
                return Begin() ? Commit(work) : work();
            }
            catch (Exception failure) when (failure is LiteException or ObjectDisposedException or NullReferenceException)
            {
                // A database that was shut down says only that; the reason is better.
                fault.Throw();
                throw;
            }
        }
    }

    /// <summary>
    /// Gives out both files as they stood at one moment: opened together, they have every transaction that had returned when
    /// this was called, and none by halves. Transactions go on meanwhile, until LiteDB wants to work its log into the data file after
    /// one: then that one waits, and everybody behind it. So take them to a disk that is as fast as this one.
    /// </summary>
    /// <param name="take">Given a file's name, its content and how many bytes of it count; the stream is good until it returns.</param>
    public void Copy(Action<string, Stream, long> take) => gate.Copy(() =>
    {
        var length = gate.Still(() => data.Length);
        take(Path.GetFileName(data.Path), new DiskFileStream(data), length);
        take(Path.GetFileName(log.Path), new DiskFileStream(log), gate.Still(() => log.Length));
    });

    public void Dispose()
    {
        Database.Dispose();
        sums.Dispose();
        log.Dispose();
        data.Dispose();
    }

    /// <exception cref="IOException">A write failed: whatever else was said of the database, this is why.</exception>
    public void ThrowIfFaulted() => fault.Throw();

    private bool Begin()
    {
        try
        {
            return Database.BeginTrans();
        }
        catch (Exception shut) when (shut is ObjectDisposedException or NullReferenceException or LiteException { ErrorCode: LiteException.ENGINE_DISPOSED })
        {
            Break();
            throw;
        }
    }

    private T Commit<T>(Func<T> work)
    {
        var mark = RandomNumberGenerator.GetBytes(MarkBytes);
        try
        {
            var result = work();
            pages.Await(mark);
            Database.GetCollection(Marks).Upsert(new BsonDocument { ["_id"] = 1, ["transaction"] = mark });
            Database.Commit();
            pages.Wait();
            return result;
        }
        catch
        {
            Undo();
            throw;
        }
    }

    private void Undo()
    {
        try
        {
            Database.Rollback();
        }
        catch (Exception isShut) when (isShut is LiteException or IOException or ObjectDisposedException or NullReferenceException)
        {
            Break();
        }
    }

    // Never on the thread that found out: it may hold what they who are told wait for.
    private void Break() => _ = broken.CancelAsync();
}
