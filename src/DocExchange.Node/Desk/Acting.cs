using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.HubLink;
using DocExchange.Node.Inbox;
using DocExchange.Node.Offices;
using DocExchange.Node.Outbox;
using DocExchange.Node.Receiving;
using DocExchange.Node.Records;
using Microsoft.Extensions.Options;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Desk;

/// <summary>
/// Acts on a document: guarded by role and by the state it will be in, signed, queued, and answered with the hub's word
/// where it comes soon enough.
/// </summary>
internal sealed class Acting(
    NodeRecords records,
    DeskPeople people,
    DocumentStates states,
    DirectoryCopy directories,
    StatementQueue queue,
    Acknowledgements acknowledgements,
    LinkStatus link,
    ReceivedLines received,
    ReceivedList list,
    RegisterNumbers numbers,
    IOptions<DeskOptions> options,
    TimeProvider time) : IDisposable
{
    // From the look at the state to the queue: two clicks at once would otherwise both find it open. What a recipient does
    // changes its own row alone: others need not wait for it. Between it and the sender the ledger's order decides, here as
    // where they are at two nodes.
    private readonly DocumentTurns turns = new();

    public Task<Local.ActReply> ActAsync(Local.ActRequest request, CancellationToken cancellation)
    {
        var type = TypeOf(request.Type);
        return ActAsync(request, DeskPeople.Actor(request.Person, type.ToChinese(), Roles.For(type)), cancellation);
    }

    /// <param name="actor">Who acts, as the caller knows them; the request's person does not count.</param>
    public async Task<Local.ActReply> ActAsync(Local.ActRequest request, Actor actor, CancellationToken cancellation)
    {
        var rows = await QueueAsync(request, actor, cancellation);
        return rows.Count == 1 ? await AnswerAsync(rows[0], cancellation) : Together(await Task.WhenAll(rows.Select(row => AnswerOfSeveralAsync(row, cancellation))));
    }

    /// <summary>The act, signed and on its way; nobody waits for the hub's word. One statement, or one for each return that is acknowledged.</summary>
    /// <inheritdoc cref="ActAsync(Local.ActRequest, Actor, CancellationToken)"/>
    public async Task<IReadOnlyList<QueuedRow>> QueueAsync(Local.ActRequest request, Actor actor, CancellationToken cancellation)
    {
        var type = TypeOf(request.Type);
        var office = people.Hosted(request.Office);
        DeskPeople.RequireRole(actor, type.ToChinese(), Roles.For(type));
        var document = DraftMetadata.DocumentIdOf(request.DocumentId);
        return await turns.TakeAsync(document, StatementScope.IsOfRecipient(type) ? office : null, () => QueueAsync(request, type, office, actor, document, cancellation), cancellation);
    }

    public void Dispose() => turns.Dispose();

    private async Task<IReadOnlyList<QueuedRow>> QueueAsync(Local.ActRequest request, StatementType type, PartyId office, Actor actor, DocumentId document, CancellationToken cancellation)
    {
        // What other recipients do changes nothing of this one's row, and thousands may be at it at once.
        var waiting = queue.Of(document, StatementScope.IsOfRecipient(type) ? [office] : null);
        var state = states.Foresee(document, waiting, out var nextIndex) ?? throw Unknown(document);
        if (type == StatementType.SignedFor)
        {
            RequireVerified(document);
        }

        var body = BodyOf(type, request, state);
        var drafts = SubjectsOf(type, request, state).Select(subject => new StatementDraft(type, office, actor, document, body, subject)).ToList();
        foreach (var draft in drafts)
        {
            RequireEffect(state, draft, nextIndex++);
        }

        return await queue.AddAsync(drafts, Alongside, cancellation);

        // In one transaction: of two who give the same 收文编号 to two documents at once, one is refused.
        void Alongside()
        {
            if (type == StatementType.Registered && list.Find(office.ToString(), document) is { } line)
            {
                numbers.RequireFree(line, request.Text);
            }

            received.Refresh(document, StatementScope.IsOfRecipient(type) ? [office] : null);
        }
    }

    private static StatementType TypeOf(string text) =>
        Enum.TryParse<StatementType>(text, out var type) && type.ToString() == text && type != StatementType.Dispatched
        && StatementTypes.AuthorOf(type) is StatementAuthor.Sender or StatementAuthor.Recipient
            ? type
            : throw new RefusedException(Refusal.FormatFailure, $"“{(text.Length <= 40 ? text : text[..40])}”不是可办理的事项。", $"'{(text.Length <= 40 ? text : text[..40])}' is not an act of an office.");

    private StatementBody BodyOf(StatementType type, Local.ActRequest request, DocumentState state) => type switch
    {
        StatementType.Registered => new RegisteredBody(Required(request.Text, "收文编号", "a register number", RegisterNumber.MaxLength)),
        StatementType.HandedOver => new HandedOverBody(Required(request.Text, "接收系统名称", "the system it went to", 200)),
        StatementType.Superseded => new SupersededBody(
            DraftMetadata.DocumentIdOf(request.Text), Required(request.Reason, "理由", "a reason", PlainBody.MaxReason)),
        StatementType.Urged => new RecipientsBody(
            request.Recipients.Count > 0 ? Named(request, state) : Listed(state, state.Recipients.Where(row => !row.IsFinal).Select(row => row.Office)), Reason(request.Text)),
        StatementType.SentOnPaper => new RecipientsBody(Named(request, state), Reason(request.Text)),
        StatementType.Resent => new RecipientsBody(Added(request, state), Reason(request.Text)),
        _ => new PlainBody(Reason(request.Text)),
    };

    // What each statement is about: the return it acknowledges, of those who are named or of all.
    private List<StatementId?> SubjectsOf(StatementType type, Local.ActRequest request, DocumentState state)
    {
        if (type != StatementType.ReturnReceived)
        {
            return [null];
        }

        var open = state.Recipients.Where(row => row is { State: DeliveryState.Returned, ReturnReceivedAt: null }).ToList();
        if (request.Recipients.Count == 0)
        {
            return open.Count > 0 ? [.. open.Select(row => row.ReturnStatement)] : throw new RefusedException(Refusal.WrongState, "没有待确认的退文，可能已由他人确认。请刷新签收情况查看。", "There is no return to acknowledge; somebody may have done it. Load the board again.");
        }

        var named = Named(request, state).All.ToHashSet();
        var without = named.FirstOrDefault(office => open.All(row => row.Office != office));
        return without is null
            ? [.. open.Where(row => named.Contains(row.Office)).Select(row => row.ReturnStatement)]
            : throw new RefusedException(Refusal.WrongState, $"{without} 没有待确认的退文，全部未确认。", $"There is no return of {without} to acknowledge; none was acknowledged.");
    }

    private RecipientList Named(Local.ActRequest request, DocumentState state)
    {
        var offices = request.Recipients.Select(people.Office).ToList();
        var stranger = offices.FirstOrDefault(office => state.Recipient(office) is null);
        return stranger is null && offices.Count > 0
            ? Listed(state, offices)
            : throw new RefusedException(Refusal.UnknownRecipient, $"{stranger?.ToString() ?? "（空）"} 不是该公文的收文单位。", $"{stranger?.ToString() ?? "Nobody"} is not a recipient of the document.");
    }

    private static RecipientList Listed(DocumentState state, IEnumerable<PartyId> offices)
    {
        var rows = offices.Distinct().Select(office => state.Recipient(office)!).ToList();
        return new RecipientList([.. rows.Where(row => !row.IsCopy).Select(row => row.Office)], [.. rows.Where(row => row.IsCopy).Select(row => row.Office)]);
    }

    private RecipientList Added(Local.ActRequest request, DocumentState state)
    {
        var directory = directories.Newest();
        RecipientList Expand(IEnumerable<string> main, IEnumerable<string> copies) => new Addressing([.. main], [.. copies], []).Expand(directory, state.Sender, time.GetUtcNow());

        // Nobody need be added as 主送.
        var expanded = request.Recipients.Count > 0 || request.CopyRecipients.Count == 0 ? Expand(request.Recipients, request.CopyRecipients)
            : new RecipientList([], Expand(request.CopyRecipients, []).Main);
        var destination = new Destination(directory, new RecipientList([.. expanded.Main.Where(IsNew)], [.. expanded.Copies.Where(IsNew)]));
        Departure.RequireEnrolled(destination);
        return destination.Recipients;

        bool IsNew(PartyId office) => state.Recipient(office) is null;
    }

    // Tried on a copy: the very rules the hub will apply, so what is refused here would have had no effect there.
    private void RequireEffect(DocumentState foreseen, StatementDraft draft, long nextIndex)
    {
        var tried = draft.At(new ChainPosition("-", 1, null), draft.Issuer.Exchange, time.GetUtcNow());
        StatementRules.Check(tried, draft.Issuer.Exchange);
        if (draft.Body is SupersededBody body && SenderActRules.OfSuperseded(foreseen.Id, body.Replacement, draft.Issuer, id => states.Foresee(id, out _)).FirstOrDefault() is { } unfit)
        {
            throw unfit;
        }

        var effect = foreseen.Apply(new LoggedStatement(nextIndex, time.GetUtcNow(), default, tried));
        if (!effect.IsEffective)
        {
            throw new RefusedException(Refusal.WrongState, effect.Chinese, effect.English);
        }
    }

    private void RequireVerified(DocumentId document)
    {
        if (records.Packages.FindById(document.ToString())?.State != PackageState.Verified)
        {
            throw new RefusedException(
                Refusal.WrongState,
                "公文包尚未到达本节点或未通过验证，不能签收。",
                "The package has not arrived at this node, or did not pass; it cannot be signed for.");
        }
    }

    private async Task<Local.ActReply> AnswerAsync(QueuedRow row, CancellationToken cancellation)
    {
        var most = link.State == LinkState.Connected ? options.Value.AcknowledgementWait : TimeSpan.Zero;
        var word = await acknowledgements.WaitAsync(row.Id, most, () => records.Queue.FindById(row.Id) is not null, time, cancellation);
        if (word?.Refused is { } refused)
        {
            throw refused;
        }

        return new Local.ActReply
        {
            StatementId = row.Statement,
            StatementIds = { row.Statement },
            Acknowledged = word is not null || records.Entries.Exists(Field.Is(nameof(EntryRow.Statement), row.Statement)),
            Effective = word?.Logged?.IsEffective ?? true,
            Remark = word?.Logged?.Remark ?? "",
        };
    }

    // That one is refused says nothing of the others, which may be on the ledger.
    private async Task<Local.ActReply> AnswerOfSeveralAsync(QueuedRow row, CancellationToken cancellation)
    {
        try
        {
            return await AnswerAsync(row, cancellation);
        }
        catch (RefusedException refused)
        {
            return new Local.ActReply { StatementId = row.Statement, Acknowledged = true, Effective = false, Remark = $"{row.Statement}: {refused.Message}" };
        }
    }

    private static Local.ActReply Together(IReadOnlyList<Local.ActReply> replies) => new()
    {
        StatementId = replies[0].StatementId,
        StatementIds = { replies.Select(reply => reply.StatementId) },
        Acknowledged = replies.All(reply => reply.Acknowledged),
        Effective = replies.All(reply => reply.Effective),
        Remark = string.Join(' ', replies.Select(reply => reply.Remark).Where(remark => remark.Length > 0).Distinct()),
    };

    private static string? Reason(string text) => text.Length == 0 ? null : Required(text, "理由", "the reason", PlainBody.MaxReason);

    private static string Required(string text, string chinese, string english, int most) =>
        text.Trim() is { Length: > 0 } trimmed && trimmed.Length <= most
            ? trimmed
            : throw new RefusedException(Refusal.ReasonMissing, $"请填写{chinese}（不超过 {most} 个字符）。", $"Give {english} of 1 to {most} characters.");

    private static RefusedException Unknown(DocumentId document) =>
        new(Refusal.UnknownDocument, $"本节点没有公文 {document}。", $"This node has no document {document}.");
}
