using System.ComponentModel.DataAnnotations;
using DocExchange.Hub.Operations;
using DocExchange.Tests.Durability;

namespace DocExchange.Tests.Hub.Operations;

internal sealed class HubSettingsTests
{
    [Test]
    public void Are_written_for_people_and_read_again()
    {
        using var folder = new TemporaryFolder();
        Settings().Write(folder.Under("hub.json"));

        var read = HubSettings.Read(folder.Under("hub.json"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.EnrolmentPort, Is.EqualTo(7444));
            Assert.That(File.ReadAllText(folder.Under("hub.json")), Does.Contain("市政府办公厅").And.Not.Contain("\"port\""));
        }
    }

    [Test]
    public void Need_a_port_for_each_listener_and_an_address_to_listen_on()
    {
        var settings = Settings();
        settings.EnrolmentAddress = settings.Address;
        Assert.That(() => settings.Validate("hub.json"), Throws.TypeOf<ValidationException>().With.Message.Contains("both have 7443"));

        settings.Listen = "everywhere";
        Assert.That(() => settings.Validate("hub.json"), Throws.TypeOf<ValidationException>().With.Message.Contains("'everywhere' is not an IP address"));
    }

    [Test]
    public async Task Are_checked_before_a_hub_is_set_up()
    {
        using var folder = new TemporaryFolder();
        var settings = Settings();
        settings.EnrolmentAddress = settings.Address;

        await Assert.ThrowsAsync<ValidationException>(() => HubSetup.CreateAsync(new HubFolder(folder.Path), settings, TimeProvider.System, CancellationToken.None));

        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty);
    }

    private static HubSettings Settings() => new()
    {
        Exchange = "bj",
        Organization = "市政府办公厅",
        ChainId = "bj/~hub#1",
        LedgerOrigin = "bj/1",
        HubName = "hub.bj.docexchange",
        Address = "hub.example.gov:7443",
        EnrolmentAddress = "hub.example.gov:7444",
    };
}
