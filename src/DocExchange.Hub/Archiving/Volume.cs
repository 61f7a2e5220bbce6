using DocExchange.Durability;
using LiteDB;

namespace DocExchange.Hub.Archiving;

/// <summary>
/// One volume: a LiteDB 5 file (<c>2026-01.litedb</c>) and, only while a batch is being written, its log
/// (<c>2026-01.litedb-log</c>). Owns their durability.
/// </summary>
/// <remarks>
/// A batch: pages into the log → checkpoint: seal → fsync → pages into the volume file → fsync → log emptied → fsync.
/// Before the seal is on disk a crash leaves the volume as it was; after it, opening repeats the checkpoint. So the
/// log is empty between batches, and the one volume file is complete by itself. LiteDB's own checkpoints are switched
/// off (CHECKPOINT = 0, kept in the file). Reads take a shared lock for one short call each, since a checkpoint needs the
/// file for itself.
/// </remarks>
internal sealed class Volume : IDisposable
{
    private readonly IDisk disk;
    private readonly ReaderWriterLockSlim gate = new(LockRecursionPolicy.NoRecursion);
    private VolumeFiles? files;
    private volatile bool isSuspect;

    private Volume(IDisk disk, string path)
    {
        this.disk = disk;
        Path = path;
    }

    public string Path { get; }

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>A closed volume has its manifest beside it.</summary>
    public bool IsClosed => disk.Exists(ManifestPath);

    public string ManifestPath => Path + ".json";

    private string LogPath => Path + "-log";

    /// <summary>A volume that exists; its files are opened when they are needed.</summary>
    public static Volume At(IDisk disk, string path) => new(disk, path);

    /// <summary>Makes a new, empty volume: complete under another name first, so that a crash leaves none or a whole one.</summary>
    public static Volume Create(IDisk disk, string path, Action<LiteDatabase> prepare)
    {
        var aside = path + ".new";
        disk.Delete(aside);
        disk.Delete(aside + "-log");
        using (var draft = new Volume(disk, aside))
        {
            draft.Write(database =>
            {
                database.CheckpointSize = 0;
                return 0;
            }, isTransaction: false);
            draft.Write(database =>
            {
                prepare(database);
                return 0;
            }, isTransaction: false);
        }

        disk.Delete(aside + "-log");
        disk.Publish(aside, path);
        return new Volume(disk, path);
    }

    /// <summary>One short read. The result must not depend on the database any more.</summary>
    /// <exception cref="ArchiveDamagedException">LiteDB could not make sense of the file.</exception>
    public T Read<T>(Func<LiteDatabase, T> read)
    {
        while (true)
        {
            EnsureOpen();
            gate.EnterReadLock();
            try
            {
                if (files is { } open && !isSuspect)
                {
                    return read(open.Database);
                }
            }
            catch (Exception fault) when (fault is not ArchiveDamagedException)
            {
                isSuspect = true; // LiteDB shuts an engine down on inner contradictions: take a new one next time.
                throw new ArchiveDamagedException(Name, $"it could not be read ({fault.Message})", fault);
            }
            finally
            {
                gate.ExitReadLock();
            }
        }
    }

    /// <summary>One durable, atomic batch; on an error the volume is as before, or has the batch if it was sealed already.</summary>
    public T Write<T>(Func<LiteDatabase, T> change, bool isTransaction = true)
    {
        EnsureOpen();
        gate.EnterUpgradeableReadLock();
        try
        {
            var open = RequireCaughtUp();
            try
            {
                return Commit(open, change, isTransaction);
            }
            catch (Exception fault)
            {
                var cause = open.Fault ?? fault;
                gate.EnterWriteLock();
                Shut(cause);
                gate.ExitWriteLock();
                if (ReferenceEquals(cause, fault) || cause is not IOException)
                {
                    throw;
                }

                throw cause;
            }
        }
        finally
        {
            gate.ExitUpgradeableReadLock();
        }
    }

    /// <summary>Gives out the volume's files as they stand; nobody may be writing. The log is among them only where it found no room in the volume yet.</summary>
    public void Copy(Action<string, Stream, long> take)
    {
        while (true)
        {
            EnsureOpen();
            gate.EnterReadLock();
            try
            {
                if (files is { } open)
                {
                    open.Copy(take);
                    return;
                }
            }
            finally
            {
                gate.ExitReadLock();
            }
        }
    }

    /// <summary>Lets go of the files until they are needed again.</summary>
    public void Rest()
    {
        // Somebody reads in it: it stays open, and who comes next need not wait behind this.
        if (!gate.TryEnterWriteLock(TimeSpan.Zero))
        {
            return;
        }

        try
        {
            Shut(new ObjectDisposedException(Name));
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <summary>Lets go of the files and removes the empty log, before the volume is digested.</summary>
    public void RemoveLog()
    {
        Read(_ => 0); // a sealed log is worked off on opening
        Rest();
        disk.Delete(LogPath);
    }

    public void Dispose()
    {
        Rest();
        gate.Dispose();
    }

    private T Commit<T>(VolumeFiles open, Func<LiteDatabase, T> change, bool isTransaction)
    {
        if (isTransaction)
        {
            open.Database.BeginTrans();
        }

        var result = change(open.Database);
        if (isTransaction)
        {
            open.Database.Commit();
        }

        gate.EnterWriteLock();
        try
        {
            open.Checkpoint();
        }
        finally
        {
            gate.ExitWriteLock();
        }

        return result;
    }

    private void EnsureOpen()
    {
        if (files is not null && !isSuspect)
        {
            return;
        }

        gate.EnterWriteLock();
        try
        {
            if (isSuspect)
            {
                Shut(new ObjectDisposedException(Name));
            }

            files ??= OpenFiles();
            isSuspect = false;
        }
        catch (Exception fault) when (fault is LiteException or ArgumentException or InvalidCastException or IndexOutOfRangeException or OverflowException or NullReferenceException)
        {
            throw new ArchiveDamagedException(Name, $"it could not be opened ({fault.Message})", fault);
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    // Without room for a sealed batch its pages are read from the log; nothing is written until there is room.
    private VolumeFiles OpenFiles()
    {
        try
        {
            return VolumeFiles.Open(disk, Path, LogPath, IsClosed, mayCheckpoint: true);
        }
        catch (StorageFullException)
        {
            return VolumeFiles.Open(disk, Path, LogPath, IsClosed, mayCheckpoint: false);
        }
    }

    private VolumeFiles RequireCaughtUp()
    {
        if (files is { IsBehind: true })
        {
            gate.EnterWriteLock();
            try
            {
                Shut(new ObjectDisposedException(Name));
                files = VolumeFiles.Open(disk, Path, LogPath, IsClosed, mayCheckpoint: true);
            }
            finally
            {
                gate.ExitWriteLock();
            }
        }

        return files ?? throw new ArchiveDamagedException(Name, "it was shut down by a failed read");
    }

    private void Shut(Exception reason)
    {
        files?.Shut(reason);
        files = null;
    }
}
