using DocExchange.Cli;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Drafts;
using DocExchange.Node.Records;
using DocExchange.Protocol;
using DocExchange.Tests.Pages;
using DocExchange.Tests.Pages.Sending;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Tests.Node.Drafts;

/// <summary>A body of a type the site does not take is refused on every way out of the node, before anything is signed.</summary>
internal sealed class BodyTypesTests
{
    private TestDesk desk = null!;

    [SetUp]
    public async Task Open() => desk = await SendingDesk.StartAsync();

    [TearDown]
    public async Task Close() => await desk.DisposeAsync();

    [Test]
    public async Task On_the_command_line_until_the_site_takes_it()
    {
        var refused = await SendAsync("正文.txt");
        var before = desk.Part<NodeRecords>().Queue.Count();
        Settings.BodyTypes = "ofd,pdf,txt";
        var taken = await SendAsync("正文.txt");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused?.Refusal, Is.EqualTo(Refusal.Disagreement));
            Assert.That(refused?.Message, Does.Contain("正文“正文.txt”类型为 txt，本站只接受 OFD、PDF"));
            Assert.That((before, taken, desk.Part<NodeRecords>().Queue.Count()), Is.EqualTo((0, (RefusedException?)null, 1)));
        }
    }

    [Test]
    public async Task At_the_desk_where_the_site_takes_it_no_more()
    {
        var id = await SendingDesk.DraftAsync(desk);
        Settings.BodyTypes = "ofd";

        var note = desk.Part<DraftChecks>().Look(desk.Part<DraftBook>().Find(NodeSite.Sender, id)).Notes.Single(note => note.Field == "files");
        var refused = await Assert.ThrowsAsync<RefusedException>(() => desk.Part<Freezing>().FreezeAsync(NodeSite.Sender, id, SendingDesk.Writer, default));
        var browser = await desk.SignInAsync("zhang3", Roles.Dispatcher, "bgs");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((note.IsInTheWay, note.English), Is.EqualTo((true, "The body '纪要.pdf' is of the type pdf; this site takes ofd only. Convert it to one of these.")));
            Assert.That(refused!.Refusal, Is.EqualTo(Refusal.Disagreement));
            Assert.That((await browser.GetAsync($"/o/bgs/drafts/{id}")).Text, Does.Contain("正文一份（OFD）"));
        }
    }

    [Test]
    public async Task In_a_package_that_was_made_before()
    {
        var id = await SendingDesk.DraftAsync(desk);
        var row = await desk.Part<Freezing>().FreezeAsync(NodeSite.Sender, id, SendingDesk.Writer, default);
        Settings.BodyTypes = "ofd";

        var refused = await Assert.ThrowsAsync<RefusedException>(() => desk.Part<DraftDeparture>().SendAsync(NodeSite.Sender, id, row.Document!, SendingDesk.Writer, default));

        Assert.That((refused!.Refusal, desk.Part<NodeRecords>().Queue.Count()), Is.EqualTo((Refusal.Disagreement, 0)));
    }

    private DeskOptions Settings => desk.Part<IOptions<DeskOptions>>().Value;

    private async Task<RefusedException?> SendAsync(string name)
    {
        using var socket = LocalSocket.ToNode(desk.Site.Folder.Root);
        using var sending = new Local.Desk.DeskClient(socket.Channel).Send();
        var draft = new Local.Draft
        {
            Office = NodeSite.Sender.ToString(),
            Title = "关于示例的通知",
            DocumentType = "08",
            WithoutSeal = true,
            Addressing = new Local.Addressing { Main = { "fgw" } },
            Person = new Local.Person { Id = "1", Name = "张三", Role = Roles.Dispatcher },
            Files = { new Local.FileName { Name = name, Size = 1 } },
        };
        try
        {
            await sending.RequestStream.TryWriteAsync(new Local.SendRequest { Draft = draft }, CancellationToken.None);
            await sending.RequestStream.TryWriteAsync(new Local.SendRequest { Chunk = ByteString.CopyFromUtf8("x") }, CancellationToken.None);
            await sending.RequestStream.TryCompleteAsync(CancellationToken.None);
            await sending;
            return null;
        }
        catch (RpcException failure)
        {
            return failure.ToRefusal();
        }
    }
}
