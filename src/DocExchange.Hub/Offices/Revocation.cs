using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Supervision;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Offices;

/// <summary>
/// Takes trust back: certificates and seals. Each is stated in the ledger and unbound in the directory. What broke off half-way
/// is finished by asking for it again: each step is left out that was done already.
/// </summary>
internal sealed class Revocation(
    SiteKeys keys, SiteStore site, HubSettings settings, DirectoryKeeper directories, DirectoryPublishing publishing, LedgerWriter writer, HubWord word, IObjectStore objects, TimeProvider clock)
    : IDisposable
{
    private const int MaxLists = 50;

    // As far as clocks may differ.
    private static readonly TimeSpan MaxAhead = TimeSpan.FromDays(1);

    // Nobody else states what is stated here, so that what one found not stated stays so until it states it.
    private readonly SemaphoreSlim one = new(1);

    public Task<LoggedEntry> RevokeAsync(Digest fingerprint, RevocationReason reason, DateTimeOffset? invalidityDate, CancellationToken cancellation)
    {
        if (settings.ExternalAuthority)
        {
            throw new RefusedException(
                Refusal.WrongState, "本中心使用外部证书颁发机构：请由该机构吊销，再用 docex hub import-crl 导入其吊销列表。",
                "This hub relies on an outside authority: have it revoke the certificate, then import its list with docex hub import-crl.");
        }

        return AloneAsync(() => RevokeAsync(fingerprint, reason, invalidityDate), cancellation);
    }

    /// <summary>Takes in lists of an outside authority. What they revoke is unbound where the directory still binds it, and stated.</summary>
    /// <returns>What lost its place, or was stated only now.</returns>
    /// <exception cref="RefusedException">A list is of no authority of this exchange, older than the one at hand, or not of a kind that is taken.</exception>
    public Task<IReadOnlyList<Digest>> ImportAsync(IReadOnlyList<RevocationList> lists, CancellationToken cancellation) => AloneAsync(() => ImportAsync(lists), cancellation);

    public Task<LoggedEntry> StopSealAsync(PartyId office, string esId, string reason, CancellationToken cancellation) =>
        AloneAsync(() => StopSealAsync(office, esId, reason), cancellation);

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

    public void Dispose() => one.Dispose();

    // Once begun it is finished, whether who asked still waits or not.
    private async Task<T> AloneAsync<T>(Func<Task<T>> act, CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            // What an earlier attempt left on the disk is taken up before anything is decided.
            await writer.ActAsync(_ => null, cancellation);
            return await act();
        }
        finally
        {
            one.Release();
        }
    }

    private async Task<LoggedEntry> RevokeAsync(Digest fingerprint, RevocationReason reason, DateTimeOffset? invalidityDate)
    {
        var certificate = Bound().Select(bound => bound.Certificate).FirstOrDefault(bound => bound.Fingerprint == fingerprint)
            ?? throw new RefusedException(Refusal.NotFound, $"机构目录中没有证书 {fingerprint}。", $"The directory has no certificate {fingerprint}.");
        if (!IsBound(fingerprint) && await word.IsRevokedAsync(fingerprint, CancellationToken.None))
        {
            throw new RefusedException(Refusal.WrongState, $"证书 {fingerprint} 已被吊销。", $"The certificate {fingerprint} is revoked already.");
        }

        var lists = keys.Authorities.Revoke(certificate, reason, clock.GetUtcNow(), invalidityDate);
        var own = lists.First(list => list.Issuer == certificate.Issuer);
        var stored = await objects.PutAsync(own.Der, CancellationToken.None);
        directories.Renew(lists);

        // What the list says, which an earlier attempt may have put there.
        return (await TakeBackAsync(own.Revoked.First(entry => entry.SerialNumber == certificate.SerialNumber), fingerprint, stored))!;
    }

    private async Task<IReadOnlyList<Digest>> ImportAsync(IReadOnlyList<RevocationList> lists)
    {
        var revoked = new List<Digest>();
        foreach (var (list, signer) in Checked(lists))
        {
            site.Save(list, signer);
            var stored = await objects.PutAsync(list.Der, CancellationToken.None);
            directories.Renew(site.RevocationLists());
            var named = list.Revoked.Where(entry => entry.Reason != RevocationReason.RemoveFromCrl).DistinctBy(entry => entry.SerialNumber).ToDictionary(entry => entry.SerialNumber);
            foreach (var certificate in Bound().Select(bound => bound.Certificate).Where(certificate => certificate.Issuer == list.Issuer && certificate.IsSignedBy(signer)).Distinct().ToList())
            {
                if (named.TryGetValue(certificate.SerialNumber, out var entry) && await TakeBackAsync(entry, certificate.Fingerprint, stored) is not null)
                {
                    revoked.Add(certificate.Fingerprint);
                }
            }
        }

        return revoked;
    }

    /// <returns>The entry it made, the directory before the statement; null where all was done before.</returns>
    private async Task<LoggedEntry?> TakeBackAsync(RevokedCertificate entry, Digest fingerprint, Digest list)
    {
        // Unbound first: between the two entries nothing signed with it can take effect, also what was judged before.
        var now = clock.GetUtcNow();
        var published = IsBound(fingerprint) ? await publishing.PublishAsync(current => Unbind(current, fingerprint, now), CancellationToken.None) : null;
        if (await word.IsRevokedAsync(fingerprint, CancellationToken.None))
        {
            return published;
        }

        var body = new CertificateRevokedBody(fingerprint, entry.At, entry.InvalidityDate, entry.Reason.ToString(), list);
        var stated = await writer.ActAsync(_ => new HubAct(StatementType.CertificateRevoked, body), CancellationToken.None);
        return published ?? stated;
    }

    private async Task<LoggedEntry> StopSealAsync(PartyId office, string esId, string reason)
    {
        var seal = directories.Current.RequireSeal(office, esId);
        if (reason.Length is 0 or > PlainBody.MaxReason)
        {
            throw new RefusedException(
                Refusal.ReasonMissing, $"停用印章必须说明理由（不超过 {PlainBody.MaxReason} 个字符）。", $"Stopping a seal needs a reason of 1 to {PlainBody.MaxReason} characters.");
        }

        var isStated = await word.IsStoppedAsync(seal.Seal, CancellationToken.None);
        if (isStated && seal.IsStopped)
        {
            throw new RefusedException(Refusal.WrongState, $"{office} 的印章 {esId} 已停用。", $"The seal {esId} of {office} is stopped already.");
        }

        var stated = isStated ? null : await writer.ActAsync(_ => new HubAct(StatementType.SealStopped, new SealStoppedBody(esId, seal.Seal, reason)), CancellationToken.None);
        return seal.IsStopped
            ? stated!
            : await publishing.PublishAsync(
                current => current.Next(clock.GetUtcNow(), [.. current.Offices.Select(each => each.Id == office ? Stop(each, esId) : each)]), CancellationToken.None);
    }

    /// <returns>The lists with their signers, the oldest first.</returns>
    private List<(RevocationList List, Certificate Signer)> Checked(IReadOnlyList<RevocationList> lists)
    {
        if (lists.Count is 0 or > MaxLists)
        {
            throw new RefusedException(Refusal.TooLarge, $"一次导入 1 至 {MaxLists} 份吊销列表。", $"1 to {MaxLists} revocation lists are taken at once.");
        }

        return [.. lists.Select(list => (list, SignerOf(list))).OrderBy(each => each.list.ThisUpdate).ThenBy(each => each.list.Number)];
    }

    private Certificate SignerOf(RevocationList list)
    {
        var signer = directories.Current.Authorities.FirstOrDefault(authority => authority.Subject == list.Issuer && list.IsSignedBy(authority))
            ?? throw new RefusedException(Refusal.NotAuthentic, $"吊销列表（{list.Issuer}）不是本平台证书颁发机构签发的。", $"The list of {list.Issuer} is not signed by an authority of this exchange.");
        if (list.IsDelta || list.IsIndirect)
        {
            throw new RefusedException(
                Refusal.FormatFailure, $"{list.Issuer} 的吊销列表是增量或间接列表，请导入完整的直接列表（可分片）。",
                $"The list of {list.Issuer} is {(list.IsDelta ? "a delta list" : "an indirect list")}. Import the authority's complete list, or all parts of it.");
        }

        // It would stay the newest until then, and no later one could be imported.
        var now = clock.GetUtcNow();
        if (list.ThisUpdate - now > MaxAhead)
        {
            throw new RefusedException(
                Refusal.WrongState, $"{list.Issuer} 的吊销列表标称签发于 {list.ThisUpdate:u}，而中心时钟为 {now:u}。请核对双方时钟后重新签发、导入。",
                $"The list of {list.Issuer} says to be of {list.ThisUpdate:u}, and the hub's clock says {now:u}. Check both clocks, and have the list issued again.");
        }

        // One that an earlier version took, dated ahead, holds up none of today.
        if (site.FindRevocationList(list, signer) is { } newer && newer.ThisUpdate - now <= MaxAhead && (newer.ThisUpdate > list.ThisUpdate || (newer.ThisUpdate == list.ThisUpdate && newer.Number > list.Number)))
        {
            throw new RefusedException(Refusal.WrongState, $"已有 {list.Issuer} 更新的吊销列表（{newer.ThisUpdate:u}）。", $"A newer list of {list.Issuer} is here already, of {newer.ThisUpdate:u}.");
        }

        return signer;
    }

    private IEnumerable<BoundCertificate> Bound() =>
        directories.Current.Offices.SelectMany(office => office.Certificates).Concat(directories.Current.Machines.SelectMany(machine => machine.Certificates));

    private bool IsBound(Digest fingerprint) => Bound().Any(bound => bound.Period.Until is null && bound.Certificate.Fingerprint == fingerprint);

    private static OfficeDirectory Unbind(OfficeDirectory current, Digest fingerprint, DateTimeOffset now) => current.Next(
        now,
        offices: [.. current.Offices.Select(office => office with { Certificates = End(office.Certificates, fingerprint, now) })],
        machines: [.. current.Machines.Select(machine => machine with { Certificates = End(machine.Certificates, fingerprint, now) })]);

    private static List<BoundCertificate> End(IReadOnlyList<BoundCertificate> bound, Digest fingerprint, DateTimeOffset now) =>
        [.. bound.Select(each => each.Certificate.Fingerprint == fingerprint && each.Period.Until is null ? each with { Period = each.Period with { Until = now } } : each)];

    private static Office Stop(Office office, string esId) =>
        office with { Seals = [.. office.Seals.Select(seal => seal.EsId == esId ? seal with { IsStopped = true } : seal)] };
}
