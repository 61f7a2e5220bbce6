using System.Text;
using DocExchange.Durability;
using DocExchange.Durability.Backups;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Durability.Backups;

internal sealed class BackupTests
{
    private static readonly BackupDescription Like = new(BackupDescription.CurrentFormat, BackupDescription.OfHub, "beijing", "beijing/~hub", DateTimeOffset.UnixEpoch, "beijing/1", 7, "aa", "");
    private static readonly BackupLimits Limits = new() { FreeSpaceReserve = 0 };

    private TemporaryFolder folder = null!;

    private string Data => folder.Under("data");

    private string Target => folder.Under("backup");

    private string Restored => folder.Under("restored");

    [SetUp]
    public void MakeData()
    {
        folder = new TemporaryFolder();
        Write("hub.json", "settings");
        Write("keys/one.p8", "a key");
        Write("objects/" + Named("an object"), "an object");
    }

    [TearDown]
    public void RemoveData() => folder.Dispose();

    [Test]
    public void Restores_what_was_backed_up_and_only_its_owner_may_read_it()
    {
        var result = Run();

        Restore();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((result.Files, result.CopiedFiles), Is.EqualTo((4, 4)), "with its description");
            Assert.That(Contents(Restored), Is.EqualTo(Contents(Data)));
            foreach (var path in Directory.EnumerateFiles(Target, "*", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(Restored, "*", SearchOption.AllDirectories)))
            {
                Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite), path);
            }

            foreach (var path in Directory.EnumerateDirectories(folder.Path, "*", SearchOption.AllDirectories).Where(path => !path.StartsWith(Data, StringComparison.Ordinal)))
            {
                Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute), path);
            }
        }
    }

    [Test]
    public void Copies_nothing_twice_and_keeps_only_what_the_last_run_needs()
    {
        Run();
        Write("keys/one.p8", "another key");
        Write("keys/two.p8", "a second key");

        var second = Run();
        var third = Run();
        Restore();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((second.CopiedFiles, third.CopiedFiles), Is.EqualTo((2, 0)));
            Assert.That((second.CopiedBytes, third.CopiedBytes), Is.EqualTo(("another keya second key".Length, 0)));
            Assert.That(Contents(Restored), Is.EqualTo(Contents(Data)));
            Assert.That(Directory.EnumerateFiles(Target, "*", SearchOption.AllDirectories).Count(), Is.EqualTo(3 + 1 + 1 + 2), "files, description, manifest and lock; nothing of what was replaced");
        }
    }

    [Test]
    public void Is_in_the_format_of_sha256sum()
    {
        Run();

        var lines = File.ReadAllLines(Path.Combine(Target, "SHA256SUMS"));

        Assert.That(lines, Does.Contain($"{Digest.Of("settings"u8)}  000001/hub.json").And.Contain($"{Digest.Of("a key"u8)}  000001/keys/one.p8"));
    }

    [Test]
    public void A_run_broken_off_in_the_middle_leaves_the_backup_before_it_whole_and_the_next_one_ends_it([Range(0, 3)] int after)
    {
        Run();
        var before = Contents(Data);
        Write("hub.json", "later settings");
        Write("keys/one.p8", "a later key");
        Write("objects/" + Named("a later object"), "a later object");

        Assert.Throws<IOException>(() => Run(breakAfter: after));
        Restore();
        Assert.That(Contents(Restored), Is.EqualTo(before));

        Directory.Delete(Restored, recursive: true);
        Run();
        Restore();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Contents(Restored), Is.EqualTo(Contents(Data)));
            Assert.That(Directory.EnumerateFiles(Target, "*.new", SearchOption.AllDirectories), Is.Empty);
        }
    }

    [Test]
    public void A_first_run_that_was_broken_off_is_no_backup_and_what_it_copied_is_taken_over()
    {
        Assert.Throws<IOException>(() => Run(breakAfter: 3));
        Assert.That(Refusal(() => Open()), Does.Contain("no finished backup"));

        var result = Run();

        Assert.That(result.CopiedFiles, Is.EqualTo(3), "the object is there already");
    }

    [Test]
    public void A_file_that_is_not_what_its_name_says_is_told_and_the_good_copy_stays()
    {
        Run();
        var name = "objects/" + Named("an object");
        File.Delete(Path.Combine(Data, name));
        Write(name, "altered and longer");

        var result = Run();
        Restore();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Problems.Single().English, Does.Contain(name).And.Contain("keeps the good copy"));
            Assert.That(File.ReadAllText(Path.Combine(Restored, name)), Is.EqualTo("an object"));
        }
    }

    [TestCase("", "", "Line 1", Description = "a digest that is none")]
    [TestCase("  000001/", "  000001/../../", "Line", Description = "a name outside")]
    [TestCase("  000001/", "  /", "Line", Description = "no run")]
    [TestCase("backup.json", "other.json", "does not name", Description = "no description")]
    public void An_altered_manifest_is_refused(string from, string to, string says)
    {
        Run();
        var path = Path.Combine(Target, "SHA256SUMS");
        var text = File.ReadAllText(path);
        File.WriteAllText(path, says == "Line 1" ? "x" + text : text.Replace(from, to, StringComparison.Ordinal));

        Assert.That(Refusal(() => Open()), Does.Contain("was altered").And.Contain(says));
    }

    [Test]
    public void A_manifest_that_was_cut_off_names_a_file_twice_or_too_many_is_refused()
    {
        Run();
        var path = Path.Combine(Target, "SHA256SUMS");
        var text = File.ReadAllText(path);

        File.WriteAllText(path, text[..^3]);
        var cut = Refusal(() => Open());
        File.WriteAllText(path, text + text);
        var twice = Refusal(() => Open());
        File.WriteAllText(path, text);
        var many = Refusal(() => BackupReader.Open(Target, BackupDescription.OfHub, Limits with { MaxFiles = 3 }));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(cut, Does.Contain("cut off"));
            Assert.That(twice, Does.Contain("twice"));
            Assert.That(many, Does.Contain("more than 3"));
        }
    }

    [Test]
    public void Missing_and_altered_files_are_named_and_nothing_is_restored()
    {
        Run();
        File.Delete(Path.Combine(Target, "000001", "hub.json"));
        File.WriteAllText(Path.Combine(Target, "000001", "keys", "one.p8"), "A key");

        var said = Refusal(Restore);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(said, Does.Contain("000001/hub.json (missing)").And.Contain("000001/keys/one.p8 (SHA-256").And.Contain("Nothing was restored"));
            Assert.That(Directory.Exists(Restored), Is.False);
        }
    }

    [Test]
    public void Restores_into_an_empty_folder_only()
    {
        Run();
        var before = Contents(Data);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Refusal(() => Open().RestoreTo(Data, "hub.json", CancellationToken.None)), Does.Contain("not an empty folder"));
            Assert.That(Refusal(() => Open().RestoreTo(Path.Combine(Target, "inside"), "hub.json", CancellationToken.None)), Does.Contain("lies in the other"));
            Assert.That(Contents(Data), Is.EqualTo(before));
        }
    }

    [Test]
    public void A_folder_that_is_no_place_for_the_backup_is_refused()
    {
        Run();
        Directory.CreateDirectory(folder.Under("full"));
        File.WriteAllText(folder.Under("full/letter.txt"), "mine");
        Directory.CreateSymbolicLink(folder.Under("link"), Data);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Refusal(() => Begin(folder.Under("full"))), Does.Contain("letter.txt"));
            Assert.That(Refusal(() => Begin(Data)), Does.Contain("are the same"));
            Assert.That(Refusal(() => Begin(Path.Combine(Data, "backup"))), Does.Contain("lies in the other"));
            Assert.That(Refusal(() => Begin(folder.Path)), Does.Contain("lies in the other"));
            Assert.That(Refusal(() => Begin(folder.Under("link/backup"))), Does.Contain("lies in the other"));
            Assert.That(Refusal(() => Begin(Target, Like with { Exchange = "tianjin", Holder = "tianjin/~hub" })), Does.Contain("beijing/~hub").And.Contain("tianjin/~hub"));
            Assert.That(Refusal(() => Begin(Target, Like with { LedgerOrigin = "beijing/2" })), Does.Contain("beijing/2"));
            Assert.That(Refusal(() => BackupReader.Open(Target, BackupDescription.OfNode, Limits)), Does.Contain("docex hub restore"));
        }

        using var other = Begin(Target);
        Assert.That(Refusal(() => Begin(Target)), Does.Contain("Another process"));
    }

    [Test]
    public void Without_room_nothing_is_changed()
    {
        Run();
        Write("hub.json", "more");
        var before = File.ReadAllText(Path.Combine(Target, "SHA256SUMS"));

        Assert.Throws<StorageFullException>(() => Run(limits: Limits with { FreeSpaceReserve = long.MaxValue / 2 }));
        var restore = Refusal(() => BackupReader.Open(Target, BackupDescription.OfHub, Limits with { FreeSpaceReserve = long.MaxValue / 2 }).RestoreTo(Restored, "hub.json", CancellationToken.None));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(File.ReadAllText(Path.Combine(Target, "SHA256SUMS")), Is.EqualTo(before));
            Assert.That(restore, Does.Contain("not enough room"));
        }
    }

    [Test]
    public void Takes_no_folder_of_six_digits_for_its_own_where_no_backup_is()
    {
        Directory.CreateDirectory(Path.Combine(Target, "202611"));
        File.WriteAllText(Path.Combine(Target, "202611", "theirs"), "theirs");

        var refusal = Refusal(() => Run());

        Assert.That(refusal, Does.Contain("202611"));
        Assert.That(File.Exists(Path.Combine(Target, "202611", "theirs")), Is.True);
    }

    [Test]
    [Platform("Linux")]
    public void Follows_no_link_and_removes_nothing_of_runs_that_are_to_come()
    {
        Run();
        var data = Contents(Data);
        Directory.CreateSymbolicLink(Path.Combine(Target, "000001", "link"), Data);
        Directory.CreateDirectory(Path.Combine(Target, "000009"));
        File.WriteAllText(Path.Combine(Target, "000009", "other"), "other");
        Write("hub.json", "later settings");
        Run();
        Directory.CreateSymbolicLink(Path.Combine(Target, "000002", "..", "000007"), Data);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Refusal(() => Run()), Does.Contain("000007"));
            Assert.That(Contents(Data).Keys, Is.EquivalentTo(data.Keys));
            Assert.That(File.Exists(Path.Combine(Target, "000009", "other")), Is.True);
        }
    }

    [Test]
    public void What_was_lost_at_its_source_stays_and_is_named()
    {
        var name = "objects/" + Named("an object");
        Run();
        File.Delete(Path.Combine(Data, name));
        File.Delete(Path.Combine(Data, "keys", "one.p8"));

        var second = Run();
        Restore();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(second.Problems.Select(problem => problem.English), Has.One.Contains(name));
            Assert.That(second.Problems, Has.Count.EqualTo(1), "what may go, goes");
            Assert.That(Contents(Restored).Keys, Is.EquivalentTo(new[] { "hub.json", name }));
        }
    }

    [Test]
    public void Stages_open_files_beside_the_data_and_leaves_nothing_there()
    {
        using (var writer = Begin(Target))
        {
            using (var staged = new StagedFiles(folder.Under("data/scratch"), new LocalDisk(), 0, CancellationToken.None))
            {
                staged.Take("a.litedb", new MemoryStream("rows"u8.ToArray()), 4);
                staged.AddTo(writer, "archive/");
            }

            writer.AddFile("hub.json", Path.Combine(Data, "hub.json"));
            writer.Finish(Like);
        }

        Restore();
        Assert.That(File.ReadAllText(Path.Combine(Restored, "archive", "a.litedb")), Is.EqualTo("rows"));
        Assert.That(Directory.EnumerateFiles(folder.Under("data/scratch")), Is.Empty);
    }

    private BackupWriter Begin(string target, BackupDescription? like = null, BackupLimits? limits = null) =>
        BackupWriter.Begin(target, Data, like ?? Like, new LocalDisk(), limits ?? Limits, null, CancellationToken.None);

    private BackupResult Run(int breakAfter = int.MaxValue, BackupLimits? limits = null)
    {
        using var writer = Begin(Target, limits: limits);
        var count = 0;
        foreach (var path in Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories).OrderBy(path => path.Contains("objects", StringComparison.Ordinal) ? 0 : 1))
        {
            if (count++ == breakAfter)
            {
                writer.Add("half", new FailingStream(), 100);
            }

            var name = Path.GetRelativePath(Data, path);
            writer.AddFile(name, path, Digest.TryParse(Path.GetFileName(path), out var known) ? known : null);
        }

        writer.KeepLost(name => name.StartsWith("objects/", StringComparison.Ordinal));
        return breakAfter == count ? throw new IOException("broken off") : writer.Finish(Like);
    }

    private BackupReader Open() => BackupReader.Open(Target, BackupDescription.OfHub, Limits);

    private void Restore()
    {
        var backup = Open();
        backup.Verify(CancellationToken.None);
        backup.RestoreTo(Restored, "hub.json", CancellationToken.None);
    }

    private void Write(string name, string content)
    {
        var path = Path.Combine(Data, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private static string Named(string content) => Digest.Of(Encoding.UTF8.GetBytes(content)).ToString();

    private static Dictionary<string, string> Contents(string root) =>
        Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(root, path), File.ReadAllText);

    private static string Refusal(Action act) => Assert.Throws<BackupException>(() => act())!.English;

    private sealed class FailingStream : MemoryStream
    {
        private bool isBroken;

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (isBroken)
            {
                throw new IOException("The medium was pulled out.");
            }

            isBroken = true;
            return Math.Min(10, count);
        }
    }
}
