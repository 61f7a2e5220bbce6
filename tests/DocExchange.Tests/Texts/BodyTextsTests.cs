using System.Diagnostics;
using DocExchange.Tests.Durability;
using DocExchange.Texts;

namespace DocExchange.Tests.Texts;

public sealed class BodyTextsTests
{
    private static readonly byte[] Sound = SampleBodies.Ofd([(30, 40, "关于做好防汛工作的通知")]);

    private TemporaryFolder folder = null!;
    private BodyTexts texts = null!;

    [SetUp]
    public void Start()
    {
        folder = new TemporaryFolder();
        texts = new BodyTexts(folder.Path, TextLimits.Default);
    }

    [TearDown]
    public async Task EndAsync()
    {
        await texts.DisposeAsync();
        folder.Dispose();
    }

    [Test]
    public async Task Reads_one_after_the_other_and_leaves_nothing_behind()
    {
        var whole = await ReadAsync(Sound);
        var unreadable = await ReadAsync([1, 2, 0, 3]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((whole.Outcome, string.Concat(whole.Pages), whole.English), Is.EqualTo((TextOutcome.Whole, "关于做好防汛工作的通知", "")));
            Assert.That((unreadable.Outcome, unreadable.Pages.Count, unreadable.Chinese.Length > 0), Is.EqualTo((TextOutcome.Unreadable, 0, true)));
            Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty);
        }
    }

    [Test]
    public async Task Ends_a_file_that_would_be_read_for_ever_and_goes_on_with_the_next()
    {
        // Ten forms, each of which draws the next one ten times.
        var drawn = string.Concat(Enumerable.Range(0, 10).Select(level => $"/X{level} {level + 6} 0 R"));
        var forms = Enumerable.Range(0, 10).Select(level => SampleBodies.Content(
            level == 9 ? "0 0 1 1 re f" : string.Concat(Enumerable.Repeat($"/X{level + 1} Do ", 10)),
            $"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F1 5 0 R>>/XObject<<{drawn}>>>>"));
        var running = Stopwatch.StartNew();
        var endless = await ReadAsync(SampleBodies.Pdf(SampleBodies.Content("/X0 Do"), $"/XObject<<{drawn}>>", [.. forms]));
        var elapsed = running.Elapsed;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((endless.Outcome, endless.Pages.Count, endless.English), Is.EqualTo((TextOutcome.Unreadable, 0, "Reading took more than 2 seconds and was ended.")));
            Assert.That(elapsed, Is.LessThan(TimeSpan.FromSeconds(15)));
            Assert.That((await ReadAsync(Sound)).Outcome, Is.EqualTo(TextOutcome.Whole));
        }
    }

    [Test]
    public async Task Ends_a_file_that_unpacks_to_more_than_it_may_have_in_memory()
    {
        var bomb = await ReadAsync(SampleBodies.Pdf(SampleBodies.Bomb(1L << 30)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((bomb.Outcome, bomb.Pages.Count), Is.EqualTo((TextOutcome.Unreadable, 0)));
            Assert.That(bomb.English, Is.EqualTo("Reading took more memory than is allowed, or the file ended the reading process.").Or.EqualTo("Reading took more than 2 seconds and was ended."));
            Assert.That((await ReadAsync(Sound)).Outcome, Is.EqualTo(TextOutcome.Whole));
        }
    }

    [Test]
    public async Task Does_not_read_what_is_too_large()
    {
        await using var small = new BodyTexts(folder.Path, new TextLimits { MaxFileSize = 100 });
        var text = await small.ReadAsync(new MemoryStream(Sound), CancellationToken.None);
        Assert.That((text.Outcome, text.English), Is.EqualTo((TextOutcome.Unreadable, "The file has more than 100 bytes; its words were not read.")));
    }

    [Test]
    public async Task Ends_with_its_caller()
    {
        using var over = new CancellationTokenSource();
        await over.CancelAsync();
        await Assert.ThatAsync(() => texts.ReadAsync(new MemoryStream(Sound), over.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    private Task<BodyText> ReadAsync(byte[] body) => texts.ReadAsync(new MemoryStream(body), CancellationToken.None);
}
