using System.Text;
using DocExchange.Cli;
using DocExchange.Tests.Trust.Ofd;
using DocExchange.Texts;

namespace DocExchange.Tests.Texts;

public sealed class BodyPagesTests
{
    [Test]
    public async Task Reads_an_OFD_page_by_page_from_top_to_bottom_whatever_the_order_of_its_objects()
    {
        var body = SampleBodies.Ofd([(30, 60, "关于推行"), (30, 40, "北京市人民政府"), (50, 60, "电子公文交换的意见")], [(30, 40, "第二页")]);
        Assert.That(await ReadAsync(body), Is.EqualTo(new[] { "北京市人民政府\n关于推行电子公文交换的意见", "第二页" }));
    }

    [Test]
    public async Task Reads_what_a_page_takes_from_its_template()
    {
        var parts = SampleBodies.OfdParts([(30, 10, "内部资料")], [(30, 40, "正文")]);
        Assert.That(await ReadAsync(OfdMaker.Pack(parts)), Is.EqualTo(new[] { "内部资料\n正文" }));
    }

    [Test]
    public async Task Reads_the_characters_of_a_Chinese_PDF_that_names_no_mapping_of_its_own()
    {
        await using var resource = typeof(Docex).Assembly.GetManifestResourceStream("sample-body.pdf")!;
        using var body = new MemoryStream();
        await resource.CopyToAsync(body);
        Assert.That(string.Join('\n', await ReadAsync(body.ToArray())), Does.Contain("关于推行电子公文交换的意见\n各区、县人民政府").And.Contain("涉密公文不得通过本系统传递"));
    }

    [Test]
    public async Task Tells_words_apart_where_a_PDF_sets_them_apart()
    {
        var body = SampleBodies.Pdf(SampleBodies.Content("BT /F1 12 Tf 1 0 0 1 100 700 Tm (Beijing) Tj 1 0 0 1 160 700 Tm (2026) Tj 1 0 0 1 100 650 Tm (below) Tj ET"));
        Assert.That(await ReadAsync(body), Is.EqualTo(new[] { "Beijing 2026\nbelow" }));
    }

    [Test]
    public async Task Reads_plain_text_in_the_encodings_that_offices_have()
    {
        const string Text = "关于做好防汛工作的通知\n各区";
        var gbk = CodePagesEncodingProvider.Instance.GetEncoding(936)!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ReadAsync(Encoding.UTF8.GetBytes(Text)), Is.EqualTo(new[] { Text }));
            Assert.That(await ReadAsync(gbk.GetBytes(Text)), Is.EqualTo(new[] { Text }));
            Assert.That(await ReadAsync([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Text + "\f第二页")]), Is.EqualTo(new[] { Text, "第二页" }));
        }
    }

    [Test]
    public async Task Gives_the_character_where_a_font_gives_the_radical_that_looks_like_it()
    {
        Assert.That(await ReadAsync(SampleBodies.Ofd([(30, 40, "⽂⼈⿕")])), Is.EqualTo(new[] { "文人龠" }));
    }

    [Test]
    public void Refuses_what_is_no_text([Values("", "\0\u0001\u0002", "PK\u0003\u0004", "%PDF-1.7")] string start)
    {
        var bytes = Encoding.Latin1.GetBytes(start + (start.Length == 0 ? "a\0b" : ""));
        Assert.That(async () => await ReadAsync(bytes), Throws.TypeOf<TextFormatException>());
    }

    // What a page of 100,000 more costs is its bytes: before, each of them took 650 bytes more and two microseconds.
    [Test]
    [NonParallelizable]
    public async Task Does_no_work_for_the_characters_of_a_PDF_page_beyond_its_limit_and_says_so()
    {
        static byte[] PageOf(int characters) => SampleBodies.Pdf(SampleBodies.Content($"BT /F1 12 Tf 1 0 0 1 100 700 Tm ({new string('x', characters)}) Tj ET"));
        var (full, tooFull) = (PageOf(PdfText.MaxPieces), PageOf(PdfText.MaxPieces + 100_000));
        await ReadAsync(full);

        var (pages, fault, atLimit) = await CountedAsync(full);
        var (some, why, beyond) = await CountedAsync(tooFull);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((pages.Single().Length, fault), Is.EqualTo((PdfText.MaxPieces, (string?)null)));
            Assert.That((some.Single().Length, why), Is.EqualTo((PdfText.MaxPieces, "Of page 1 only the first 100000 characters were read, and nothing after it.")));
            Assert.That(beyond - atLimit, Is.LessThan(100_000 * 64), "bytes allocated for the characters that are left out");
        }
    }

    [Test]
    public async Task Says_that_a_page_of_an_OFD_has_more_than_is_read()
    {
        var parts = SampleBodies.OfdParts([], [(30, 40, "一")], [(30, 40, "二")]);
        parts["Doc_0/Pages/Page_0/Content.xml"] = Encoding.UTF8.GetBytes($"<Page><TextObject Boundary=\"30 40 9 9\">{string.Concat(Enumerable.Repeat("<TextCode>x</TextCode>", 200_000))}</TextObject></Page>");

        var (pages, why, _) = await CountedAsync(OfdMaker.Pack(parts));

        Assert.That(pages, Has.Count.EqualTo(1));
        Assert.That(why, Does.StartWith("Of one page only the first"));
    }

    private static async Task<(List<string> Pages, string? Why, long Allocated)> CountedAsync(byte[] body)
    {
        var (pages, why) = (new List<string>(), (string?)null);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        try
        {
            await foreach (var page in BodyPages.ReadAsync(new MemoryStream(body), TextLimits.Default, CancellationToken.None))
            {
                pages.Add(page);
            }
        }
        catch (TextFormatException fault)
        {
            why = fault.English;
        }

        return (pages, why, GC.GetTotalAllocatedBytes(precise: true) - before);
    }

    [Test]
    public async Task Ends_at_its_limits_and_gives_what_it_has()
    {
        var body = SampleBodies.Ofd([(30, 40, "一二三四")], [(30, 40, "五六七八")], [(30, 40, "九十")]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await UntilAsync(body, new TextLimits { MaxPages = 2 }), Is.EqualTo(new[] { "一二三四", "五六七八" }));
            Assert.That(await UntilAsync(body, new TextLimits { MaxCharacters = 6 }), Is.EqualTo(new[] { "一二三四", "五六" }));
            Assert.That(await UntilAsync(body, new TextLimits { MaxFileSize = 100 }), Is.Empty);
        }
    }

    private static async Task<List<string>> ReadAsync(byte[] body) =>
        await BodyPages.ReadAsync(new MemoryStream(body, writable: false), TextLimits.Default, CancellationToken.None).ToListAsync();

    private static async Task<List<string>> UntilAsync(byte[] body, TextLimits limits)
    {
        var pages = new List<string>();
        await Assert.ThatAsync(
            async () =>
            {
                await foreach (var page in BodyPages.ReadAsync(new MemoryStream(body, writable: false), limits, CancellationToken.None))
                {
                    pages.Add(page);
                }
            },
            Throws.TypeOf<TextFormatException>());
        return pages;
    }
}
