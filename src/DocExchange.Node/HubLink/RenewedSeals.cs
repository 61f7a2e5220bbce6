using DocExchange.Core.Offices;
using DocExchange.Node.Keys;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using DocExchange.Protocol;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.HubLink;

/// <summary>
/// Takes up a seal that was made anew for an office of this node: the newest the directory lists for it, made for the very
/// seal key that is here. From then on documents are sealed with it.
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
            if (ListedAnew(directory, office) is { } listed)
            {
                await TakeAsync(hub, office, listed, cancellation);
            }
        }
    }

    // Null where the one at hand is the newest in force.
    private OfficeSeal? ListedAnew(OfficeDirectory directory, PartyId office)
    {
        var newest = directory.Find(office)?.Seals.Where(seal => !seal.IsStopped && seal.Period.Contains(time.GetUtcNow())).MaxBy(seal => seal.Period.Since);
        return newest is not null && newest.Seal != keys.SealOf(office).Seal.Fingerprint ? newest : null;
    }

    private async Task TakeAsync(HubChannel hub, PartyId office, OfficeSeal listed, CancellationToken cancellation)
    {
        try
        {
            var bytes = objects.Get(listed.Seal) ?? await FetchAsync(hub, listed.Seal, cancellation);
            var seal = Seal.Parse(bytes);
            if (seal.EsId != listed.EsId || !seal.Lists(keys.SealOf(office).Key.Certificate))
            {
                throw new FormatException($"it is number {seal.EsId}, or was made for another key");
            }

            objects.Put(bytes);
            new KeyFiles(folder, KeyPassword.Read(folder.KeyPassword)).WriteSeal(office, bytes);
            keys.TakeSeal(office, seal);
        }
        catch (Exception fault) when (fault is FormatException || (fault is RpcException failure && failure.ToRefusal() is not null))
        {
            alarms.Raise(
                $"seal {listed.Seal}",
                $"{office} 的新印章 {listed.EsId} 未能启用，继续使用原印章：{FaultWords.Of(fault)}",
                $"The new seal {listed.EsId} of {office} could not be taken up; the one before is used on. {fault.Message}");
        }
    }

    private static async Task<byte[]> FetchAsync(HubChannel hub, Digest seal, CancellationToken cancellation)
    {
        var content = (await hub.Directory.GetObjectAsync(new Wire.GetObjectRequest { Sha256 = seal.ToWire() }, hub.Once(cancellation))).Content.ToByteArray();
        return Digest.Of(content) == seal ? content : throw new FormatException("the hub sent something else");
    }
}
