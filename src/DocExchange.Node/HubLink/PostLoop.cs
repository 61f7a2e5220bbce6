using System.Globalization;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.Desk;
using DocExchange.Node.Inbox;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Merkle;
using Microsoft.Extensions.Options;

namespace DocExchange.Node.HubLink;

/// <summary>
/// Brings the queue to the ledger: keeps each proof, sets refused statements aside, and finds the way back where node and
/// hub disagree about the head of a chain.
/// </summary>
internal sealed partial class PostLoop(
    NodeRecords records,
    ObjectFolder objects,
    StatementQueue queue,
    EntryBook book,
    UploadLoop uploads,
    Listing listing,
    Acknowledgements acknowledgements,
    CheckpointGuard checkpoints,
    LinkStatus status,
    AlarmBell alarms,
    IOptions<HubLinkOptions> options,
    ILogger<PostLoop> logger)
{
    public async Task RunAsync(HubChannel hub, Action succeeded, CancellationToken cancellation)
    {
        await status.WaitUntilCaughtUpAsync(cancellation);
        IReadOnlyList<QueuedRow> prelude = [];
        while (true)
        {
            using var session = new PostSession(queue, options.Value.Window, logged =>
            {
                Keep(logged);
                succeeded();
            });
            var refusals = await session.RunAsync(hub, prelude, cancellation);
            prelude = [];
            foreach (var first in refusals.DistinctBy(refusal => refusal.Row.Chain))
            {
                prelude = [.. prelude, .. await ResolveAsync(first, cancellation)];
            }
        }
    }

    private void Keep(IReadOnlyList<PostLogged> logged)
    {
        var proven = new List<(PostLogged Logged, OwnEntry Own)>();
        try
        {
            Prove(logged, proven);
        }
        finally
        {
            // What was proven before a fault counts.
            Keep(proven);
        }
    }

    private void Prove(IReadOnlyList<PostLogged> logged, List<(PostLogged Logged, OwnEntry Own)> proven)
    {
        var opened = new OpenedNote([], null);
        foreach (var each in logged)
        {
            if (each.Row.RecipientObject is { } recipients)
            {
                objects.Put(recipients);
            }

            // Those answered together mostly come with one checkpoint.
            opened = opened.Note.AsSpan().SequenceEqual(each.Logged.Checkpoint.Span) ? opened : new OpenedNote(each.Logged.Checkpoint.ToByteArray(), checkpoints.Open(each.Logged.Checkpoint.Span));
            var own = ProofOf(each, opened) ?? throw Unproven(each, opened.Note);

            // Two at one place are two contradicting ledgers: seen when the second is kept.
            if (proven.Any(before => before.Own.Entry.Index == own.Entry.Index))
            {
                Keep(proven);
                proven.Clear();
            }

            proven.Add((each, own));
        }
    }

    private void Keep(IReadOnlyList<(PostLogged Logged, OwnEntry Own)> proven)
    {
        if (proven.Count == 0)
        {
            return;
        }

        book.KeepOwn([.. proven.Select(each => each.Own)], () =>
        {
            foreach (var (logged, _) in proven)
            {
                records.Queue.Delete(logged.Row.Id);
                alarms.Stand(UnprovenKind(logged.Row), []);
                AnnounceUpload(logged.Row);
            }
        });
        uploads.Wake();
        foreach (var ((row, answer), own) in proven)
        {
            LogLogged(row.Type, row.Statement, row.Document, own.Entry.Index);
            acknowledgements.Announce(row.Id, new Acknowledgement(new LoggedReply(own.Entry.Index, answer.Effective, answer.RemarkChinese), null));
        }
    }

    private OwnEntry? ProofOf(PostLogged each, OpenedNote opened)
    {
        var entry = book.Read((long)each.Logged.Index, each.Logged.Entry.Memory);
        var proof = each.Logged.InclusionProof.Select(hash => hash.ToByteArray()).ToList();
        return entry.Signed?.Id.ToString() == each.Row.Statement && opened.Checkpoint is { } checkpoint && CheckpointGuard.Proves(checkpoint, entry.Index, entry.Bytes.Span, proof)
            ? new OwnEntry(entry, proof, opened.Note)
            : null;
    }

    private LinkFaultException Unproven(PostLogged each, byte[] note)
    {
        var statement = each.Row.Statement;
        alarms.Stand(UnprovenKind(each.Row), [new Alarm(
            UnprovenKind(each.Row),
            $"中心对凭证 {statement} 的存证证明无效，按未确认处理，稍后重发。",
            $"The hub's proof for the statement {statement} is not valid; it counts as unacknowledged and is sent again.",
            [each.Logged.Entry.ToByteArray(), note])]);
        return new LinkFaultException($"中心对凭证 {statement} 的存证证明无效，稍后重发。", $"The hub's proof for the statement {statement} is not valid; it is sent again.");
    }

    private static string UnprovenKind(QueuedRow row) => $"proof {row.Statement}";

    private void AnnounceUpload(QueuedRow row)
    {
        if (row.Type == nameof(StatementType.Dispatched) && records.Uploads.FindOne(Field.Is(nameof(UploadRow.Document), row.Document)) is { } upload)
        {
            upload.IsAnnounced = true;
            records.Uploads.Update(upload);
        }
    }

    /// <returns>Statements to be sent once more, ahead of the queue.</returns>
    private async Task<IReadOnlyList<QueuedRow>> ResolveAsync(PostRefusal refused, CancellationToken cancellation)
    {
        var (row, refusal) = refused;
        switch (refusal.Refusal)
        {
            case Refusal.Busy or Refusal.StorageFull:
                throw LinkFaultException.Of(refusal);
            case Refusal.OutOfSequence:
                return await RealignAsync(row, refusal, cancellation);
            case Refusal.Equivocation:
                await ContinueAsync(row, refusal, cancellation);
                return [];
            default:
                await RefuseAsync(row, refusal, cancellation);
                return [];
        }
    }

    private async Task RefuseAsync(QueuedRow row, RefusedException refusal, CancellationToken cancellation)
    {
        var kept = await queue.RefuseAsync(row.Id, row.Statement, refusal, gone => listing.Refused(gone, refusal), cancellation);
        if (kept is null)
        {
            return;
        }

        LogRefused(row.Type, row.Statement, row.Document, refusal.Refusal, refusal.English);
        acknowledgements.Announce(row.Id, new Acknowledgement(null, refusal));
        if (row.Type == nameof(StatementType.Delivered))
        {
            alarms.Raise(
                $"refused {row.Statement}",
                $"中心拒收送达凭证（公文 {row.Document}，单位 {row.Recipient}）：{FaultWords.Of(refusal)}",
                $"The hub refused the Delivered of document {row.Document} for {row.Recipient}: {refusal.English}",
                row.Cms);
        }
    }

    private async Task<IReadOnlyList<QueuedRow>> RealignAsync(QueuedRow row, RefusedException refusal, CancellationToken cancellation)
    {
        if (!long.TryParse(refusal.Details.GetValueOrDefault("expected_number"), NumberStyles.None, CultureInfo.InvariantCulture, out var expected))
        {
            throw new LinkFaultException($"中心未说明凭证链 {row.Chain} 应接的编号：{FaultWords.Of(refusal)}", "The hub named no expected number: " + refusal.English);
        }

        if (expected < row.Number)
        {
            return Lost(row, expected);
        }

        var previous = queue.Read(row).Statement.Chain.Previous?.ToString() ?? "";
        if (expected > row.Number || refusal.Details.GetValueOrDefault("expected_previous", "") != previous)
        {
            await ContinueAsync(row, refusal, cancellation);
            return [];
        }

        // It was next after all: something before it was answered meanwhile. Not at once, lest it becomes a tight loop.
        throw LinkFaultException.Of(refusal);
    }

    // The hub lost what it had acknowledged, as after a restore: it gets the very same bytes again.
    private IReadOnlyList<QueuedRow> Lost(QueuedRow row, long expected)
    {
        var lost = records.Entries.Find(Field.Is(nameof(EntryRow.Chain), row.Chain))
            .Where(entry => entry.Number >= expected && entry.Number < row.Number && entry.Fault is null)
            .OrderBy(entry => entry.Number)
            .Select(entry => (Entry: entry, Read: book.Read(entry.Id, entry.Entry)))
            .Select(pair => new QueuedRow
            {
                Chain = row.Chain,
                Number = pair.Entry.Number,
                Statement = pair.Entry.Statement!,
                Type = pair.Entry.Type,
                Issuer = row.Issuer,
                Document = pair.Entry.Document,
                Cms = pair.Read.Signed!.Cms.ToArray(),
                RecipientObject = pair.Read.Signed.RecipientObject,
            })
            .ToList();
        if (lost.Count != row.Number - expected)
        {
            throw new LinkFaultException(
                $"中心要求从凭证链 {row.Chain} 的第 {expected} 号重新提交，本节点已没有该凭证。请从备份恢复本节点，并联系中心管理员。",
                $"The hub expects number {expected} of the chain {row.Chain}; this node no longer has it. Restore the node from a backup and call the hub's administrator.");
        }

        alarms.Raise(
            $"lost {row.Chain} {expected}",
            $"中心缺少本节点已确认的 {lost.Count} 条凭证（链 {row.Chain}，自第 {expected} 号起），已重新提交。请联系中心管理员。",
            $"The hub lacks {lost.Count} statements it had acknowledged (chain {row.Chain}, from number {expected}); they are handed in again. Call the hub's administrator.");
        return lost;
    }

    private async Task ContinueAsync(QueuedRow row, RefusedException refusal, CancellationToken cancellation)
    {
        StatementId? head = refusal.Details.GetValueOrDefault("expected_previous") is { Length: 64 } text ? StatementId.Parse(text) : queue.Read(row).Statement.Chain.Previous;
        await queue.ContinueInNewChainAsync(row.Chain, head, cancellation);
        alarms.Raise(
            $"chain {row.Chain}",
            $"中心的凭证链 {row.Chain} 比本节点的更长，本节点的数据可能是从备份恢复的。已另起新链。如未做过恢复，请立即联系安全保密管理员。",
            $"The hub knows the chain {row.Chain} further than this node: its data may come from a backup. A new chain continues it. If nothing was restored, call the security administrator at once.",
            row.Cms);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Type} {Statement} of {Document} is in the ledger at {Index}")]
    private partial void LogLogged(string type, string statement, string? document, long index);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Type} {Statement} of {Document} was refused by the hub: {Refusal}, {Reason}")]
    private partial void LogRefused(string type, string statement, string? document, Refusal refusal, string reason);

    private sealed record OpenedNote(byte[] Note, Checkpoint? Checkpoint);
}
