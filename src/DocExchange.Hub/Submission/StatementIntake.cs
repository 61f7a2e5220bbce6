using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Validation;

namespace DocExchange.Hub.Submission;

/// <summary>A statement that was found authentic.</summary>
/// <param name="Signer">The certificate it was found so with; null where it is in the ledger already.</param>
internal sealed record AuthenticStatement(SignedStatement Signed, Certificate? Signer, PartyId RelayedBy);

/// <summary>
/// Judges statements as they come: form, signature, path, binding, and that the calling node may pass them on. Runs
/// in parallel, before the writer.
/// </summary>
internal sealed class StatementIntake(
    DirectoryKeeper directories, IObjectStore objects, ICatalogue catalogue, LedgerWriter writer, HubSettings settings, HubIdentity identity, TimeProvider clock)
{
    private const int MaxObjects = 4;

    /// <exception cref="RefusedException">The statement is not authentic, or not this node's to pass on.</exception>
    public async Task<AuthenticStatement> JudgeAsync(ReadOnlyMemory<byte> cms, IReadOnlyList<ReadOnlyMemory<byte>> attached, PartyId caller, CancellationToken cancellation)
    {
        var signed = Read(cms, attached);
        var classified = CheckRules(signed.Statement);
        var directory = directories.Current;
        CheckCaller(signed.Statement, directory, caller);
        if (IsLogged(signed))
        {
            // Judged when it came, and answered as then, whatever became of its certificate.
            return new AuthenticStatement(signed, null, caller);
        }

        var verdict = directories.Judge.Judge(signed, directory, clock.GetUtcNow());
        if (verdict.Indication != Indication.TotalPassed)
        {
            throw Refuse(verdict);
        }

        if (classified is not null)
        {
            await RejectClassifiedAsync(signed, caller, cancellation);
            throw classified;
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
            throw new RefusedException(Refusal.FormatFailure, "凭证格式错误：" + fault.Message, fault.Message);
        }
        catch (ArgumentException fault)
        {
            throw new RefusedException(Refusal.FormatFailure, "凭证附带的对象重复：" + fault.Message, fault.Message);
        }
    }

    /// <returns>The refusal of a classified document, which is to be acted on once the statement is known to be authentic.</returns>
    private RefusedException? CheckRules(Statement statement)
    {
        RefusedException? classified = null;
        try
        {
            StatementRules.Check(statement, settings.Exchange);
        }
        catch (RefusedException refused) when (refused.Refusal == Refusal.Classified)
        {
            classified = refused;
        }

        CheckAuthor(statement);
        if (statement.Body is DispatchBody dispatch && dispatch.Recipients.Count > settings.MaxRecipients)
        {
            throw new RefusedException(
                Refusal.TooLarge, $"收文单位 {dispatch.Recipients.Count} 个，最多 {settings.MaxRecipients} 个。", $"{dispatch.Recipients.Count} recipients; at most {settings.MaxRecipients} are accepted.");
        }

        return classified;
    }

    // 涉密: nothing of the document goes into the ledger, only that something was refused, from whom and when; once,
    // however often it is sent.
    private Task RejectClassifiedAsync(SignedStatement signed, PartyId caller, CancellationToken cancellation)
    {
        var reason = new RejectionReason(Refusal.Classified.ToReason(), "涉密公文不得通过本系统传输。", "Classified documents do not travel on this system.");
        return writer.ActAsync(
            fold => fold.IsTurnedAway(signed.Id) ? null : new HubAct(StatementType.Rejected, new RejectedBody(caller, [reason]), Subject: signed.Id), cancellation);
    }

    private bool IsLogged(SignedStatement signed) =>
        catalogue.FindPosition(signed.Statement.Chain.ChainId, signed.Statement.Chain.Number).Any(found => found.Statement == signed.Id);

    private void CheckAuthor(Statement statement)
    {
        var isHubsAct = StatementTypes.AuthorOf(statement.Type) == StatementAuthor.Hub || statement.Issuer == identity.Id;
        var isMachines = statement.Issuer.IsMachine;
        if (isHubsAct || isMachines != (statement.Type == StatementType.Delivered) && statement.Type != StatementType.Unknown)
        {
            throw new RefusedException(
                Refusal.NotEntitled, $"{statement.Issuer} 无权作出{statement.Type.ToChinese()}凭证。", $"{statement.Issuer} may not make a {statement.Type}.");
        }

        if (!statement.Chain.ChainId.StartsWith(statement.Issuer + "#", StringComparison.Ordinal))
        {
            throw new RefusedException(
                Refusal.FormatFailure, $"凭证链 {statement.Chain.ChainId} 不属于 {statement.Issuer}。", $"The chain {statement.Chain.ChainId} does not belong to {statement.Issuer}.");
        }
    }

    private static void CheckCaller(Statement statement, OfficeDirectory directory, PartyId caller)
    {
        var office = statement.Body is DeliveredBody delivered ? delivered.Recipient : statement.Issuer;
        var isOwn = statement.Issuer == caller || directory.Find(statement.Issuer)?.HostedBy == caller;
        var isHosted = office.IsMachine ? office == caller : directory.Find(office)?.HostedBy == caller;
        if (!isOwn || !isHosted)
        {
            throw new RefusedException(Refusal.NotHosted, $"节点 {caller} 不承载 {office}。", $"The node {caller} does not host {office}.");
        }
    }

    private static RefusedException Refuse(Verdict verdict)
    {
        var faults = verdict.Faults.ToList();
        var refusal = faults.Any(fault => fault.SubIndication is SubIndication.Revoked or SubIndication.RevokedNoPoe) ? Refusal.Revoked
            : faults.All(fault => fault.Code == "SIGNER_NOT_BOUND") ? Refusal.NotBound
            : Refusal.NotAuthentic;
        return new RefusedException(
            refusal,
            string.Join(" ", faults.Select(fault => fault.Chinese)),
            string.Join(" ", faults.Select(fault => fault.English)),
            new Dictionary<string, string>
            {
                ["indication"] = verdict.Indication.ToEtsi(),
                ["sub_indication"] = verdict.SubIndication.ToEtsi() ?? "",
                ["codes"] = string.Join(",", faults.Select(fault => fault.Code)),
            });
    }
}
