using DocExchange.Core.Offices;
using DocExchange.Core.Operating;
using DocExchange.Durability;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Offices;
using DocExchange.Pages.Auditing;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;

namespace DocExchange.Hub.Operations;

/// <summary>
/// Makes a hub whose keys an outside authority certifies, in two steps: keys and requests first, certificates and the
/// first directory once the authority has answered.
/// </summary>
internal static class OutsideSetup
{
    /// <summary>In requests/; no node has this name, for the id is the hub's.</summary>
    public const string RequestFolder = "hub";

    private sealed record ServiceKey(string Name, KeyAlgorithm Algorithm, CertificateProfile Profile, CertificateUsage Usage, bool IsNeeded);

    private static readonly ServiceKey[] ServiceKeys =
    [
        new("machine", KeyAlgorithm.EcdsaP256, CertificateProfile.MachineSigning, CertificateUsage.MachineSigning, true),
        new("tls", KeyAlgorithm.EcdsaP256, CertificateProfile.Tls, CertificateUsage.TlsServer, true),

        // Without it the hub makes no seals.
        new("seal-maker", KeyAlgorithm.Sm2, CertificateProfile.SealMaker, CertificateUsage.SealMaker, false),

        // Without it the hub stamps no time of its own.
        new("tsa", KeyAlgorithm.EcdsaP256, CertificateProfile.TimeStamping, CertificateUsage.TimeStamping, false),
    ];

    /// <returns>The requests' paths.</returns>
    public static IReadOnlyList<string> Prepare(HubFolder folder, HubSettings settings, KeyPassword password)
    {
        var disk = new LocalDisk();
        Directory.CreateDirectory(folder.Authority);

        // Also what a hub of an earlier version was not given yet; keys are never replaced.
        return [.. ServiceKeys.Where(service => !File.Exists(KeyPathOf(folder, service)) && !File.Exists(FileOf(folder, service))).Select(service =>
        {
            using var pair = KeyPair.Generate(service.Algorithm);
            HubSetup.WriteSecret(KeyPathOf(folder, service), pair.ToEncryptedPkcs8(password.Text, password.Iterations));
            var name = new DistinguishedName(NameOf(service, settings), settings.Organization, service.Name is "machine" or "tls" ? HolderUnits.Hub : null);
            return RequestFile.Write(disk, Path.Combine(folder.Requests, RequestFolder), service.Name, pair.CreateRequest(name), service.Profile, name, service.Name == "tls" ? [settings.HubName] : []);
        })];
    }

    /// <summary>Whether a hub with an outside authority still lacks its own certificates.</summary>
    public static bool IsUnfinished(HubFolder folder) => ServiceKeys.Any(service => service.IsNeeded && !File.Exists(FileOf(folder, service)));

    /// <summary>Joins the hub's keys with their certificates, at first or renewed, and publishes the directory that binds them. The hub must not be running.</summary>
    /// <returns>The service keys certified now.</returns>
    /// <exception cref="FailedException">Something is missing or does not fit; nothing was changed.</exception>
    public static async Task<IReadOnlyList<string>> CertifyAsync(
        HubFolder folder, IReadOnlyList<Certificate> authorities, IReadOnlyList<Certificate> certificates, TimeProvider clock, CancellationToken cancellation)
    {
        var settings = HubSettings.Read(folder.Settings);
        if (!settings.ExternalAuthority)
        {
            throw new FailedException("SETUP", $"“{folder.Root}”自设证书颁发机构；只有以 --external-ca 建立的中心由外部签发证书。", $"'{folder.Root}' has authorities of its own; only a hub made with --external-ca is certified from outside.");
        }

        using var only = folder.Claim();
        var password = KeyPassword.Read(folder.Password);
        Prepare(folder, settings, password);
        var certified = Match(folder, settings, authorities, certificates, password, clock.GetUtcNow());
        var isFirst = await IsEmptyAsync(folder, settings);
        if ((isFirst || IsUnfinished(folder)) && ServiceKeys.FirstOrDefault(service => service.IsNeeded && !certified.ContainsKey(service)) is { } missing)
        {
            throw new FailedException(
                "SETUP",
                $"所给证书都不是中心密钥 {missing.Name} 的。请让颁发机构签发 {Path.Combine(folder.Requests, RequestFolder, missing.Name)}.csr，并一次给出全部证书。",
                $"No certificate given is for the hub's key '{missing.Name}'. Have {Path.Combine(folder.Requests, RequestFolder, missing.Name)}.csr certified and give all certificates at once.");
        }

        // A directory that binds the new certificates is signed with the old one, which nodes know: published before the
        // files are replaced. Only the first is signed with what it names itself.
        if (isFirst)
        {
            WriteFiles(folder, authorities, certified, password);
            await PublishAsync(folder, settings, authorities, certified, clock, cancellation);
        }
        else
        {
            await PublishAsync(folder, settings, authorities, certified, clock, cancellation);
            WriteFiles(folder, authorities, certified, password);
        }

        string[] names = [.. certified.Keys.Select(service => service.Name)];
        OwnerAct.Note(folder.AuditTrail, "Certify", new Dictionary<string, string> { ["certificates"] = string.Join(' ', names) });
        return names;
    }

    private static FailedException Unusable(Certificate certificate, ServiceKey service, string chinese, string english) =>
        new("SETUP", $"证书 {certificate} 不能用作 {service.Name}：{chinese}", $"The certificate {certificate} cannot be used as '{service.Name}': {english}");

    private static void WriteFiles(HubFolder folder, IReadOnlyList<Certificate> authorities, Dictionary<ServiceKey, Certificate> certified, KeyPassword password)
    {
        foreach (var (service, certificate) in certified)
        {
            if (service.Usage == CertificateUsage.SealMaker)
            {
                // The earlier one first, where there is one: it is about to be replaced.
                SealMakerFile.Write(folder);
                SealMakerFile.Add(folder, certificate);
            }

            using var key = Open(folder, service, password);
            HubSetup.WriteSecret(FileOf(folder, service), Pkcs12KeyFile.Write(key, certificate, ChainOf(certificate, authorities), password.Text, password.Iterations));
        }
    }

    private static Dictionary<ServiceKey, Certificate> Match(
        HubFolder folder, HubSettings settings, IReadOnlyList<Certificate> authorities, IReadOnlyList<Certificate> certificates, KeyPassword password, DateTimeOffset now)
    {
        var paths = new CertificatePaths(TrustStore.Of(authorities, []), CertificatePathOptions.Default with { Revocation = RevocationDemand.WhenAvailable });
        var certified = new Dictionary<ServiceKey, Certificate>();
        foreach (var certificate in certificates.Where(certificate => !certificate.IsAuthority))
        {
            var service = ServiceKeys.Where(each => File.Exists(KeyPathOf(folder, each))).FirstOrDefault(each =>
            {
                using var key = Open(folder, each, password);
                return key.Fits(certificate);
            }) ?? throw new FailedException("SETUP", $"证书 {certificate} 不属于中心的任何密钥。", $"The certificate {certificate} is for none of the hub's keys.");
            if (paths.Build(certificate, [], now, service.Usage) is { IsTrusted: false } path)
            {
                throw Unusable(certificate, service, string.Concat(path.Findings.Select(finding => finding.Chinese)), string.Join(' ', path.Findings.Select(finding => finding.English)));
            }

            if (HolderOf(service, settings).FaultOf(certificate, null) is { } fault)
            {
                throw Unusable(certificate, service, fault.Chinese, fault.English);
            }

            certified[service] = certificate;
        }

        return certified;
    }

    private static async Task PublishAsync(
        HubFolder folder, HubSettings settings, IReadOnlyList<Certificate> authorities, Dictionary<ServiceKey, Certificate> certified, TimeProvider clock, CancellationToken cancellation)
    {
        await using var services = HubHost.Services(folder, settings).AddSingleton(clock).BuildServiceProvider();
        var isFirst = services.GetRequiredService<ILedgerStore>().Size == 0;
        await HubHost.WithWriterAsync(services, async writer =>
        {
            var now = clock.GetUtcNow();
            var bound = certified.Where(each => each.Key.IsNeeded)
                .Select(each => new BoundCertificate(each.Key.Name == "tls" ? CertificateUse.Tls : CertificateUse.Machine, each.Value, new Period(now))).ToList();
            var next = isFirst
                ? new OfficeDirectory(settings.Exchange, 1, now, [], [new Machine(PartyId.Hub(settings.Exchange), settings.Organization, bound)], [], [], authorities)
                : Renewed(services.GetRequiredService<DirectoryKeeper>().Current, bound, authorities, now);
            return next is null ? null : await DirectoryPublishing.PublishAsync(writer, services.GetRequiredService<Objects.IObjectStore>(), next, cancellation);
        });
    }

    private static async Task<bool> IsEmptyAsync(HubFolder folder, HubSettings settings)
    {
        await using var services = HubHost.Services(folder, settings).BuildServiceProvider();
        return services.GetRequiredService<ILedgerStore>().Size == 0;
    }

    /// <returns>Null where the directory has it all. What it binds already stays bound: statements in the ledger were signed with it.</returns>
    private static OfficeDirectory? Renewed(OfficeDirectory current, IReadOnlyList<BoundCertificate> bound, IReadOnlyList<Certificate> authorities, DateTimeOffset now)
    {
        var hub = current.Machines.Single(machine => machine.Id.IsHub);
        var fresh = bound.Where(each => !hub.Certificates.Any(known => known.Use == each.Use && known.Certificate.Equals(each.Certificate))).ToList();
        var named = authorities.Where(authority => !current.Authorities.Contains(authority)).ToList();
        return fresh.Count == 0 && named.Count == 0
            ? null
            : current.Next(
                now,
                machines: [.. current.Machines.Select(machine => machine.Id.IsHub ? machine with { Certificates = [.. machine.Certificates, .. fresh] } : machine)],
                authorities: [.. current.Authorities, .. named]);
    }

    private static CertificateHolder HolderOf(ServiceKey service, HubSettings settings) =>
        CertificateHolder.OfHub(settings.Organization, NameOf(service, settings), settings.HubName, service.Name == "tls" ? CertificateUse.Tls : CertificateUse.Machine);

    private static string NameOf(ServiceKey service, HubSettings settings) => $"{settings.Organization} {RoleOf(service)}";

    private static string RoleOf(ServiceKey service) => service.Name switch
    {
        "seal-maker" => "制章人",
        "tsa" => "时间戳",
        _ => "中心",
    };

    private static IReadOnlyList<Certificate> ChainOf(Certificate certificate, IReadOnlyList<Certificate> authorities)
    {
        var chain = new List<Certificate>();
        for (var below = certificate; authorities.FirstOrDefault(above => above.Subject == below.Issuer && !above.IsSelfIssued && !chain.Contains(above)) is { } next; below = next)
        {
            chain.Add(next);
        }

        return chain;
    }

    private static KeyPair Open(HubFolder folder, ServiceKey service, KeyPassword password) => KeyPair.FromEncryptedPkcs8(File.ReadAllBytes(KeyPathOf(folder, service)), password.Text);

    private static string KeyPathOf(HubFolder folder, ServiceKey service) => Path.ChangeExtension(FileOf(folder, service), ".p8");

    private static string FileOf(HubFolder folder, ServiceKey service) => Path.Combine(service.Name == "seal-maker" ? folder.Authority : folder.Keys, service.Name + ".p12");
}
