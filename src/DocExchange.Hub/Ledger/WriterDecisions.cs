using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Certificates;

namespace DocExchange.Hub.Ledger;

/// <summary>What the writer decided on one piece of work: an entry to append, or one that is in the ledger already.</summary>
internal sealed class Decision(SignedStatement signed, LedgerEntry entry)
{
    public SignedStatement Signed => signed;

    public LedgerEntry Entry => entry;

    public bool IsNew { get; init; }

    public OfficeDirectory? Directory { get; init; }

    public long Index { get; set; }

    public FoldedEntry? Folded { get; set; }
}

/// <summary>
/// What the writer does with a statement or an act of the hub, given all that came before it. For the writer alone, one
/// batch after the other.
/// </summary>
internal sealed partial class WriterDecisions(
    ILedgerStore ledger, ICatalogue catalogue, LedgerFold fold, DocumentReplay replay, DirectoryKeeper directories, HubSettings settings, HubIdentity identity, TimeProvider clock, ILogger<WriterDecisions> log)
{
    // What was decided for the batch in hand: a statement that comes twice in it is one entry.
    private readonly Dictionary<StatementId, Decision> pending = [];

    public void BeginBatch() => pending.Clear();

    public void Remember(Decision decision) => pending[decision.Signed.Id] = decision;

    /// <exception cref="RefusedException">Rejected before, out of sequence, no longer bound, or not fit for the ledger beside what is in it.</exception>
    public Decision OnStatement(SignedStatement signed, Certificate? signer, PartyId relayedBy)
    {
        if (pending.TryGetValue(signed.Id, out var decided))
        {
            return decided;
        }

        var chain = signed.Statement.Chain;
        foreach (var (known, index) in catalogue.FindPosition(chain.ChainId, chain.Number))
        {
            if (known == signed.Id)
            {
                return new Decision(signed, LedgerEntry.Parse(ledger.Read(index))) { Index = index };
            }
        }

        // Once rejected for whom or what it names, whatever has changed since: that answer was given and is in the ledger. A
        // signature that did not hold says nothing against one that does.
        if (fold.RejectionOf(signed.Id, relayedBy) is { } at && RejectedBefore(at) is { Refusal: not (Refusal.NotAuthentic or Refusal.NotBound or Refusal.FormatFailure) } rejected)
        {
            throw rejected;
        }

        // The directory may have changed since the signature was verified.
        if (StatementJudge.CheckBinding(signer!, signed.Statement, directories.Current, clock.GetUtcNow()) is { } unbound)
        {
            throw new RefusedException(Refusal.NotBound, unbound.Chinese, unbound.English);
        }

        fold.CheckIsNext(signed);
        if (fold.HeadOf(chain.ChainId) is { } head && chain.Number <= head.Number)
        {
            LogEquivocation(signed.Statement.Issuer.ToString(), chain.ChainId, chain.Number, signed.Id.ToString());
        }
        else
        {
            RequireFit(signed.Statement);
        }

        return new Decision(signed, LedgerEntry.Of(clock.GetUtcNow(), relayedBy, signed.Cms)) { IsNew = true };
    }

    /// <param name="place">Where in its chain the statement would be; null for what is none.</param>
    public Decision? OnRejection(StatementId subject, ChainPosition? place, RejectedBody body, Func<bool> isAllowed)
    {
        // Judged good when it came another time, and written meanwhile.
        if (pending.TryGetValue(subject, out var taken))
        {
            return taken;
        }

        foreach (var (known, index) in place is null ? [] : catalogue.FindPosition(place.ChainId, place.Number))
        {
            if (known == subject)
            {
                return Logged(index);
            }
        }

        return fold.RejectionOf(subject, body.Sender) is { } at ? Rejection(at)
            : isAllowed() ? OnAct(new HubAct(StatementType.Rejected, body, Subject: subject)) : null;
    }

    public Decision OnAct(HubAct act)
    {
        var head = fold.HeadOf(identity.ChainId);
        var now = clock.GetUtcNow();
        var statement = new Statement
        {
            Exchange = identity.Id.Exchange,
            Type = act.Type,
            Issuer = identity.Id,
            ClaimedAt = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()),
            Document = act.Document,
            Subject = act.Subject,
            Chain = new ChainPosition(identity.ChainId, (head?.Number ?? 0) + 1, head?.Statement),
            Body = act.Body,
        };
        // The hub's own key is in software: the task is complete when it is returned.
        var signed = SignedStatement.SignAsync(statement, identity.Key, CancellationToken.None).GetAwaiter().GetResult();
        return new Decision(signed, LedgerEntry.Of(now, identity.Id, signed.Cms)) { IsNew = true, Directory = act.Directory };
    }

    // Between all other acts: the directory and other documents may have changed since the statement was judged.
    private void RequireFit(Statement statement)
    {
        switch (statement)
        {
            case { Type: StatementType.Resent, Document: { } document, Body: RecipientsBody body }:
                Refuse(SenderActRules.OfResent(body.Recipients, fold.Document(document), directories.Current, settings.MaxRecipients, clock.GetUtcNow()));
                break;
            case { Document: { } document, Body: SupersededBody body }:
                Refuse(SenderActRules.OfSuperseded(document, body.Replacement, statement.Issuer, fold.Document));
                break;
        }
    }

    private static void Refuse(IEnumerable<RefusedException> broken)
    {
        if (broken.ToList() is [var first, ..] all)
        {
            throw new RefusedException(first.Refusal, string.Concat(all.Select(each => each.Message)), string.Join(' ', all.Select(each => each.English)));
        }
    }

    private RefusedException RejectedBefore(long index)
    {
        var reasons = ((RejectedBody)Rejection(index).Signed.Statement.Body).Reasons;
        var refusal = reasons.Select(reason => RefusalNames.Parse(reason.Code)).FirstOrDefault(known => known is not null) ?? Refusal.NotAuthentic;
        return new RefusedException(refusal, string.Concat(reasons.Select(reason => reason.Chinese)), string.Join(' ', reasons.Select(reason => reason.English)));
    }

    // One of this batch is not on disk yet.
    private Decision Rejection(long index) => pending.Values.FirstOrDefault(decision => decision.Index == index) ?? Logged(index);

    private Decision Logged(long index)
    {
        var entry = LedgerEntry.Parse(ledger.Read(index));
        return new Decision(replay.ReadSigned(entry), entry) { Index = index };
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "Equivocation by {Issuer}: chain {Chain} has another statement with number {Number}; {Statement} is kept without effect")]
    private partial void LogEquivocation(string issuer, string chain, long number, string statement);
}
