using System.Text;
using System.Text.Json;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Trust.Digests;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Durability.Auditing;

public sealed class AuditTrailTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 2, 1, 0, 0, TimeSpan.Zero));
    private TemporaryFolder folder = null!;

    private string File => folder.Under("audit.log");

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Keeps_who_did_what_and_when_one_line_each()
    {
        Write("Invite", "CloseVolume");
        var line = System.IO.File.ReadAllLines(File)[1];
        var act = JsonDocument.Parse(line[65..]).RootElement;
        Assert.That(
            (act.GetProperty("line").GetInt64(), act.GetProperty("act").GetString(), act.GetProperty("who").GetString(), act.GetProperty("at").GetString(), act.GetProperty("what").GetProperty("名").GetString()),
            Is.EqualTo((2L, "CloseVolume", "uid 0 root", "2026-03-02T01:00:00.000Z", "值\n2")));
    }

    [Test]
    public void Chains_lines_so_that_a_shell_can_check_them()
    {
        Write("a", "b");
        var lines = System.IO.File.ReadAllLines(File);
        Assert.That(Digest.Of(Encoding.UTF8.GetBytes($"{lines[0][..64]}\n{lines[1][65..]}")).ToString(), Is.EqualTo(lines[1][..64]));
    }

    [Test]
    public void Goes_on_where_it_was_after_a_start()
    {
        Write("a", "b");
        Write("c");
        using var trail = Open();
        Assert.That((trail.Count, Check().Lines, Check().Problem), Is.EqualTo((3L, 3L, (string?)null)));
    }

    [Test]
    public void Cuts_off_half_a_line_that_a_crash_left()
    {
        Write("a");
        System.IO.File.AppendAllText(File, "0123456789abcdef");
        Assert.That(Check().Problem, Is.Null, "A line that is being written is no fault.");
        Write("b");
        Assert.That((Check().Lines, Check().Problem), Is.EqualTo((2L, (string?)null)));
    }

    [Test]
    public void Names_the_first_altered_line()
    {
        Write([.. Enumerable.Range(1, 9).Select(number => $"act {number}")]);
        Change(lines => lines[4] = lines[4].Replace("act 5", "act X", StringComparison.Ordinal));
        Assert.That(Check().Problem, Does.StartWith("line 5 was altered"));
        Assert.That(Check().ProblemChinese, Does.StartWith("第 5 行被改动"));
    }

    [Test]
    public void Names_the_place_where_a_line_is_missing()
    {
        Write("a", "b", "c");
        Change(lines => lines.RemoveAt(1));
        Assert.That(Check().Problem, Does.StartWith("line 2 was altered: it, or one before it that is missing"));
    }

    [Test]
    public void Finds_by_the_ledgers_head_that_all_was_made_anew()
    {
        Write("a", "b");
        var first = HeadNow();
        Write("c", "d", "e");
        var second = HeadNow();
        System.IO.File.Delete(File);
        Write("a", "b", "forged", "d", "e", "f");
        var check = Check(first, second);
        Assert.That(check.Problem, Does.StartWith("line 3, or one after it up to line 5, was altered"));
    }

    [Test]
    public void Finds_by_the_ledgers_head_that_the_end_was_cut_off()
    {
        Write("a", "b", "c");
        var head = HeadNow();
        Change(lines => lines.RemoveAt(2));
        Assert.That(Check(head).Problem, Does.Contain("a head over 3 lines, the audit trail has 2"));
        System.IO.File.Delete(File);
        Assert.That(Check(head).Problem, Does.Contain("the audit trail has 0"));
    }

    [Test]
    public void Finds_every_changed_byte()
    {
        Write("a", "b", "c");
        var head = HeadNow();
        var bytes = System.IO.File.ReadAllBytes(File);
        for (var at = 0; at < bytes.Length; at++)
        {
            var altered = bytes.ToArray();
            altered[at] ^= 1;
            System.IO.File.WriteAllBytes(File, altered);
            Assert.That(Check(head).Problem, Is.Not.Null, $"byte {at}");
        }
    }

    [Test]
    public void Bounds_a_line_whatever_is_to_be_kept()
    {
        using (var trail = Open())
        {
            trail.Append(new AuditedAct(new string('动', 50_000), new string('"', 50_000), "asked", Enumerable.Range(0, 500).ToDictionary(number => $"{number}", _ => new string('\u0001', 5_000))));
            trail.Append(Act("next"));
        }

        Assert.That((Check().Lines, Check().Problem), Is.EqualTo((2L, (string?)null)));
        Assert.That(System.IO.File.ReadAllBytes(File).AsSpan().IndexOf((byte)'\n'), Is.LessThan(AuditLine.MaxLength));
    }

    [Test]
    public void Refuses_to_go_on_behind_a_line_that_is_none()
    {
        Write("a");
        System.IO.File.AppendAllText(File, "not a line\n");
        Assert.That(() => Open(), Throws.TypeOf<IOException>().With.Message.Contains("Keep the file as evidence"));
        Assert.That(Check().Problem, Is.EqualTo("line 2 is not a line of an audit trail"));
        Assert.That(Check().ProblemChinese, Is.EqualTo("第 2 行不是审计日志的行"));
    }

    [Test]
    public void Writes_no_line_twice_after_a_failed_sync()
    {
        var disk = new FailingDisk();
        using (var trail = AuditTrail.Open(File, disk, clock))
        {
            trail.Append(Act("a"));
            disk.IsFull = true;
            Assert.That(() => trail.Append(Act("b")), Throws.TypeOf<StorageFullException>());
            Assert.That(trail.Count, Is.EqualTo(1));
            disk.IsFull = false;
            trail.Append(Act("c"));
        }

        Assert.That((Check().Lines, Check().Problem, System.IO.File.ReadAllText(File).Contains("\"b\"", StringComparison.Ordinal)), Is.EqualTo((2L, (string?)null, false)));
    }

    [Test]
    public void Keeps_every_line_of_many_who_write_at_once()
    {
        using (var trail = Open())
        {
            Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 16 }, number =>
            {
                var line = trail.Append(Act($"act {number}"));
                Assert.That(System.IO.File.ReadLines(File).ElementAt((int)line - 1), Does.Contain($"\"act {number}\""), "on disk when it returns");
            });
        }

        Assert.That((Check().Lines, Check().Problem), Is.EqualTo((400L, (string?)null)));
    }

    [Test]
    public void Drops_all_that_waited_for_a_sync_that_failed_and_tells_each()
    {
        var disk = new FailingDisk();
        using (var trail = AuditTrail.Open(File, disk, clock))
        {
            trail.Append(Act("kept"));
            disk.IsFull = true;
            var told = 0;
            Parallel.For(0, 50, new ParallelOptions { MaxDegreeOfParallelism = 8 }, number =>
            {
                Assert.That(() => trail.Append(Act($"lost {number}")), Throws.InstanceOf<IOException>().With.Matches<IOException>(fault => StorageException.CauseOf(fault) is StorageFullException));
                Interlocked.Increment(ref told);
            });
            disk.IsFull = false;
            trail.Append(Act("next"));
            Assert.That(told, Is.EqualTo(50));
        }

        Assert.That((Check().Lines, Check().Problem, System.IO.File.ReadAllText(File).Contains("lost", StringComparison.Ordinal)), Is.EqualTo((2L, (string?)null, false)));
    }

    private static AuditedAct Act(string act, int number = 0) => new(act, "uid 0 root", "asked", new Dictionary<string, string> { ["名"] = $"值\n{number}" });

    private AuditTrail Open() => AuditTrail.Open(File, new LocalDisk(), clock);

    private void Write(params string[] acts)
    {
        using var trail = Open();
        foreach (var (number, act) in acts.Index())
        {
            trail.Append(Act(act, number + 1));
        }
    }

    private void Change(Action<List<string>> change)
    {
        var lines = System.IO.File.ReadAllLines(File).ToList();
        change(lines);
        System.IO.File.WriteAllText(File, string.Concat(lines.Select(line => line + "\n")));
    }

    private AuditHead HeadNow()
    {
        using var trail = Open();
        return new AuditHead(trail.Count, trail.Head);
    }

    private AuditTrailCheck Check(params AuditHead[] heads) => AuditTrailCheck.Run(File, heads, CancellationToken.None);

    /// <summary>A disk that writes and then cannot sync.</summary>
    private sealed class FailingDisk : IDisk
    {
        private readonly LocalDisk disk = new();

        public bool IsFull { get; set; }

        public IDiskFile OpenOrCreate(string path) => disk.OpenOrCreate(path);

        public IDiskFile OpenShared(string path) => new FailingFile(this, disk.OpenShared(path));

        public IDiskFile OpenForReading(string path) => disk.OpenForReading(path);

        public bool Exists(string path) => disk.Exists(path);

        public void Publish(string from, string to) => disk.Publish(from, to);

        public void Delete(string path) => disk.Delete(path);

        public void MakeFolder(string folder) => disk.MakeFolder(folder);

        public void SyncFolder(string folder) => disk.SyncFolder(folder);

        public IReadOnlyList<string> Files(string folder) => disk.Files(folder);

        public IReadOnlyList<string> Folders(string folder) => disk.Folders(folder);

        public DateTimeOffset LastWritten(string path) => disk.LastWritten(path);

        public void MakeReadOnly(string path) => disk.MakeReadOnly(path);

        public long FreeSpace(string folder) => disk.FreeSpace(folder);

        public long TotalSpace(string folder) => disk.TotalSpace(folder);

        private sealed class FailingFile(FailingDisk owner, IDiskFile file) : IDiskFile
        {
            public string Path => file.Path;

            public long Length => file.Length;

            public int Read(long offset, Span<byte> buffer) => file.Read(offset, buffer);

            public void Write(long offset, ReadOnlySpan<byte> bytes) => file.Write(offset, bytes);

            public void SetLength(long length) => file.SetLength(length);

            public void Sync()
            {
                if (owner.IsFull)
                {
                    throw new StorageFullException(file.Path, "no room");
                }

                file.Sync();
            }

            public void Dispose() => file.Dispose();
        }
    }
}
