using System.ComponentModel.DataAnnotations;
using DocExchange.Core.Offices;
using DocExchange.Core.Operating;
using DocExchange.Core.Statements;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Stamping;
using DocExchange.Tests.Durability;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Hub.Operations;

/// <summary>A hub whose own keys an outside authority certifies, and certifies again before they end.</summary>
public sealed class OutsideSetupTests
{
    private readonly FakeTimeProvider clock = new(ExchangeSite.Start);
    private TemporaryFolder temporary = null!;
    private HubFolder folder = null!;
    private CertificateAuthority authority = null!;

    [SetUp]
    public async Task MakeAsync()
    {
        temporary = new TemporaryFolder();
        folder = new HubFolder(Path.Combine(temporary.Path, "hub"));
        authority = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("Outside", null, null), ExchangeSite.Start.AddYears(-1), ExchangeSite.Start.AddYears(9));
        var settings = new HubSettings { Exchange = "bj", Organization = "北京市", Address = "hub.example:7443", EnrolmentAddress = "hub.example:7444", FreeSpaceReserveMiB = 16, ExternalAuthority = true };
        await HubSetup.CreateAsync(folder, settings, clock, CancellationToken.None);
    }

    [TearDown]
    public void Remove()
    {
        authority.Dispose();
        temporary.Dispose();
    }

    [Test]
    public async Task What_renewed_certificates_sign_is_bound_in_the_directory_which_the_old_one_signed()
    {
        await CertifyAsync("machine", "tls");
        clock.Advance(TimeSpan.FromDays(300));
        await CertifyAsync("machine", "tls");
        await CertifyAgainAsync();

        await using var services = Services();
        var statement = await ActAsync(services);
        var directory = services.GetRequiredService<DirectoryKeeper>().Current;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(directory.Version, Is.EqualTo(2), "Nothing is published where nothing is new.");
            Assert.That(statement, Is.EqualTo(Installed().Fingerprint));
            Assert.That(directory.HolderOf(Installed().Fingerprint, CertificateUse.Machine, clock.GetUtcNow()), Is.EqualTo(PartyId.Hub("bj")));
            Assert.That(SignerOf(services, 1), Is.EqualTo(SignerOf(services, 0)).And.Not.EqualTo(statement));
        }
    }

    [Test]
    public async Task A_certification_that_broke_off_between_directory_and_files_is_finished_by_repeating_it()
    {
        await CertifyAsync("machine", "tls");
        clock.Advance(TimeSpan.FromDays(300));
        Directory.CreateDirectory(Path.Combine(folder.Keys, "machine.p12.tmp"));
        await Assert.ThatAsync(() => CertifyAsync("machine"), Throws.InstanceOf<UnauthorizedAccessException>().Or.InstanceOf<IOException>());
        await using (var services = Services())
        {
            var statement = await ActAsync(services);
            Assert.That(services.GetRequiredService<DirectoryKeeper>().Current.HolderOf(statement, CertificateUse.Machine, clock.GetUtcNow()), Is.EqualTo(PartyId.Hub("bj")), "It goes on under the old one.");
        }

        Directory.Delete(Path.Combine(folder.Keys, "machine.p12.tmp"));
        await CertifyAgainAsync();

        await using var after = Services();
        await ActAsync(after);
        Assert.That(after.GetRequiredService<DirectoryKeeper>().Current.HolderOf(Installed().Fingerprint, CertificateUse.Machine, clock.GetUtcNow()), Is.EqualTo(PartyId.Hub("bj")));
    }

    [Test]
    public async Task The_time_stamp_key_is_requested_with_its_one_critical_purpose_and_stamps_once_certified()
    {
        var profile = await File.ReadAllTextAsync(Path.Combine(folder.Requests, OutsideSetup.RequestFolder, "tsa.cnf"));

        await CertifyAsync("machine", "tls", "tsa");

        await using var services = Services();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(profile, Does.Contain("extendedKeyUsage=critical,timeStamping\n"));
            Assert.That(RequestFile.ProfileOf("tsa.csr"), Is.EqualTo(CertificateProfile.TimeStamping));
            Assert.That(services.GetRequiredService<BuiltInAuthority>().Authority, Is.Not.Null);
            Assert.That(await HubHost.WithWriterAsync(services, async _ => (await services.GetRequiredService<CheckpointStamper>().StampAsync(CancellationToken.None)).IsOwn), Is.True);
        }
    }

    [Test]
    public async Task A_hub_made_before_there_was_a_request_for_its_time_stamp_key_gets_one_at_the_next_certification()
    {
        File.Delete(Path.Combine(folder.Keys, "tsa.p8"));
        File.Delete(Path.Combine(folder.Requests, OutsideSetup.RequestFolder, "tsa.csr"));

        await CertifyAsync("machine", "tls");

        Assert.That((await CertifyAsync("tsa")).Single(), Is.EqualTo("tsa"));
    }

    [Test]
    public async Task Begins_with_no_key_missing()
    {
        var fault = await Assert.ThrowsAsync<FailedException>(() => CertifyAsync("machine"));
        Assert.That(fault!.Message, Does.Contain("tls.csr"));
    }

    [Test]
    public async Task Who_makes_the_seals_is_written_beside_the_key_with_every_certificate_it_had()
    {
        await CertifyAsync("machine", "tls", "seal-maker");
        var first = last[^1];
        clock.Advance(TimeSpan.FromDays(300));
        await CertifyAsync("seal-maker");
        await CertifyAgainAsync();

        Assert.That(Certificate.ParseAll(await File.ReadAllBytesAsync(folder.SealMakerCertificates)), Is.EqualTo(new[] { first, last[^1] }));
    }

    private List<Certificate> last = [];

    private Task<IReadOnlyList<string>> CertifyAsync(params string[] services)
    {
        last = [.. services.Select(service =>
        {
            var path = Path.Combine(folder.Requests, OutsideSetup.RequestFolder, service + ".csr");
            var request = CertificateRequest.Parse(File.ReadAllBytes(path));
            return authority.Issue(request, RequestFile.ProfileOf(path), new DistinguishedName("北京市 中心", "北京市", null), service == "tls" ? ["hub.bj.docexchange"] : null, clock.GetUtcNow().AddMinutes(-5), clock.GetUtcNow().AddYears(1));
        })];
        return CertifyAgainAsync();
    }

    private Task<IReadOnlyList<string>> CertifyAgainAsync() => OutsideSetup.CertifyAsync(folder, [authority.Certificate], last, clock, CancellationToken.None);

    private ServiceProvider Services() => HubHost.Services(folder, HubSettings.Read(folder.Settings)).AddSingleton<TimeProvider>(clock).AddLogging().BuildServiceProvider();

    private Certificate Installed()
    {
        using var key = Pkcs12KeyFile.Read(File.ReadAllBytes(Path.Combine(folder.Keys, "machine.p12")), HubIdentity.ReadPassword(folder));
        return key.Certificate;
    }

    private static async Task<DocExchange.Trust.Digests.Digest> ActAsync(IServiceProvider services)
    {
        var logged = await HubHost.WithWriterAsync(services, writer => writer.ActAsync(_ => new HubAct(StatementType.AuditHead, new AuditHeadBody(1, default)), CancellationToken.None));
        return SignerOf(services, logged!.Index);
    }

    private static DocExchange.Trust.Digests.Digest SignerOf(IServiceProvider services, long index)
    {
        var entry = DocExchange.Core.Ledger.LedgerEntry.Parse(services.GetRequiredService<ILedgerStore>().Read(index));
        return DocExchange.Trust.Signatures.CmsSignedData.Parse(entry.Statement, DocExchange.Trust.Signatures.CmsLimits.Default).Certificates.First(certificate => !certificate.IsAuthority).Fingerprint;
    }
}
