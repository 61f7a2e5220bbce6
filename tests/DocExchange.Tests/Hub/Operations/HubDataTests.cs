using DocExchange.Core.Operating;
using DocExchange.Durability.Backups;
using DocExchange.Durability.Upgrades;
using DocExchange.Hub.Backups;
using DocExchange.Hub.Operations;
using DocExchange.Tests.Core.Operating;
using DocExchange.Tests.Durability;
using DocExchange.Tests.Durability.Upgrades;

namespace DocExchange.Tests.Hub.Operations;

/// <summary>Which data a hub's program works on.</summary>
[NonParallelizable]
internal sealed class HubDataTests
{
    private const string Later = "2\nDocExchange hub 9.9.0\n";

    private TemporaryFolder folder = null!;

    private string Data => folder.Under("hub");

    private string Mark => Path.Combine(Data, DataVersion.FileName);

    [SetUp]
    public async Task MakeAsync()
    {
        folder = new TemporaryFolder();
        (await ExchangeSite.GetAsync()).CopyTo(Directory.CreateDirectory(Data).FullName);
    }

    [TearDown]
    public void Remove() => folder.Dispose();

    [TestCase("")]
    [TestCase("--external-ca")]
    public async Task A_new_hub_says_which_data_it_has(string option)
    {
        var made = folder.Under("new");

        var (code, _, error) = await RunAsync(
            [.. "init --exchange bj --organization 办公厅 --address 127.0.0.1:7443 --enrolment 127.0.0.1:7444".Split(' '), "--data", made, .. option.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.That(code, Is.Zero, error);
        Assert.That(File.ReadAllLines(Path.Combine(made, DataVersion.FileName)), Is.EqualTo(new[] { "1", "DocExchange hub " + HubOverview.Version }));
    }

    [TestCase("run")]
    [TestCase("audit")]
    [TestCase("rebuild")]
    [TestCase("trail")]
    [TestCase("create-admin --user root --name 张三")]
    [TestCase("add-users --file none.csv")]
    [TestCase("backup --to none")]
    [TestCase("certify --authority none.pem --certificate none.pem")]
    [TestCase("init --exchange bj --organization 办公厅 --address 127.0.0.1:7443 --enrolment 127.0.0.1:7444")]
    public async Task No_verb_touches_data_of_a_later_version(string verb)
    {
        await File.WriteAllTextAsync(Mark, Later);
        await File.WriteAllTextAsync(new HubFolder(Data).Settings, """{ "settings": "as the later version writes them" }""");
        var before = FolderContents.Of(Data);

        var (code, _, error) = await RunAsync([.. verb.Split(' '), "--data", Data]);
        var (_, _, english) = await RunAsync([.. verb.Split(' '), "--data", Data, "--lang", "en"]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(code, Is.EqualTo(1));
            Assert.That(error, Does.Contain("[DATA_VERSION]").And.Contain("请安装 DocExchange hub 9.9.0 或更高版本"));
            Assert.That(english, Does.Contain("Install DocExchange hub 9.9.0 or later"));
            Assert.That(FolderContents.Of(Data), Is.EqualTo(before));
        }
    }

    [Test]
    public async Task Data_from_before_they_were_marked_are_marked_by_whoever_works_on_them()
    {
        File.Delete(Mark);
        var (read, _, audit) = await RunAsync("audit", "--data", Data);
        var isMarkedByReading = File.Exists(Mark);

        var (opened, _, error) = await RunAsync("create-admin", "--data", Data, "--user", "root", "--name", "张三");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((read, isMarkedByReading), Is.EqualTo((0, false)), audit);
            Assert.That(opened, Is.Zero, error);
            Assert.That(error, Is.Empty);
            Assert.That(await File.ReadAllTextAsync(Mark), Is.EqualTo($"1\nDocExchange hub {HubOverview.Version}\n"));
        }
    }

    [Test]
    public async Task A_backup_says_the_version_and_one_of_a_later_version_is_not_restored()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await hub.Get<HubBackup>().RunAsync(folder.Under("backup"), null, CancellationToken.None);
        await HubRestore.RunAsync(folder.Under("backup"), folder.Under("restored"), null, new BackupLimits(), CancellationToken.None);
        await File.WriteAllTextAsync(hub.Folder.DataVersion, Later);
        await hub.Get<HubBackup>().RunAsync(folder.Under("backup"), null, CancellationToken.None);

        var refused = await Assert.ThrowsAsync<UpgradeException>(
            () => HubRestore.RunAsync(folder.Under("backup"), folder.Under("later"), null, new BackupLimits(), CancellationToken.None));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await File.ReadAllTextAsync(folder.Under("restored/" + DataVersion.FileName)), Does.StartWith("1\n"));
            Assert.That(refused!.Message, Does.Contain($"The data in '{folder.Under("backup")}' are of version 2"));
            Assert.That(Directory.Exists(folder.Under("later")), Is.False);
        }
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(params string[] args) =>
        CapturedConsole.RunAsync(() => new HubVerbs(new VerbLanguage(IsEnglish: false)).InvokeAsync(args));
}
