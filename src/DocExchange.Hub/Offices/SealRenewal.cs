using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Ledger;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Hub.Offices;

/// <summary>
/// Gives an office another seal for the seal key it has: made here with its present name, for another term, or by another
/// maker. The seal before ends then, without being stopped: what it sealed stays sealed.
/// </summary>
internal sealed class SealRenewal(DirectoryKeeper directories, DirectoryPublishing publishing, OfficeSeals seals, TimeProvider clock)
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
        var (office, signer) = Find(id, now);
        var made = await seals.MakeAsync(office, signer, now, cancellation);
        return await PublishAsync(id, made.Listed, now, cancellation);
    }

    /// <summary>Takes in a seal by another maker (GB/T 38540-2020 SESeal, DER).</summary>
    /// <exception cref="RefusedException">It is no such seal, not by a maker the directory's authorities vouch for, not for the office's seal key, not in force, or its number is taken.</exception>
    public async Task<LoggedEntry> TakeAsync(PartyId id, ReadOnlyMemory<byte> der, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var (office, signer) = Find(id, now);
        var seal = Parse(der);
        if (!seal.Lists(signer))
        {
            throw new RefusedException(
                Refusal.NotBound,
                $"印章 {seal.EsId} 的签章人中没有{office.Name}现用的印章证书（{signer.Fingerprint}）。请由制章单位按该证书制作。",
                $"The seal {seal.EsId} is not for the seal certificate {office.Id} has in force ({signer.Fingerprint}). Have it made for that one.");
        }

        if (directories.Current.Offices.SelectMany(each => each.Seals).Any(listed => listed.EsId == seal.EsId))
        {
            throw new RefusedException(Refusal.WrongState, $"印章编号 {seal.EsId} 已在机构目录中。", $"The directory has a seal with the number {seal.EsId} already.");
        }

        // As strictly as a package that bears it will be judged.
        var verdict = new SealValidator(directories.Trust, options: ValidationPolicy.Strict.PathOptions, algorithms: ValidationPolicy.Strict.Algorithms).ValidateSeal(seal, now);
        if (verdict.Indication != Indication.TotalPassed)
        {
            throw new RefusedException(
                Refusal.NotAuthentic,
                $"印章 {seal.EsId} 未通过验证：{string.Join("；", verdict.Findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => finding.Chinese))}",
                $"The seal {seal.EsId} does not verify: {string.Join("; ", verdict.Findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => finding.English))}");
        }

        var listed = await seals.KeepAsync(seal, now, cancellation);
        return await PublishAsync(id, listed, now, cancellation);
    }

    private (Office Office, Certificate Signer) Find(PartyId id, DateTimeOffset now)
    {
        var office = directories.Current.Find(id) ?? throw new RefusedException(Refusal.NotFound, $"机构目录中没有 {id}。", $"The directory has no {id}.");
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
            return Seal.Parse(der);
        }
        catch (SealFormatException fault)
        {
            throw new RefusedException(Refusal.FormatFailure, $"这不是符合 GB/T 38540-2020 的印章（SESeal）：{fault.Message}", $"This is no seal (SESeal) of GB/T 38540-2020: {fault.Message}");
        }
    }

    private Task<LoggedEntry> PublishAsync(PartyId id, OfficeSeal seal, DateTimeOffset now, CancellationToken cancellation) =>
        publishing.PublishAsync(current => current.Next(now, [.. current.Offices.Select(each => each.Id == id ? Replace(each, seal, now) : each)]), cancellation);

    private static Office Replace(Office office, OfficeSeal made, DateTimeOffset now) => office with
    {
        Seals = [.. office.Seals.Select(seal => seal.Period.Contains(now) ? seal with { Period = seal.Period with { Until = now } } : seal), made],
    };
}
