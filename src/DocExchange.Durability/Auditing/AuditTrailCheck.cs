using DocExchange.Trust.Digests;

namespace DocExchange.Durability.Auditing;

/// <summary>What is said elsewhere of an audit trail: how many lines it had, and the hash of the last, which covers all of them.</summary>
public readonly record struct AuditHead(long Count, Digest Head);

/// <summary>
/// Reads an audit trail from its first line and compares it with the heads that somebody else holds of it. Works beside a running
/// process; memory does not grow with the file.
/// </summary>
public sealed class AuditTrailCheck
{
    private readonly Queue<AuditHead> heads;
    private long covered;
    private (string Chinese, string English)? problem;

    private AuditTrailCheck(IEnumerable<AuditHead> heads) => this.heads = new(heads.Where(head => head.Count > 0));

    public long Lines { get; private set; }

    /// <summary>The first thing that is not as it was written; null if all is well.</summary>
    public string? Problem => problem?.English;

    /// <summary>The same in Chinese.</summary>
    public string? ProblemChinese => problem?.Chinese;

    /// <param name="heads">In the order of their counts.</param>
    public static AuditTrailCheck Run(string path, IEnumerable<AuditHead> heads, CancellationToken cancellation)
    {
        var check = new AuditTrailCheck(heads);
        if (File.Exists(path))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            check.problem = check.Read(file, cancellation);
        }

        // A head may have been stated by a batch that the file on this disk has lost since.
        check.problem ??= check.heads.TryPeek(out var missing)
            ? ($"账本中有 {missing.Count} 行的链头，审计日志只有 {check.Lines} 行：第 {check.Lines} 行之后被截断，或文件被更换", $"the ledger has a head over {missing.Count} lines, the audit trail has {check.Lines}: lines after {check.Lines} were cut off, or the file was replaced")
            : null;
        return check;
    }

    private (string Chinese, string English)? Read(FileStream file, CancellationToken cancellation)
    {
        var before = AuditLine.Beginning;
        foreach (var line in LinesOf(file))
        {
            cancellation.ThrowIfCancellationRequested();
            var number = Lines + 1;
            if (AuditLine.Split(line) is not { } split)
            {
                return ($"第 {number} 行不是审计日志的行", $"line {number} is not a line of an audit trail");
            }

            if (AuditLine.HashOf(before, split.Json) != split.Hash)
            {
                return ($"第 {number} 行被改动：该行或其前缺失的行不是当时所写", $"line {number} was altered: it, or one before it that is missing, is not what was written");
            }

            if (AuditLine.NumberOf(split.Json) != number)
            {
                return ($"第 {number} 行自称第 {AuditLine.NumberOf(split.Json)} 行：其前有行缺失或被插入", $"line {number} says it has the number {AuditLine.NumberOf(split.Json)}: lines are missing or were added before it");
            }

            (Lines, before) = (number, split.Hash);
            if (CompareHeads(before) is { } altered)
            {
                return altered;
            }
        }

        return null;
    }

    private (string Chinese, string English)? CompareHeads(Digest hash)
    {
        for (; heads.TryPeek(out var head) && head.Count == Lines; heads.Dequeue())
        {
            if (head.Head != hash)
            {
                return (
                    $"第 {covered + 1} 行至第 {Lines} 行中有行被改动，其后各行系重新生成：账本所载 {Lines} 行的链头是 {head.Head}，文件算得 {hash}",
                    $"line {covered + 1}, or one after it up to line {Lines}, was altered and all after it were made anew: the ledger has the head {head.Head} over {Lines} lines, the file gives {hash}");
            }

            covered = Lines;
        }

        return null;
    }

    // What follows the last line feed is being written at this moment, or was when the power went.
    private static IEnumerable<byte[]> LinesOf(FileStream file)
    {
        var line = new List<byte>(AuditLine.MaxLength);
        for (int next; (next = file.ReadByte()) >= 0;)
        {
            if (next == '\n')
            {
                yield return [.. line];
                line.Clear();
            }
            else if (line.Count < AuditLine.MaxLength)
            {
                line.Add((byte)next);
            }
        }
    }
}
