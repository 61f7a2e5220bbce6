using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Offices;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Tests.Pages;
using DocExchange.Tests.Pages.Sending;
using Microsoft.Extensions.Options;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Tests.Node.Desk;

/// <summary>Packages are made side by side, numbered and kept in one order.</summary>
internal sealed class DraftingTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private TestDesk desk = null!;
    private string body = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        desk = await SendingDesk.StartAsync();
        kept = 0;
        body = Path.GetTempFileName();
        await File.WriteAllBytesAsync(body, "%PDF-1.4 一"u8.ToArray());
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await desk.DisposeAsync();
        File.Delete(body);
    }

    [Test]
    public async Task Makes_packages_side_by_side_and_keeps_them_in_the_order_of_their_numbers()
    {
        var (first, second) = (new Making(), new Making());
        var one = MakeAsync(first);
        await first.Made.Task.WaitAsync(Limit);
        var two = MakeAsync(second);
        await second.Made.Task.WaitAsync(Limit);
        var come = second.Turn!.ComeAsync(CancellationToken.None);
        var isBefore = come.IsCompleted;

        second.Keep.SetResult(true);
        first.Keep.SetResult(true);
        await Task.WhenAll(one, two);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(isBefore, Is.False, "made while the one before was not kept yet, and waits for it");
            Assert.That((first.Number, second.Number), Is.EqualTo((1, 2)));
            Assert.That((first.Place, second.Place), Is.EqualTo((1, 2)));
        }
    }

    [Test]
    public async Task Passes_no_number_over_when_a_document_comes_to_nothing()
    {
        var (first, second, third, fourth) = (new Making(), new Making(), new Making(), new Making());
        var one = MakeAsync(first);
        await first.Made.Task.WaitAsync(Limit);
        var two = MakeAsync(second);
        await second.Made.Task.WaitAsync(Limit);
        second.Keep.SetResult(true);
        first.Keep.SetResult(false);
        await Assert.ThrowsAsync<IOException>(() => one);
        await two;

        foreach (var later in new[] { third, fourth })
        {
            later.Keep.SetResult(true);
            await MakeAsync(later);
        }

        Assert.That((first.Number, second.Number, third.Number, fourth.Number), Is.EqualTo((1, 2, 1, 3)));
        Assert.That(Directory.EnumerateFiles(desk.Site.Folder.Packages, "*.draft").Count(), Is.EqualTo(3), "those that were kept");
    }

    [Test]
    public async Task A_number_that_somebody_chose_in_vain_lifts_the_series_for_nobody()
    {
        var (chosen, later) = (new Making { Chosen = "示政发〔2026〕100号" }, new Making());
        var one = MakeAsync(chosen);
        await chosen.Made.Task.WaitAsync(Limit);
        var two = MakeAsync(later);
        await later.Made.Task.WaitAsync(Limit);
        chosen.Keep.SetResult(false);
        later.Keep.SetResult(true);
        await Assert.ThrowsAsync<IOException>(() => one);
        await two;

        Assert.That((chosen.Number, later.Number), Is.EqualTo((100, 1)));
        Assert.That(desk.Part<NumberRegister>().NextOf("示政发", 2026).Number, Is.EqualTo(2));
    }

    [Test]
    public async Task Identifiers_come_back_as_numbers_do()
    {
        var (first, second, third) = (new Making(), new Making(), new Making());
        var one = MakeAsync(first);
        await first.Made.Task.WaitAsync(Limit);
        var two = MakeAsync(second);
        await second.Made.Task.WaitAsync(Limit);
        first.Keep.SetResult(false);
        second.Keep.SetResult(true);
        third.Keep.SetResult(true);
        await Assert.ThrowsAsync<IOException>(() => one);
        await two;
        await MakeAsync(third);

        Assert.That((first.Serial, second.Serial, third.Serial), Is.EqualTo((1, 2, 1)));
    }

    private int kept;

    private Task<bool> MakeAsync(Making making)
    {
        var draft = new Local.Draft { Office = NodeSite.Sender.ToString(), Title = "关于示例的通知", DocumentType = "08", AgencyCode = "示政发", Number = making.Chosen, WithoutSeal = true, Signer = "张三" };
        draft.Files.Add(new Local.FileName { Name = "正文.pdf", Size = (ulong)new FileInfo(body).Length });
        var newest = desk.Part<DirectoryCopy>().Newest();
        var directory = newest.Next(NodeSite.Now, [.. newest.Offices.Select(office => office.Id == NodeSite.Sender ? office with { CreditCode = "113400000029860376" } : office)]);
        var order = new DraftOrder(draft, NodeSite.Sender, new Destination(directory, new RecipientList([NodeSite.Recipient], [])), [NodeSite.Sender], [NodeSite.Sender]);
        var files = DraftFiles.At(draft, [body], desk.Part<IOptions<DeskOptions>>().Value);
        return desk.Part<Drafting>().MakeAsync(
            order,
            files,
            async (package, _, turn) =>
            {
                (making.Turn, making.Number, making.Serial) = (turn, package.Metadata.Number!.Number, package.Metadata.Identifier?.Serial ?? 0);
                making.Made.SetResult();
                if (!await making.Keep.Task)
                {
                    throw new IOException("the disk");
                }

                await turn.ComeAsync(CancellationToken.None);
                making.Place = Interlocked.Increment(ref kept);
                desk.Part<NodeRecords>().Write(() =>
                {
                    desk.Part<NumberRegister>().Take(package.Metadata.Number, package.Document, null);
                    if (package.Metadata.Identifier is { } identifier)
                    {
                        desk.Part<IdentifierRegister>().Take(identifier, package.Document);
                    }
                });
                return true;
            },
            CancellationToken.None);
    }

    private sealed class Making
    {
        public TaskCompletionSource Made { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<bool> Keep { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Chosen { get; init; } = "";

        public int Serial { get; set; }

        public DraftTurn? Turn { get; set; }

        public int Number { get; set; }

        public int Place { get; set; }
    }
}
