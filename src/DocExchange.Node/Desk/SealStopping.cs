using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.HubLink;
using DocExchange.Node.Keys;
using DocExchange.Node.Offices;
using Google.Protobuf;
using Local = DocExchange.Protocol.Local.V1;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.Desk;

/// <summary>
/// An office stops a seal of its own, lost or in wrong hands: an order under the office's key, which the hub obeys at once.
/// </summary>
internal sealed class SealStopping(DeskPeople people, KeyRing keys, DirectoryCopy directories, LinkStatus link, TimeProvider time)
{
    /// <exception cref="RefusedException">Not by the seal's keeper, no such seal, no reason, or no link to the hub.</exception>
    public async Task<Local.StopSealReply> StopAsync(Local.StopSealRequest request, CancellationToken cancellation)
    {
        var office = people.Hosted(request.Office);
        return await StopAsync(office, request.EsId, request.Reason, DeskPeople.Actor(request.Person, "停用印章", Rights.For(Right.StopOwnSeal)), cancellation);
    }

    public async Task<Local.StopSealReply> StopAsync(PartyId office, string esId, string reason, Actor actor, CancellationToken cancellation)
    {
        if (reason.Trim() is not { Length: > 0 and <= PlainBody.MaxReason } why)
        {
            throw new RefusedException(
                Refusal.ReasonMissing, $"停用印章必须说明理由（不超过 {PlainBody.MaxReason} 个字符）。", $"Stopping a seal needs a reason of 1 to {PlainBody.MaxReason} characters.");
        }

        var directory = directories.Newest();
        var seal = directory.RequireSeal(office, esId);
        if (link.Channel is not { } hub)
        {
            throw new RefusedException(
                Refusal.Busy, "当前未与中心连接，无法停用印章。请立即电话通知中心安全保密管理员停用。", "There is no link to the hub. Call the hub's security administrator at once and have the seal stopped there.");
        }

        var order = new SealOrder(directory.Exchange, office, esId, seal.Seal, why, actor, time.GetUtcNow());
        var signed = await order.SignAsync(keys.SigningKeyOf(office), cancellation);
        var stopped = await hub.Exchange.StopSealAsync(new Wire.StopOwnSealRequest { Order = ByteString.CopyFrom(signed) }, hub.Once(cancellation));
        return new Local.StopSealReply { DirectoryVersion = stopped.DirectoryVersion, LedgerIndex = stopped.LedgerIndex };
    }
}
