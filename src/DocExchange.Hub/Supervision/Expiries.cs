using DocExchange.Core.Offices;
using DocExchange.Trust.Certificates;

namespace DocExchange.Hub.Supervision;

/// <param name="What"><c>certificate</c>, <c>seal</c>, <c>authority</c> or <c>revocation-list</c>.</param>
/// <param name="Use">Of a certificate its use; of a seal its number.</param>
/// <param name="Days">Whole days left; negative where it has ended.</param>
public sealed record Expiry(string What, string Holder, string Name, string Use, DateTimeOffset Until, int Days);

/// <summary>What runs out: early enough that somebody can do something about it.</summary>
internal static class Expiries
{
    /// <summary>Named from then on.</summary>
    public const int DaysNamed = 90;

    /// <summary>Pressing from then on.</summary>
    public const int DaysPressing = 30;

    // Made anew every day where the authority is here: one that has so few days left is not.
    private const int DaysOfList = 7;

    /// <returns>What ends within <see cref="DaysNamed"/> days or has ended while still in use; the next first.</returns>
    public static IReadOnlyList<Expiry> Of(OfficeDirectory directory, TrustStore trust, DateTimeOffset now) =>
    [
        .. OfDirectory(directory, now)
            .Concat(trust.RevocationLists.Where(list => list.NextUpdate is not null).Select(list => Make("revocation-list", list.Issuer, list.Issuer, "", list.NextUpdate!.Value, now)).Where(each => each.Days <= DaysOfList))
            .Where(each => each.Days <= DaysNamed)
            .OrderBy(each => each.Until),
    ];

    public static IReadOnlyList<Expiry> Of(Office office, DateTimeOffset now) => [.. OfOffice(office, now).Where(each => each.Days <= DaysNamed).OrderBy(each => each.Until)];

    private static IEnumerable<Expiry> OfDirectory(OfficeDirectory directory, DateTimeOffset now) => directory.Authorities
        .Select(authority => Make("authority", authority.Subject, authority.Subject, "", authority.NotAfter, now))
        .Concat(directory.Machines.SelectMany(machine => InForce(machine.Certificates, now).Select(bound => Of(bound, machine.Id.ToString(), machine.Name, now))))
        .Concat(directory.Administrators.Where(each => each.Period.Contains(now)).Select(each => Make("certificate", each.Id, each.Name, "Administrator", each.Certificate.NotAfter, now)))
        .Concat(directory.Offices.Where(office => office.Period.Contains(now)).SelectMany(office => OfOffice(office, now)));

    private static IEnumerable<Expiry> OfOffice(Office office, DateTimeOffset now) => InForce(office.Certificates, now).Select(bound => Of(bound, office.Id.ToString(), office.Name, now))
        .Concat(LastSeals(office).Select(seal => Make("seal", office.Id.ToString(), office.Name, seal.EsId, seal.Period.Until!.Value, now)));

    // An older seal that another replaced runs out and harms nobody.
    private static IEnumerable<OfficeSeal> LastSeals(Office office) => office.Seals.Where(seal => !seal.IsStopped && seal.Period.Until is not null).OrderByDescending(seal => seal.Period.Since).Take(1);

    private static IEnumerable<BoundCertificate> InForce(IReadOnlyList<BoundCertificate> bound, DateTimeOffset now) => bound.Where(each => each.Period.Contains(now));

    private static Expiry Of(BoundCertificate bound, string holder, string name, DateTimeOffset now) => Make("certificate", holder, name, bound.Use.ToString(), bound.Certificate.NotAfter, now);

    private static Expiry Make(string what, string holder, string name, string use, DateTimeOffset until, DateTimeOffset now) =>
        new(what, holder, name, use, until, (int)Math.Floor((until - now).TotalDays));
}
