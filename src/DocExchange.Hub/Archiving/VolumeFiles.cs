using System.Runtime.ExceptionServices;
using DocExchange.Durability;
using LiteDB;
using LiteDB.Engine;

namespace DocExchange.Hub.Archiving;

/// <summary>The open files of a volume with the LiteDB engine on them.</summary>
internal sealed class VolumeFiles
{
    /// <summary>What the name of a volume file ends with.</summary>
    public const string Ending = ".litedb";

    private readonly IDiskFile dataFile;
    private readonly IDiskFile? logFile;
    private readonly VolumeData data;

    private VolumeFiles(IDisk disk, string path, string logPath, bool isReadOnly, bool mayCheckpoint)
    {
        dataFile = isReadOnly ? disk.OpenForReading(path) : disk.OpenOrCreate(path);
        try
        {
            data = new VolumeData(dataFile, isReadOnly) { IsOpenForPages = !isReadOnly };
            logFile = isReadOnly ? null : OpenLog(disk, logPath);
            Log = logFile is null ? null : new VolumeLog(logFile, data);
            Database = new LiteDatabase(Engine(isReadOnly));
            if (Log is { HasPages: true } && mayCheckpoint)
            {
                Checkpoint();
            }

            data.IsOpenForPages = false;
        }
        catch (Exception fault)
        {
            Shut(fault);
            throw;
        }
    }

    public LiteDatabase Database { get; } = null!;

    public VolumeLog? Log { get; }

    public Exception? Fault => Log?.Fault ?? data.Fault;

    /// <summary>There is a sealed log that found no room in the volume file.</summary>
    public bool IsBehind => Log is { HasPages: true } && !data.IsOpenForPages;

    public static VolumeFiles Open(IDisk disk, string path, string logPath, bool isReadOnly, bool mayCheckpoint) =>
        new(disk, path, logPath, isReadOnly, mayCheckpoint);

    public void Checkpoint()
    {
        data.IsOpenForPages = true;
        Database.Checkpoint();
        data.IsOpenForPages = false;
        if (Fault is { } fault)
        {
            ExceptionDispatchInfo.Throw(fault);
        }

        if (Log!.HasPages)
        {
            throw new InvalidOperationException($"LiteDB left the log of {dataFile.Path} in place.");
        }
    }

    /// <summary>The files without the engine.</summary>
    public void Copy(Action<string, Stream, long> take)
    {
        take(Path.GetFileName(dataFile.Path), new DiskFileStream(dataFile), dataFile.Length);
        if (Log is { HasPages: true })
        {
            take(Path.GetFileName(logFile!.Path), new DiskFileStream(logFile), logFile.Length);
        }
    }

    // The engine writes nothing on its way out: what is not sealed does not count, what is sealed is repeated.
    public void Shut(Exception reason)
    {
        data?.Stop(reason);
        Log?.Stop(reason);
        try
        {
            Database?.Dispose();
        }
        catch (Exception fault) when (fault is LiteException or IOException or InvalidOperationException or NullReferenceException)
        {
            // It was stopped for a reason already known to the caller.
        }

        Log?.Dispose();
        logFile?.Dispose();
        dataFile.Dispose();
    }

    // The log's name must be on disk before the first page of the volume changes.
    private static IDiskFile OpenLog(IDisk disk, string logPath)
    {
        var log = disk.OpenOrCreate(logPath);
        disk.SyncFolder(System.IO.Path.GetDirectoryName(logPath)!);
        return log;
    }

    private SerialEngine Engine(bool isReadOnly) => new SerialEngine(new LiteEngine(new EngineSettings
    {
        DataStream = data,
        LogStream = (Stream?)Log ?? new MemoryStream(),
        ReadOnly = isReadOnly,
        Collation = Collation.Binary, // kept in the file: keys sort by code unit on every machine
    }));
}
