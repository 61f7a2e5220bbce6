using DocExchange.Core.Operating;
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
        Assert.That(() => settings.Validate("hub.json"), Throws.TypeOf<SettingsException>().With.Property(nameof(SettingsException.English)).Contains("both have 7443"));

        settings.Listen = "everywhere";
        Assert.That(() => settings.Validate("hub.json"), Throws.TypeOf<SettingsException>().With.Property(nameof(SettingsException.English)).Contains("'everywhere' is not an IP address"));
    }

    [Test]
    public async Task Are_checked_before_a_hub_is_set_up()
    {
        using var folder = new TemporaryFolder();
        var settings = Settings();
        settings.EnrolmentAddress = settings.Address;

        await Assert.ThrowsAsync<UsageException>(() => HubSetup.CreateAsync(new HubFolder(folder.Path), settings, TimeProvider.System, CancellationToken.None));

        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty);
    }

    [Test]
    public void Name_everything_that_is_wrong_with_the_file_a_misspelt_name_too()
    {
        using var folder = new TemporaryFolder();
        var settings = Settings();
        (settings.Judges, settings.Address, settings.TimeZone, settings.TsaAddress) = (0, "nowhere", "Mars", "ftp://x");
        settings.Write(folder.Under("hub.json"));
        var text = File.ReadAllText(folder.Under("hub.json")).Replace("{", "{ \"maxRecipient\": 5,", StringComparison.Ordinal);
        File.WriteAllText(folder.Under("hub.json"), text);

        var fault = Assert.Throws<SettingsException>(() => HubSettings.Read(folder.Under("hub.json")))!;

        using (Assert.EnterMultipleScope())
        {
            foreach (var named in (string[])["maxRecipient", "judges", "nowhere", "Mars", "tsaAddress"])
            {
                Assert.That(fault.English, Does.Contain(named));
                Assert.That(fault.Message, Does.Contain(named));
            }

            Assert.That(fault.Message, Does.Contain("judges 应为 1 至 64，现为“0”。"));
        }
    }

    [TestCase("{ \"judges\": ", "第 1 行不是有效的 JSON")]
    [TestCase("{\n \"judges\": \"many\" }", "第 2 行“judges”的值不可读")]
    [TestCase("{ \"address\": null }", "“address”的值不可读")]
    [TestCase("{ \"bodyTypes\": null }", "“bodyTypes”的值不可读")]
    [TestCase("{ \"bodyTypes\": [ \"pdf\", null ] }", "bodyTypes 中有一项为 null")]
    [TestCase("{ \"witnesses\": [ null ] }", "witnesses 中有一项为 null")]
    [TestCase("{ \"tsaAddress\": \"\" }", "缺少 tsaAddress")]
    public void Say_in_which_line_a_file_cannot_be_read(string text, string said)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Under("hub.json"), text);

        Assert.That(() => HubSettings.Read(folder.Under("hub.json")), Throws.TypeOf<SettingsException>().With.Message.Contains(said));
    }

    [TestCase("", false)]
    [TestCase("pdf", true)]
    [TestCase("PDF", false)]
    [TestCase(".pdf", false)]
    [TestCase("ofd pdf txt", true)]
    public void Name_the_types_of_bodies_by_their_endings(string types, bool isSound)
    {
        var settings = Settings();
        settings.BodyTypes = types.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        Assert.That(() => settings.Validate("hub.json"), isSound ? Throws.Nothing : Throws.TypeOf<SettingsException>().With.Message.Contains("bodyTypes"));
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
