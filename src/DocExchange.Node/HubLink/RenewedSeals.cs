using DocExchange.Core.Offices;
using DocExchange.Node.Keys;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using DocExchange.Pages.Monitoring;
using DocExchange.Protocol;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.HubLink;

/// <summary>
/// Takes up a seal that was made anew for an office of this node: the newest the directory lists for it that was made for the very
/// seal key that is here. From then on documents are sealed with it. A seal for another key is an alarm only where it is newer than
/// the one at hand: those before it were for keys this node had once. The alarm disappears with its cause.
/// </summary>
internal sealed class RenewedSeals(DataFolder folder, NodeFile node, KeyRing keys, DirectoryCopy directories, ObjectFolder objects, AlarmBell alarms, TimeProvider time)
{
    public async Task TakeAsync(HubChannel hub, CancellationToken cancellation)
    {
        if (directories.FindNewest() is not { } directory)
        {
            return;
        }

        foreach (var office in node.Offices.Select(PartyId.Parse).Where(keys.HasSeal))
        {
            alarms.KeepOfSeals(office.ToString(), await TakeAsync(hub, office, directory.Find(office)?.Seals ?? [], cancellation));
        }
    }

    /// <returns>What hinders the office from using the newest.</returns>
    private async Task<IReadOnlyList<Worry>> TakeAsync(HubChannel hub, PartyId office, IReadOnlyList<OfficeSeal> listed, CancellationToken cancellation)
    {
        var atHand = keys.SealOf(office).Seal.Fingerprint;
        var since = listed.FirstOrDefault(seal => seal.Seal == atHand)?.Period.Since ?? DateTimeOffset.MinValue;
        List<Worry> hindrances = [];
        foreach (var seal in listed.Where(seal => !seal.IsStopped && seal.Period.Contains(time.GetUtcNow())).OrderByDescending(seal => seal.Period.Since).TakeWhile(seal => seal.Seal != atHand))
        {
            try
            {
                await TakeAsync(hub, office, seal, cancellation);
                return hindrances;
            }
            catch (Exception fault) when (fault is FormatException || (fault is RpcException failure && failure.ToRefusal() is not null))
            {
                if (seal.Period.Since > since)
                {
                    var refusal = (fault as RpcException)?.ToRefusal();
                    hindrances.Add(new Worry(
                        $"{seal.Seal}",
                        $"{office} 的新印章 {seal.EsId} 未能启用，继续使用原印章：{FaultWords.Of(refusal ?? fault)}请中心重新制发（docex hub renew-seal），或停用此章。",
                        $"The new seal {seal.EsId} of {office} could not be taken up; the one before is used on. {refusal?.English ?? fault.Message} Have it made anew at the hub (docex hub renew-seal), or stopped."));
                }
            }
        }

        return hindrances;
    }

    private async Task TakeAsync(HubChannel hub, PartyId office, OfficeSeal listed, CancellationToken cancellation)
    {
        var bytes = objects.Get(listed.Seal) ?? await FetchAsync(hub, listed.Seal, cancellation);
        var seal = Seal.Parse(bytes);
        if (seal.EsId != listed.EsId)
        {
            throw new WordedFormatException($"印章文件的编号是 {seal.EsId}。", $"It has the number {seal.EsId}.");
        }

        if (!seal.Lists(keys.SealOf(office).Key.Certificate))
        {
            throw new WordedFormatException("它是为另一把密钥制作的。", "It was made for another key.");
        }

        objects.Put(bytes);
        new KeyFiles(folder, KeyPassword.Read(folder.KeyPassword)).WriteSeal(office, bytes);
        keys.TakeSeal(office, seal);
    }

    private static async Task<byte[]> FetchAsync(HubChannel hub, Digest seal, CancellationToken cancellation)
    {
        var content = (await hub.Directory.GetObjectAsync(new Wire.GetObjectRequest { Sha256 = seal.ToWire() }, hub.Once(cancellation))).Content.ToByteArray();
        return Digest.Of(content) == seal ? content : throw new WordedFormatException("中心发来的不是这枚印章。", "The hub sent something else.");
    }
}
