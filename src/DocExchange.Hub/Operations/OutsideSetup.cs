using System.ComponentModel.DataAnnotations;
using DocExchange.Core.Offices;
using DocExchange.Hub.Durability;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Offices;
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
    ];

    /// <returns>The requests' paths.</returns>
    public static IReadOnlyList<string> Prepare(HubFolder folder, HubSettings settings, string password)
    {
        var disk = new LocalDisk();
        Directory.CreateDirectory(folder.Authority);
        return [.. ServiceKeys.Select(service =>
        {
            using var pair = KeyPair.Generate(service.Algorithm);
            HubSetup.WriteSecret(KeyPathOf(folder, service), pair.ToEncryptedPkcs8(password));
            var name = new DistinguishedName($"{settings.Organization} {(service.IsNeeded ? "中心" : "制章人")}", settings.Organization, null);
            return RequestFile.Write(disk, Path.Combine(folder.Requests, RequestFolder), service.Name, pair.CreateRequest(name), service.Profile, name, service.Name == "tls" ? [settings.HubName] : []);
        })];
    }

    /// <summary>Whether a hub with an outside authority still lacks its own certificates.</summary>
    public static bool IsUnfinished(HubFolder folder) => ServiceKeys.Any(service => service.IsNeeded && !File.Exists(FileOf(folder, service)));

    /// <summary>Joins the hub's keys with their certificates and, the first time, publishes the directory. The hub must not be running.</summary>
    /// <returns>The service keys certified now.</returns>
    /// <exception cref="ValidationException">Something is missing or does not fit; nothing was changed.</exception>
    public static async Task<IReadOnlyList<string>> CertifyAsync(
        HubFolder folder, IReadOnlyList<Certificate> authorities, IReadOnlyList<Certificate> certificates, TimeProvider clock, CancellationToken cancellation)
    {
        var settings = HubSettings.Read(folder.Settings);
        if (!settings.ExternalAuthority)
        {
            throw new ValidationException($"'{folder.Root}' has authorities of its own; only a hub made with --external-ca is certified from outside.");
        }

        using var only = SingleProcess.Claim(folder.Root);
        var password = HubIdentity.ReadPassword(folder);
        var now = clock.GetUtcNow();
        var certified = Match(folder, authorities, certificates, password, now);
        if (IsUnfinished(folder) && ServiceKeys.FirstOrDefault(service => service.IsNeeded && !certified.ContainsKey(service)) is { } missing)
        {
            throw new ValidationException($"No certificate given is for the hub's key '{missing.Name}'. Have {Path.Combine(folder.Requests, RequestFolder, missing.Name)}.csr certified and give all certificates at once.");
        }

        foreach (var (service, certificate) in certified)
        {
            using var key = Open(folder, service, password);
            HubSetup.WriteSecret(FileOf(folder, service), Pkcs12KeyFile.Write(key, certificate, ChainOf(certificate, authorities), password));
        }

        await PublishFirstAsync(folder, settings, authorities, certified, clock, cancellation);
        return [.. certified.Keys.Select(service => service.Name)];
    }

    private static Dictionary<ServiceKey, Certificate> Match(
        HubFolder folder, IReadOnlyList<Certificate> authorities, IReadOnlyList<Certificate> certificates, string password, DateTimeOffset now)
    {
        var paths = new CertificatePaths(TrustStore.Of(authorities, []), CertificatePathOptions.Default with { Revocation = RevocationDemand.WhenAvailable });
        var certified = new Dictionary<ServiceKey, Certificate>();
        foreach (var certificate in certificates.Where(certificate => !certificate.IsAuthority))
        {
            var service = ServiceKeys.FirstOrDefault(each =>
            {
                using var key = Open(folder, each, password);
                return key.Fits(certificate);
            }) ?? throw new ValidationException($"The certificate {certificate} is for none of the hub's keys.");
            if (paths.Build(certificate, [], now, service.Usage) is { IsTrusted: false } path)
            {
                throw new ValidationException($"The certificate {certificate} cannot be used as '{service.Name}': {string.Join(" ", path.Findings.Select(finding => finding.English))}");
            }

            certified[service] = certificate;
        }

        return certified;
    }

    private static async Task PublishFirstAsync(
        HubFolder folder, HubSettings settings, IReadOnlyList<Certificate> authorities, Dictionary<ServiceKey, Certificate> certified, TimeProvider clock, CancellationToken cancellation)
    {
        await using var services = HubHost.Services(folder, settings).AddSingleton(clock).BuildServiceProvider();
        if (services.GetRequiredService<ILedgerStore>().Size == 0)
        {
            var period = new Period(clock.GetUtcNow());
            Certificate Of(string name) => certified.Single(each => each.Key.Name == name).Value;
            var hub = new Machine(PartyId.Hub(settings.Exchange), settings.Organization, [new(CertificateUse.Machine, Of("machine"), period), new(CertificateUse.Tls, Of("tls"), period)]);
            var first = new OfficeDirectory(settings.Exchange, 1, clock.GetUtcNow(), [], [hub], [], [], authorities);
            await HubHost.WithWriterAsync(services, writer => DirectoryPublishing.PublishAsync(writer, services.GetRequiredService<Objects.IObjectStore>(), first, cancellation));
        }
    }

    private static IReadOnlyList<Certificate> ChainOf(Certificate certificate, IReadOnlyList<Certificate> authorities)
    {
        var chain = new List<Certificate>();
        for (var below = certificate; authorities.FirstOrDefault(above => above.Subject == below.Issuer && !above.IsSelfIssued && !chain.Contains(above)) is { } next; below = next)
        {
            chain.Add(next);
        }

        return chain;
    }

    private static KeyPair Open(HubFolder folder, ServiceKey service, string password) => KeyPair.FromEncryptedPkcs8(File.ReadAllBytes(KeyPathOf(folder, service)), password);

    private static string KeyPathOf(HubFolder folder, ServiceKey service) => Path.ChangeExtension(FileOf(folder, service), ".p8");

    private static string FileOf(HubFolder folder, ServiceKey service) => Path.Combine(service.IsNeeded ? folder.Keys : folder.Authority, service.Name + ".p12");
}
