using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.HubLink;
using DocExchange.Node.Keys;
using DocExchange.Node.Outbox;
using DocExchange.Node.Receiving;
using DocExchange.Node.Records;
using DocExchange.Trust.Validation;
using LiteDB;

namespace DocExchange.Node.Inbox;

/// <summary>
/// Sees to it that every document accepted for an office here is fetched, verified, and answered with one Delivered per
/// office. Nothing is remembered that the entries do not say, so a crash anywhere only means that it is done again.
/// </summary>
internal sealed partial class Delivery(
    NodeRecords records,
    KeyRing keys,
    NodeFile node,
    DocumentStates states,
    StatementQueue queue,
    PackageShelf shelf,
    PackageVerification verification,
    AlarmBell alarms,
    ReceivedLines received,
    ArrivalHook hook,
    TimeProvider time,
    ILogger<Delivery> logger) : IDisposable
{
    private const int PageSize = 200;

    private static readonly BsonExpression IsUndelivered = BsonExpression.Create($"$.{nameof(ListedRow.IsOpen)} = true AND $.{nameof(ListedRow.State)} = @0", nameof(DeliveryState.Sent));

    private readonly DocumentTurns turns = new();

    /// <summary>Packages to be fetched.</summary>
    public WorkClaims Wanted { get; } = new(time);

    /// <summary>At the start, and when the trust in authorities changed: whatever is not delivered yet is looked at again.</summary>
    public async Task ReconsiderAsync(CancellationToken cancellation)
    {
        records.Write(() =>
        {
            foreach (var row in records.Packages.Find(row => row.State == PackageState.Unsound).Where(row => row.Indication == Indication.Indeterminate.ToEtsi()).ToList())
            {
                row.State = PackageState.Unverified;
                records.Packages.Update(row);
            }
        });
        foreach (var page in Undelivered(PageSize))
        {
            await ReconcileAsync(page, cancellation);
        }
    }

    /// <summary>Documents that an office here is to have and has not, newest first, page by page: each as they are when it is asked for.</summary>
    public IEnumerable<IReadOnlyList<DocumentId>> Undelivered(int pageSize)
    {
        for (var last = ""; ;)
        {
            var page = records.Inbox.Query().Where(Field.Above(Field.Id, last)).Where(IsUndelivered).OrderBy(row => row.Id).Limit(pageSize).ToList();
            if (page.Count == 0)
            {
                yield break;
            }

            last = page[^1].Id;
            yield return [.. page.Select(row => DocumentId.Parse(row.Document)).Distinct()];
        }
    }

    /// <summary>Notes the packages that are to be fetched for these documents: within the transaction that keeps their entries.</summary>
    public void Expect(IReadOnlyCollection<DocumentId> documents)
    {
        foreach (var document in documents)
        {
            if (states.Read(document, DueOf) is { Offices.Count: > 0 } due && records.Packages.FindById(document.ToString()) is null)
            {
                records.Packages.Insert(RowOf(due.Promise));
            }
        }
    }

    public async Task ReconcileAsync(IEnumerable<DocumentId> documents, CancellationToken cancellation)
    {
        foreach (var document in documents)
        {
            await turns.TakeAsync(document, () => ReconcileAsync(document, cancellation), cancellation);
        }
    }

    /// <summary>A package lies on the shelf. It counts as wanted until it is verified, so that a crash meanwhile only means looking again.</summary>
    public Task ArrivedAsync(DocumentId document, CancellationToken cancellation) => ReconcileAsync([document], cancellation);

    public void Dispose() => turns.Dispose();

    private async Task ReconcileAsync(DocumentId document, CancellationToken cancellation)
    {
        var due = states.Read(document, DueOf);
        if (due is { Offices.Count: 0, IsKept: true })
        {
            await FetchAgainAsync(document, due.Promise, cancellation);
            return;
        }

        if (due is null || due.Offices.Count == 0)
        {
            // Withdrawn or void before it was fetched: the hub no longer gives it out.
            if (records.Packages.FindById(document.ToString()) is { State: PackageState.Wanted } unwanted)
            {
                records.Write(() => records.Packages.Delete(unwanted.Id));
            }

            return;
        }

        var row = records.Packages.FindById(document.ToString()) ?? Want(due.Promise);
        if (IsToBeVerified(row, due.Promise))
        {
            var judgement = await JudgeAsync(row, due.Promise, cancellation);
            if (row.State != PackageState.Verified)
            {
                KeepJudged(row, due.Promise, judgement);
                return;
            }

            await DeliverAsync(document, due, row, cancellation);
        }
        else if (row.State == PackageState.Verified)
        {
            await DeliverAsync(document, due, null, cancellation);
        }
        else if (row.State == PackageState.Wanted)
        {
            Wanted.Wake();
        }
    }

    // Delivered before this folder was restored from a backup, or made anew: it is said already, but the package is not here.
    private async Task FetchAgainAsync(DocumentId document, Promise promise, CancellationToken cancellation)
    {
        var row = records.Packages.FindById(document.ToString()) ?? Want(promise);
        if (IsToBeVerified(row, promise))
        {
            KeepJudged(row, promise, await JudgeAsync(row, promise, cancellation));
        }
    }

    private bool IsToBeVerified(PackageRow row, Promise promise) =>
        row.State == PackageState.Unverified || (row.State == PackageState.Wanted && shelf.Has(promise.Dispatch.Package));

    private Due? DueOf(DocumentState state) => state.Phase != DocumentPhase.Accepted
        ? null
        : new Due(
            new Promise(state.Id, state.Dispatch, state.Sender, state.Dispatcher, state.DispatchedIndex, state.AcceptedAt ?? state.DispatchedAt),
            [.. state.Recipients.Where(row => row.State == DeliveryState.Sent && keys.Holds(row.Office)).Select(row => row.Office)],
            state.Recipients.Any(row => row.State is DeliveryState.Delivered or DeliveryState.SignedFor or DeliveryState.Completed && keys.Holds(row.Office)));

    private PackageRow Want(Promise promise)
    {
        var row = RowOf(promise);
        records.Write(() => records.Packages.Upsert(row));
        Wanted.Wake();
        return row;
    }

    private PackageRow RowOf(Promise promise) => new()
    {
        Id = promise.Document.ToString(),
        Package = promise.Dispatch.Package.ToString(),
        Size = promise.Dispatch.PackageSize,
        Rank = DispatchTerms.RankOf(promise.Dispatch.Urgency),
        Since = promise.At.ToUnixTimeMilliseconds(),
        State = shelf.Has(promise.Dispatch.Package) ? PackageState.Unverified : PackageState.Wanted,
    };

    // Into the row; what is found is not on disk yet.
    private async Task<PackageJudgement> JudgeAsync(PackageRow row, Promise promise, CancellationToken cancellation)
    {
        var judgement = await verification.JudgeAsync(shelf.OpenRead(promise.Dispatch.Package), promise, cancellation);
        var (indication, reasons, _) = judgement;
        row.State = indication == Indication.TotalPassed ? PackageState.Verified : judgement.MayPass ? PackageState.Unverified : PackageState.Unsound;
        row.Indication = indication.ToEtsi();
        row.Findings = [.. reasons.Select(reason => $"{reason.Code}: {reason.Chinese}"), .. judgement.BodyFindings.Select(finding => $"{finding.Code}: {finding.Chinese}")];
        row.Seals = [.. judgement.Seals.Select(RowOf)];
        return judgement;
    }

    private void KeepJudged(PackageRow row, Promise promise, PackageJudgement judgement)
    {
        if (row.State == PackageState.Verified)
        {
            KeepSound(row);
            return;
        }

        var english = string.Join(" ", judgement.Reasons.Select(reason => $"{reason.Code}: {reason.English}"));
        var (said, saidInEnglish) = row.State == PackageState.Unverified
            ? ($"公文包 {row.Package}（{promise.Dispatch.Title}）因缺少现行吊销列表暂不能验证，收到列表后自动再验：{string.Join(" ", row.Findings)}",
                $"The package {row.Package} cannot be verified for want of a current revocation list; it is verified again when one comes: {english}")
            : ($"公文包 {row.Package}（{promise.Dispatch.Title}）未通过验证，未送达：{string.Join(" ", row.Findings)}",
                $"The package {row.Package} did not pass and is not delivered: {english}");
        records.Write(() => Update(row, new Alarm(KindOf(row) + row.Indication, said, saidInEnglish, [])));
    }

    /// <param name="judged">The package's row, where it was judged just now: goes to disk with what is said of it.</param>
    private async Task DeliverAsync(DocumentId document, Due due, PackageRow? judged, CancellationToken cancellation)
    {
        var id = document.ToString();
        var said = records.Queue.Find(Field.Is(nameof(QueuedRow.Document), id)).Concat(records.Refused.Find(Field.Is(nameof(RefusedRow.Document), id)))
            .Where(row => row.Type == nameof(StatementType.Delivered))
            .Select(row => row.Recipient)
            .ToHashSet();
        // Looked at again after the queue: what was said before and went into the ledger meanwhile is in neither otherwise.
        var open = states.Read(document, DueOf)?.Offices ?? [];
        var drafts = open
            .Where(office => !said.Contains(office.ToString()))
            .Select(office => new StatementDraft(StatementType.Delivered, node.Id, null, document, new DeliveredBody(office, due.Promise.Dispatch.Package)))
            .ToList();
        if (drafts.Count == 0)
        {
            KeepSound(judged);
            return;
        }

        try
        {
            await queue.AddAsync(drafts, () => Keep(document, judged), cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException && !records.Broken.IsCancellationRequested)
        {
            // Not to be fetched and verified once more whenever somebody looks.
            KeepSound(judged);
            throw;
        }

        LogDelivered(id, drafts.Count);
        drafts.ForEach(draft => hook.Tell(document, due.Promise.Dispatch, ((DeliveredBody)draft.Body).Recipient));
    }

    private void KeepSound(PackageRow? judged)
    {
        if (judged is not null)
        {
            records.Write(() => Update(judged));
        }
    }

    private void Keep(DocumentId document, PackageRow? judged)
    {
        if (judged is not null)
        {
            Update(judged);
        }

        received.Refresh(document);
    }

    // Inside a write: the row says what was found, and so do the alarms.
    private void Update(PackageRow row, params IReadOnlyList<Alarm> standing)
    {
        records.Packages.Update(row);
        alarms.Stand(KindOf(row), standing);
    }

    private static string KindOf(PackageRow row) => $"package {row.Package} ";

    private static SealRow RowOf(JudgedSeal seal) => new()
    {
        Signer = seal.Verdict.Signer?.Subject ?? "",
        SignedAt = seal.Verdict.SignedAt?.ToUnixTimeMilliseconds(),
        Indication = seal.Verdict.Indication.ToEtsi(),
        Chinese = [.. seal.Verdict.Findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => finding.Chinese)],
        English = [.. seal.Verdict.Findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => finding.English)],
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "The document {Document} passed and is in the inbox of {Offices} offices")]
    private partial void LogDelivered(string document, int offices);

    /// <param name="Offices">To whom it is to be delivered.</param>
    /// <param name="IsKept">Whether one of the node's offices has it by what the ledger says.</param>
    private sealed record Due(Promise Promise, IReadOnlyList<PartyId> Offices, bool IsKept);
}
