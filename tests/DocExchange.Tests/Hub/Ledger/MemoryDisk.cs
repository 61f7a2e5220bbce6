using DocExchange.Hub.Ledger;

namespace DocExchange.Tests.Hub.Ledger;

internal enum DiskStep
{
    BeforeWrite,
    AfterWrite,
    BeforeSync,
    AfterSync,
    BeforeTruncate,
    BeforeReplace,
    AfterReplace,
    BeforeFolderSync,
}

/// <summary>
/// A disk that knows what was synced and what was not, so that a test can let the power go, and that can fail before or
/// after each step.
/// </summary>
internal sealed class MemoryDisk : ILedgerDisk
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, MemoryFile> names = [];
    private readonly Dictionary<string, MemoryFile> durableNames = [];

    /// <summary>Called at every step with the file's name; throws what the disk is to throw.</summary>
    public Action<DiskStep, string>? Step { get; set; }

    /// <summary>The process was killed: the operating system still has everything.</summary>
    public MemoryDisk AfterKill() => Copy(names, file => (file.Current, file.Durable), durableNames.ContainsKey);

    /// <summary>The power went: what was not synced is there, is not, or is there in part.</summary>
    public MemoryDisk AfterPowerLoss(Random chance)
    {
        var survivors = new Dictionary<string, MemoryFile>(durableNames);
        foreach (var (name, file) in names.Where(_ => chance.Next(2) == 0))
        {
            survivors[name] = file;
        }

        return Copy(survivors, file => file.Torn(chance) is var left ? (left, left) : default, _ => true);
    }

    public byte[] Content(string name) => names[name].Current;

    public void Set(string name, byte[] content) => names[name] = durableNames[name] = new MemoryFile(this, name) { Current = content, Durable = content };

    public void Delete(string name)
    {
        names.Remove(name);
        durableNames.Remove(name);
    }

    public IReadOnlyList<string> Names() => [.. names.Keys.Order(StringComparer.Ordinal)];

    public IReadOnlyList<string> List() => [.. Names().Where(name => !name.Contains('/'))];

    public ILedgerFile Open(string name)
    {
        lock (gate)
        {
            return names.TryGetValue(name, out var file) ? file : names[name] = new MemoryFile(this, name);
        }
    }

    public void SyncFolder()
    {
        Step?.Invoke(DiskStep.BeforeFolderSync, "");
        foreach (var (name, file) in names)
        {
            durableNames[name] = file;
        }
    }

    public byte[]? TryRead(string path)
    {
        lock (gate)
        {
            return names.TryGetValue(path, out var file) ? file.Current : null;
        }
    }

    public void Replace(string path, ReadOnlySpan<byte> content, bool isDurable)
    {
        Step?.Invoke(DiskStep.BeforeReplace, path);
        var file = new MemoryFile(this, path) { Current = content.ToArray() };
        lock (gate)
        {
            names[path] = file;
        }

        if (isDurable)
        {
            file.Durable = file.Current;
            durableNames[path] = file;
        }

        Step?.Invoke(DiskStep.AfterReplace, path);
    }

    public void Dispose()
    {
    }

    private static MemoryDisk Copy(Dictionary<string, MemoryFile> files, Func<MemoryFile, (byte[] Current, byte[] Durable)> content, Func<string, bool> isDurable)
    {
        var copy = new MemoryDisk();
        foreach (var (name, file) in files)
        {
            var (current, durable) = content(file);
            copy.names[name] = new MemoryFile(copy, name) { Current = current, Durable = durable };
            if (isDurable(name))
            {
                copy.durableNames[name] = copy.names[name];
            }
        }

        return copy;
    }

    private sealed class MemoryFile(MemoryDisk disk, string name) : ILedgerFile
    {
        // Replaced, never changed, so that readers need no lock.
        public byte[] Current { get; set; } = [];

        public byte[] Durable { get; set; } = [];

        // After a failed sync the kernel calls clean what is not on disk, until it is written again.
        private bool IsForgotten { get; set; }

        public long Length => Current.Length;

        public byte[] Torn(Random chance)
        {
            if (chance.Next(3) == 0 || !Current.AsSpan().StartsWith(Durable))
            {
                return chance.Next(2) == 0 ? Durable : Current;
            }

            var left = Current[..chance.Next(Durable.Length, Current.Length + 1)];
            if (left.Length > Durable.Length && chance.Next(2) == 0)
            {
                // The length reached the disk, a part of the data did not.
                left.AsSpan(chance.Next(Durable.Length, left.Length)).Clear();
            }

            return left;
        }

        public int Read(Span<byte> buffer, long offset)
        {
            var now = Current;
            var count = (int)Math.Clamp(now.Length - offset, 0, buffer.Length);
            now.AsSpan((int)Math.Min(offset, now.Length), count).CopyTo(buffer);
            return count;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            disk.Step?.Invoke(DiskStep.BeforeWrite, name);
            var written = new byte[Math.Max(Current.Length, offset + bytes.Length)];
            Current.CopyTo(written, 0);
            bytes.CopyTo(written.AsSpan((int)offset));
            (Current, IsForgotten) = (written, false);
            disk.Step?.Invoke(DiskStep.AfterWrite, name);
        }

        public void Truncate(long length)
        {
            disk.Step?.Invoke(DiskStep.BeforeTruncate, name);
            (Current, IsForgotten) = (Current[..(int)length], false);
        }

        public void Sync()
        {
            try
            {
                disk.Step?.Invoke(DiskStep.BeforeSync, name);
            }
            catch
            {
                IsForgotten = true;
                throw;
            }

            Durable = IsForgotten ? Durable : Current;
            disk.Step?.Invoke(DiskStep.AfterSync, name);
        }

        public void Dispose()
        {
        }
    }
}
