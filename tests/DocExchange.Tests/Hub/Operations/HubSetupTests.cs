using DocExchange.Core.Operating;
using DocExchange.Durability.Auditing;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Tests.Durability;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;
using Microsoft.Extensions.DependencyInjection;

namespace DocExchange.Tests.Hub.Operations;

/// <summary>What <c>hub init</c> makes, when it is repeated too.</summary>
internal sealed class HubSetupTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void Open() => folder = new TemporaryFolder();

    [TearDown]
    public void Close() => folder.Dispose();

    [Test]
    public async Task Is_finished_by_the_same_command_where_it_was_broken_off_before_its_first_directory()
    {
        var hub = new HubFolder(folder.Path);
        await CreateAsync(hub);
        var begun = HubSettings.Read(hub.Settings);
        Directory.Delete(hub.Ledger, recursive: true);
        Directory.Delete(hub.Objects, recursive: true);
        File.Delete(hub.Catalogue);

        await CreateAsync(hub);

        var settings = HubSettings.Read(hub.Settings);
        await using var services = HubHost.Services(hub, settings).BuildServiceProvider();
        var machines = await HubHost.WithWriterAsync(services, _ => Task.FromResult(services.GetRequiredService<DirectoryKeeper>().Current.Machines.Count));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((settings.ChainId, settings.LedgerOrigin), Is.EqualTo((begun.ChainId, begun.LedgerOrigin)));
            Assert.That(machines, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Touches_no_hub_that_is_there()
    {
        var hub = new HubFolder(folder.Path);
        await CreateAsync(hub);
        var before = await File.ReadAllBytesAsync(Path.Combine(hub.Keys, "machine.p12"));

        await Assert.ThrowsAsync<FailedException>(() => CreateAsync(hub));

        Assert.That(await File.ReadAllBytesAsync(Path.Combine(hub.Keys, "machine.p12")), Is.EqualTo(before));
    }

    [Test]
    public async Task Touches_no_hub_that_has_run_and_whose_ledger_is_gone()
    {
        var hub = new HubFolder(folder.Path);
        await CreateAsync(hub);
        await using (var services = HubHost.Services(hub, HubSettings.Read(hub.Settings)).BuildServiceProvider())
        {
            services.GetRequiredService<AuditTrail>().Append(new AuditedAct("start", "root", "done", new Dictionary<string, string>()));
        }

        Directory.Delete(hub.Ledger, recursive: true);
        var before = await File.ReadAllBytesAsync(Path.Combine(hub.Keys, "machine.p12"));

        await Assert.ThrowsAsync<FailedException>(() => CreateAsync(hub));

        Assert.That(await File.ReadAllBytesAsync(Path.Combine(hub.Keys, "machine.p12")), Is.EqualTo(before));
    }

    [Test]
    public async Task Names_the_maker_of_its_seals_by_its_own_certificate_so_that_nobody_else_below_the_authority_is_one()
    {
        var hub = new HubFolder(folder.Path);
        await CreateAsync(hub);
        using var authorities = SiteAuthorities.Open(hub.Authority, HubIdentity.ReadPassword(hub));
        using var maker = Pkcs12KeyFile.Read(await File.ReadAllBytesAsync(hub.SealMaker), HubIdentity.ReadPassword(hub));
        using var pair = KeyPair.Generate(KeyAlgorithm.Sm2);
        var (name, now) = (new DistinguishedName("样例局", "样例局", null), TimeProvider.System.GetUtcNow());
        using var office = pair.Certified(authorities.Issue(pair.CreateRequest(name), CertificateProfile.Seal, name, null, now, 1), []);
        var named = Certificate.ParseAll(await File.ReadAllBytesAsync(hub.SealMakerCertificates));
        var trust = TrustStore.Of(authorities.Certificates, authorities.IssueRevocationLists(now)) with { SealMakers = named };

        async Task<SignatureVerdict> JudgeAsync(ISigningKey by)
        {
            using var world = new SealWorld();
            var definition = world.Definition() with { CreatedAt = now, ValidFrom = now, ValidUntil = now.AddDays(100) };
            return new SealValidator(trust).ValidateSeal(await SealMaker.MakeAsync(definition, by, CancellationToken.None), now.AddMinutes(1));
        }

        var (own, another) = (await JudgeAsync(maker), await JudgeAsync(office));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(named, Is.EqualTo(new[] { maker.Certificate }));
            Assert.That(own.Indication, Is.EqualTo(Indication.TotalPassed), string.Join(' ', own.Findings.Select(finding => finding.English)));
            Assert.That((another.Indication, another.Findings.Any(finding => finding.Code == "SEAL_MAKER_NOT_NAMED")), Is.EqualTo((Indication.Indeterminate, true)));
        }
    }

    [Test]
    public async Task Writes_who_makes_its_seals_where_an_earlier_version_did_not()
    {
        var hub = new HubFolder(folder.Path);
        await CreateAsync(hub);
        var written = await File.ReadAllTextAsync(hub.SealMakerCertificates);
        File.Delete(hub.SealMakerCertificates);

        Assert.That(SealMakerFile.TryWrite(hub), Is.Null);
        Assert.That(SealMakerFile.TryWrite(hub), Is.Null);
        var again = await File.ReadAllTextAsync(hub.SealMakerCertificates);
        File.Delete(hub.SealMakerCertificates);
        await File.WriteAllTextAsync(hub.SealMaker, "damaged");
        var damaged = SealMakerFile.TryWrite(hub);
        File.Delete(hub.SealMaker);

        Assert.That(damaged, Is.Not.Null, "the hub says so, and starts");
        Assert.That(SealMakerFile.TryWrite(hub), Is.Null, "kept offline");
        Assert.That((again, File.Exists(hub.SealMakerCertificates)), Is.EqualTo((written, false)));
    }

    private static Task CreateAsync(HubFolder hub) => HubSetup.CreateAsync(
        hub,
        new HubSettings { Exchange = "bj", Organization = "市政府办公厅", Address = "hub.example.gov:7443", EnrolmentAddress = "hub.example.gov:7444" },
        TimeProvider.System,
        CancellationToken.None);
}
