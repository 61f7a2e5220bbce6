using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Objects;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;

namespace DocExchange.Hub.Offices;

/// <summary>A change of keys that waits for the security administrators, and what they have signed.</summary>
internal sealed record PendingBinding(BindingChange Change, IReadOnlyList<byte[]> Approvals)
{
    public Digest Id => Digest.Of(Change.ToXml());
}

/// <summary>
/// Asks for consent where keys are replaced: the old keys' signatures that come with the enrolment, or the approvals of
/// two security administrators, which are kept here until the enrolment is repeated. Safe for concurrent use.
/// </summary>
internal sealed partial class BindingConsents(SiteStore site, DirectoryKeeper directories, IObjectStore objects, TimeProvider clock, ILogger<BindingConsents> log)
{
    private const int MaxProof = 48 * 1024;

    private readonly Lock changing = new();

    /// <summary>The changes that wait, with what still keeps them waiting.</summary>
    public IReadOnlyList<(PendingBinding Pending, BindingVerdict Verdict)> Waiting() =>
        [.. site.PendingBindings().Where(pending => pending.Change.Expires > clock.GetUtcNow()).Select(pending => (pending, Judge(pending, [], directories.Current)))];

    /// <param name="directory">The version the new keys would be bound in.</param>
    /// <returns>What counted; null where nobody's keys are replaced.</returns>
    /// <exception cref="RefusedException">Consent is missing. The change waits for approvals from now on.</exception>
    public BindingEvidence? Require(BindingChange change, IReadOnlyList<ReadOnlyMemory<byte>> proofs, OfficeDirectory directory)
    {
        if (proofs.Count > BindingRules.MaxSignatures || proofs.Any(proof => proof.Length > MaxProof))
        {
            throw new RefusedException(Refusal.TooLarge, "旧密钥的签名过多或过大。", $"At most {BindingRules.MaxSignatures} signatures of old keys are taken, of {MaxProof} bytes each.");
        }

        using var _ = changing.EnterScope();
        var known = site.FindPendingBinding(change.Node.ToString());
        var pending = known is not null && known.Id == Digest.Of(change.ToXml()) ? known : new PendingBinding(change, []);
        var verdict = Judge(pending, proofs, directory);
        if (verdict.Replaced.Count == 0)
        {
            return null;
        }

        if (!verdict.IsGranted)
        {
            site.Save(pending);
            LogWaiting(change.Node.ToString(), string.Join(' ', verdict.Unproven), pending.Id.ToString());
            throw Waits(pending, verdict);
        }

        ReadOnlyMemory<byte>[] all = [.. proofs, .. pending.Approvals.Select(approval => (ReadOnlyMemory<byte>)approval)];
        return new BindingEvidence(change, [.. all.Where(each => BindingRules.ConsentOf(change, each, directory, directories.Trust, clock.GetUtcNow()).Consent is not null)]);
    }

    public Task<Digest> KeepAsync(BindingEvidence evidence, CancellationToken cancellation) => objects.PutAsync(evidence.ToXml(), cancellation);

    /// <summary>The change is in force: nothing waits for it any more.</summary>
    public void Close(PartyId node) => site.RemovePendingBinding(node.ToString());

    /// <param name="xml">The change as the administrator signed it.</param>
    /// <exception cref="RefusedException">Of another exchange, altered, expired, unknown, or not signed by a security administrator who has not approved yet.</exception>
    public (PendingBinding Pending, BindingVerdict Verdict) Approve(ReadOnlyMemory<byte> xml, ReadOnlyMemory<byte> signature)
    {
        var change = Read(xml);
        var now = clock.GetUtcNow();
        using var _ = changing.EnterScope();
        if (site.FindPendingBinding(change.Node.ToString()) is not { } pending || pending.Id != Digest.Of(xml.Span))
        {
            throw new RefusedException(
                Refusal.NotFound, "没有这一换钥申请：内容已被改动，或已被新的申请取代。", "No such change of keys waits: it was altered, or another took its place.");
        }

        if (change.Expires <= now)
        {
            throw new RefusedException(Refusal.InvitationInvalid, $"换钥申请已于 {change.Expires:u} 过期。", $"The change of keys expired at {change.Expires:u}. Make a new invitation.");
        }

        var (consent, fault) = BindingRules.ConsentOf(change, signature, directories.Current, directories.Trust, now);
        if (consent?.Administrator is not { } administrator)
        {
            throw new RefusedException(
                Refusal.NotEntitled,
                "批准须由现任安全保密管理员以本人密钥签署。" + fault?.Chinese,
                "An approval is signed by a security administrator in office with their own key. " + fault?.English);
        }

        var before = Judge(pending, [], directories.Current);
        if (before.Approvers.Any(approver => approver.Id == administrator.Id))
        {
            throw new RefusedException(
                Refusal.WrongState, $"{administrator.Name} 已批准过；须由另一名安全保密管理员批准。", $"{administrator.Name} has approved already; another security administrator is needed.");
        }

        var approved = pending with { Approvals = [.. pending.Approvals, signature.ToArray()] };
        site.Save(approved);
        LogApproved(administrator.Id, approved.Id.ToString(), change.Node.ToString());
        return (approved, Judge(approved, [], directories.Current));
    }

    private BindingVerdict Judge(PendingBinding pending, IReadOnlyList<ReadOnlyMemory<byte>> proofs, OfficeDirectory directory) => BindingRules.Judge(
        pending.Change, [.. proofs, .. pending.Approvals.Select(approval => (ReadOnlyMemory<byte>)approval)], directory, directories.Trust, clock.GetUtcNow());

    private BindingChange Read(ReadOnlyMemory<byte> xml)
    {
        try
        {
            var change = BindingChange.Parse(xml);
            return change.Exchange == directories.Current.Exchange
                ? change
                : throw new RefusedException(
                    Refusal.WrongExchange, $"换钥申请属于交换平台“{change.Exchange}”。", $"The change of keys belongs to the exchange '{change.Exchange}'.");
        }
        catch (FormatException fault)
        {
            throw new RefusedException(Refusal.FormatFailure, "换钥申请格式有误：" + FaultWords.Of(fault), fault.Message);
        }
    }

    private static RefusedException Waits(PendingBinding pending, BindingVerdict verdict) => new(
        Refusal.Pending,
        $"此次登记将更换 {string.Join("、", verdict.Unproven)} 的密钥，而旧密钥未签名。须由 {BindingRules.ApprovalsNeeded} 名安全保密管理员批准（已有 {verdict.Approvers.Count} 名）："
        + $"docex hub approve-binding {pending.Id}。批准后重复同一登记即可。",
        $"This enrolment replaces keys of {string.Join(", ", verdict.Unproven)} without the old keys' signature. {BindingRules.ApprovalsNeeded} security administrators have to approve it "
        + $"({verdict.Approvers.Count} have): docex hub approve-binding {pending.Id}. Then repeat the same enrolment.",
        new Dictionary<string, string> { ["binding_change"] = pending.Id.ToString(), ["approvals"] = $"{verdict.Approvers.Count}", ["needed"] = $"{BindingRules.ApprovalsNeeded}" });

    [LoggerMessage(Level = LogLevel.Warning, Message = "Node {Node} wants to replace keys of {Parties}; change {Change} waits for approvals")]
    private partial void LogWaiting(string node, string parties, string change);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Security administrator {Administrator} approved the change of keys {Change} of {Node}")]
    private partial void LogApproved(string administrator, string change, string node);
}
