using DocExchange.Cli;
using DocExchange.Cli.Doctor;
using DocExchange.Hub.Operations;
using DocExchange.Node.Records;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;
using Directory = System.IO.Directory;

namespace DocExchange.Tests.Cli;

/// <summary>docex doctor: what is wrong with an installation is named, with what to do.</summary>
internal sealed class DoctorTests
{
    private const long Plenty = 100L * 1024 * 1024 * 1024;

    private string folder = "";

    [SetUp]
    public void MakeFolder()
    {
        folder = Directory.CreateTempSubdirectory("docex-doctor-").FullName;
        File.WriteAllText(Path.Combine(folder, "hub.json"), "{}");
        Directory.CreateDirectory(Path.Combine(folder, "keys"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Finds_nothing_wrong_with_a_sound_folder() => Assert.That(Worst(FolderCheck.Look(folder, "hub", _ => Plenty)), Is.EqualTo(Severity.Ok));

    [Test]
    public void Says_that_a_folder_is_none_of_the_kind_and_looks_no_further()
    {
        var found = FolderCheck.Look(folder, "node", _ => Plenty).ToList();

        Assert.That(found.Select(finding => (finding.Check, finding.Severity)), Is.EqualTo(new[] { ("folder", Severity.Failure) }));
        Assert.That(found[0].English, Does.Contain("node.json").And.Contain(folder));
    }

    [TestCase(UnixFileMode.None, Severity.Warning)]
    [TestCase(UnixFileMode.OtherRead, Severity.Failure)]
    [Platform("Linux")]
    public void Names_what_others_can_get_at(UnixFileMode others, Severity severity)
    {
        var key = Path.Combine(folder, "keys", "machine.p12");
        File.WriteAllBytes(key, [1]);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | others);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);

        var found = FolderCheck.Look(folder, "hub", _ => Plenty).Single(finding => finding.Check == "file-modes");

        Assert.That(found.Severity, Is.EqualTo(severity));
        Assert.That(found.English, Does.Contain(severity == Severity.Failure ? key : folder));
        Assert.That(found.Remedy!.Value.English, Does.Contain("chmod"));
    }

    [Test]
    [NonParallelizable]
    public async Task Looks_at_what_is_named_and_at_nothing_else()
    {
        var before = (Environment.GetEnvironmentVariable("DOCEX_HUB"), Environment.GetEnvironmentVariable("DOCEX_NODE"));
        Environment.SetEnvironmentVariable("DOCEX_HUB", "/nowhere/hub");
        Environment.SetEnvironmentVariable("DOCEX_NODE", "/nowhere/node");
        try
        {
            var named = await CommandLine.RunAsync("doctor", "--node", folder, "--lang", "en");
            var unnamed = await CommandLine.RunAsync("doctor", "--lang", "en");

            Assert.That(named.Output, Does.Contain(folder).And.Not.Contain("/nowhere"));
            Assert.That(unnamed.Output, Does.Contain("/nowhere/hub").And.Contain("/nowhere/node"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("DOCEX_HUB", before.Item1);
            Environment.SetEnvironmentVariable("DOCEX_NODE", before.Item2);
        }
    }

    [TestCase(FolderCheck.LittleSpace, Severity.Ok)]
    [TestCase(FolderCheck.LittleSpace - 1, Severity.Warning)]
    [TestCase(FolderCheck.NoSpace - 1, Severity.Failure)]
    public void Judges_the_room_on_the_disk(long free, Severity expected) =>
        Assert.That(FolderCheck.Look(folder, "hub", _ => free).Single(finding => finding.Check == "free-space").Severity, Is.EqualTo(expected));

    [TestCase("hub")]
    [TestCase("node")]
    public void Knows_the_versions_that_the_programs_beside_it_know(string kind) =>
        Assert.That(DataCheck.Known(kind), Is.EqualTo((kind == "hub" ? HubData.Form : NodeData.Form).Current.Number));

    [TestCase(null, Severity.Ok, "version 0", null)]
    [TestCase("1\nDocExchange hub 0.1.0\n", Severity.Ok, "Data version 1 (DocExchange hub 0.1.0)", null)]
    [TestCase("2\nDocExchange hub 9.9.0\nmore\n", Severity.Failure, "of version 2, written by DocExchange hub 9.9.0; this program knows versions up to 1", "Install DocExchange hub 9.9.0 or later, or restore the backup from before the upgrade")]
    [TestCase("two\nDocExchange hub 9.9.0\n", Severity.Failure, "is damaged", "from a backup")]
    [TestCase("2\n", Severity.Failure, "is damaged", "from a backup")]
    public void Judges_the_version_of_the_data(string? mark, Severity severity, string told, string? remedy)
    {
        if (mark is not null)
        {
            File.WriteAllText(Path.Combine(folder, "data-version.txt"), mark);
        }

        var found = FolderCheck.Look(folder, "hub", _ => Plenty).Single(finding => finding.Check == "data-version");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.Severity, Is.EqualTo(severity));
            Assert.That(found.English, Does.Contain(told));
            Assert.That(found.Remedy?.English, remedy is null ? Is.Null : Does.Contain(remedy));
        }
    }

    [Test]
    public async Task Does_not_say_to_start_a_program_that_would_leave_the_data_alone()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "data-version.txt"), "2\nDocExchange hub 9.9.0\n");

        var looked = await CommandLine.RunAsync("doctor", "--hub", folder);

        Assert.That(looked.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(looked.Output, Does.Contain($"，版本 {HubOverview.Version}\n").And.Contain("数据是第 2 版，由 DocExchange hub 9.9.0 写入").And.Contain("请安装 DocExchange hub 9.9.0 或更高版本").And.Not.Contain("docex hub run"));
    }

    [Test]
    public void Says_what_to_do_about_an_upgrade_that_broke_off()
    {
        File.WriteAllText(Path.Combine(folder, "before-upgrade.txt"), "2\n");

        var found = FolderCheck.Look(folder, "hub", _ => Plenty).Single(finding => finding.Check == "upgrade");

        Assert.That((found.Severity, found.Remedy!.Value.English), Is.EqualTo((Severity.Warning, $"Where no program is at it, start the service (docex hub run --data {folder}): it puts the data back as they were first, then upgrades them again.")));
    }

    [Test]
    public async Task Says_how_to_start_what_does_not_run()
    {
        var looked = await CommandLine.RunAsync("doctor", "--hub", folder, "--format", "json", "--lang", "en");

        var running = looked.Json.GetProperty("findings").EnumerateArray().Single(finding => finding.GetProperty("check").GetString() == "running");
        Assert.That(looked.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(looked.Json.GetProperty("healthy").GetBoolean(), Is.False);
        Assert.That(running.GetProperty("remedy").GetString(), Is.EqualTo($"docex hub run --data {folder}"));
    }

    [Test]
    public void Finds_nothing_wrong_with_a_sound_hub() => Assert.That(Worst(HubCheck.Look(Hub(), "0.1.0", CommandLine.Now)), Is.EqualTo(Severity.Ok));

    private static IEnumerable<TestCaseData> HubFaults()
    {
        yield return OfHub("another version", hub => hub.Version = "0.0.9", "version", Severity.Warning);
        yield return OfHub("catalogue behind", hub => hub.IndexedSize = 1, "catalogue", Severity.Warning);
        yield return OfHub("archive behind", hub => hub.AwaitingArchive = 5_000, "archive", Severity.Warning);
        yield return OfHub("no stamps", hub => hub.Stamping.FailingSince = "2026-03-01T00:00:00Z", "time-stamps", Severity.Failure);
        yield return OfHub("ends soon", hub => hub.Expiries.Add(new Expiry { What = "seal", Holder = "demo/a", Name = "甲", Days = 29 }), "expiry", Severity.Warning);
        yield return OfHub("has ended", hub => hub.Expiries.Add(new Expiry { What = "certificate", Holder = "demo/a", Name = "甲", Use = "Tls", Days = -1 }), "expiry", Severity.Failure);
        yield return OfHub("node away", hub => hub.Nodes[0].Watching = false, "nodes", Severity.Warning);
        yield return OfHub("node alarmed", hub => Alarm(hub.Nodes[0].Report.Alarms, hub.Nodes[0].Report.AlarmsEnglish), "node-alarm", Severity.Failure);
        yield return OfHub("node stuck", hub => hub.Nodes[0].Report.OldestWaiting = "2026-03-02T06:59:00Z", "node-waiting", Severity.Warning);
        yield return OfHub("node full", hub => hub.Nodes[0].Report.FreeBytes = 5, "node-space", Severity.Failure);
    }

    [TestCaseSource(nameof(HubFaults))]
    public void Names_what_is_wrong_with_a_hub(Action<HubStatus> spoil, string check, Severity severity)
    {
        var hub = Hub();
        spoil(hub);

        AssertOnly(HubCheck.Look(hub, "0.1.0", CommandLine.Now), check, severity);
    }

    [Test]
    public void Finds_nothing_wrong_with_a_sound_node() => Assert.That(Worst(NodeCheck.Look(Node(), "0.1.0")), Is.EqualTo(Severity.Ok));

    private static IEnumerable<TestCaseData> NodeFaults()
    {
        yield return OfNode("another version", node => node.Version = "0.0.9", "version", Severity.Warning);
        yield return OfNode("not connected", node => node.Link = "Connecting", "link", Severity.Failure);
        yield return OfNode("switched off", node => node.Link = "SwitchedOff", "link", Severity.Warning);
        yield return OfNode("no directory", node => node.DirectoryVersion = 0, "directory", Severity.Failure);
        yield return OfNode("stuck", node => node.WaitingStatements = 3, "queue", Severity.Warning);
        yield return OfNode("no witnesses", node => node.WitnessedSize = 0, "witnesses", Severity.Warning);
        yield return OfNode("no seal", node => node.Offices[0].HasSeal = false, "seal", Severity.Warning);
        yield return OfNode("alarmed", node => Alarm(node.Alarms, node.AlarmsEnglish), "alarm", Severity.Failure);
    }

    [TestCaseSource(nameof(NodeFaults))]
    public void Names_what_is_wrong_with_a_node(Action<NodeStatus> spoil, string check, Severity severity)
    {
        var node = Node();
        spoil(node);

        AssertOnly(NodeCheck.Look(node, "0.1.0"), check, severity);
    }

    [Test]
    public void Tells_the_alarms_of_an_older_version_which_gives_no_English()
    {
        var (node, hub) = (Node(), Hub());
        node.Alarms.Add("出事了");
        hub.Nodes[0].Report.Alarms.Add("出事了");

        var alarm = NodeCheck.Look(node, "0.1.0").Single(finding => finding.Check == "alarm");
        Assert.That((alarm.Chinese, alarm.English), Is.EqualTo(("出事了", "出事了")));
        Assert.That(HubCheck.Look(hub, "0.1.0", CommandLine.Now).Single(finding => finding.Check == "node-alarm").English, Does.EndWith("raised an alarm: 出事了"));
    }

    private static void AssertOnly(IEnumerable<Finding> findings, string check, Severity severity)
    {
        var wrong = findings.Where(finding => finding.Severity != Severity.Ok).ToList();
        Assert.That(wrong.Select(finding => (finding.Check, finding.Severity)), Is.EqualTo(new[] { (check, severity) }));
        Assert.That(wrong[0].Remedy, Is.Not.Null);
    }

    private static Severity Worst(IEnumerable<Finding> findings) => findings.Max(finding => finding.Severity);

    private static TestCaseData OfHub(string name, Action<HubStatus> spoil, string check, Severity severity) => new TestCaseData(spoil, check, severity).SetArgDisplayNames(name);

    private static TestCaseData OfNode(string name, Action<NodeStatus> spoil, string check, Severity severity) => new TestCaseData(spoil, check, severity).SetArgDisplayNames(name);

    private static void Alarm(ICollection<string> chinese, ICollection<string> english)
    {
        chinese.Add("检查点矛盾");
        english.Add("Checkpoints contradict each other");
    }

    private static HubStatus Hub() => new()
    {
        Exchange = "demo",
        Version = "0.1.0",
        LedgerSize = 5_000,
        IndexedSize = 4_999,
        Stamping = new StampingStatus { IsOwn = true },
        Nodes = { new NodeLink { Node = "demo/~n1", Watching = true, Report = new NodeReport { FreeBytes = Plenty } } },
    };

    private static NodeStatus Node() => new()
    {
        Node = "demo/~n1",
        Version = "0.1.0",
        Link = "Connected",
        DirectoryVersion = 3,
        WitnessedSize = 10,
        Offices = { new HostedOffice { Office = "demo/a", Name = "甲", HasSeal = true } },
    };
}
