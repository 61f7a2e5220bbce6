using DocExchange.Core.Offices;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Seals;

namespace DocExchange.Hub.Offices;

/// <summary>A seal as it was made, and as the directory lists it.</summary>
internal sealed record MadeSeal(ReadOnlyMemory<byte> Bytes, OfficeSeal Listed);

/// <summary>Makes seals for offices, where the site has a seal maker, and keeps them as objects.</summary>
internal sealed class OfficeSeals(SiteKeys keys, HubSettings settings, IObjectStore objects)
{
    /// <summary>A site with its own authorities always makes seals; one with an outside authority where it certified a seal maker.</summary>
    public bool AreMade => !settings.ExternalAuthority || keys.HasSealMaker;

    public async Task<MadeSeal> MakeAsync(Office office, Certificate signer, DateTimeOffset now, CancellationToken cancellation)
    {
        var seal = await SealMaking.MakeAsync(office, signer, keys.SealMaker, now, OwnCertification.Years, cancellation);
        return new MadeSeal(seal.Der, await KeepAsync(seal, now, cancellation));
    }

    /// <returns>How the directory is to list it, from now on.</returns>
    public async Task<OfficeSeal> KeepAsync(Seal seal, DateTimeOffset now, CancellationToken cancellation) =>
        new(seal.EsId, seal.Name, await objects.PutAsync(seal.Der, cancellation), new Period(now, seal.ValidUntil));
}
