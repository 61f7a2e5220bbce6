using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Drafts;
using DocExchange.Node.Inbox;
using DocExchange.Node.Offices;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Tests.Pages;
using DocExchange.Tests.Pages.Sending;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;
using Microsoft.Extensions.Options;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Tests.Node.Drafts;

/// <summary>What a document made here says of itself beyond what a clerk must type (GB/T 33480).</summary>
internal sealed class DraftElementsTests
{
    private const string Code = "91350100M000100Y43";

    private TestDesk desk = null!;

    [SetUp]
    public async Task Open()
    {
        desk = await SendingDesk.StartAsync();
        var copy = desk.Part<DirectoryCopy>();
        var known = copy.Newest();
        var coded = known.Next(NodeSite.Now, [.. known.Offices.Select(office => office.Id == NodeSite.Sender ? office with { Name = "示例市人民政府办公厅", CreditCode = Code } : office)]);
        var xml = OfficeDirectoryXml.Write(coded);
        copy.Keep(new DirectoryPublishedBody(coded.Version, Digest.Of(xml)), coded.Version, xml);
    }

    [TearDown]
    public async Task Close() => await desk.DisposeAsync();

    [Test]
    public async Task Derives_identifier_masthead_and_colophon_where_nothing_is_typed()
    {
        var metadata = await FrozenAsync(await DraftAsync("08"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(metadata.Identifier, Is.EqualTo(Identifier(DocumentType.Notice, 1)));
            Assert.That((metadata.Masthead, metadata.PrintedBy), Is.EqualTo(("示例市人民政府办公厅文件", "示例市人民政府办公厅")));
            Assert.That(metadata.PrintedOn, Is.EqualTo(new DateOnly(2026, 3, 2)));
            Assert.That((metadata.LeaderSignature, metadata.Notes, metadata.ReleaseLevel, metadata.Publicity), Is.EqualTo(((string?)null, (string?)null, (string?)null, Publicity.Unstated)));
        }
    }

    [TestCase("0E", "示例市人民政府办公厅")]
    [TestCase("03", "示例市人民政府办公厅令")]
    [TestCase("0F", null)]
    [TestCase("内部文件", null)]
    public async Task The_masthead_is_that_of_the_type(string type, string? masthead) =>
        Assert.That((await FrozenAsync(await DraftAsync(type))).Masthead, Is.EqualTo(masthead));

    [Test]
    public async Task What_is_typed_counts_and_a_hyphen_leaves_out()
    {
        var metadata = await FrozenAsync(await DraftAsync("03", new Local.DraftElements
        {
            Identifier = "-",
            CopyNumber = "000001",
            Masthead = "示例市人民政府令",
            PrintedNumber = "第1号",
            LeaderSignature = "市长 张三",
            Notes = "此件公开发布",
            PrintedBy = "-",
            PrintedOn = "2026-03-05",
            ReleaseLevel = "发至县团级",
            Publicity = "主动公开",
            Forwards = { "国发[2026]第3号" },
        }));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((metadata.Identifier, metadata.CopyNumber, metadata.Masthead, metadata.PrintedNumber), Is.EqualTo(((DocumentIdentifier?)null, "000001", "示例市人民政府令", "第1号")));
            Assert.That((metadata.LeaderSignature, metadata.Notes, metadata.PrintedBy, metadata.PrintedOn), Is.EqualTo(("市长 张三", "此件公开发布", (string?)null, new DateOnly(2026, 3, 5))));
            Assert.That((metadata.ReleaseLevel, metadata.Publicity), Is.EqualTo(("发至县团级", Publicity.Proactive)));
            Assert.That(metadata.Relations.Single(), Is.EqualTo(new DocumentRelation(RelationKind.Forwards, null, "国发〔2026〕3号")));
        }
    }

    [Test]
    public async Task A_reply_that_names_its_request_is_not_remarked_upon()
    {
        var silent = Look(await DraftAsync("0C"));
        var naming = Look(await DraftAsync("0C", new Local.DraftElements { RepliesTo = { "示发改〔2026〕5号" } }));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(silent.Notes.Where(note => note.Field == "more").Select(note => note.Chinese), Is.EqualTo(new[] { "批复未注明所答复的请示。" }));
            Assert.That(naming.Notes.Where(note => note.Field == "more"), Is.Empty);
        }
    }

    [Test]
    public async Task Fills_in_the_number_of_a_document_the_office_knows_and_of_no_other()
    {
        var entry = await desk.Site.LoggedAsync(NodeSite.Dispatch(7), 10);
        desk.Part<EntryBook>().Keep([desk.Part<EntryBook>().Read(entry.Id, entry.Entry)]);
        var known = NodeSite.Document(7).ToString();

        var own = Look(await DraftAsync("0C", new Local.DraftElements { RepliesTo = { known, $"{NodeSite.Document(8)}  示发改[2026]8号" } }));
        var row = desk.Part<DraftBook>().Open(NodeSite.Stranger, SendingDesk.Writer, (_, fields) => (fields.Title, fields.DocumentType, fields.Elements) = ("关于示例的批复", "0C", new Local.DraftElements { RepliesTo = { known } }));
        var foreign = Look(row.Id, NodeSite.Stranger);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(own.Metadata!.Relations.Select(relation => relation.Number), Is.EqualTo(new[] { "示政发〔2026〕7号", "示发改〔2026〕8号" }));
            Assert.That(foreign.Metadata!.Relations.Single(), Is.EqualTo(new DocumentRelation(RelationKind.RepliesTo, NodeSite.Document(7), null)));
        }
    }

    [Test]
    public async Task What_cannot_be_read_is_said_beside_the_section_and_freezes_nothing()
    {
        (Local.DraftElements Given, string Said)[] cases =
        [
            (new Local.DraftElements { Identifier = "1.2.156.10.x" }, "公文标识“1.2.156.10.x”无法识别"),
            (new Local.DraftElements { PrintedOn = "3月2日" }, "印发日期“3月2日”无法识别"),
            (new Local.DraftElements { Publicity = "公开" }, "公开属性“公开”无法识别"),
            (new Local.DraftElements { PrintedNumber = "示政发[2026]9号" }, "请填入“发文字号”"),
            (new Local.DraftElements { CopyNumber = "12" }, "应为6位数字"),
            (new Local.DraftElements { Identifier = Identifier(DocumentType.Letter, 3).ToString() }, "文种代码与文种不一致"),
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var (given, said) in cases)
            {
                var id = await DraftAsync("08", given);
                Assert.That(Look(id).Notes.Where(note => note is { Field: "more", IsInTheWay: true }).Select(note => note.Chinese), Has.One.Contains(said));
                Assert.That(async () => await desk.Part<Freezing>().FreezeAsync(NodeSite.Sender, id, SendingDesk.Writer, default), Throws.Exception);
            }
        }
    }

    [Test]
    public async Task A_draft_keeps_its_identifier_until_its_type_changes_or_it_is_thrown_away()
    {
        var (first, second) = (await DraftAsync("08"), await DraftAsync("08"));
        var given = new[] { (await FrozenAsync(first)).Identifier, (await FrozenAsync(second)).Identifier };
        desk.Part<Freezing>().Reopen(NodeSite.Sender, first, "");
        var again = (await FrozenAsync(first)).Identifier;
        desk.Part<Freezing>().Reopen(NodeSite.Sender, first, "");
        desk.Part<DraftBook>().Change(NodeSite.Sender, first, SendingDesk.Writer, null, (_, fields) => fields.DocumentType = "0E");
        var letter = (await FrozenAsync(first)).Identifier;
        desk.Part<Freezing>().Reopen(NodeSite.Sender, second, "");
        desk.Part<DraftBook>().Discard(NodeSite.Sender, second);
        var third = (await FrozenAsync(await DraftAsync("08"))).Identifier;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(given, Is.EqualTo(new[] { Identifier(DocumentType.Notice, 1), Identifier(DocumentType.Notice, 2) }));
            Assert.That((again, letter), Is.EqualTo((Identifier(DocumentType.Notice, 1), Identifier(DocumentType.Letter, 1))));
            Assert.That(third, Is.EqualTo(Identifier(DocumentType.Notice, 1)), "Nobody keeps it any more.");
        }
    }

    [Test]
    public async Task An_identifier_that_another_draft_keeps_is_refused_before_anybody_seals()
    {
        var first = await DraftAsync("08");
        var kept = (await FrozenAsync(first)).Identifier!;
        var second = await DraftAsync("08", new Local.DraftElements { Identifier = kept.ToString(), Notes = "另一件" });

        var refused = await Assert.ThrowsAsync<RefusedException>(async () => await FrozenAsync(second));
        desk.Part<Freezing>().Reopen(NodeSite.Sender, first, "");
        var again = (await FrozenAsync(first)).Identifier;

        Assert.That((refused!.Refusal, again), Is.EqualTo((Refusal.NumberTaken, kept)));
    }

    [Test]
    public async Task An_identifier_that_left_is_never_given_again_and_refused_when_typed()
    {
        var register = desk.Part<IdentifierRegister>();
        desk.Part<NodeRecords>().Write(() => register.Take(Identifier(DocumentType.Notice, 41), NodeSite.Document(1)));

        var typed = await Assert.ThrowsAsync<RefusedException>(async () => await FrozenAsync(await DraftAsync("08", new Local.DraftElements { Identifier = Identifier(DocumentType.Notice, 41).ToString() })));
        var next = (await FrozenAsync(await DraftAsync("08"))).Identifier;

        using (Assert.EnterMultipleScope())
        {
            Assert.That((typed!.Refusal, next), Is.EqualTo((Refusal.NumberTaken, Identifier(DocumentType.Notice, 42))));
            Assert.That(() => register.NextOf(UnifiedSocialCreditCode.Parse(Code), 2026, DocumentType.Order), Is.EqualTo(Identifier(DocumentType.Order, 1)));
        }
    }

    [Test]
    public async Task The_serials_of_a_year_and_type_end_with_a_refusal()
    {
        var register = desk.Part<IdentifierRegister>();
        desk.Part<NodeRecords>().Write(() => register.Take(Identifier(DocumentType.Notice, 99_999), NodeSite.Document(1)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => register.NextOf(UnifiedSocialCreditCode.Parse(Code), 2026, DocumentType.Notice), Throws.TypeOf<RefusedException>().With.Message.Contains("已用完"));
            Assert.That(Look(await DraftAsync("08")).Notes.Select(note => note.Chinese), Has.One.Contains("已用完"));
        }
    }

    [Test]
    public async Task A_document_begun_from_another_takes_what_was_typed_and_derives_the_rest_anew()
    {
        var given = new Local.DraftElements { Masthead = "示例市人民政府", LeaderSignature = "市长 张三", PrintedBy = "-", Publicity = "依申请公开", RepliesTo = { $"{NodeSite.Document(8)} 示发改〔2026〕8号" } };
        var metadata = await FrozenAsync(await DraftAsync("08", given));
        var plain = await FrozenAsync(await DraftAsync("08"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(DraftElements.Of(metadata, desk.Part<DirectoryCopy>().Newest()), Is.EqualTo(given));
            Assert.That(DraftElements.Of(plain, desk.Part<DirectoryCopy>().Newest()), Is.EqualTo(new Local.DraftElements()));
        }
    }

    [Test]
    public async Task Metadata_over_the_nodes_own_limit_are_refused_before_anything_is_made()
    {
        desk.Part<IOptions<DeskOptions>>().Value.MaxMetadataKiB = 2;
        var modest = await FrozenAsync(await DraftAsync("08"));

        var wordy = await Assert.ThrowsAsync<RefusedException>(async () => await FrozenAsync(await DraftAsync("08", new Local.DraftElements { Notes = new string('注', 1000) })));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(wordy!.Refusal, Is.EqualTo(Refusal.TooLarge));
            Assert.That(wordy.Message, Does.Contain("Desk:MaxMetadataKiB").And.Contain("2048"));
            Assert.That(modest.Title, Is.Not.Empty);
        }
    }

    [Test]
    public async Task The_form_shows_what_is_derived_in_grey_keeps_what_is_typed_and_the_seal_keeper_sees_both()
    {
        var id = await DraftAsync("0F");
        var browser = await desk.SignInAsync("zhang3", Roles.Dispatcher, "bgs");
        var fresh = await browser.GetAsync($"/o/bgs/drafts/{id}");
        (string, string)[] typed =
        [
            ("title", "市政府常务会议纪要"), ("type", "0F"), ("seal", "none"), ("host", "bgs"), ("printed-number", "第12期"), ("notes", "此件\r\n公开"), ("publicity", "主动公开"),
            ("forwards", "国发〔2026〕3号\r\n\r\n国发〔2026〕4号"),
        ];
        await browser.SubmitAsync($"/o/bgs/drafts/{id}", "draft", [.. typed, ("act", "save")]);
        var saved = DraftBook.FieldsOf(desk.Part<DraftBook>().Find(NodeSite.Sender, id)).Elements;
        await browser.SubmitAsync($"/o/bgs/drafts/{id}", "draft", [.. typed, ("act", "freeze")]);
        var frozen = await browser.GetAsync($"/o/bgs/drafts/{id}/frozen");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(fresh.Html, Does.Contain($"placeholder=\"{Identifier(DocumentType.Minutes, 1)}\"").And.Contain("<details class=\"joint\" id=\"more\">"), "Folded while nothing is typed.");
            Assert.That(saved, Is.EqualTo(new Local.DraftElements { PrintedNumber = "第12期", Notes = "此件 公开", Publicity = "主动公开", Forwards = { "国发〔2026〕3号", "国发〔2026〕4号" } }));
            Assert.That(frozen.Text, Does.Contain(Identifier(DocumentType.Minutes, 1).ToString()).And.Contain("主动公开").And.Contain("国发〔2026〕4号"), frozen.Text);
        }
    }

    [TestCase("2026-03-09", "2026-03-09T23:59:59+08:00")]
    [TestCase("2026-03-09T17:00", "2026-03-09T17:00:00+08:00")]
    [TestCase("2026-03-09T17:00:30", "2026-03-09T17:00:30+08:00")]
    [TestCase("2026-03-09T17:00:00Z", "2026-03-09T17:00:00Z")]
    public async Task A_deadline_without_an_offset_is_the_sites_and_a_day_lasts_until_it_ends(string typed, string meant)
    {
        desk.Clock.SetLocalTimeZone(DocExchange.Core.Supervision.CalendarText.ParseZone("+08:00"));
        var id = await DraftAsync("08");
        desk.Part<DraftBook>().Change(NodeSite.Sender, id, SendingDesk.Writer, null, (_, fields) => fields.SignBy = typed);

        Assert.That((await FrozenAsync(id)).SignBy, Is.EqualTo(DateTimeOffset.Parse(meant, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [TestCase("sign-by")]
    [TestCase("reply-by")]
    public async Task A_deadline_that_has_passed_is_said_beside_its_field_and_freezes_nothing(string field)
    {
        var id = await DraftAsync("08");
        desk.Part<DraftBook>().Change(NodeSite.Sender, id, SendingDesk.Writer, null, (_, fields) =>
            (fields.SignBy, fields.ReplyBy) = field == "sign-by" ? ("2026-03-01", "") : ("", "2026-03-01"));

        Assert.That(Look(id).Notes.Where(note => note.IsInTheWay).Select(note => (note.Field, note.Chinese.Contains("已过", StringComparison.Ordinal))), Is.EqualTo(new[] { (field, true) }));
        Assert.That(async () => await desk.Part<Freezing>().FreezeAsync(NodeSite.Sender, id, SendingDesk.Writer, default), Throws.TypeOf<DocExchange.Core.Refusals.RefusedException>());
    }

    private static DocumentIdentifier Identifier(DocumentType type, int serial) => DocumentIdentifier.Make(UnifiedSocialCreditCode.Parse(Code), DocumentIdentifier.Whole, 2026, type, serial);

    private DraftView Look(string id, PartyId? office = null) => desk.Part<DraftChecks>().Look(desk.Part<DraftBook>().Find(office ?? NodeSite.Sender, id));

    private async Task<string> DraftAsync(string type, Local.DraftElements? elements = null)
    {
        var id = await SendingDesk.DraftAsync(desk);
        desk.Part<DraftBook>().Change(NodeSite.Sender, id, SendingDesk.Writer, null, (_, fields) => (fields.DocumentType, fields.AgencyCode, fields.Signer, fields.Elements) = (type, "", "张三", elements));
        return id;
    }

    private async Task<DocumentMetadata> FrozenAsync(string id)
    {
        var row = await desk.Part<Freezing>().FreezeAsync(NodeSite.Sender, id, SendingDesk.Writer, default);
        using var package = await PackageReader.OpenAsync(desk.Part<DraftShelf>().OpenRead(id, row.Package!), DraftStandings.Limits, default);
        return DocumentMetadata.Parse(package.Metadata.Span);
    }
}
