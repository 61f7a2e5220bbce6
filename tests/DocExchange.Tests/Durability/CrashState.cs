namespace DocExchange.Tests.Durability;

internal abstract record Operation
{
    public sealed record Create(string Path, MemoryFile File) : Operation;

    public sealed record Write(MemoryFile File, long Offset, byte[] Bytes) : Operation;

    public sealed record SetLength(MemoryFile File, long Length) : Operation;

    public sealed record Sync(MemoryFile File) : Operation;

    public sealed record Rename(string From, string To) : Operation;

    public sealed record Remove(string Path) : Operation;

    public sealed record SyncFolder(string Folder) : Operation;

    public sealed record Promise(string What) : Operation;
}

/// <summary>Bytes that grow; what was never written is zero.</summary>
internal sealed class MemoryFile
{
    private byte[] bytes = [];
    private int length;

    public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, length);

    public void Write(long offset, ReadOnlySpan<byte> written)
    {
        var end = checked((int)offset + written.Length);
        if (end > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(end, bytes.Length * 2));
        }

        written.CopyTo(bytes.AsSpan((int)offset));
        length = Math.Max(length, end);
    }

    public void SetLength(int value)
    {
        if (value > bytes.Length)
        {
            Array.Resize(ref bytes, value);
        }

        if (value < length)
        {
            bytes.AsSpan(value, length - value).Clear();
        }

        length = value;
    }
}

/// <summary>What is on the disk and what only in the machine's memory, after some operations.</summary>
internal sealed class CrashState
{
    private const int Sector = 512;
    private const int Page = 4096;

    private readonly Dictionary<MemoryFile, (MemoryFile OnDisk, List<Operation> Pending)> files = [];
    private readonly Dictionary<string, MemoryFile> namesOnDisk = new(StringComparer.Ordinal);
    private readonly List<Operation> pendingNames = [];

    public void Apply(Operation operation)
    {
        switch (operation)
        {
            case Operation.Create create:
                files.TryAdd(create.File, (new MemoryFile(), []));
                pendingNames.Add(create);
                break;
            case Operation.Write write:
                // A disk keeps what it likes of one write as of several.
                files[write.File].Pending.AddRange(write.Bytes.Chunk(Page).Select((bytes, at) => write with { Offset = write.Offset + (at * (long)Page), Bytes = bytes }));
                break;
            case Operation.SetLength cut:
                files[cut.File].Pending.Add(cut);
                break;
            case Operation.Sync sync:
                var (onDisk, pending) = files[sync.File];
                pending.ForEach(waiting => Perform(onDisk, waiting));
                pending.Clear();
                break;
            case Operation.Rename or Operation.Remove:
                pendingNames.Add(operation);
                break;
            case Operation.SyncFolder folder:
                foreach (var name in pendingNames.Where(name => IsIn(folder.Folder, name)).ToList())
                {
                    Perform(namesOnDisk, name);
                    pendingNames.Remove(name);
                }

                break;
        }
    }

    public Dictionary<string, byte[]> Everything()
    {
        foreach (var (onDisk, pending) in files.Values)
        {
            pending.ForEach(waiting => Perform(onDisk, waiting));
            pending.Clear();
        }

        pendingNames.ForEach(name => Perform(namesOnDisk, name));
        pendingNames.Clear();
        return Contents();
    }

    public Dictionary<string, byte[]> WhatSurvives(Random chance)
    {
        foreach (var (onDisk, pending) in files.Values)
        {
            var share = chance.NextDouble();
            foreach (var waiting in pending.Where(_ => chance.NextDouble() < share))
            {
                Perform(onDisk, chance.Next(4) == 0 ? Torn(waiting, chance) : waiting);
            }
        }

        foreach (var name in pendingNames.Take(chance.Next(pendingNames.Count + 1)))
        {
            Perform(namesOnDisk, name);
        }

        return Contents();
    }

    private Dictionary<string, byte[]> Contents() => namesOnDisk.ToDictionary(name => name.Key, name => files[name.Value].OnDisk.Bytes.ToArray(), StringComparer.Ordinal);

    private static Operation Torn(Operation operation, Random chance) => operation is Operation.Write { Bytes.Length: > Sector } write
        ? write with { Bytes = write.Bytes[..(Sector * chance.Next(1, (write.Bytes.Length / Sector) + 1))] }
        : operation;

    private static void Perform(MemoryFile onDisk, Operation operation)
    {
        switch (operation)
        {
            case Operation.Write write:
                onDisk.Write(write.Offset, write.Bytes);
                break;
            case Operation.SetLength cut:
                onDisk.SetLength((int)cut.Length);
                break;
        }
    }

    private static void Perform(Dictionary<string, MemoryFile> names, Operation operation)
    {
        switch (operation)
        {
            case Operation.Create create:
                names[create.Path] = create.File;
                break;
            case Operation.Rename rename when names.Remove(rename.From, out var file):
                names[rename.To] = file;
                break;
            case Operation.Remove remove:
                names.Remove(remove.Path);
                break;
        }
    }

    // A rename across folders is one step of the journal; either folder's sync brings it, and a file's creation before it.
    private bool IsIn(string folder, Operation name) => name switch
    {
        Operation.Create create => Path.GetDirectoryName(create.Path) == folder || pendingNames.Any(later => later is Operation.Rename rename && rename.From == create.Path && IsIn(folder, rename)),
        Operation.Rename rename => Path.GetDirectoryName(rename.To) == folder || Path.GetDirectoryName(rename.From) == folder,
        Operation.Remove remove => Path.GetDirectoryName(remove.Path) == folder,
        _ => false,
    };
}
