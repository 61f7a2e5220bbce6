using DocExchange.Core.Refusals;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;

namespace DocExchange.Hub.Offices;

/// <summary>The authorities and the seal maker's key, opened when first needed: they may be kept offline otherwise.</summary>
internal sealed class SiteKeys(HubFolder folder) : IDisposable
{
    private readonly Lock gate = new();
    private SiteAuthorities? authorities;
    private ISigningKey? sealMaker;

    /// <exception cref="RefusedException">The authorities are not in the data folder.</exception>
    public SiteAuthorities Authorities
    {
        get
        {
            lock (gate)
            {
                return authorities ??= SiteAuthorities.Exist(folder.Authority)
                    ? SiteAuthorities.Open(folder.Authority, HubIdentity.ReadPassword(folder))
                    : throw Offline("证书颁发机构");
            }
        }
    }

    public ISigningKey SealMaker
    {
        get
        {
            lock (gate)
            {
                return sealMaker ??= HasSealMaker ? Pkcs12KeyFile.Read(File.ReadAllBytes(folder.SealMaker), HubIdentity.ReadPassword(folder)) : throw Offline("制章密钥");
            }
        }
    }

    public bool HasAuthorities => SiteAuthorities.Exist(folder.Authority);

    public bool HasSealMaker => File.Exists(folder.SealMaker);

    public void Dispose()
    {
        authorities?.Dispose();
        sealMaker?.Dispose();
    }

    private RefusedException Offline(string what) => new(
        Refusal.WrongState, $"{what}不在 {folder.Authority}（可能已离线保管）。请放回后重试。", $"The keys of the authorities are not in {folder.Authority}; they may be kept offline. Put them back and try again.");
}
