using DocExchange.Core.Offices;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Offices;

/// <summary>What an enrolment binds to one office.</summary>
internal sealed record OfficeBinding(IReadOnlyList<BoundCertificate> Certificates, OfficeSeal? Seal);

/// <summary>What an enrolment changes in the directory: the node, and the offices it hosts from now on.</summary>
internal sealed record NodeBinding(Machine Machine, IReadOnlyDictionary<PartyId, OfficeBinding> Offices, DateTimeOffset Since)
{
    /// <summary>Null where the key was not certified.</summary>
    public static BoundCertificate? Of(RequestedKey key, IReadOnlyDictionary<RequestedKey, Certificate> certificates, DateTimeOffset since, Digest? evidence) =>
        certificates.GetValueOrDefault(key) is { } certificate ? new BoundCertificate(key.Use, certificate, new Period(since)) { Evidence = evidence } : null;

    public OfficeDirectory Apply(OfficeDirectory current) => current.Next(
        Since,
        offices: [.. current.Offices.Select(office => Offices.TryGetValue(office.Id, out var own)
            ? office with
            {
                HostedBy = Machine.Id,
                Certificates = [.. End(office.Certificates), .. own.Certificates],
                Seals = own.Seal is null ? office.Seals : [.. office.Seals, own.Seal],
            }
            : office)],
        machines: [.. current.Machines.Where(known => known.Id != Machine.Id), Renew(current.FindMachine(Machine.Id))]);

    private Machine Renew(Machine? known) => known is null ? Machine : Machine with
    {
        Certificates = [.. End(known.Certificates), .. Machine.Certificates],
        WitnessKeys = [.. known.WitnessKeys.Select(bound => bound.Period.Until is null ? bound with { Period = bound.Period with { Until = Since } } : bound), .. Machine.WitnessKeys],
    };

    private IEnumerable<BoundCertificate> End(IReadOnlyList<BoundCertificate> bound) =>
        bound.Select(each => each.Period.Until is null ? each with { Period = each.Period with { Until = Since } } : each);
}
