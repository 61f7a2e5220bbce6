using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Core.Supervision;
using DocExchange.Hub.Catalogue;

namespace DocExchange.Hub.Ledger;

/// <summary>One ledger entry, read, with what it did.</summary>
internal sealed record FoldedEntry(LoggedStatement Logged, CatalogueRow Row, Effect Effect);

/// <summary>
/// The states of chains and documents as the ledger makes them, entry by entry. The writer folds what it is about to
/// append, a rebuild folds what is there: both go through here, so they cannot differ. For one caller at a time.
/// </summary>
internal sealed class LedgerFold(ICatalogue catalogue, DocumentReplay replay)
{
    private const int MaxCachedDocuments = 4_000;

    private static readonly Effect Equivocated = Effect.None(
        "同一链上该序号已有另一凭证（一号两证），已存证并告警，不生效。",
        "Another statement already has this number in its chain (equivocation); it is kept, alarmed, and has no effect.");

    private static readonly Effect Unrecognised = Effect.None(
        "本版本不识别此类凭证，已存证，不生效。", "This version does not know this type of statement; it is kept without effect.");

    private readonly Dictionary<string, ChainHead> heads = [];
    private readonly Dictionary<DocumentId, DocumentState> documents = [];
    private readonly Dictionary<string, DocumentId?> numbers = [];
    private readonly Dictionary<(StatementId, PartyId), long> rejections = [];

    public ChainHead? HeadOf(string chainId) => heads.GetValueOrDefault(chainId) ?? catalogue.FindHead(chainId);

    public DocumentState? Document(DocumentId id)
    {
        if (!documents.TryGetValue(id, out var state) && (state = replay.Load(id)) is not null)
        {
            documents[id] = state;
        }

        return state;
    }

    public DocumentId? HolderOfNumber(PartyId issuer, string number)
    {
        var key = DocumentSnapshot.NumberKey(issuer.ToString(), number);
        return numbers.TryGetValue(key, out var holder) ? holder : catalogue.HolderOfNumber(issuer.ToString(), number);
    }

    /// <summary>The entry that rejects this statement, which itself was not taken when that node sent it.</summary>
    public long? RejectionOf(StatementId statement, PartyId sender) =>
        rejections.TryGetValue((statement, sender), out var index) ? index : catalogue.RejectionOf(statement, sender);

    /// <exception cref="RefusedException">The statement is ahead of its chain or does not continue it.</exception>
    public void CheckIsNext(SignedStatement signed)
    {
        var chain = signed.Statement.Chain;
        var head = HeadOf(chain.ChainId);
        var isNext = head is null ? chain.Number == 1 : chain.Number == head.Number + 1 && chain.Previous == head.Statement;
        if (!isNext && !IsEquivocation(chain, head))
        {
            throw new RefusedException(
                Refusal.OutOfSequence,
                $"凭证链 {chain.ChainId} 的下一序号应为 {(head?.Number ?? 0) + 1}，收到 {chain.Number}。",
                $"Chain {chain.ChainId} expects number {(head?.Number ?? 0) + 1} after {head?.Statement.ToString() ?? "nothing"}; {chain.Number} came.",
                new Dictionary<string, string>
                {
                    ["expected_number"] = $"{(head?.Number ?? 0) + 1}",
                    ["expected_previous"] = head?.Statement.ToString() ?? "",
                });
        }
    }

    /// <summary>Takes an entry into account and says what it did.</summary>
    public FoldedEntry Take(LoggedStatement logged, OfficeDirectory directory)
    {
        var statement = logged.Statement;
        if (IsEquivocation(statement.Chain, HeadOf(statement.Chain.ChainId)))
        {
            var row = new CatalogueRow(logged.Index, logged.Id, statement.Type, statement.Chain, false, false, [.. Mailboxes.NodesOf(directory, [statement.Issuer])], [], null);
            return new FoldedEntry(logged, row, Equivocated);
        }

        // All that reads from disk comes first: where it fails, nothing has changed here.
        var state = statement.Document is { } id ? Document(id) : null;
        var predecessor = state?.Dispatch.Replaces is { } replaced ? Document(replaced) : null;
        var duties = Duty.Touched(state, statement);
        heads[statement.Chain.ChainId] = new ChainHead(statement.Chain.ChainId, statement.Chain.Number, logged.Id);
        var effect = Apply(logged, ref state);
        var rejection = statement is { Document: null, Subject: { } subject, Body: RejectedBody body } ? new Rejection(subject, body.Sender) : null;
        if (rejection is not null)
        {
            rejections[(rejection.Statement, rejection.Sender)] = logged.Index;
        }

        return new FoldedEntry(
            logged,
            new CatalogueRow(
                logged.Index, logged.Id, statement.Type, statement.Chain, true, effect.IsEffective, [.. Mailboxes.Of(statement, effect, state, directory)],
                NoteNumbers(logged, effect, state, predecessor), state is null ? null : DocumentSnapshot.Of(state), rejection)
            {
                Duties = DutyChange.Between(duties, Duty.Touched(state, statement)),
            },
            effect);
    }

    /// <summary>What a statement did that is in the catalogue: the same as when it was taken.</summary>
    public Effect EffectOf(LoggedStatement logged)
    {
        var chain = logged.Statement.Chain;
        if (catalogue.FindPosition(chain.ChainId, chain.Number).Min(found => found.Index) < logged.Index)
        {
            return Equivocated;
        }

        Effect? effect = null;
        if (logged.Statement.Document is { } document)
        {
            replay.Load(document, (each, done) => effect = each.Index == logged.Index ? done : effect);
        }

        return effect ?? WithoutDocument(logged.Statement);
    }

    /// <summary>Between batches: what is in the catalogue now need not be kept here.</summary>
    public void Trim()
    {
        numbers.Clear();
        rejections.Clear();
        heads.Clear();
        if (documents.Count > MaxCachedDocuments)
        {
            documents.Clear();
        }
    }

    /// <summary>After a failed append: forget what was folded but is not in the ledger.</summary>
    public void Reset()
    {
        numbers.Clear();
        rejections.Clear();
        heads.Clear();
        documents.Clear();
    }

    private static bool IsEquivocation(ChainPosition chain, ChainHead? head) => head is not null && chain.Number <= head.Number;

    private Effect Apply(LoggedStatement logged, ref DocumentState? state)
    {
        if (state is not null)
        {
            return state.Apply(logged);
        }

        if (logged.Statement.Body is DispatchBody)
        {
            state = documents[logged.Statement.Document!.Value] = new DocumentState(logged);
            return Effect.Applied;
        }

        return WithoutDocument(logged.Statement);
    }

    private static Effect WithoutDocument(Statement statement) => StatementTypes.AuthorOf(statement.Type) switch
    {
        StatementAuthor.Hub => Effect.Applied,
        StatementAuthor.Nobody => Unrecognised,
        _ => Effect.None("账本中没有该公文。", "The ledger has no such document."),
    };

    // A number goes to the document that is accepted with it, also from the one it corrects; back when that is void.
    private List<NumberHolder> NoteNumbers(LoggedStatement logged, Effect effect, DocumentState? state, DocumentState? predecessor)
    {
        if (!effect.IsEffective || state is not { Dispatch.Number: { } number, AcceptedAt: not null })
        {
            return [];
        }

        var isAccepted = logged.Statement.Type == StatementType.Accepted;
        List<NumberHolder> changes = [.. state.Dispatch.Issuers.Distinct()
            .Where(issuer => isAccepted || (!state.HoldsNumber && HolderOfNumber(issuer, number) == state.Id))
            .Select(issuer => new NumberHolder(
                DocumentSnapshot.NumberKey(issuer.ToString(), number),
                isAccepted ? state.Id : predecessor is not null && Holds(predecessor, issuer, number) ? predecessor.Id : null))];
        changes.ForEach(change => numbers[change.Key] = change.Holder);
        return changes;
    }

    private static bool Holds(DocumentState document, PartyId issuer, string number) =>
        document is { AcceptedAt: not null, HoldsNumber: true } && document.Dispatch.Number == number && document.Dispatch.Issuers.Contains(issuer);
}
