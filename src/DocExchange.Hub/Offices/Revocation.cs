using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Offices;

/// <summary>Takes trust back: certificates and seals. Each is stated in the ledger and unbound in the directory.</summary>
internal sealed class Revocation(
    SiteKeys keys, SiteStore site, HubSettings settings, DirectoryKeeper directories, DirectoryPublishing publishing, LedgerWriter writer, IObjectStore objects, TimeProvider clock)
{
    private const int MaxLists = 50;

    public async Task<LoggedEntry> RevokeAsync(Digest fingerprint, RevocationReason reason, DateTimeOffset? invalidityDate, CancellationToken cancellation)
    {
        if (settings.ExternalAuthority)
        {
            throw new RefusedException(
                Refusal.WrongState, "本中心使用外部证书颁发机构：请由该机构吊销，再用 docex hub import-crl 导入其吊销列表。",
                "This hub relies on an outside authority: have it revoke the certificate, then import its list with docex hub import-crl.");
        }

        var certificate = Bound().Select(bound => bound.Certificate).FirstOrDefault(bound => bound.Fingerprint == fingerprint)
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
        return await UnbindAsync(new RevokedCertificate(certificate.SerialNumber, now, reason, invalidityDate), fingerprint, stored, cancellation);
    }

    /// <summary>Takes in lists of an outside authority. What they revoke and the directory still binds is unbound and stated.</summary>
    /// <returns>What lost its place.</returns>
    /// <exception cref="RefusedException">A list is of no authority of this exchange, or older than the one at hand.</exception>
    public async Task<IReadOnlyList<Digest>> ImportAsync(IReadOnlyList<RevocationList> lists, CancellationToken cancellation)
    {
        CheckLists(lists);
        var revoked = new List<Digest>();
        foreach (var list in lists)
        {
            site.Save(list);
            var stored = await objects.PutAsync(list.Der, cancellation);
            directories.Renew(site.RevocationLists());
            foreach (var bound in Bound().Where(bound => bound.Period.Until is null && bound.Certificate.Issuer == list.Issuer).ToList())
            {
                if (list.Revoked.FirstOrDefault(entry => entry.SerialNumber == bound.Certificate.SerialNumber && entry.Reason != RevocationReason.RemoveFromCrl) is { } entry)
                {
                    await UnbindAsync(entry, bound.Certificate.Fingerprint, stored, cancellation);
                    revoked.Add(bound.Certificate.Fingerprint);
                }
            }
        }

        return revoked;
    }

    private async Task<LoggedEntry> UnbindAsync(RevokedCertificate entry, Digest fingerprint, Digest list, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        // Unbound first: between the two entries nothing signed with it can take effect, also what was judged before.
        var published = await publishing.PublishAsync(current => Unbind(current, fingerprint, now), cancellation);
        await writer.ActAsync(
            _ => new HubAct(StatementType.CertificateRevoked, new CertificateRevokedBody(fingerprint, entry.At, entry.InvalidityDate, entry.Reason.ToString(), list)), cancellation);
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
        if (settings.ExternalAuthority)
        {
            directories.Renew(site.RevocationLists());
        }
        else if (keys.HasAuthorities)
        {
            directories.Renew(keys.Authorities.IssueRevocationLists(clock.GetUtcNow()));
        }
    }

    private void CheckLists(IReadOnlyList<RevocationList> lists)
    {
        if (lists.Count is 0 or > MaxLists)
        {
            throw new RefusedException(Refusal.TooLarge, $"一次导入 1 至 {MaxLists} 份吊销列表。", $"1 to {MaxLists} revocation lists are taken at once.");
        }

        foreach (var list in lists)
        {
            if (!directories.Current.Authorities.Any(authority => authority.Subject == list.Issuer && list.IsSignedBy(authority)))
            {
                throw new RefusedException(Refusal.NotAuthentic, $"吊销列表（{list.Issuer}）不是本平台证书颁发机构签发的。", $"The list of {list.Issuer} is not signed by an authority of this exchange.");
            }

            if (site.RevocationLists().FirstOrDefault(known => known.Issuer == list.Issuer) is { } newer && newer.ThisUpdate > list.ThisUpdate)
            {
                throw new RefusedException(Refusal.WrongState, $"已有 {list.Issuer} 更新的吊销列表（{newer.ThisUpdate:u}）。", $"A newer list of {list.Issuer} is here already, of {newer.ThisUpdate:u}.");
            }
        }
    }

    private IEnumerable<BoundCertificate> Bound() =>
        directories.Current.Offices.SelectMany(office => office.Certificates).Concat(directories.Current.Machines.SelectMany(machine => machine.Certificates));

    private static OfficeDirectory Unbind(OfficeDirectory current, Digest fingerprint, DateTimeOffset now) => current.Next(
        now,
        offices: [.. current.Offices.Select(office => office with { Certificates = End(office.Certificates, fingerprint, now) })],
        machines: [.. current.Machines.Select(machine => machine with { Certificates = End(machine.Certificates, fingerprint, now) })]);

    private static List<BoundCertificate> End(IReadOnlyList<BoundCertificate> bound, Digest fingerprint, DateTimeOffset now) =>
        [.. bound.Select(each => each.Certificate.Fingerprint == fingerprint && each.Period.Until is null ? each with { Period = each.Period with { Until = now } } : each)];

    private static Office Stop(Office office, string esId) =>
        office with { Seals = [.. office.Seals.Select(seal => seal.EsId == esId ? seal with { IsStopped = true } : seal)] };
}
