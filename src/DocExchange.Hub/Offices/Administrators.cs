using System.Text.RegularExpressions;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Certificates;

namespace DocExchange.Hub.Offices;

/// <summary>Names administrators and ends their office. The directory lists them, so every node sees who they are.</summary>
internal sealed partial class Administrators(SiteKeys keys, DirectoryKeeper directories, DirectoryPublishing publishing, HubSettings settings, TimeProvider clock)
{
    private const int MaxAdministrators = 200;
    private const int MaxName = 64;

    /// <exception cref="RefusedException">The id is taken, the certificate is another's, or the authority is outside.</exception>
    public async Task<(Administrator Administrator, LoggedEntry Published)> AddAsync(
        string id, string name, AdministratorRole role, CertificateRequest? request, Certificate? certificate, CancellationToken cancellation)
    {
        if (!Form().IsMatch(id) || name.Length is 0 or > MaxName || request is null == certificate is null)
        {
            throw new RefusedException(
                Refusal.FormatFailure,
                "管理员须有标识（小写字母、数字、连字符，最多 40 个）、姓名（最多 64 个字符），以及证书申请或证书之一。",
                "An administrator has an id of 1 to 40 lower-case letters, digits and hyphens, a name of 1 to 64 characters, and either a request or a certificate.");
        }

        var now = clock.GetUtcNow();
        var own = certificate ?? Issue(request!, name, role, now);
        CheckPath(own, now);
        var administrator = new Administrator(id, name, role, own, new Period(now));
        return (administrator, await publishing.PublishAsync(current => Add(current, administrator, now), cancellation));
    }

    /// <exception cref="RefusedException">There is no such administrator in office.</exception>
    public Task<LoggedEntry> EndAsync(string id, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return publishing.PublishAsync(
            current => current.Administrators.Any(each => each.Id == id && each.Period.Until is null)
                ? current.Next(now, administrators: [.. current.Administrators.Select(each => each.Id == id && each.Period.Until is null ? each with { Period = each.Period with { Until = now } } : each)])
                : throw new RefusedException(Refusal.NotFound, $"没有在任管理员 {id}。", $"There is no administrator {id} in office."),
            cancellation);
    }

    /// <summary>What goes beside a certificate as its chain.</summary>
    public IReadOnlyList<Certificate> ChainFor(Certificate certificate)
    {
        var above = new List<Certificate>();
        for (var below = certificate; directories.Current.Authorities.FirstOrDefault(authority => authority.Subject == below.Issuer && !authority.IsSelfIssued && !above.Contains(authority)) is { } next; below = next)
        {
            above.Add(next);
        }

        return above;
    }

    private static OfficeDirectory Add(OfficeDirectory current, Administrator administrator, DateTimeOffset now)
    {
        // One key, one person: else one could approve twice under two names.
        var key = administrator.Certificate.PublicKeyFingerprint;
        var isTaken = current.Administrators.Any(each => each.Id == administrator.Id || each.Certificate.PublicKeyFingerprint == key)
            || current.Offices.SelectMany(office => office.Certificates).Concat(current.Machines.SelectMany(machine => machine.Certificates)).Any(bound => bound.Certificate.PublicKeyFingerprint == key);
        return isTaken || current.Administrators.Count >= MaxAdministrators
            ? throw new RefusedException(
                Refusal.WrongState,
                $"管理员标识 {administrator.Id} 或其密钥已被使用，或管理员已达 {MaxAdministrators} 名。",
                $"The id {administrator.Id} or the key is in use already, or there are {MaxAdministrators} administrators.")
            : current.Next(now, administrators: [.. current.Administrators, administrator]);
    }

    private Certificate Issue(CertificateRequest request, string name, AdministratorRole role, DateTimeOffset now)
    {
        return keys.Authorities.Issue(request, CertificateProfile.DocumentSigning, new DistinguishedName(name, settings.Organization, HolderUnits.Of(role)), null, now, OwnCertification.Years);
    }

    private void CheckPath(Certificate certificate, DateTimeOffset now)
    {
        var paths = new CertificatePaths(directories.Trust, CertificatePathOptions.Default with { Revocation = RevocationDemand.WhenAvailable });
        if (paths.Build(certificate, [], now, CertificateUsage.DocumentSigning) is { IsTrusted: false } path)
        {
            throw new RefusedException(
                Refusal.NotAuthentic,
                "管理员证书不可信：" + string.Join(" ", path.Findings.Select(finding => finding.Chinese)),
                "The administrator's certificate is not trusted: " + string.Join(" ", path.Findings.Select(finding => finding.English)));
        }
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
