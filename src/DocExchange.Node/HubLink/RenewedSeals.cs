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
/// seal key that is here. From then on documents are sealed with it. That one could not be had is told until it can. One in force for a key that is
/// neither here nor was bound to the office before is an alarm that a person closes, whatever it says of its age: a stranger could seal with it.
/// </summary>
internal sealed class RenewedSeals(DataFolder folder, NodeFile node, KeyRing keys, DirectoryCopy directories, ObjectFolder objects, AlarmBell alarms, TimeProvider time)
{
    private const string Foreign = "foreign seal ";

    public async Task TakeAsync(HubChannel hub, CancellationToken cancellation)
    {
        if (directories.FindNewest() is not { } directory)
        {
            return;
        }

        List<Worry> hindrances = [];
        List<Alarm> foreign = [];
        foreach (var office in node.Offices.Select(PartyId.Parse).Where(keys.HasSeal).Select(directory.Find).OfType<Office>())
        {
            await LookAsync(hub, office, hindrances, foreign, cancellation);
        }

        var evidence = foreign.Count > 0 ? directories.BytesOf(directory.Version) : [];
        alarms.Stand(Foreign, [.. foreign.Select(alarm => alarm with { Evidence = [evidence, .. alarm.Evidence] })]);
        alarms.KeepOfSeals(hindrances);
    }

    private async Task LookAsync(HubChannel hub, Office office, List<Worry> hindrances, List<Alarm> foreign, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var atHand = keys.SealOf(office.Id).Seal.Fingerprint;
        var since = office.Seals.FirstOrDefault(seal => seal.Seal == atHand)?.Period.Since ?? DateTimeOffset.MinValue;
        var isTaken = false;
        foreach (var listed in office.Seals.Where(seal => !seal.IsStopped && seal.Period.Contains(now)).OrderByDescending(seal => seal.Period.Since))
        {
            if (listed.Seal == atHand)
            {
                isTaken = true;
                continue;
            }

            try
            {
                var seal = await ReadAsync(hub, listed, cancellation);
                if (IsForeign(seal, office, now))
                {
                    foreign.Add(new Alarm(
                        $"{Foreign}{office.Id} {listed.Seal}",
                        $"机构目录为 {office.Id} 列入了印章 {listed.EsId}，它是为另一把密钥制作的，未启用。如非本单位申请，请立即联系安全保密管理员。",
                        $"The directory lists the seal {listed.EsId} for {office.Id}, which was made for another key; it is not taken up. Unless you asked for it, call the security administrator at once.",
                        [seal.Der.ToArray()]));
                }
                else if (seal.EsId != listed.EsId)
                {
                    throw new WordedFormatException($"印章文件的编号是 {seal.EsId}。", $"It has the number {seal.EsId}.");
                }
                else if (!isTaken && seal.Lists(keys.SealOf(office.Id).Key.Certificate))
                {
                    Take(office.Id, seal);
                    isTaken = true;
                }
            }
            catch (Exception fault) when (fault is FormatException || (fault is RpcException failure && failure.ToRefusal() is not null))
            {
                if (!isTaken && listed.Period.Since > since)
                {
                    var refusal = (fault as RpcException)?.ToRefusal();
                    hindrances.Add(new Worry(
                        $"{office.Id} {listed.Seal}",
                        $"{office.Id} 的新印章 {listed.EsId} 未能启用，继续使用原印章：{FaultWords.Of(refusal ?? fault)}请中心重新制发（docex hub renew-seal），或停用此章。",
                        $"The new seal {listed.EsId} of {office.Id} could not be taken up; the one before is used on. {refusal?.English ?? fault.Message} Have it made anew at the hub (docex hub renew-seal), or stopped."));
                }
            }
        }
    }

    // Nobody seals any more with a key whose binding has ended; one in force is watched for itself.
    private bool IsForeign(Seal seal, Office office, DateTimeOffset now)
    {
        var former = office.Certificates.Where(bound => bound.Use == CertificateUse.Seal && bound.Period.Until <= now).Select(bound => bound.Certificate);
        var known = former.Append(keys.SealOf(office.Id).Key.Certificate).DistinctBy(certificate => certificate.Fingerprint).Count(seal.Lists);
        return known < seal.Signers.Count + seal.SignerDigests.Count;
    }

    private async Task<Seal> ReadAsync(HubChannel hub, OfficeSeal listed, CancellationToken cancellation)
    {
        var bytes = objects.Get(listed.Seal) ?? await FetchAsync(hub, listed.Seal, cancellation);
        var seal = Seal.Parse(bytes);
        objects.Put(bytes);
        return seal;
    }

    private void Take(PartyId office, Seal seal)
    {
        new KeyFiles(folder, KeyPassword.Read(folder.KeyPassword)).WriteSeal(office, seal.Der.Span);
        keys.TakeSeal(office, seal);
    }

    private static async Task<byte[]> FetchAsync(HubChannel hub, Digest seal, CancellationToken cancellation)
    {
        var content = (await hub.Directory.GetObjectAsync(new Wire.GetObjectRequest { Sha256 = seal.ToWire() }, hub.Once(cancellation))).Content.ToByteArray();
        return Digest.Of(content) == seal ? content : throw new WordedFormatException("中心发来的不是这枚印章。", "The hub sent something else.");
    }
}
