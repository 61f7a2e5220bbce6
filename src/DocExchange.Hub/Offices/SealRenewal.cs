using System.Xml;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Hub.Ledger;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Hub.Offices;

/// <summary>
/// Gives an office another seal for the seal key it has: made here with its present name, for another term, or by another
/// maker. The seal before ends then, without being stopped: what it sealed stays sealed.
/// </summary>
internal sealed class SealRenewal(DirectoryKeeper directories, DirectoryPublishing publishing, OfficeSeals seals, SitePolicy policy, TimeProvider clock)
{
    /// <exception cref="RefusedException">No seals are made here, or the office has no key to seal with.</exception>
    public async Task<LoggedEntry> RenewAsync(PartyId id, CancellationToken cancellation)
    {
        if (!seals.AreMade)
        {
            throw new RefusedException(
                Refusal.WrongState,
                "本中心不制作印章。请由制章单位制作，再以 docex hub renew-seal --seal 文件 登记。",
                "This hub makes no seals. Have the seal maker make one and give it to docex hub renew-seal --seal FILE.");
        }

        var now = clock.GetUtcNow();
        var (office, signer) = Find(directories.Current, id, now);
        var made = await seals.MakeAsync(office, signer, now, cancellation);
        return await PublishAsync(id, signer, made.Listed, now, cancellation);
    }

    /// <summary>Takes in a seal by another maker (GB/T 38540-2020 SESeal, DER).</summary>
    /// <exception cref="RefusedException">
    /// It is no such seal, not by a maker the directory's authorities vouch for, made with a key of one of the exchange's own
    /// parties, not for the office's seal key, not in force, or its number is taken.
    /// </exception>
    public async Task<LoggedEntry> TakeAsync(PartyId id, ReadOnlyMemory<byte> der, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var (office, signer) = Find(directories.Current, id, now);
        var seal = Parse(der);
        if (!seal.Lists(signer))
        {
            throw new RefusedException(
                Refusal.NotBound,
                $"印章 {seal.EsId} 的签章人中没有{office.Name}现用的印章证书（{signer.Fingerprint}）。请由制章单位按该证书制作。",
                $"The seal {seal.EsId} is not for the seal certificate {office.Id} has in force ({signer.Fingerprint}). Have it made for that one.");
        }

        RequireMaker(seal);

        // As strictly as a package that bears it will be judged.
        var verdict = new SealValidator(directories.Trust, policy: policy.Own with { VerifiedAt = now }).ValidateSeal(seal, now);
        if (verdict.Indication != Indication.TotalPassed)
        {
            var faults = verdict.Findings.Where(finding => finding.Indication != Indication.TotalPassed).ToList();
            throw new RefusedException(
                Refusal.NotAuthentic,
                $"印章 {seal.EsId} 未通过验证：{string.Join("；", faults.Select(finding => finding.Chinese))}",
                $"The seal {seal.EsId} does not verify: {string.Join("; ", faults.Select(finding => finding.English))}");
        }

        return await PublishAsync(id, signer, await seals.KeepAsync(seal, now, cancellation), now, cancellation);
    }

    private static (Office Office, Certificate Signer) Find(OfficeDirectory directory, PartyId id, DateTimeOffset now)
    {
        var office = directory.Find(id) ?? throw new RefusedException(Refusal.NotFound, $"机构目录中没有 {id}。", $"The directory has no {id}.");
        var signer = office.Certificates.FirstOrDefault(bound => bound.Use == CertificateUse.Seal && bound.Period.Contains(now))?.Certificate
            ?? throw new RefusedException(
                Refusal.WrongState,
                $"{office.Name}没有有效的印章密钥。请为其节点重新发出邀请，换发密钥（enrol --renew）。",
                $"{office.Id} has no seal key in force. Invite its node again, to enrol with new keys (enrol --renew).");
        return (office, signer);
    }

    private static Seal Parse(ReadOnlyMemory<byte> der)
    {
        try
        {
            var seal = Seal.Parse(der);
            // They will stand in the directory, which is XML.
            XmlConvert.VerifyXmlChars(seal.EsId + seal.Name);
            return seal.EsId.Trim().Length > 0 ? seal : throw new XmlException("it has no number");
        }
        catch (Exception fault) when (fault is SealFormatException or XmlException)
        {
            throw new RefusedException(Refusal.FormatFailure, $"这不是符合 GB/T 38540-2020 的印章（SESeal）：{FaultWords.Of(fault)}", $"This is no seal (SESeal) of GB/T 38540-2020: {fault.Message}");
        }
    }

    // One authority may certify makers and parties alike; nothing in their certificates tells them apart. A party that makes
    // seals could make them in anybody's name.
    private void RequireMaker(Seal seal)
    {
        var maker = seal.MakerCertificate.PublicKeyFingerprint;
        var directory = directories.Current;
        var bound = directory.Offices.SelectMany(office => office.Certificates).Concat(directory.Machines.SelectMany(machine => machine.Certificates)).Select(each => each.Certificate)
            .Concat(directory.Administrators.Select(administrator => administrator.Certificate));
        if (bound.Any(certificate => certificate.PublicKeyFingerprint == maker))
        {
            throw new RefusedException(
                Refusal.NotAuthentic,
                $"印章 {seal.EsId} 是用本交换体系内单位、节点或管理员的密钥（{seal.MakerCertificate.Subject}）制作的，制章人须为专门的制章单位。",
                $"The seal {seal.EsId} was made with the key of an office, a machine or an administrator of this exchange ({seal.MakerCertificate.Subject}); a seal maker has a key for that alone.");
        }
    }

    // What was judged may have changed meanwhile: keys may have been revoked or renewed, the number taken.
    private Task<LoggedEntry> PublishAsync(PartyId id, Certificate signer, OfficeSeal seal, DateTimeOffset now, CancellationToken cancellation) => publishing.PublishAsync(
        current =>
        {
            if (!Find(current, id, now).Signer.Equals(signer))
            {
                throw new RefusedException(Refusal.WrongState, $"{id} 的印章密钥刚刚换发，请重做。", $"The seal key of {id} was replaced meanwhile; do it again.");
            }

            if (current.Offices.SelectMany(each => each.Seals).Any(listed => listed.EsId == seal.EsId))
            {
                throw new RefusedException(Refusal.WrongState, $"印章编号 {seal.EsId} 已在机构目录中。", $"The directory has a seal with the number {seal.EsId} already.");
            }

            return current.Next(now, [.. current.Offices.Select(each => each.Id == id ? Replace(each, seal, now) : each)]);
        },
        cancellation);

    private static Office Replace(Office office, OfficeSeal made, DateTimeOffset now) => office with
    {
        Seals = [.. office.Seals.Select(seal => seal.Period.Contains(now) ? seal with { Period = seal.Period with { Until = now } } : seal), made],
    };
}
