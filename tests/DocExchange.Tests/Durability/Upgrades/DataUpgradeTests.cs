using System.Text;
using DocExchange.Durability;
using DocExchange.Durability.Upgrades;

namespace DocExchange.Tests.Durability.Upgrades;

/// <summary>An upgrade is done or undone, whatever happens in its midst.</summary>
internal sealed class DataUpgradeTests
{
    private const string Folder = "/data";
    private const string Ledger = "/data/ledger.log";

    private static readonly DataForm Before = new("DocExchange test 1.0.0", [new TestStep(1)]);
    private static readonly DataForm After = new("DocExchange test 1.2.0", [new TestStep(1), new TestStep(2), new TestStep(3)]);

    [Test]
    public void Takes_the_steps_that_lead_from_the_version_found_to_its_own()
    {
        var disk = OldDisk();

        var before = Upgrade(disk, After);
        var again = Upgrade(disk, After);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((before, again), Is.EqualTo((1, (int?)null)));
            Assert.That(ContentsOf(disk), Is.EqualTo(NewContents()));
            Assert.That(disk.Files(Folder), Is.EquivalentTo(new[] { "/data/data-version.txt", "/data/ledger.log", "/data/new.txt", "/data/notes.txt" }));
        }
    }

    [Test]
    public void Marks_what_was_never_marked_and_needs_no_step()
    {
        var disk = OldDisk();
        disk.Delete("/data/data-version.txt");

        Assert.That(Upgrade(disk, new DataForm("DocExchange test 1.0.0", [])), Is.Null);

        Assert.That(ContentsOf(disk), Is.EqualTo(OldContents()));
    }

    [Test]
    public void Leads_from_before_the_first_mark_through_every_step()
    {
        var disk = new RecordingDisk();
        Put(disk, "/data/notes.txt", "");

        Assert.That(Upgrade(disk, After), Is.Zero);

        Assert.That(Text(disk, "/data/notes.txt"), Is.EqualTo("version 1\nversion 2\nversion 3\n"));
    }

    [Test]
    public void Refuses_data_of_a_later_version_and_leaves_them_as_they_are()
    {
        var disk = OldDisk();
        Upgrade(disk, After);
        var (contents, operations) = (ContentsOf(disk), disk.Operations.Count);

        var refused = Assert.Throws<UpgradeException>(() => Upgrade(disk, Before));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused!.Reason, disk.Operations.Count), Is.EqualTo(("DATA_VERSION", operations)));
            Assert.That(ContentsOf(disk), Is.EqualTo(contents));
            Assert.That(refused.Message, Does.Contain("'/data' are of version 3, written by DocExchange test 1.2.0; this program, DocExchange test 1.0.0, knows versions up to 1"));
            Assert.That(refused.Chinese, Does.Contain("“/data”中的数据是第 3 版，由 DocExchange test 1.2.0 写入").And.Contain("请安装 DocExchange test 1.2.0 或更高版本"));
        }
    }

    [TestCase("")]
    [TestCase("two\nDocExchange test 1.0.0\n")]
    [TestCase("0\nDocExchange test 1.0.0\n")]
    [TestCase("99999999999\nDocExchange test 1.0.0\n")]
    [TestCase("2\n")]
    public void Guesses_nothing_where_the_mark_is_damaged(string text)
    {
        var disk = OldDisk();
        disk.Delete("/data/data-version.txt");
        Put(disk, "/data/data-version.txt", text);
        var operations = disk.Operations.Count;

        var refused = Assert.Throws<UpgradeException>(() => Upgrade(disk, After));

        Assert.That((refused!.Reason, disk.Operations.Count), Is.EqualTo(("DATA_VERSION", operations)));
    }

    [Test]
    public void Puts_everything_back_when_a_step_fails()
    {
        var disk = OldDisk();
        var failing = new DataForm("DocExchange test 1.2.0", [new TestStep(1), new TestStep(2), new TestStep(3) { Then = () => throw new FormatException("a row of it cannot be read") }]);

        var failed = Assert.Throws<UpgradeException>(() => Upgrade(disk, failing));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(failed!.Reason, Is.EqualTo("UPGRADE_FAILED"));
            Assert.That(failed.Message, Does.Contain("from version 1 to 3: a row of it cannot be read They are as they were"));
            Assert.That(failed.Chinese, Does.Contain("未能从第 1 版升级到第 3 版").And.Contain("数据已恢复原状"));
            Assert.That(ContentsOf(disk), Is.EqualTo(OldContents()));
            Assert.That(Upgrade(disk, Before), Is.Null, "the program from before works on it");
        }
    }

    [Test]
    public void Is_done_or_undone_by_whoever_starts_after_it_was_killed_anywhere()
    {
        var disk = Recorded();
        foreach (var count in Enumerable.Range(disk.Origin, disk.Operations.Count - disk.Origin + 1))
        {
            RequireEitherVersion(() => disk.KilledAfter(count), $"killed after {count} of {disk.Operations.Count}");
        }
    }

    [Test]
    public void Is_done_or_undone_by_whoever_starts_after_the_power_failed_anywhere()
    {
        var disk = Recorded();
        foreach (var count in Enumerable.Range(disk.Origin, disk.Operations.Count - disk.Origin + 1))
        {
            foreach (var seed in Enumerable.Range(0, 3))
            {
                RequireEitherVersion(() => disk.PowerlessAfter(count, new Random((count * 10) + seed)), $"without power after {count} of {disk.Operations.Count}, {seed}");
            }
        }
    }

    [Test]
    public void Is_undone_even_when_undoing_is_killed_too()
    {
        var disk = Recorded();
        foreach (var count in Enumerable.Range(disk.Origin, disk.Operations.Count - disk.Origin + 1))
        {
            var undoing = disk.KilledAfter(count).Copy();
            if (Attempt(undoing, Before) is not null)
            {
                continue;
            }

            foreach (var second in Enumerable.Range(undoing.Origin, undoing.Operations.Count - undoing.Origin + 1))
            {
                RequireEitherVersion(() => undoing.KilledAfter(second), $"killed after {count}, and after {second} again");
            }
        }
    }

    [Test]
    public void A_write_that_fails_leaves_either_version()
    {
        var whole = Recorded();
        for (var failing = 0; failing < whole.Operations.Count - whole.Origin; failing++)
        {
            var disk = OldDisk();
            FailOnce(disk, failing);
            var failed = Attempt(disk, After);
            disk.Before = null;
            RequireEitherVersion(() => disk.KilledAfter(disk.Operations.Count), $"write {failing} failed: {failed?.Message}");
        }
    }

    [Test]
    public void Is_not_begun_without_room_for_the_copy()
    {
        var disk = OldDisk();
        disk.FreeSpaceSaid = UpgradeCopy.Reserve;

        var refused = Assert.Throws<UpgradeException>(() => Upgrade(disk, After));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused!.Reason, StorageException.CauseOf(refused) is StorageFullException), Is.EqualTo(("UPGRADE_FAILED", true)));
            Assert.That(refused.Chinese, Does.Contain("数据未作改动").And.Contain("腾出空间"));
            Assert.That(ContentsOf(disk), Is.EqualTo(OldContents()));
        }
    }

    [Test]
    public void A_disk_that_fills_anywhere_leaves_the_old_version()
    {
        var fitted = 0;
        for (var room = 0; room < 400; room += 4)
        {
            var disk = OldDisk();
            disk.Capacity = OldContents().Values.Sum(text => text.Length) + room;

            var failed = Attempt(disk, After);

            fitted += failed is null ? 1 : 0;
            Assert.That(failed is null or UpgradeException { Reason: "UPGRADE_FAILED" }, Is.True, $"room for {room}: {failed}");
            Assert.That(ContentsOf(disk), Is.EqualTo(failed is null ? NewContents() : OldContents()), $"room for {room}");
        }

        Assert.That(fitted, Is.InRange(1, 99));
    }

    [Test]
    public void Puts_nothing_back_from_a_damaged_copy()
    {
        var disk = OldDisk();
        var killed = new DataForm("DocExchange test 1.2.0", [new TestStep(1), new TestStep(2) { Then = () => disk.Before = _ => throw new IOException("killed") }]);
        Assert.Throws<UpgradeException>(() => Upgrade(disk, killed));
        disk.Before = null;
        disk.Overwrite("/data/notes.txt.before-upgrade", 0, (byte)'?');
        var contents = ContentsOf(disk);

        var refused = Assert.Throws<UpgradeException>(() => Upgrade(disk, After));

        Assert.That(refused!.Message, Does.Contain("/data/notes.txt.before-upgrade").And.Contain("Restore the newest backup"));
        Assert.That(ContentsOf(disk), Is.EqualTo(contents));
    }

    // Where it is a folder's sync that fails, the name is there and whoever gave it is told that it failed.
    private static void FailOnce(RecordingDisk disk, int failing)
    {
        var count = 0;
        disk.Before = _ =>
        {
            if (count++ == failing)
            {
                throw new IOException("The test's disk failed.");
            }
        };
    }

    // Whole, old or new, to a program of either version.
    private static void RequireEitherVersion(Func<RecordingDisk> left, string when)
    {
        var (older, newer) = (left(), left());
        var refused = Attempt(older, Before);
        var upgraded = Attempt(newer, After);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused is null or UpgradeException { Reason: "DATA_VERSION" }, Is.True, $"{when}: {refused}");
            Assert.That(DataOf(older), Is.EqualTo(refused is null ? OldContents() : NewContents()), $"{when}: to the program from before");
            Assert.That(upgraded, Is.Null, when);
            Assert.That(ContentsOf(newer), Is.EqualTo(NewContents()), $"{when}: to the new program");
        }
    }

    private static Exception? Attempt(RecordingDisk disk, DataForm form)
    {
        try
        {
            Upgrade(disk, form);
            return null;
        }
        catch (Exception fault) when (fault is IOException)
        {
            return fault;
        }
    }

    private static int? Upgrade(RecordingDisk disk, DataForm form) => new DataUpgrade(Folder, form, disk).Run();

    private static RecordingDisk Recorded()
    {
        var disk = OldDisk().Copy();
        Upgrade(disk, After);
        return disk;
    }

    private static RecordingDisk OldDisk()
    {
        var disk = new RecordingDisk();
        foreach (var (path, text) in OldContents())
        {
            Put(disk, path, text);
        }

        return disk;
    }

    private static Dictionary<string, string> OldContents() => new()
    {
        ["/data/data-version.txt"] = "1\nDocExchange test 1.0.0\n",
        [Ledger] = "entries",
        ["/data/notes.txt"] = "version 1\n",
        ["/data/old.txt"] = "goes",
    };

    private static Dictionary<string, string> NewContents() => new()
    {
        ["/data/data-version.txt"] = "3\nDocExchange test 1.2.0\n",
        [Ledger] = "entries",
        ["/data/new.txt"] = "23",
        ["/data/notes.txt"] = "version 1\nversion 2\nversion 3\n",
    };

    private static Dictionary<string, string> ContentsOf(RecordingDisk disk) => disk.Files(Folder).ToDictionary(path => path, path => Text(disk, path));

    // Whoever refuses removes no copy.
    private static Dictionary<string, string> DataOf(RecordingDisk disk) =>
        ContentsOf(disk).Where(file => !file.Key.Contains("before-upgrade", StringComparison.Ordinal)).ToDictionary();

    private static string Text(RecordingDisk disk, string path) => Encoding.UTF8.GetString(disk.Read(path));

    private static void Put(RecordingDisk disk, string path, string text)
    {
        using (var file = disk.OpenOrCreate(path))
        {
            file.Write(0, Encoding.UTF8.GetBytes(text));
            file.Sync();
        }

        disk.SyncFolder(Folder);
    }
}
