using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Offices;

/// <summary>Takes trust back: certificates and seals. Each is stated in the ledger and unbound in the directory.</summary>
internal sealed class Revocation(SiteKeys keys, DirectoryKeeper directories, DirectoryPublishing publishing, LedgerWriter writer, IObjectStore objects, TimeProvider clock)
{
    public async Task<LoggedEntry> RevokeAsync(Digest fingerprint, RevocationReason reason, DateTimeOffset? invalidityDate, CancellationToken cancellation)
    {
        var certificate = directories.Current.Offices.SelectMany(office => office.Certificates)
            .Concat(directories.Current.Machines.SelectMany(machine => machine.Certificates))
            .Select(bound => bound.Certificate).FirstOrDefault(bound => bound.Fingerprint == fingerprint)
            ?? throw new RefusedException(Refusal.NotFound, $"机构目录中没有证书 {fingerprint}。", $"The directory has no certificate {fingerprint}.");
        if (directories.Trust.RevocationLists.Any(list => list.Issuer == certificate.Issuer && list.Revoked.Any(each => each.SerialNumber == certificate.SerialNumber)))
        {
            throw new RefusedException(Refusal.WrongState, $"证书 {fingerprint} 已被吊销。", $"The certificate {fingerprint} is revoked already.");
        }

        var now = clock.GetUtcNow();
        var lists = keys.Authorities.Revoke(certificate, reason, now, invalidityDate);
        var own = lists.First(list => list.Issuer == certificate.Issuer);
        var stored = await objects.PutAsync(own.Der, cancellation);
        directories.Renew(lists);
        // Unbound first: between the two entries nothing signed with it can take effect, also what was judged before.
        var published = await publishing.PublishAsync(current => Unbind(current, fingerprint, now), cancellation);
        await writer.ActAsync(
            _ => new HubAct(StatementType.CertificateRevoked, new CertificateRevokedBody(fingerprint, now, invalidityDate, reason.ToString(), stored)), cancellation);
        return published;
    }

    public async Task<LoggedEntry> StopSealAsync(PartyId office, string esId, string reason, CancellationToken cancellation)
    {
        var seal = directories.Current.Find(office)?.Seals.FirstOrDefault(seal => seal.EsId == esId)
            ?? throw new RefusedException(Refusal.NotFound, $"{office} 没有编号为 {esId} 的印章。", $"{office} has no seal {esId}.");
        if (reason.Length == 0)
        {
            throw new RefusedException(Refusal.ReasonMissing, "停用印章必须说明理由。", "Stopping a seal needs a reason.");
        }

        await writer.ActAsync(_ => new HubAct(StatementType.SealStopped, new SealStoppedBody(esId, seal.Seal, reason)), cancellation);
        return await publishing.PublishAsync(
            current => current.Next(clock.GetUtcNow(), [.. current.Offices.Select(each => each.Id == office ? Stop(each, esId) : each)]), cancellation);
    }

    /// <summary>New revocation lists where the authorities are at hand, so that none grows stale while the hub runs.</summary>
    public void RenewLists()
    {
        if (keys.HasAuthorities)
        {
            directories.Renew(keys.Authorities.IssueRevocationLists(clock.GetUtcNow()));
        }
    }

    private static OfficeDirectory Unbind(OfficeDirectory current, Digest fingerprint, DateTimeOffset now) => current.Next(
        now,
        offices: [.. current.Offices.Select(office => office with { Certificates = End(office.Certificates, fingerprint, now) })],
        machines: [.. current.Machines.Select(machine => machine with { Certificates = End(machine.Certificates, fingerprint, now) })]);

    private static List<BoundCertificate> End(IReadOnlyList<BoundCertificate> bound, Digest fingerprint, DateTimeOffset now) =>
        [.. bound.Select(each => each.Certificate.Fingerprint == fingerprint && each.Period.Until is null ? each with { Period = each.Period with { Until = now } } : each)];

    private static Office Stop(Office office, string esId) =>
        office with { Seals = [.. office.Seals.Select(seal => seal.EsId == esId ? seal with { IsStopped = true } : seal)] };
}
