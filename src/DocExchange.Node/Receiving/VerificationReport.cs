using DocExchange.Core.Refusals;
using DocExchange.Core.Verdicts;
using DocExchange.Durability;
using DocExchange.Node.Inbox;
using DocExchange.Trust.Validation;

namespace DocExchange.Node.Receiving;

/// <summary>
/// The full verdict on a received package, judged anew each time it is asked for. A package is read whole for it, so only a
/// few are judged at once.
/// </summary>
internal sealed class VerificationReport(PackageVerification verification, PackageShelf shelf, SitePolicy policy, TimeProvider time) : IDisposable
{
    private const int AtOnce = 2;

    private readonly SemaphoreSlim room = new(AtOnce);

    /// <returns>A page of HTML that needs nothing from elsewhere.</returns>
    /// <exception cref="RefusedException">The package is not here.</exception>
    public async Task<string> MakeAsync(ReceivedDocument shown, Wording say, CancellationToken cancellation)
    {
        var state = shown.State;
        if (!shelf.Has(state.Dispatch.Package))
        {
            throw new RefusedException(Refusal.NotFound, "公文包尚未到达本节点。请稍候，到达后页面会自动更新；久未到达时请系统管理员查看与中心的连接。", "The package has not arrived at this node. Wait a little: the page follows by itself. If it stays away, let the system administrator look at the link to the hub.");
        }

        await room.WaitAsync(cancellation);
        try
        {
            var promise = new Promise(state.Id, state.Dispatch, state.Sender, state.Dispatcher, state.DispatchedIndex, state.AcceptedAt ?? state.DispatchedAt);
            var judged = await verification.JudgeAsync(shelf.OpenRead(state.Dispatch.Package), promise, cancellation);
            var disagreements = judged.Reasons.Where(reason => judged.Verdict.Findings.All(finding => finding.Code != reason.Code) && judged.Verdict.Signatures.All(signature => signature.Findings.All(finding => finding.Code != reason.Code)))
                .Select(reason => Finding.Failed(reason.Code, SubIndication.SigConstraintsFailure, reason.Chinese, reason.English));
            var head = new VerdictHead($"{state.Dispatch.Number} {state.Dispatch.Title}".Trim(), say("公文包", "package"), state.Dispatch.Package.ToString(), time.GetUtcNow(), policy.Name)
            {
                Seals = VerdictHead.SealsOf(judged.Verdict, judged.Seals.Select(seal => seal.Signature?.Seal)),
                Body = judged.Body,
            };
            return VerdictPage.Of(say, head, judged.Verdict with { Findings = [.. judged.Verdict.Findings, .. disagreements] });
        }
        finally
        {
            room.Release();
        }
    }

    public void Dispose() => room.Dispose();
}
