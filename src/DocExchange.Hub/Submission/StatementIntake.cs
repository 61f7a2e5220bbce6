using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Validation;

namespace DocExchange.Hub.Submission;

/// <summary>A statement that was found authentic.</summary>
/// <param name="Signer">The certificate it was found so with; null where it is in the ledger already.</param>
internal sealed record AuthenticStatement(SignedStatement Signed, Certificate? Signer, PartyId RelayedBy);

/// <summary>
/// Judges statements as they come: form, signature, path, binding, and that the calling node may pass them on. Runs
/// in parallel, before the writer. What is not fit for the ledger is rejected there, with every reason.
/// </summary>
internal sealed class StatementIntake(
    DirectoryKeeper directories, IObjectStore objects, ICatalogue catalogue, StatementRejections rejections, HubSettings settings, HubIdentity identity, TimeProvider clock)
{
    private const int MaxObjects = 4;

    /// <exception cref="RefusedException">
    /// The statement is not authentic, or not this node's to pass on: with every reason, and with the ledger index of the Rejected where there is one
    /// (<see cref="StatementRejections"/>). Or the hub is busy, or its disk full.
    /// </exception>
    public async Task<AuthenticStatement> JudgeAsync(ReadOnlyMemory<byte> cms, IReadOnlyList<ReadOnlyMemory<byte>> attached, PartyId caller, CancellationToken cancellation)
    {
        SignedStatement signed;
        try
        {
            signed = Read(cms, attached);
        }
        catch (RefusedException unreadable)
        {
            var fault = StatementFault.OfUnreadable(unreadable);
            throw await rejections.RejectAsync(new StatementId(Digest.Of(cms.Span)), null, caller, [fault], cancellation) ?? StatementFault.Join([fault]);
        }

        var directory = directories.Current;
        var faults = CheckRules(signed.Statement).Concat(CheckCaller(signed.Statement, directory, caller)).Select(StatementFault.Of).ToList();
        var mayAsk = faults.Count == 0;
        if (IsLogged(signed))
        {
            // Judged when it came, and answered as then, whatever became of its certificate. Whoever else sends it is told so, and no more.
            return mayAsk ? new AuthenticStatement(signed, null, caller) : throw StatementFault.Join(faults);
        }

        var verdict = directories.Judge.Judge(signed, directory, clock.GetUtcNow());
        if (verdict.Indication != Indication.TotalPassed)
        {
            faults.AddRange(FaultsOf(verdict));
        }

        if (faults.Count > 0)
        {
            var refused = await rejections.RejectAsync(signed.Id, signed.Statement.Chain, caller, faults, cancellation);
            return refused is null && mayAsk ? new AuthenticStatement(signed, null, caller) : throw refused ?? StatementFault.Join(faults);
        }

        if (signed.RecipientObject is { } list)
        {
            await objects.PutAsync(list, cancellation);
        }

        return new AuthenticStatement(signed, verdict.Signatures[0].Signer!, caller);
    }

    private SignedStatement Read(ReadOnlyMemory<byte> cms, IReadOnlyList<ReadOnlyMemory<byte>> attached)
    {
        if (attached.Count > MaxObjects)
        {
            throw new RefusedException(Refusal.TooLarge, $"一份凭证最多附带 {MaxObjects} 个对象。", $"A statement comes with at most {MaxObjects} objects.");
        }

        try
        {
            var byDigest = attached.ToDictionary(each => Digest.Of(each.Span), each => each.ToArray());
            return SignedStatement.Parse(cms, digest => byDigest.GetValueOrDefault(digest) ?? objects.Get(digest));
        }
        catch (FormatException fault)
        {
            throw new RefusedException(Refusal.FormatFailure, "凭证格式错误：" + FaultWords.Of(fault), fault.Message);
        }
        catch (ArgumentException fault)
        {
            throw new RefusedException(Refusal.FormatFailure, "凭证附带的对象重复：" + FaultWords.Of(fault), fault.Message);
        }
    }

    private IEnumerable<RefusedException> CheckRules(Statement statement)
    {
        foreach (var broken in StatementRules.Broken(statement, settings.Exchange).Concat(CheckAuthor(statement)))
        {
            yield return broken;
        }

        // Urging and the rest concern recipients a document has already, maybe from before the limit was lowered.
        var named = statement switch
        {
            { Body: DispatchBody dispatch } => dispatch.Recipients.Count,
            { Type: StatementType.Resent, Body: RecipientsBody added } => added.Recipients.Count,
            _ => 0,
        };
        if (named > settings.MaxRecipients)
        {
            yield return new RefusedException(
                Refusal.TooLarge, $"收文单位 {named} 个，最多 {settings.MaxRecipients} 个。", $"{named} recipients; at most {settings.MaxRecipients} are accepted.");
        }
    }

    private bool IsLogged(SignedStatement signed) =>
        catalogue.FindPosition(signed.Statement.Chain.ChainId, signed.Statement.Chain.Number).Any(found => found.Statement == signed.Id);

    private IEnumerable<RefusedException> CheckAuthor(Statement statement)
    {
        var isHubsAct = StatementTypes.AuthorOf(statement.Type) == StatementAuthor.Hub || statement.Issuer == identity.Id;
        var isMachines = statement.Issuer.IsMachine;
        if (isHubsAct || isMachines != (statement.Type == StatementType.Delivered) && statement.Type != StatementType.Unknown)
        {
            yield return new RefusedException(
                Refusal.NotEntitled, $"{statement.Issuer} 无权作出{statement.Type.ToChinese()}凭证。", $"{statement.Issuer} may not make a {statement.Type}.");
        }

        if (!statement.Chain.ChainId.StartsWith(statement.Issuer + "#", StringComparison.Ordinal))
        {
            yield return new RefusedException(
                Refusal.FormatFailure, $"凭证链 {statement.Chain.ChainId} 不属于 {statement.Issuer}。", $"The chain {statement.Chain.ChainId} does not belong to {statement.Issuer}.");
        }
    }

    private static IEnumerable<RefusedException> CheckCaller(Statement statement, OfficeDirectory directory, PartyId caller)
    {
        var office = statement.Body is DeliveredBody delivered ? delivered.Recipient : statement.Issuer;
        var isOwn = statement.Issuer == caller || directory.Find(statement.Issuer)?.HostedBy == caller;
        var isHosted = office.IsMachine ? office == caller : directory.Find(office)?.HostedBy == caller;
        if (!isOwn || !isHosted)
        {
            yield return new RefusedException(Refusal.NotHosted, $"节点 {caller} 不承载 {office}。", $"The node {caller} does not host {office}.");
        }
    }

    private static IEnumerable<StatementFault> FaultsOf(Verdict verdict)
    {
        var faults = verdict.Faults.ToList();
        var refusal = faults.Any(fault => fault.SubIndication is SubIndication.Revoked or SubIndication.RevokedNoPoe || fault.Code == "CERT_ON_HOLD") ? Refusal.Revoked
            : faults.All(fault => fault.Code == "SIGNER_NOT_BOUND") ? Refusal.NotBound
            : Refusal.NotAuthentic;
        return faults.Select(fault => StatementFault.Of(refusal, fault));
    }
}
