using DocExchange.Core.Refusals;
using DocExchange.Trust.Certificates;

namespace DocExchange.Hub.Offices;

/// <summary>Who certifies the keys of nodes and offices: the site's own authorities, or an outside one by files.</summary>
internal interface ICertification
{
    /// <param name="folder">Names the enrolment: the node.</param>
    /// <returns>A certificate for every key.</returns>
    /// <exception cref="RefusedException">The authority is not at hand, or has not answered yet (<see cref="Refusal.Pending"/>): the same keys can be asked for again.</exception>
    IReadOnlyDictionary<RequestedKey, Certificate> Certify(string folder, IReadOnlyList<RequestedKey> keys, DateTimeOffset now);
}

/// <summary>The authorities in the hub's own data folder.</summary>
internal sealed class OwnCertification(SiteKeys keys) : ICertification
{
    public const int Years = 5;

    public IReadOnlyDictionary<RequestedKey, Certificate> Certify(string folder, IReadOnlyList<RequestedKey> requested, DateTimeOffset now) => requested.ToDictionary(
        key => key, key => keys.Authorities.Issue(key.Request, key.Profile, key.Name, key.DnsNames.Count > 0 ? key.DnsNames : null, now, Years));
}
