using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Drafts;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using Microsoft.Extensions.Options;

namespace DocExchange.Tests.Node.Drafts;

/// <summary>Drafts and their files on disk: kept, bounded, and whole again after a crash.</summary>
internal sealed class DraftStoreTests
{
    private static readonly Actor Person = new("1", "张三", Roles.Dispatcher, "password");

    private NodeSite site = null!;
    private NodeRecords records = null!;
    private DraftShelf shelf = null!;
    private DraftBook drafts = null!;

    [SetUp]
    public void Open()
    {
        site = new NodeSite();
        OpenStores();
    }

    [TearDown]
    public void Close()
    {
        records.Dispose();
        site.Dispose();
    }

    [Test]
    public async Task A_draft_and_the_bytes_that_came_outlive_the_process()
    {
        var (id, file) = NewFile(10);
        await shelf.AppendAsync(id, file, 0, new MemoryStream([1, 2, 3]), default);
        records.Dispose();
        OpenStores();

        shelf.Sweep(records);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(drafts.Find(NodeSite.Sender, id).Files.Single().Name, Is.EqualTo("正文.pdf"));
            Assert.That(shelf.Received(id, file.Number), Is.EqualTo(3));
        }
    }

    [Test]
    public async Task What_no_draft_names_is_gone_after_a_crash()
    {
        var (id, file) = NewFile(3);
        await shelf.AppendAsync(id, file, 0, new MemoryStream([1, 2, 3]), default);
        // A package that was written, and a draft that was thrown away, when the power failed.
        await File.WriteAllBytesAsync(shelf.PathOf(id, "package-1"), [1]);
        shelf.Create("0123456789abcdef");
        await File.WriteAllBytesAsync(shelf.PathOf("0123456789abcdef", 1), [1]);

        shelf.Sweep(records);

        Assert.That(
            Directory.EnumerateFiles(site.Folder.Drafts, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(site.Folder.Drafts, path)), Is.EqualTo(new[] { Path.Combine(id, $"{file.Number}") }));
    }

    [Test]
    public async Task Takes_no_more_bytes_than_were_announced_and_keeps_those_before()
    {
        var (id, file) = NewFile(4);
        await shelf.AppendAsync(id, file, 0, new MemoryStream([1, 2, 3]), default);

        await RefusedAsync(() => shelf.AppendAsync(id, file, 3, new MemoryStream([4, 5]), default), Refusal.TooLarge);

        Assert.That(shelf.Received(id, file.Number), Is.EqualTo(3));
    }

    [Test]
    public async Task A_piece_that_does_not_follow_is_refused_with_the_place_to_go_on()
    {
        var (id, file) = NewFile(4);
        await shelf.AppendAsync(id, file, 0, new MemoryStream([1, 2]), default);

        var refused = await RefusedAsync(() => shelf.AppendAsync(id, file, 3, new MemoryStream([4]), default), Refusal.OutOfSequence);

        Assert.That(refused.English, Does.Contain("byte 2"));
    }

    [Test]
    public void A_new_body_takes_the_place_of_the_old_one()
    {
        var (id, _) = NewFile(4);
        drafts.AddFile(NodeSite.Sender, id, Person, "附件.docx", 1, isBody: false);

        drafts.AddFile(NodeSite.Sender, id, Person, "正文二.pdf", 2, isBody: true);

        Assert.That(drafts.Find(NodeSite.Sender, id).Files.Select(file => file.Name), Is.EqualTo(new[] { "正文二.pdf", "附件.docx" }));
    }

    [Test]
    public void An_office_has_no_more_drafts_and_files_than_it_may()
    {
        var (id, _) = NewFile(4);
        drafts.Open(NodeSite.Sender, Person);
        using (Assert.EnterMultipleScope())
        {
            Refused(() => drafts.Open(NodeSite.Sender, Person), Refusal.TooLarge);
            Refused(() => drafts.AddFile(NodeSite.Sender, id, Person, "大.pdf", 97, isBody: false), Refusal.TooLarge);
            Assert.That(() => drafts.Open(NodeSite.Recipient, Person), Throws.Nothing);
        }
    }

    [Test]
    public void Lists_the_drafts_of_one_office_a_page_at_a_time()
    {
        var own = new[] { drafts.Open(NodeSite.Sender, Person).Id, drafts.Open(NodeSite.Sender, Person).Id };
        drafts.Open(NodeSite.Recipient, Person);

        var first = drafts.Page(NodeSite.Sender, "", 1);
        var second = drafts.Page(NodeSite.Sender, first[0].Key, 5);

        Assert.That(first.Concat(second).Select(row => row.Id), Is.EquivalentTo(own));
    }

    [Test]
    public void A_body_of_a_type_the_site_does_not_take_is_refused_and_an_attachment_of_any_is_kept()
    {
        var id = drafts.Open(NodeSite.Sender, Person).Id;

        using (Assert.EnterMultipleScope())
        {
            Refused(() => drafts.AddFile(NodeSite.Sender, id, Person, "正文.docx", 1, isBody: true), Refusal.Disagreement);
            Refused(() => drafts.AddFile(NodeSite.Sender, id, Person, "正文", 1, isBody: true), Refusal.Disagreement);
            Assert.That(() => drafts.AddFile(NodeSite.Sender, id, Person, "正文.docx", 1, isBody: false), Throws.Nothing);
            Assert.That(() => drafts.AddFile(NodeSite.Sender, id, Person, "正文.PDF", 1, isBody: true), Throws.Nothing);
        }
    }

    [Test]
    public void Throwing_a_draft_away_frees_the_number_kept_for_it()
    {
        var numbers = new NumberRegister(records);
        var row = drafts.Open(NodeSite.Sender, Person, (draft, _) => (draft.Reserved, draft.Document) = ("示政发〔2026〕1号", NodeSite.Document(1).ToString()));
        records.Write(() => numbers.Reserve(DocumentNumber.Parse("示政发〔2026〕1号"), NodeSite.Document(1)));

        drafts.Discard(NodeSite.Sender, row.Id);

        Assert.That(numbers.NextOf("示政发", 2026).Number, Is.EqualTo(1));
    }

    private void OpenStores()
    {
        records = new NodeRecords(site.Folder);
        shelf = new DraftShelf(site.Folder);
        drafts = new DraftBook(records, shelf, new NumberRegister(records), new IdentifierRegister(records), Options.Create(new DeskOptions { MaxDrafts = 2, MaxSize = 100 }), TimeProvider.System);
    }

    private (string Id, DraftFileRow File) NewFile(long size)
    {
        var id = drafts.Open(NodeSite.Sender, Person).Id;
        var number = drafts.AddFile(NodeSite.Sender, id, Person, "正文.pdf", size, isBody: true);
        return (id, DraftBook.FileOf(drafts.Find(NodeSite.Sender, id), number));
    }

    private static void Refused(Action act, Refusal refusal) =>
        Assert.That(() => act(), Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.Refusal)).EqualTo(refusal));

    private static async Task<RefusedException> RefusedAsync(Func<Task> act, Refusal refusal)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(act);
        Assert.That(refused?.Refusal, Is.EqualTo(refusal));
        return refused!;
    }
}
