using DocExchange.Durability;

namespace DocExchange.Tests.Durability;

/// <summary>
/// A disk in memory that records every operation, so that a test can stop the machine after any of them, by kill -9
/// or by a power failure, and that can be full.
/// </summary>
internal sealed class RecordingDisk : IDisk
{
    private readonly Dictionary<string, MemoryFile> names = new(StringComparer.Ordinal);
    private readonly HashSet<string> openForWriting = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    public List<Operation> Operations { get; } = [];

    /// <summary>Bytes all files together may have.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>What <see cref="FreeSpace"/> says; a full disk is not always seen in advance.</summary>
    public long FreeSpaceSaid { get; set; } = long.MaxValue / 4;

    /// <summary>What <see cref="TotalSpace"/> says.</summary>
    public long TotalSpaceSaid { get; set; } = long.MaxValue / 4;

    /// <summary>Called with the kind of each operation, before it; may throw.</summary>
    public Action<Operation>? Before { get; set; }

    public IReadOnlyCollection<string> Open => openForWriting;

    /// <summary>Writes into the record that the stores have promised something.</summary>
    public void Note(string promise) => Record(new Operation.Promise(promise));

    public IDiskFile OpenShared(string path) => OpenOrCreate(path);

    public IDiskFile OpenOrCreate(string path)
    {
        lock (gate)
        {
            if (openForWriting.Contains(path))
            {
                throw new IOException($"{path} is open already.");
            }

            if (!names.TryGetValue(path, out var file))
            {
                file = new MemoryFile();
                Record(new Operation.Create(path, file));
                names[path] = file;
            }

            openForWriting.Add(path);
            return new Handle(this, path, file, isWritable: true);
        }
    }

    public IDiskFile OpenForReading(string path)
    {
        lock (gate)
        {
            return names.TryGetValue(path, out var file) ? new Handle(this, path, file, isWritable: false) : throw new FileNotFoundException("There is no such file.", path);
        }
    }

    public bool Exists(string path)
    {
        lock (gate)
        {
            return names.ContainsKey(path);
        }
    }

    public void Publish(string from, string to)
    {
        lock (gate)
        {
            Record(new Operation.Rename(from, to));
            names[to] = names[from];
            names.Remove(from);
        }

        SyncFolder(Path.GetDirectoryName(to)!);
        SyncFolder(Path.GetDirectoryName(from)!);
    }

    public void Delete(string path)
    {
        lock (gate)
        {
            if (!names.ContainsKey(path))
            {
                return;
            }

            Record(new Operation.Remove(path));
            names.Remove(path);
        }

        SyncFolder(Path.GetDirectoryName(path)!);
    }

    public void MakeFolder(string folder)
    {
    }

    public void SyncFolder(string folder) => Record(new Operation.SyncFolder(folder));

    public IReadOnlyList<string> Files(string folder)
    {
        lock (gate)
        {
            return [.. names.Keys.Where(name => Path.GetDirectoryName(name) == folder)];
        }
    }

    public IReadOnlyList<string> Folders(string folder)
    {
        lock (gate)
        {
            return [.. names.Keys.Select(name => Path.GetDirectoryName(name)!).Where(parent => Path.GetDirectoryName(parent) == folder).Distinct()];
        }
    }

    public DateTimeOffset LastWritten(string path) => DateTimeOffset.UnixEpoch;

    public void MakeReadOnly(string path)
    {
    }

    public long FreeSpace(string folder) => FreeSpaceSaid;

    public long TotalSpace(string folder) => TotalSpaceSaid;

    /// <summary>The disk after the process was killed behind the first <paramref name="count"/> operations.</summary>
    public RecordingDisk KilledAfter(int count)
    {
        var state = new CrashState();
        foreach (var operation in Operations.Take(count))
        {
            state.Apply(operation);
        }

        return From(state.Everything());
    }

    /// <summary>
    /// The disk after the power failed there: of what was not synced any part may be there, torn in sectors, and names
    /// may be old.
    /// </summary>
    public RecordingDisk PowerlessAfter(int count, Random chance)
    {
        var state = new CrashState();
        foreach (var operation in Operations.Take(count))
        {
            state.Apply(operation);
        }

        return From(state.WhatSurvives(chance));
    }

    public byte[] Read(string path)
    {
        lock (gate)
        {
            return names[path].Bytes.ToArray();
        }
    }

    public void Overwrite(string path, int offset, byte value)
    {
        lock (gate)
        {
            names[path].Write(offset, [value]);
        }
    }

    /// <summary>The same contents, their making recorded as the first operations and on disk.</summary>
    public RecordingDisk Copy()
    {
        var copy = new RecordingDisk();
        foreach (var (path, file) in names)
        {
            using (var made = copy.OpenOrCreate(path))
            {
                made.Write(0, file.Bytes);
                made.Sync();
            }

            copy.SyncFolder(Path.GetDirectoryName(path)!);
        }

        copy.Origin = copy.Operations.Count;
        return copy;
    }

    /// <summary>How many operations made the contents that the disk began with.</summary>
    public int Origin { get; private set; }

    private static RecordingDisk From(Dictionary<string, byte[]> contents)
    {
        var disk = new RecordingDisk();
        foreach (var (path, bytes) in contents)
        {
            var file = new MemoryFile();
            file.Write(0, bytes);
            disk.names[path] = file;
        }

        return disk;
    }

    private void Record(Operation operation)
    {
        lock (gate)
        {
            Before?.Invoke(operation);
            Operations.Add(operation);
        }
    }

    private sealed class Handle(RecordingDisk disk, string path, MemoryFile file, bool isWritable) : IDiskFile
    {
        public string Path => path;

        public long Length
        {
            get
            {
                lock (disk.gate)
                {
                    return file.Bytes.Length;
                }
            }
        }

        public int Read(long offset, Span<byte> buffer)
        {
            lock (disk.gate)
            {
                var count = (int)Math.Clamp(file.Bytes.Length - offset, 0, buffer.Length);
                file.Bytes.Slice((int)Math.Min(offset, file.Bytes.Length), count).CopyTo(buffer);
                return count;
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            lock (disk.gate)
            {
                Assert.That(isWritable, Is.True, $"{path} was opened for reading");
                var used = disk.names.Values.Sum(other => (long)other.Bytes.Length);
                var room = disk.Capacity - used + Math.Max(0, file.Bytes.Length - offset);
                var fits = (int)Math.Min(bytes.Length, Math.Max(0, room));
                disk.Record(new Operation.Write(file, offset, bytes[..fits].ToArray()));
                file.Write(offset, bytes[..fits]);
                if (fits < bytes.Length)
                {
                    throw new StorageFullException(path, "the test's disk has no room");
                }
            }
        }

        public void SetLength(long length)
        {
            lock (disk.gate)
            {
                disk.Record(new Operation.SetLength(file, length));
                file.SetLength((int)length);
            }
        }

        public void Sync() => disk.Record(new Operation.Sync(file));

        public void Dispose()
        {
            if (isWritable)
            {
                lock (disk.gate)
                {
                    disk.openForWriting.Remove(path);
                }
            }
        }
    }
}
