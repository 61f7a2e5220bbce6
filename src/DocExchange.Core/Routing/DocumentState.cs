using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;

namespace DocExchange.Core.Routing;

/// <summary>A statement as the ledger has it: where, when, and which.</summary>
public sealed record LoggedStatement(long Index, DateTimeOffset ReceivedAt, StatementId Id, Statement Statement);

/// <summary>Whether an act changed anything; where not, why.</summary>
public sealed record Effect(bool IsEffective, string Chinese, string English)
{
    public static readonly Effect Applied = new(true, "", "");

    public static Effect None(string chinese, string english) => new(false, chinese, english);
}

/// <summary>
/// What the ledger says of one document: a pure function of its entries, in order. Hub and nodes compute it alike,
/// so both sides are told the same. An act that does not fit is kept in the ledger without effect.
/// </summary>
public sealed class DocumentState
{
    private Dictionary<PartyId, RecipientState> recipients = [];

    public DocumentState(LoggedStatement dispatched)
    {
        Dispatch = (DispatchBody)dispatched.Statement.Body;
        Id = dispatched.Statement.Document!.Value;
        Sender = dispatched.Statement.Issuer;
        Dispatcher = dispatched.Statement.Actor;
        DispatchedId = dispatched.Id;
        DispatchedIndex = dispatched.Index;
        DispatchedAt = dispatched.ReceivedAt;
        Add(Dispatch.Recipients, dispatched.Index, dispatched.ReceivedAt);
    }

    public DocumentId Id { get; }

    /// <summary>The person who dispatched it, and in what role.</summary>
    public Actor? Dispatcher { get; }

    public DispatchBody Dispatch { get; }

    /// <summary>The office that dispatched it; issuers may be others.</summary>
    public PartyId Sender { get; }

    public StatementId DispatchedId { get; }

    public long DispatchedIndex { get; }

    public DateTimeOffset DispatchedAt { get; }

    public DocumentPhase Phase { get; private set; }

    public DateTimeOffset? AcceptedAt { get; private set; }

    public IReadOnlyList<RejectionReason> Rejections { get; private set; } = [];

    public string? EndReason { get; private set; }

    public DocumentId? SupersededBy { get; private set; }

    public IReadOnlyCollection<RecipientState> Recipients => recipients.Values;

    /// <summary>Its 发文字号 counts as used.</summary>
    public bool HoldsNumber => Phase is not (DocumentPhase.Rejected or DocumentPhase.Voided) && Dispatch.Number is not null;

    /// <summary>Every recipient is done with it, or it ended for all.</summary>
    public bool IsFinal => Phase is DocumentPhase.Rejected or DocumentPhase.Voided || (Phase != DocumentPhase.AwaitingPackage && Recipients.All(row => row.IsFinal));

    public RecipientState? Recipient(PartyId office) => recipients.GetValueOrDefault(office);

    /// <summary>The rows of those recipients, or all rows for null.</summary>
    public IEnumerable<RecipientState> RowsOf(IReadOnlyCollection<PartyId>? offices) => offices is null ? Recipients : offices.Select(Recipient).OfType<RecipientState>();

    public bool IsParty(PartyId office) => office == Sender || recipients.ContainsKey(office) || Dispatch.Issuers.Contains(office);

    /// <summary>
    /// The recipients who owe an answer, for whom the deadline counts, and of whom it is not stated yet that it passed. A
    /// deadline that had passed before a recipient was added binds it to nothing.
    /// </summary>
    public IEnumerable<RecipientState> Awaited => Phase == DocumentPhase.Accepted && Dispatch.SignBy is { } signBy
        ? Recipients.Where(row => row is { IsFinal: false, OverdueSince: null } && row.AddedOn <= signBy)
        : [];

    /// <summary>The same state, to try on it what may come.</summary>
    public DocumentState Copy()
    {
        var copy = (DocumentState)MemberwiseClone();
        copy.recipients = recipients.ToDictionary(row => row.Key, row => row.Value.Copy());
        return copy;
    }

    /// <summary>Takes the next entry of this document into account.</summary>
    public Effect Apply(LoggedStatement logged)
    {
        if (!Roles.Allow(logged.Statement))
        {
            var (chinese, english) = Roles.Explain(logged.Statement);
            return Effect.None(chinese, english);
        }

        return ApplyAllowed(logged);
    }

    private Effect ApplyAllowed(LoggedStatement logged) => StatementTypes.AuthorOf(logged.Statement.Type) switch
    {
        StatementAuthor.Hub => ApplyHub(logged),
        StatementAuthor.Sender => ApplySender(logged),
        StatementAuthor.RecipientNode => ApplyDelivered(logged),
        StatementAuthor.Recipient => RecipientRules.Apply(this, logged),
        _ => Effect.None("本版本不识别此类凭证，已存证，不生效。", "This version does not know this type of statement; it is kept without effect."),
    };

    private Effect ApplyHub(LoggedStatement logged)
    {
        switch (logged.Statement.Body)
        {
            case AcceptedBody when Phase == DocumentPhase.AwaitingPackage:
                Phase = DocumentPhase.Accepted;
                AcceptedAt = logged.ReceivedAt;
                SetAll(row => row.State == DeliveryState.Queued, DeliveryState.Sent);
                return Effect.Applied;
            case RejectedBody rejected when Phase == DocumentPhase.AwaitingPackage:
                Phase = DocumentPhase.Rejected;
                Rejections = rejected.Reasons;
                SetAll(_ => true, DeliveryState.Rejected);
                return Effect.Applied;
            case RecipientsBody overdue when logged.Statement.Type == StatementType.DeadlinePassed:
                return MarkOverdue(overdue, logged.ReceivedAt);
            case AcceptedBody or RejectedBody:
                return Effect.None("该公文此前已有处理结果。", "The document was decided before.");
            default:
                return Effect.Applied;
        }
    }

    private Effect ApplySender(LoggedStatement logged)
    {
        if (logged.Statement.Type == StatementType.Dispatched)
        {
            return Effect.None("该公文此前已发送。", "The document was dispatched before.");
        }

        if (logged.Statement.Issuer != Sender)
        {
            return Effect.None($"只有发文单位 {Sender} 可以办理此事项。", $"Only the sender {Sender} can do this.");
        }

        if (Phase is DocumentPhase.Rejected or DocumentPhase.Voided)
        {
            return Effect.None("该公文已退件或已作废。", "The document was rejected or is void.");
        }

        return logged.Statement switch
        {
            { Type: StatementType.Withdrawn, Body: PlainBody body } => Withdraw(body.Reason),
            { Type: StatementType.Voided, Body: PlainBody body } => End(DocumentPhase.Voided, body.Reason),
            { Type: StatementType.Superseded } when Phase == DocumentPhase.Superseded => Effect.None("该公文此前已被更正。", "The document was superseded before."),
            { Type: StatementType.Superseded, Body: SupersededBody body } => Supersede(body),
            { Type: StatementType.Resent, Body: RecipientsBody body } => Resend(body, logged),
            { Type: StatementType.Urged, Body: RecipientsBody body } => Urge(body, logged.ReceivedAt),
            { Type: StatementType.SentOnPaper, Body: RecipientsBody body } => SendOnPaper(body),
            { Type: StatementType.ReturnReceived } => ReceiveReturn(logged),
            _ => Effect.None("凭证内容与类型不符。", "The statement's content does not fit its type."),
        };
    }

    private Effect ApplyDelivered(LoggedStatement logged)
    {
        if (logged.Statement.Body is not DeliveredBody body || Recipient(body.Recipient) is not { } row)
        {
            return Effect.None("送达单位不在收文单位名单中。", "The office is not a recipient.");
        }

        if (row.State != DeliveryState.Sent || body.Package != Dispatch.Package)
        {
            return Effect.None($"当前状态为{row.State.ToChinese()}，送达不改变状态。", $"The document is {row.State} there; the delivery changes nothing.");
        }

        row.State = DeliveryState.Delivered;
        row.DeliveredAt = logged.ReceivedAt;
        return Effect.Applied;
    }

    // 撤回 is possible only before 签收: it takes effect where nobody has signed yet.
    private Effect Withdraw(string? reason)
    {
        var open = recipients.Values.Where(row => row.State is DeliveryState.Queued or DeliveryState.Sent or DeliveryState.Delivered).ToList();
        if (open.Count == 0)
        {
            return Phase is DocumentPhase.Withdrawn or DocumentPhase.Superseded ? NothingOpen() : Effect.None("所有收文单位均已签收或办结，不能撤回；可以作废。", "Every recipient has signed for it or is done; it cannot be withdrawn, only voided.");
        }

        open.ForEach(row => row.State = DeliveryState.Withdrawn);
        EndReason = reason;
        Phase = recipients.Values.All(row => row.State == DeliveryState.Withdrawn) ? DocumentPhase.Withdrawn : Phase;
        return Effect.Applied;
    }

    private Effect End(DocumentPhase phase, string? reason)
    {
        Phase = phase;
        EndReason = reason;
        SetAll(_ => true, DeliveryState.Voided);
        return Effect.Applied;
    }

    private Effect Supersede(SupersededBody body)
    {
        SupersededBy = body.Replacement;
        return End(DocumentPhase.Superseded, body.Reason);
    }

    private Effect Resend(RecipientsBody body, LoggedStatement logged)
    {
        if (Phase != DocumentPhase.Accepted)
        {
            return Effect.None("公文尚未被中心接收或已结束，不能补发。", "The document is not accepted yet, or has ended; nobody can be added.");
        }

        var added = new RecipientList([.. body.Recipients.Main.Where(id => Recipient(id) is null)], [.. body.Recipients.Copies.Where(id => Recipient(id) is null)]);
        if (added.Count == 0)
        {
            return Effect.None("补发对象均已在收文单位名单中。", "All of them are recipients already.");
        }

        Add(added, logged.Index, logged.ReceivedAt);
        SetAll(row => row.AddedAt == logged.Index, DeliveryState.Sent);
        return Effect.Applied;
    }

    private Effect Urge(RecipientsBody body, DateTimeOffset at)
    {
        var urged = body.Recipients.All.Select(Recipient).Where(row => row is { IsFinal: false }).ToList();
        foreach (var row in urged)
        {
            row!.UrgedCount++;
            row.LastUrgedAt = at;
        }

        return urged.Count > 0 ? Effect.Applied : NothingOpen();
    }

    private Effect SendOnPaper(RecipientsBody body)
    {
        var rows = body.Recipients.All.Select(Recipient).Where(row => row is { IsFinal: false }).ToList();
        rows.ForEach(row => row!.State = DeliveryState.OnPaper);
        return rows.Count > 0 ? Effect.Applied : NothingOpen();
    }

    private Effect NothingOpen() => Phase switch
    {
        DocumentPhase.Withdrawn => Effect.None("公文已撤回，没有待签收的单位。", "The document was withdrawn; nobody has to sign for it."),
        DocumentPhase.Superseded => Effect.None("公文已被更正，没有待签收的单位。", "The document was superseded; nobody has to sign for it."),
        _ => Effect.None("所列单位均已签收、退回、改送纸质或办结，或公文已对其撤回。", "None of them has it open: they have signed, returned it or are done, get it on paper, or it was withdrawn from them."),
    };

    private Effect ReceiveReturn(LoggedStatement logged)
    {
        var row = recipients.Values.FirstOrDefault(row => row.State == DeliveryState.Returned && row.ReturnStatement == logged.Statement.Subject && row.ReturnReceivedAt is null);
        if (row is null)
        {
            return Effect.None("没有待确认的退文。", "There is no such return to acknowledge.");
        }

        row.ReturnReceivedAt = logged.ReceivedAt;
        return Effect.Applied;
    }

    // A statement that the deadline passed changes no state: 签收 and 退文 still count when they come late.
    private Effect MarkOverdue(RecipientsBody body, DateTimeOffset at)
    {
        var named = body.Recipients.All.ToHashSet();
        var rows = Awaited.Where(row => named.Contains(row.Office)).ToList();
        rows.ForEach(row => row.OverdueSince = at);
        return rows.Count > 0 ? Effect.Applied : Effect.None("所列单位均已签收、办结或已记为逾期。", "All of them have answered, or are stated overdue already.");
    }

    private void Add(RecipientList list, long index, DateTimeOffset on)
    {
        foreach (var (id, isCopy) in list.Main.Select(id => (id, false)).Concat(list.Copies.Select(id => (id, true))))
        {
            recipients.TryAdd(id, new RecipientState { Office = id, IsCopy = isCopy, AddedAt = index, AddedOn = on });
        }
    }

    private void SetAll(Func<RecipientState, bool> where, DeliveryState state)
    {
        foreach (var row in recipients.Values.Where(where))
        {
            row.State = state;
        }
    }
}
