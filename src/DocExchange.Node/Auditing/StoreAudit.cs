using DocExchange.Core.Documents;
using DocExchange.Core.Operating;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Node.HubLink;
using DocExchange.Node.Inbox;
using DocExchange.Node.Keys;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;
using DocExchange.Trust.Validation;
using Microsoft.Extensions.Logging.Abstractions;

namespace DocExchange.Node.Auditing;

/// <summary>What an audit of a node's store found, for people and scripts.</summary>
/// <param name="Chains">Chains of the node's own offices.</param>
/// <param name="Files">Packages and objects.</param>
/// <param name="AuditLines">Lines of the audit trail that were read and found in order.</param>
internal sealed record StoreAuditResult(int Entries, int Chains, int Files, long AuditLines, IReadOnlyList<string> Problems)
{
    public bool Passed => Problems.Count == 0;

    /// <summary>For people: what does not hold, then what was read.</summary>
    public IEnumerable<string> Lines(VerbAnswer answer) =>
    [
        .. Problems.Select(problem => "! " + problem),
        answer.Say($"存证 {Entries} 条，本节点凭证链 {Chains} 条，文件 {Files} 个，审计日志 {AuditLines} 行。", $"{Entries} entries, {Chains} own chains, {Files} files, {AuditLines} lines of the audit trail."),
        Passed ? answer.Say("审计通过。", "The audit passed.") : answer.Say($"审计未通过：{Problems.Count} 处不符。", $"The audit failed: {Problems.Count} problems."),
    ];
}

/// <summary>
/// Verifies the node's own store without the hub: every entry's signature, every proof, the numbering of the own chains,
/// every package file and object against its name.
/// </summary>
internal sealed class StoreAudit
{
    private const int PageSize = 200;

    private readonly List<string> faults = [];
    private readonly NodeRecords records;
    private readonly ObjectFolder objects;
    private readonly DataFolder folder;
    private readonly DirectoryCopy directories;
    private readonly TrustedAuthorities authorities;
    private readonly NoteVerifier ledger;
    private readonly WorkBar? bar;

    private StoreAudit(DataFolder folder, NodeFile node, NodeRecords records, KeyRing keys, WorkBar? bar)
    {
        (this.folder, this.records, this.bar) = (folder, records, bar);
        objects = new ObjectFolder(folder);
        directories = new DirectoryCopy(records, objects, keys, new AlarmBell(records, TimeProvider.System, NullLogger<AlarmBell>.Instance));
        authorities = new TrustedAuthorities(records, objects, keys);
        ledger = NoteVerifier.Parse(node.LedgerKey);
    }

    public static async Task<StoreAuditResult> RunAsync(DataFolder folder, CancellationToken cancellation, WorkBar? bar = null)
    {
        var node = NodeFile.Read(folder);
        using var only = folder.Claim();
        using var keys = KeyRing.Open(folder, node);
        using var records = new NodeRecords(folder);
        var audit = new StoreAudit(folder, node, records, keys, bar);
        var entries = audit.CheckEntries();
        var chains = audit.CheckChains();
        var files = await audit.CheckFilesAsync(cancellation);
        var trail = AuditTrailCheck.Run(folder.AuditTrail, [], cancellation);
        if (trail.Problem is { } altered)
        {
            audit.faults.Add($"{folder.AuditTrail}: {altered}.");
        }

        return new StoreAuditResult(entries, chains, files, trail.Lines, audit.faults);
    }

    private int CheckEntries()
    {
        var count = 0;
        bar?.Begin("核验存证", "Verifying the entries", records.Entries.Count());
        // Page by page: what an entry is checked against is asked of the same database.
        for (var last = long.MinValue; records.Entries.Query().Where(Field.Above(Field.Id, last)).OrderBy(row => row.Id).Limit(PageSize).ToList() is { Count: > 0 } page; last = page[^1].Id)
        {
            page.ForEach(CheckEntry);
            count += page.Count;
            bar?.Report(count);
        }

        return count;
    }

    private void CheckEntry(EntryRow row)
    {
        var entry = ReceivedEntry.Read(row.Id, row.Entry, objects.Get);
        if (entry is not { Signed: { } signed, Entry: { } envelope })
        {
            Require(row.Fault is not null, $"entry {row.Id} is damaged: {entry.Fault}");
            return;
        }

        if (row.Fault is null && signed.Statement.Type != StatementType.DirectoryPublished)
        {
            var verdict = directories.InForceAt(row.Id) is { } directory ? authorities.Judge.Judge(signed, directory, envelope.ReceivedAt) : null;
            Require(verdict?.Indication == Indication.TotalPassed, $"entry {row.Id} ({row.Type}) is not authentic: {string.Join(" ", verdict?.Faults.Select(fault => fault.English) ?? ["no directory"])}");
        }

        if (row.Checkpoint is { } note)
        {
            Require(IsProved(row, note), $"entry {row.Id} ({row.Type}): the hub's proof does not hold");
        }
    }

    private bool IsProved(EntryRow row, byte[] note)
    {
        try
        {
            return CheckpointGuard.Proves(Checkpoint.Open(note, ledger).Checkpoint, row.Id, row.Entry, row.Proof);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    // Logged and waiting statements of a chain together: 1, 2, 3 …, each naming its predecessor.
    private int CheckChains()
    {
        var chains = records.Chains.FindAll().ToList();
        foreach (var chain in chains)
        {
            var logged = records.Entries.Find(Field.Is(nameof(EntryRow.Chain), chain.Id)).Where(row => row.Fault is null)
                .Select(row => ReceivedEntry.Read(row.Id, row.Entry, objects.Get).Signed).OfType<SignedStatement>();
            var waiting = records.Queue.Find(Field.Is(nameof(QueuedRow.Chain), chain.Id)).Select(row => SignedStatement.Parse(row.Cms, _ => row.RecipientObject));
            var all = logged.Concat(waiting).DistinctBy(signed => signed.Id).OrderBy(signed => signed.Statement.Chain.Number).ToList();
            for (var index = 0; index < all.Count; index++)
            {
                var position = all[index].Statement.Chain;
                Require(position.Number == index + 1, $"chain {chain.Id}: number {index + 1} is missing or used twice");
                Require(index == 0 || position.Previous == all[index - 1].Id, $"chain {chain.Id}: number {position.Number} does not name its predecessor");
            }

            Require(chain.Next == all.Count + 1, $"chain {chain.Id}: the next number should be {all.Count + 1}, not {chain.Next}");
        }

        return chains.Count;
    }

    private async Task<int> CheckFilesAsync(CancellationToken cancellation)
    {
        var files = Directory.EnumerateFiles(folder.Objects).Concat(Directory.EnumerateFiles(folder.Packages)).Where(path => Digest.TryParse(Path.GetFileName(path), out _)).ToList();
        var read = 0L;
        bar?.Begin("核验文件", "Verifying the files", files.Sum(path => new FileInfo(path).Length));
        foreach (var path in files)
        {
            await using var file = File.OpenRead(path);
            Require(await Digest.OfAsync(file, cancellation) == Digest.Parse(Path.GetFileName(path)), $"{path} is not what its name says");
            bar?.Report(read += file.Length);
        }

        var shelf = new PackageShelf(folder);
        foreach (var row in records.Packages.FindAll().Where(row => row.State != PackageState.Wanted))
        {
            Require(shelf.Has(PackageId.Parse(row.Package)), $"the package {row.Package} is missing");
        }

        return files.Count;
    }

    private void Require(bool holds, string fault)
    {
        if (!holds)
        {
            faults.Add(fault);
        }
    }
}
