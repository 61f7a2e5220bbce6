using System.Security.Cryptography;
using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Operating;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Stamping;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Validation;

namespace DocExchange.Hub.Operations;

/// <summary>What an audit found, for people and scripts.</summary>
/// <param name="AuditLines">Lines of the audit trail that were read and found in order.</param>
/// <param name="AuditHeads">Heads of it that the ledger holds.</param>
/// <param name="Volumes">The closed volumes the ledger names.</param>
internal sealed record HubAuditResult(
    long Entries, string Root, int Checkpoints, int Statements, int Chains, long AuditLines, int AuditHeads, IReadOnlyList<AuditedVolume> Volumes, IReadOnlyList<AuditProblem> Problems)
{
    public required StampAuditResult Timestamps { get; init; }

    /// <summary>For scripts: the problems as sentences in the reader's language, as the report of a backup has them.</summary>
    public object Told(VerbAnswer answer) => new
    {
        Entries,
        Root,
        Checkpoints,
        Statements,
        Chains,
        AuditLines,
        AuditHeads,
        Volumes,
        Problems = Problems.Select(problem => answer.Say(problem.Chinese, problem.English)),
        Timestamps,
    };

    /// <summary>For people: what does not hold, then what was read.</summary>
    public IEnumerable<string> Lines(VerbAnswer answer) =>
    [
        .. Problems.Select(problem => "! " + answer.Say(problem.Chinese, problem.English)),
        .. Volumes.Select(volume => $"  {answer.Say(volume.Chinese, volume.State)}  {volume.File}  {volume.Sha256}"),
        answer.Say($"账本 {Entries} 条，根 {Root}；检查点 {Checkpoints} 个，凭证 {Statements} 份，凭证链 {Chains} 条。", $"{Entries} entries, root {Root}; {Checkpoints} checkpoints, {Statements} statements, {Chains} chains."),
        answer.Say($"审计日志 {AuditLines} 行，账本存有其链头 {AuditHeads} 个；时间戳 {Timestamps.Stamps} 个，有效 {Timestamps.Passed} 个。", $"{AuditLines} lines of the audit trail, {AuditHeads} heads of it in the ledger; {Timestamps.Stamps} time-stamps, {Timestamps.Passed} in order."),
        Problems.Count == 0 ? answer.Say("审计通过。", "The audit passed.") : answer.Say($"审计未通过：{Problems.Count} 处不符。", $"The audit failed: {Problems.Count} problems."),
    ];
}

/// <param name="Sha256">As the ledger has it.</param>
/// <param name="State"><c>intact</c>, <c>altered</c> or <c>absent</c>.</param>
internal sealed record AuditedVolume(string Volume, string File, string Sha256, string State)
{
    public const string Intact = "intact";
    public const string Altered = "altered";
    public const string Absent = "absent";

    internal string Chinese => State switch { Intact => "完好", Altered => "已被改动", _ => "缺失" };
}

/// <summary>What does not hold.</summary>
internal sealed record AuditProblem(string Chinese, string English);

/// <summary>
/// Believes nothing: reads the ledger again from its first byte, rebuilds the tree, compares every stored checkpoint,
/// follows every chain, and judges every statement's signature under the directory that was in force at its index.
/// Works beside a running hub.
/// </summary>
internal sealed class HubAudit
{
    private const int MaxProblems = 1_000;
    private const int PieceSize = 1024 * 1024;

    private readonly Dictionary<string, ChainPosition> chains = [];
    private readonly Dictionary<string, StatementId> heads = [];
    private readonly List<AuditProblem> problems = [];
    private readonly List<AuditHead> auditHeads = [];
    private readonly Dictionary<string, VolumeClosedBody> closedVolumes = [];
    private readonly IObjectStore objects;
    private readonly StampAudit stamps;
    private readonly WorkBar? bar;
    private OfficeDirectory? directory;
    private StatementJudge judge = new(TrustStore.Empty);
    private int statements;
    private long read;

    private HubAudit(IObjectStore objects, HubSettings settings, WorkBar? bar)
    {
        (this.objects, this.bar) = (objects, bar);
        stamps = new StampAudit(objects, settings.LedgerOrigin);
    }

    /// <param name="copies">Files elsewhere that are said to be copies of closed volumes.</param>
    /// <param name="clock">By whose time the time-stamps are judged; null for the machine's.</param>
    public static async Task<HubAuditResult> RunAsync(HubFolder folder, IReadOnlyList<string> copies, CancellationToken cancellation, TimeProvider? clock = null, WorkBar? bar = null)
    {
        var settings = HubSettings.Read(folder.Settings);
        var audit = new HubAudit(new FileObjectStore(folder.Objects, new LocalDisk()), settings, bar);
        bar?.Begin("审计账本", "Auditing the ledger", LedgerAudit.SizeOf(folder.Ledger));
        var tree = LedgerAudit.Run(folder.Ledger, audit.Check, cancellation);
        var trail = AuditTrailCheck.Run(folder.AuditTrail, audit.auditHeads, cancellation);
        if (trail.Problem is { } altered)
        {
            audit.problems.Add(new AuditProblem($"审计日志 {folder.AuditTrail} 与其哈希链或账本所存链头不符：{trail.ProblemChinese}。", $"{folder.AuditTrail}: {altered}."));
        }

        var volumes = await audit.CompareVolumesAsync(folder, copies, cancellation);
        var own = audit.directory?.Authorities ?? [];
        var stamps = audit.stamps.Judge(StampAudit.TrustOf(folder, settings, own), own, (clock ?? TimeProvider.System).GetUtcNow(), (index, chinese, english) => audit.Report(index, OfStamp(chinese), english));
        return new HubAuditResult(
            tree.Entries, tree.Root.ToString(), tree.Checkpoints, audit.statements, audit.heads.Count, trail.Lines, audit.auditHeads.Count, volumes, [.. tree.Problems, .. audit.problems])
        {
            Timestamps = stamps,
        };
    }

    private async Task<List<AuditedVolume>> CompareVolumesAsync(HubFolder folder, IReadOnlyList<string> copies, CancellationToken cancellation)
    {
        var compared = new List<AuditedVolume>();
        string[] paths = [.. closedVolumes.Keys.Order(VolumeNames.Order).Select(volume => Path.Combine(folder.Archive, volume + VolumeFiles.Ending)), .. copies];
        bar?.Begin("核对档案卷", "Comparing the volumes", paths.Where(File.Exists).Sum(path => new FileInfo(path).Length));
        read = 0;
        foreach (var path in paths)
        {
            var volume = Path.GetFileNameWithoutExtension(path);
            if (!closedVolumes.TryGetValue(volume, out var stated))
            {
                problems.Add(new AuditProblem(
                    $"{path}：账本中没有已封的档案卷“{volume}”。请用它在 archive 目录中的文件名。", $"{path}: the ledger has no closed volume '{volume}'. Give the file the name it had in the archive."));
                continue;
            }

            var state = !File.Exists(path) ? AuditedVolume.Absent : await DigestOfAsync(path, cancellation) == stated.Content ? AuditedVolume.Intact : AuditedVolume.Altered;
            var found = new AuditedVolume(volume, path, stated.Content.ToString(), state);
            compared.Add(found);
            if (state != AuditedVolume.Intact)
            {
                problems.Add(new AuditProblem(
                    $"{path}：已封的档案卷{found.Chinese}，账本所载 SHA-256 为 {stated.Content}。请从备份恢复。",
                    $"{path}: the closed volume is {state}; the ledger has its SHA-256 {stated.Content}. Restore it from a backup."));
            }
        }

        return compared;
    }

    private async Task<Digest> DigestOfAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceSize];
        for (int length; (length = await file.ReadAsync(piece, cancellation)) > 0;)
        {
            hash.AppendData(piece, 0, length);
            Count(length);
        }

        return Digest.FromBytes(hash.GetHashAndReset());
    }

    private void Check(long index, ReadOnlyMemory<byte> bytes)
    {
        stamps.Take(bytes, Judge(index, bytes), (chinese, english) => Report(index, OfStamp(chinese), english));
        Count(LedgerRecord.SizeOf(bytes));
    }

    private void Count(long bytes)
    {
        read += bytes;
        bar?.Report(read);
    }

    /// <returns>Null where the entry holds no statement that can be read and whose signature is good.</returns>
    private Statement? Judge(long index, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var entry = LedgerEntry.Parse(bytes);
            var signed = SignedStatement.Parse(entry.Statement, objects.Get);
            var published = signed.Statement.Issuer.IsHub ? signed.Statement.Body as DirectoryPublishedBody : null;
            if (published is not null && directory is null)
            {
                TakeDirectory(index, published);
            }

            FollowChain(index, signed);
            var verdict = judge.Judge(signed, directory ?? throw new WordedFormatException("它之前还没有机构目录。", "it comes before any office directory"), entry.ReceivedAt);
            // A key counts from the entry after the one that binds it; only the first directory binds its own signer.
            if (published is not null && published.Version != directory.Version)
            {
                TakeDirectory(index, published);
            }

            if (verdict.Indication != Indication.TotalPassed)
            {
                Report(index, string.Concat(verdict.Faults.Select(fault => fault.Chinese)), string.Join(" ", verdict.Faults.Select(fault => fault.English)));
            }
            else
            {
                Note(signed.Statement);
            }

            statements++;
            return verdict.Indication == Indication.TotalPassed ? signed.Statement : null;
        }
        catch (FormatException fault)
        {
            Report(index, FaultWords.Of(fault), fault.Message);
            return null;
        }
    }

    private void Note(Statement statement)
    {
        switch (statement)
        {
            case { Issuer.IsHub: true, Body: AuditHeadBody head }:
                auditHeads.Add(new AuditHead(head.Count, head.Head));
                break;
            case { Issuer.IsHub: true, Body: VolumeClosedBody closed }:
                closedVolumes.TryAdd(closed.Volume, closed);
                break;
        }
    }

    private void TakeDirectory(long index, DirectoryPublishedBody published)
    {
        var bytes = objects.Get(published.Directory) ?? throw new WordedFormatException($"objects 中缺少机构目录 {published.Directory}。", $"the directory {published.Directory} is missing from objects");
        var next = OfficeDirectoryXml.Read(bytes);
        if (next.Version != (directory?.Version ?? 0) + 1 || next.Version != published.Version)
        {
            Report(index, $"机构目录第 {directory?.Version ?? 0} 版之后是第 {next.Version} 版。", $"directory version {next.Version} follows {directory?.Version ?? 0}");
        }

        directory = next;
        judge = new StatementJudge(TrustStore.Of(next.Authorities, []));
    }

    private void FollowChain(long index, SignedStatement signed)
    {
        var chain = signed.Statement.Chain;
        if (chains.TryGetValue(chain.ChainId, out var last))
        {
            if (chain.Number <= last.Number)
            {
                Report(index, $"同号不同文：{signed.Statement.Issuer} 在凭证链 {chain.ChainId} 上另有一份第 {chain.Number} 号凭证。", $"equivocation: {signed.Statement.Issuer} made another number {chain.Number} of chain {chain.ChainId}");
                return;
            }

            if (chain.Number != last.Number + 1 || chain.Previous != heads[chain.ChainId])
            {
                Report(index, $"凭证链 {chain.ChainId} 在第 {last.Number} 号与第 {chain.Number} 号之间断开。", $"chain {chain.ChainId} is broken between {last.Number} and {chain.Number}");
            }
        }
        else if (chain.Number != 1)
        {
            Report(index, $"凭证链 {chain.ChainId} 从第 {chain.Number} 号开始。", $"chain {chain.ChainId} begins with number {chain.Number}");
        }

        chains[chain.ChainId] = chain;
        heads[chain.ChainId] = signed.Id;
    }

    private static string OfStamp(string chinese) => $"时间戳有误：{chinese}。";

    private void Report(long index, string chinese, string english)
    {
        if (problems.Count < MaxProblems)
        {
            problems.Add(new AuditProblem($"账本第 {index} 条：{chinese}", $"Entry {index}: {english}"));
        }
    }
}
