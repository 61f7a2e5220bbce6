using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Hub.Operations;
using DocExchange.Node.Auditing;
using DocExchange.Tests.Durability;
using DocExchange.Tests.Hub.Operations;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Tests.Node.Auditing;

/// <summary>What is asked at a node's socket is in its audit trail before it is done.</summary>
public sealed class DeskAuditTests
{
    private const string Desk = "/docexchange.local.v1.Desk/";

    private static readonly Local.Person Zhang = new() { Id = "0803", Name = "张三", Role = "clerk" };

    private TemporaryFolder folder = null!;
    private AuditTrail trail = null!;
    private DeskAudit audit = null!;

    private IReadOnlyList<TrailEntry> Lines => [.. new TrailReader(folder.Under("audit.log")).Forwards().Select(each => each.Entry)];

    [SetUp]
    public void Make()
    {
        folder = new TemporaryFolder();
        trail = AuditTrail.Open(folder.Under("audit.log"), new LocalDisk(), TimeProvider.System);
        audit = new DeskAudit(trail);
    }

    [TearDown]
    public void Remove()
    {
        trail.Dispose();
        folder.Dispose();
    }

    [Test]
    public async Task Names_who_asked_for_what_before_it_is_done()
    {
        IReadOnlyList<TrailEntry> during = [];
        await audit.UnaryServerHandler(new Local.ActRequest { Office = "dc", Type = "SignedFor", Person = Zhang }, Call("Act"), (_, _) =>
        {
            during = Lines;
            return Task.FromResult(new Local.ActReply());
        });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(during.Single(), Has.Property("Act").EqualTo("Act").And.Property("Step").EqualTo("asked"));
            Assert.That(during[0].Who, Does.Contain("0803 张三 (clerk)"));
            Assert.That(during[0].What["type"], Is.EqualTo("SignedFor"));
            Assert.That(Lines, Has.Count.EqualTo(1), "what became of it, its statement says");
        }
    }

    [Test]
    public async Task Names_what_was_refused_and_why()
    {
        await Assert.ThrowsAsync<RefusedException>(() => audit.UnaryServerHandler<Local.ActRequest, Local.ActReply>(
            new Local.ActRequest { Type = "SignedFor", Person = Zhang }, Call("Act"), (_, _) => throw new RefusedException(Refusal.WrongState, "已签收", "Signed for already.")));
        Assert.That(Lines[1], Has.Property("Step").EqualTo("refused"));
        Assert.That(Lines[1].What, Is.SupersetOf(new Dictionary<string, string> { ["type"] = "SignedFor", ["of"] = "1", ["why"] = "WRONG_STATE: 已签收", ["whyEnglish"] = "WRONG_STATE: Signed for already." }));
    }

    [Test]
    public async Task Names_who_sends_from_the_first_message_and_hands_on_all_of_them()
    {
        Local.SendRequest[] sent = [new() { Draft = new Local.Draft { Title = "标题", Person = Zhang } }, new() { Chunk = Google.Protobuf.ByteString.CopyFromUtf8("body") }];
        var received = new List<Local.SendRequest>();
        await audit.ClientStreamingServerHandler(new StreamedRequests<Local.SendRequest>(sent), Call("Send"), async (requests, _) =>
        {
            while (await requests.MoveNext(CancellationToken.None))
            {
                received.Add(requests.Current);
            }

            return new Local.SendReply();
        });
        Assert.That(received, Is.EqualTo(sent));
        Assert.That(Lines.Single().Who, Does.Contain("张三"));
        Assert.That(Lines.Single().What["draft"], Does.Contain("标题"));
    }

    [TestCase("ListInbox")]
    [TestCase("GetStatus")]
    [TestCase("Show")]
    public async Task Lists_leave_no_line(string method)
    {
        await audit.UnaryServerHandler(new Local.ListRequest(), Call(method), (_, _) => Task.FromResult(new Local.ListReply()));
        Assert.That(Lines, Is.Empty);
    }

    [Test]
    public async Task Without_room_for_the_line_nothing_is_done()
    {
        trail.Dispose();
        var isDone = false;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => audit.UnaryServerHandler(new Local.ActRequest(), Call("Act"), (_, _) =>
        {
            isDone = true;
            return Task.FromResult(new Local.ActReply());
        }));
        Assert.That(isDone, Is.False);
    }

    private static Grpc.Core.ServerCallContext Call(string method) => FakeHttp.Call(Desk + method, Door.Local);
}
