using DocExchange.Durability;
using DocExchange.Hub.Offices;
using DocExchange.Tests.Hub.Operations;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Catalogue;

/// <summary>The disk changed a byte of a hub's database: the catalogue is made anew, the others are not guessed at.</summary>
internal sealed class CatalogueDamageTests
{
    private const int PageSize = 8192;

    private HubUnderTest hub = null!;
    private TestPackage package = null!;

    [SetUp]
    public async Task StartAsync()
    {
        hub = await HubUnderTest.StartAsync();
        package = await TestPackage.MakeAsync();
        await hub.DispatchAsync(package);
        await hub.DeliverAsync(package, Dongcheng);
        await Waiting.UntilAsync("all is archived", () => hub.Catalogue.StatementsArchivedTo == hub.Ledger.Size);
    }

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task A_catalogue_of_which_a_byte_changed_is_put_aside_and_made_anew_from_the_ledger()
    {
        var before = hub.Catalogue.Find(package.Document);
        var mailbox = hub.Catalogue.Mailbox(DistrictNode.ToString(), 0, 100);

        await hub.RestartAfterAsync(() => Flip(hub.Folder.Catalogue, page: 3));
        await hub.Catalogue.WaitForAsync(hub.Ledger.Size, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(File.Exists(hub.Folder.Catalogue + ".damaged"), Is.True);
            Assert.That(hub.Catalogue.Find(package.Document)!.Title, Is.EqualTo(before!.Title));
            Assert.That(hub.Catalogue.Mailbox(DistrictNode.ToString(), 0, 100), Is.EqualTo(mailbox));
        }
    }

    [Test]
    public async Task A_database_that_cannot_be_made_anew_opens_nothing_until_it_is_as_it_was()
    {
        var damage = await Assert.CatchAsync<PageDamagedException>(() => hub.RestartAfterAsync(() => Flip(hub.Folder.Site, page: 1)));
        Assert.That(damage!.Message, Does.Contain(hub.Folder.Site).And.Contain("backup"));

        Flip(hub.Folder.Site, page: 1);
        await hub.StartAgainAsync();
        Assert.That(hub.Get<SiteStore>().AllInvitations(), Is.Not.Null);
    }

    // As a disk changes it: nobody wrote, so the file's times are what they were.
    private static void Flip(string path, int page)
    {
        var written = File.GetLastWriteTimeUtc(path);
        var bytes = File.ReadAllBytes(path);
        bytes[(page * PageSize) + 5_000] ^= 1;
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, written);
    }
}
