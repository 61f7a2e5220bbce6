using DocExchange.Hub.Operations;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;

namespace DocExchange.Hub.Ledger;

/// <summary>
/// What an audit found. <paramref name="UnfinishedBytes"/> lie behind the last entry and under no checkpoint: a batch that
/// was being written, or the tail that power loss left; they are not a problem.
/// </summary>
internal sealed record LedgerAuditResult(long Entries, Digest Root, int Checkpoints, long UnfinishedBytes, IReadOnlyList<AuditProblem> Problems)
{
    public bool IsSound => Problems.Count == 0;
}

/// <summary>
/// Reads every entry of a ledger folder again and compares what follows from them with all that is stored: tiles, seals
/// and checkpoints. Believes nothing that is derived, changes nothing, and works beside a running hub. Memory does
/// not grow with the ledger. Signatures of checkpoints are not its business.
/// </summary>
internal sealed class LedgerAudit
{
    /// <summary>Further problems are counted in the last line only.</summary>
    public const int MaxProblems = 100;

    private readonly ILedgerDisk disk;
    private readonly TreeGrowth growth;
    private readonly MerkleFrontier frontier = new();
    private readonly List<AuditProblem> problems = [];
    private readonly ILookup<long, Checkpoint> checkpoints;
    private readonly long covered;
    private int further;

    private readonly Action<long, ReadOnlyMemory<byte>> each;

    private LedgerAudit(ILedgerDisk disk, Action<long, ReadOnlyMemory<byte>>? each)
    {
        this.disk = disk;
        this.each = each ?? ((_, _) => { });
        growth = new TreeGrowth(CompareTile);
        checkpoints = ReadCheckpoints().ToLookup(checkpoint => checkpoint.Size);
        covered = checkpoints.Select(group => group.Key).DefaultIfEmpty(0).Max();
    }

    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <param name="each">Given every intact entry, in order; the memory is good only until it returns.</param>
    public static LedgerAuditResult Run(string folder, Action<long, ReadOnlyMemory<byte>>? each, CancellationToken cancellation)
    {
        using var disk = FolderDisk.ForReading(folder);
        return new LedgerAudit(disk, each).Run(cancellation);
    }

    /// <summary>About how many bytes of records (<see cref="LedgerRecord"/>) there are to read.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static long SizeOf(string folder) => new DirectoryInfo(folder).EnumerateFiles("entries-*.log").Sum(segment => segment.Length);

    public static LedgerAuditResult Run(string folder, CancellationToken cancellation) => Run(folder, null, cancellation);

    internal static LedgerAuditResult Run(ILedgerDisk disk, CancellationToken cancellation) => new LedgerAudit(disk, null).Run(cancellation);

    private LedgerAuditResult Run(CancellationToken cancellation)
    {
        long unfinished = 0;
        CompareCheckpoints();
        try
        {
            var count = LedgerOpening.Count(disk.List());
            for (var number = 0; number < count; number++)
            {
                unfinished = ReadSegment(number, isLast: number == count - 1, cancellation);
            }
        }
        catch (LedgerCorruptException damage)
        {
            Report(damage.Chinese, damage.Message);
        }

        if (frontier.Size < covered)
        {
            Report($"可读 {frontier.Size} 条，但检查点已覆盖 {covered} 条。", $"{frontier.Size} entries can be read, but a checkpoint covers {covered}.");
        }

        var total = checkpoints.Sum(group => group.Count());
        return new LedgerAuditResult(frontier.Size, frontier.Root, total, unfinished, further == 0 ? problems : [.. problems, new AuditProblem($"……另有 {further} 处。", $"… and {further} more.")]);
    }

    private long ReadSegment(int number, bool isLast, CancellationToken cancellation)
    {
        var name = LedgerSegment.FileName(number);
        using var file = disk.Open(name);
        if (!LedgerSegment.HasHeader(file, frontier.Size))
        {
            return isLast && file.Length <= LedgerSegment.HeaderSize
                ? file.Length
                : throw new LedgerCorruptException(name, 0, $"自第 {frontier.Size} 条起的分段，文件头与写入时不符。", $"the header of the segment that begins with entry {frontier.Size} is not what was written.");
        }

        using var segment = LedgerSegment.Unread(number, frontier.Size, file);
        var reader = segment.ReadAll();
        while (reader.TryNext(out var entry))
        {
            cancellation.ThrowIfCancellationRequested();
            var leaf = MerkleHash.Leaf(entry.Span);
            segment.Add(LedgerRecord.SizeOf(entry));
            frontier.AppendLeaf(leaf);
            each(frontier.Size - 1, entry);
            growth.Append(leaf);
            CompareCheckpoints();
        }

        if (!reader.IsAtEnd && (!isLast || reader.Index < covered))
        {
            throw new LedgerCorruptException(name, reader.Position, $"第 {reader.Index} 条与写入时不符。", $"entry {reader.Index} is not what was written.");
        }

        CompareSeal(segment, isLast);
        return file.Length - reader.Position;
    }

    private IEnumerable<Checkpoint> ReadCheckpoints()
    {
        if (!disk.List().Contains(CheckpointLog.FileName))
        {
            return [];
        }

        using var file = disk.Open(CheckpointLog.FileName);
        return [.. CheckpointLog.ReadAll(file).Select(note => CheckpointLog.Parse(note))];
    }

    private void CompareCheckpoints()
    {
        foreach (var checkpoint in checkpoints[frontier.Size].Where(checkpoint => checkpoint.Root != frontier.Root))
        {
            Report(
                $"{CheckpointLog.FileName}：{checkpoint.Size} 条的检查点的根是 {checkpoint.Root}，各条算得 {frontier.Root}。",
                $"{CheckpointLog.FileName}: the checkpoint of {checkpoint.Size} entries has the root {checkpoint.Root}, the entries have {frontier.Root}.");
        }
    }

    private void CompareTile(int level, long index, HashTile tile)
    {
        var path = TilePath.Encode(new Tile(level, index, Tile.FullWidth));
        if (disk.TryRead(path) is { } stored && !stored.AsSpan().SequenceEqual(tile.ToBytes(tile.Width)))
        {
            Report($"{path}：所存散列与各条不符；可删除该文件，会自动重建。", $"{path}: the hashes are not those of the entries; the file can be deleted, it is made again.");
        }
    }

    private void CompareSeal(LedgerSegment segment, bool isLast)
    {
        // The last segment may have a seal when the power went between sealing it and beginning the next.
        var name = LedgerSegment.SealName(segment.Number);
        if (!isLast && disk.TryRead(name) is { } stored && !stored.AsSpan().SequenceEqual(segment.Seal(growth.Edge()).ToBytes()))
        {
            Report($"{name}：封记与其账本段不符；可删除该文件，启动时改读该段。", $"{name}: the seal does not fit its segment; the file can be deleted, the segment is then read at the start.");
        }
    }

    private void Report(string chinese, string english)
    {
        if (problems.Count < MaxProblems)
        {
            problems.Add(new AuditProblem(chinese, english));
        }
        else
        {
            further++;
        }
    }
}
