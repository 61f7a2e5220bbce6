using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Protocol;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Timestamps;

namespace DocExchange.Hub.Stamping;

/// <summary>
/// Whom the hub asks for time-stamps: the authority the operator configured, and nobody else; its own where there is
/// none. The address comes from the settings alone, never from a request.
/// </summary>
internal sealed class HubTimestamps(HubFolder folder, HubSettings settings, BuiltInAuthority own, DirectoryKeeper directories, TimeProvider clock) : IDisposable
{
    private readonly HttpTimestamps? external = settings.TsaAddress == "own" ? null : new HttpTimestamps(new Uri(settings.TsaAddress));

    /// <summary>The tokens come from the hub itself.</summary>
    public bool IsOwn => external is null;

    /// <summary>For one question: what is trusted may have changed since the last.</summary>
    public TimestampClient Client() => new(
        external ?? (ITimestampSender)own,
        new TimestampValidator(IsOwn ? directories.Trust : TrustIn(folder, settings), Policy),
        new TimestampClientOptions { Policy = settings.TsaPolicy == "any" ? null : settings.TsaPolicy },
        clock);

    public void Dispose() => external?.Dispose();

    /// <summary>Lists of an authority's certificates may be at hand or not; the token is kept either way and judged again later.</summary>
    public static TimestampPolicy Policy => new() { RevocationRequired = false };

    /// <summary>What the operator trusts for time-stamps beside the exchange's own authorities.</summary>
    /// <exception cref="IOException">The file is not there, or holds no certificates.</exception>
    public static TrustStore TrustIn(HubFolder folder, HubSettings settings)
    {
        var bytes = File.ReadAllBytes(Path.Combine(folder.Root, settings.TsaTrust));
        try
        {
            return TrustStore.Of(Certificate.ParseAll(bytes), RevocationList.ParseAll(bytes));
        }
        catch (FormatException fault)
        {
            throw new IOException($"'{settings.TsaTrust}' holds no certificates that can be read: {fault.Message}", fault);
        }
    }
}
