using System.Globalization;
using System.Security.Cryptography;
using DocExchange.Core.Offices;
using DocExchange.Core.Operating;
using DocExchange.Durability.Auditing;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Supervision;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Merkle;

namespace DocExchange.Hub.Operations;

/// <summary>Makes a hub: its authorities, its keys, an empty ledger and the first directory, which names only the hub.</summary>
internal static class HubSetup
{
    private const int AuthorityYears = 30;
    private const int CertificateYears = 10;

    /// <exception cref="FailedException">The folder holds a hub already.</exception>
    /// <exception cref="UsageException">A setting is wrong.</exception>
    /// <returns>What an outside authority is to certify before the hub can run; none where it has its own.</returns>
    public static async Task<IReadOnlyList<string>> CreateAsync(HubFolder folder, HubSettings settings, TimeProvider clock, CancellationToken cancellation)
    {
        var begun = File.Exists(folder.Settings)
            ? await FindUnfinishedAsync(folder, settings.Exchange) ?? throw new FailedException("SETUP", $"“{folder.Root}”中已有中心。请另选目录。", $"'{folder.Root}' holds a hub already. Choose another folder.")
            : null;
        var now = clock.GetUtcNow();
        var drawn = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        // The chain is named after the exchange, which is judged first: until then the settings only need some name for it.
        settings.ChainId = begun?.ChainId ?? drawn;
        settings.LedgerOrigin = begun?.LedgerOrigin ?? string.Create(CultureInfo.InvariantCulture, $"{settings.Exchange}/{now.UtcDateTime:yyyyMMddHHmmss}");
        settings.HubName = $"hub.{settings.Exchange}.docexchange";
        RequireUsable(settings, folder);
        settings.ChainId = begun?.ChainId ?? $"{PartyId.Hub(settings.Exchange)}#{drawn}";
        Directory.CreateDirectory(folder.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(folder.Keys);
        var password = KeyPassword.ReadOrDraw(folder.Password, WriteSecret);
        if (settings.ExternalAuthority)
        {
            var requests = OutsideSetup.Prepare(folder, settings, password);
            WriteLedgerKey(folder, settings, password);
            HubData.Form.Mark(folder.Root);
            settings.Write(folder.Settings);
            return requests;
        }

        using var authorities = SiteAuthorities.Exist(folder.Authority)
            ? SiteAuthorities.Open(folder.Authority, password.Text)
            : SiteAuthorities.Create(folder.Authority, password, settings.Organization, now, AuthorityYears);
        MakeServiceKey(folder.Authority, authorities, settings, "seal-maker.p12", KeyAlgorithm.Sm2, CertificateProfile.SealMaker, "制章人", now, password);
        SealMakerFile.Write(folder);
        MakeServiceKey(folder.Keys, authorities, settings, "tsa.p12", KeyAlgorithm.EcdsaP256, CertificateProfile.TimeStamping, "时间戳", now, password);
        var machine = MakeKey(authorities, settings, CertificateProfile.MachineSigning, null, now, password, Path.Combine(folder.Keys, "machine.p12"));
        var tls = MakeKey(authorities, settings, CertificateProfile.Tls, [settings.HubName], now, password, Path.Combine(folder.Keys, "tls.p12"));
        if (begun is null)
        {
            WriteLedgerKey(folder, settings, password);
        }

        HubData.Form.Mark(folder.Root);
        settings.Write(folder.Settings);
        await PublishFirstAsync(folder, settings, authorities, machine, tls, clock, now, cancellation);
        return [];
    }

    // There is no file yet: they were typed.
    private static void RequireUsable(HubSettings settings, HubFolder folder)
    {
        try
        {
            settings.Validate(folder.Settings);
        }
        catch (SettingsException wrong)
        {
            throw new UsageException(string.Concat(wrong.Faults.Select(fault => fault.Chinese)), string.Join(' ', wrong.Faults.Select(fault => fault.English)));
        }
    }

    // Broken off before its ledger had an entry, and never run: nobody has seen a key of it, and it can be begun again with
    // that ledger's name. A hub whose ledger is gone is none of these.
    private static async Task<HubSettings?> FindUnfinishedAsync(HubFolder folder, string exchange)
    {
        using var only = folder.Claim();
        var begun = HubSettings.Read(folder.Settings);
        if (begun.ExternalAuthority || begun.Exchange != exchange || HasRun(folder))
        {
            return null;
        }

        await using var ledger = FileLedgerStore.Open(folder.Ledger);
        return ledger.Size == 0 ? begun : null;
    }

    // Each start is a line of the audit trail, each witness leaves a note.
    private static bool HasRun(HubFolder folder) =>
        (File.Exists(folder.AuditTrail) && File.ReadLines(folder.AuditTrail).Any(line => !line.Contains("\"act\":\"init\"", StringComparison.Ordinal)))
        || (Directory.Exists(folder.Witnessed) && Directory.EnumerateFiles(folder.Witnessed).Any());

    public static void WriteSecret(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // Whole or not at all, also where it replaces another.
        using (var file = new FileStream(path + ".tmp", new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".tmp", path, overwrite: true);
    }

    private static void WriteLedgerKey(HubFolder folder, HubSettings settings, KeyPassword password)
    {
        using var ledgerKey = NoteSigner.Generate(settings.LedgerOrigin, NoteKeyType.Ed25519);
        WriteSecret(Path.Combine(folder.Keys, "ledger.p8"), ledgerKey.ToEncryptedPkcs8(password.Text, password.Iterations));
    }

    private static async Task PublishFirstAsync(
        HubFolder folder, HubSettings settings, SiteAuthorities authorities, Certificate machine, Certificate tls, TimeProvider clock, DateTimeOffset now, CancellationToken cancellation)
    {
        var period = new Period(now.AddMinutes(-5));
        var hub = new Machine(PartyId.Hub(settings.Exchange), settings.Organization, [new(CertificateUse.Machine, machine, period), new(CertificateUse.Tls, tls, period)]);
        var first = new OfficeDirectory(settings.Exchange, 1, now, [], [hub], [], [], authorities.Certificates);
        await using var services = HubHost.Services(folder, HubSettings.Read(folder.Settings)).AddSingleton(clock).BuildServiceProvider();
        services.GetRequiredService<AuditTrail>().Append(new AuditedAct("init", AuditedPerson.OfProcess(), "done", new Dictionary<string, string> { ["exchange"] = settings.Exchange }));
        await HubHost.WithWriterAsync(services, writer => DirectoryPublishing.PublishAsync(writer, services.GetRequiredService<Objects.IObjectStore>(), first, cancellation));
    }

    private static void MakeServiceKey(
        string folder, SiteAuthorities authorities, HubSettings settings, string file, KeyAlgorithm algorithm, CertificateProfile profile, string role, DateTimeOffset now, KeyPassword password)
    {
        var path = Path.Combine(folder, file);
        if (!File.Exists(path))
        {
            using var pair = KeyPair.Generate(algorithm);
            var name = new DistinguishedName($"{settings.Organization} {role}", settings.Organization, null);
            Certify(pair, authorities, profile, name, null, now, password, path);
        }
    }

    private static Certificate MakeKey(
        SiteAuthorities authorities, HubSettings settings, CertificateProfile profile, IReadOnlyList<string>? names, DateTimeOffset now, KeyPassword password, string path)
    {
        using var pair = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        return Certify(pair, authorities, profile, new DistinguishedName($"{settings.Organization} 中心", settings.Organization, HolderUnits.Hub), names, now, password, path);
    }

    private static Certificate Certify(
        KeyPair pair, SiteAuthorities authorities, CertificateProfile profile, DistinguishedName name, IReadOnlyList<string>? names, DateTimeOffset now, KeyPassword password, string path)
    {
        var certificate = authorities.Issue(pair.CreateRequest(name), profile, name, names, now, CertificateYears);
        WriteSecret(path, Pkcs12KeyFile.Write(pair, certificate, authorities.ChainFor(certificate), password.Text, password.Iterations));
        return certificate;
    }
}
