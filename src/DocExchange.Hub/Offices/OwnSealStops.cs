using System.Globalization;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Durability.Auditing;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;

namespace DocExchange.Hub.Offices;

/// <summary>
/// Stops a seal on the order of the office that owns it: the calling node hosts the office, the office's key signed. The
/// order is kept as an object, as the proof of who wanted it.
/// </summary>
internal sealed class OwnSealStops(DirectoryKeeper directories, Revocation revocation, IObjectStore objects, AuditTrail trail, TimeProvider clock)
{
    public async Task<LoggedEntry> StopAsync(ReadOnlyMemory<byte> signedOrder, PartyId caller, CancellationToken cancellation)
    {
        var directory = directories.Current;
        var order = SealOrder.Open(signedOrder, directory, directories.Trust, clock.GetUtcNow());
        if (directory.Find(order.Office)?.HostedBy != caller)
        {
            throw new RefusedException(Refusal.NotHosted, $"{order.Office} 不由节点 {caller} 承载。", $"{order.Office} is not hosted by the node {caller}.");
        }

        if (directory.Find(order.Office)!.Seals.All(seal => seal.EsId != order.EsId || seal.Seal != order.Seal))
        {
            throw new RefusedException(Refusal.NotFound, $"{order.Office} 没有编号为 {order.EsId} 的这枚印章。", $"{order.Office} has no such seal {order.EsId}.");
        }

        var kept = await objects.PutAsync(signedOrder, cancellation);
        var line = trail.Append(new AuditedAct("StopOwnSeal", $"{order.Office} {order.Actor.Id} {order.Actor.Name}", "asked", new Dictionary<string, string>
        {
            ["esId"] = order.EsId,
            ["reason"] = order.Reason,
            ["order"] = kept.ToString(),
            ["node"] = caller.ToString(),
        }));
        var logged = await revocation.StopSealAsync(order.Office, order.EsId, order.Reason, cancellation);
        trail.Append(new AuditedAct("StopOwnSeal", $"{order.Office} {order.Actor.Id} {order.Actor.Name}", "done", new Dictionary<string, string> { ["of"] = line.ToString(CultureInfo.InvariantCulture) }));
        return logged;
    }
}
