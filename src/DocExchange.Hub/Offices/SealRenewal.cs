using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Ledger;

namespace DocExchange.Hub.Offices;

/// <summary>
/// Makes an office's seal anew for the seal key it has: with its present name, for another term. The seal before ends then,
/// without being stopped: what it sealed stays sealed.
/// </summary>
internal sealed class SealRenewal(DirectoryKeeper directories, DirectoryPublishing publishing, OfficeSeals seals, TimeProvider clock)
{
    /// <exception cref="RefusedException">No seals are made here, or the office has no key to seal with.</exception>
    public async Task<LoggedEntry> RenewAsync(PartyId id, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var office = directories.Current.Find(id) ?? throw new RefusedException(Refusal.NotFound, $"机构目录中没有 {id}。", $"The directory has no {id}.");
        if (!seals.AreMade)
        {
            throw new RefusedException(
                Refusal.WrongState, "本中心不制作印章。请由制章单位制作后，在节点导入。", "This hub makes no seals. Have the seal maker make one and import it at the node.");
        }

        var signer = office.Certificates.FirstOrDefault(bound => bound.Use == CertificateUse.Seal && bound.Period.Contains(now))?.Certificate
            ?? throw new RefusedException(
                Refusal.WrongState,
                $"{office.Name}没有有效的印章密钥。请为其节点重新发出邀请，换发密钥（enrol --renew）。",
                $"{office.Id} has no seal key in force. Invite its node again, to enrol with new keys (enrol --renew).");
        var made = await seals.MakeAsync(office, signer, now, cancellation);
        return await publishing.PublishAsync(current => current.Next(now, [.. current.Offices.Select(each => each.Id == id ? Replace(each, made.Listed, now) : each)]), cancellation);
    }

    private static Office Replace(Office office, OfficeSeal made, DateTimeOffset now) => office with
    {
        Seals = [.. office.Seals.Select(seal => seal.Period.Contains(now) ? seal with { Period = seal.Period with { Until = now } } : seal), made],
    };
}
