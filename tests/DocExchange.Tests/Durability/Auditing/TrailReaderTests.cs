using System.Diagnostics;
using System.Text;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Trust.Digests;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Durability.Auditing;

public sealed class TrailReaderTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    private FakeTimeProvider clock = null!;
    private TemporaryFolder folder = null!;

    private string Trail => folder.Under("audit.log");

    [SetUp]
    public void Write()
    {
        folder = new TemporaryFolder();
        clock = new FakeTimeProvider(Start.AddDays(100));
        using var trail = AuditTrail.Open(Trail, new LocalDisk(), clock);
        for (var number = 1; number <= 2_000; number++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            trail.Append(new AuditedAct(number % 10 == 0 ? "StopSeal" : "Invite", $"uid {number % 3} 用户{number % 3}", "asked", new Dictionary<string, string> { ["text"] = new string('文', number % 250), ["n"] = $"{number}" }));
        }
    }

    [TearDown]
    public void Remove() => folder.Dispose();

    [Test]
    public void Gives_the_newest_first_and_every_line_once_page_by_page()
    {
        var numbers = new List<long>();
        long? end = null;
        do
        {
            var page = Page(new TrailQuery(), 150, end);
            numbers.AddRange(page.Entries.Select(entry => entry.Number));
            end = page.End;
        }
        while (end is not null);

        Assert.That(numbers, Is.EqualTo(Enumerable.Range(1, 2_000).Reverse().Select(number => (long)number)));
    }

    [Test]
    public void Goes_on_where_it_was_while_the_trail_grows()
    {
        var first = Page(new TrailQuery(), 10, null);
        using (var trail = AuditTrail.Open(Trail, new LocalDisk(), clock))
        {
            trail.Append(new AuditedAct("Later", "uid 0", "asked", new Dictionary<string, string>()));
        }

        Assert.That(Page(new TrailQuery(), 10, first.End).Entries[0].Number, Is.EqualTo(1_990));
    }

    [Test]
    public void Finds_by_person_act_time_and_words()
    {
        var from = Start.AddDays(100).AddMinutes(101);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Page(new TrailQuery(Who: "用户2", Act: "stopseal"), 1_000, null).Entries.Select(entry => entry.Number), Is.EqualTo(Enumerable.Range(1, 2_000).Where(number => number % 10 == 0 && number % 3 == 2).Reverse().Select(number => (long)number)));
            Assert.That(Page(new TrailQuery(from, from.AddMinutes(5)), 1_000, null).Entries.Select(entry => entry.Number), Is.EqualTo(new long[] { 105, 104, 103, 102, 101 }));
            Assert.That(Page(new TrailQuery(Text: "1234"), 1_000, null).Entries.Select(entry => entry.Number), Is.EqualTo(new long[] { 1_234 }));
        }
    }

    [Test]
    public async Task Exports_lines_whose_chain_sha256sum_follows()
    {
        using var output = new MemoryStream();
        var query = new TrailQuery(Until: Start.AddDays(100).AddMinutes(60), Who: "用户1", Act: "StopSeal");
        var written = await TrailExport.WriteLinesAsync(new TrailReader(Trail), query, output, CancellationToken.None);
        var export = folder.Under("trail.txt");
        await File.WriteAllBytesAsync(export, output.ToArray());

        Assert.That((written, File.ReadAllLines(export)[1]), Is.EqualTo((31L, File.ReadAllLines(Trail)[9])), "all from line 10 to line 40");
        Assert.That(FollowedByShell(export), Is.Empty);
        var lines = File.ReadAllLines(export);
        lines[20] = lines[20].Replace("Invite", "Invita", StringComparison.Ordinal);
        await File.WriteAllLinesAsync(export, lines);
        Assert.That(FollowedByShell(export), Does.StartWith("altered: ").And.Contain("Invita"));
    }

    [Test]
    public async Task Exports_a_table_whose_rows_can_be_checked_and_hold_no_formula()
    {
        using (var trail = AuditTrail.Open(Trail, new LocalDisk(), clock))
        {
            trail.Append(new AuditedAct("Search", "=cmd|' /C calc'!A0", "asked", new Dictionary<string, string> { ["text"] = "a\"b,\nc" }));
        }

        using var output = new MemoryStream();
        var written = await TrailExport.WriteTableAsync(new TrailReader(Trail), new TrailQuery(Act: "Search"), output, CancellationToken.None);
        var text = Encoding.UTF8.GetString(output.ToArray());
        var last = new TrailReader(Trail).Forwards().Last();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(written, Is.EqualTo(1));
            Assert.That(text, Does.StartWith("\uFEFFline,at,who,act,step,what,before,hash,json\r\n"));
            Assert.That(text, Does.Contain(",'=cmd|' /C calc'!A0,").And.Contain("\"text=a\"\"b,\nc\""));
            Assert.That(text, Does.Contain($",{last.Before},{last.Entry.Hash},"));
            Assert.That(AuditLine.HashOf(last.Before, last.Entry.Json), Is.EqualTo(last.Entry.Hash));
        }
    }

    [Test]
    public void Is_empty_where_there_is_no_trail() =>
        Assert.That(new TrailReader(folder.Under("none.log")).Page(new TrailQuery(), 10, null, CancellationToken.None).Entries, Is.Empty);

    private TrailPage Page(TrailQuery query, int most, long? end) => new TrailReader(Trail).Page(query, most, end, CancellationToken.None);

    // As the README has it.
    private static string FollowedByShell(string file)
    {
        const string Loop = """before= ; while IFS= read -r line; do [ -z "$before" ] || [ "$(printf '%s\n%s' "$before" "${line#* }" | sha256sum | cut -c1-64)" = "${line%% *}" ] || echo "altered: $line"; before=${line%% *}; done < "$0" """;
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", Loop, file]) { RedirectStandardOutput = true })!;
        var said = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return said;
    }
}
