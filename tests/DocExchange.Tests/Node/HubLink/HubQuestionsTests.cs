using DocExchange.Core.Refusals;
using DocExchange.Node.HubLink;
using DocExchange.Node.Records;
using DocExchange.Protocol;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Node.HubLink;

/// <summary>What only the hub can answer, asked while it is away.</summary>
internal sealed class HubQuestionsTests
{
    private NodeSite site = null!;
    private NodeRecords records = null!;
    private LinkStatus link = null!;

    [SetUp]
    public void Open()
    {
        site = new NodeSite();
        records = new NodeRecords(site.Folder);
        link = new LinkStatus(records);
    }

    [TearDown]
    public void Close()
    {
        link.Dispose();
        records.Dispose();
        site.Dispose();
    }

    [Test]
    public async Task Without_a_link_people_are_told_what_cannot_be_done_and_what_can()
    {
        var asked = await Assert.ThrowsAsync<RefusedException>(() => AskAsync());
        var read = await Assert.ThrowsAsync<RefusedException>(ReadAsync);

        Assert.That(asked!.Message, Does.Contain("待办事项在恢复连接后发出"));
        Assert.That(new[] { asked, read! }.Select(refused => (refused.Refusal, refused.Message.Contains("连接不上中心，不能检索档案", StringComparison.Ordinal), refused.Message.Contains("签收", StringComparison.Ordinal))), Is.All.EqualTo((Refusal.Busy, true, true)));
    }

    [TestCase(StatusCode.Unavailable)]
    [TestCase(StatusCode.DeadlineExceeded)]
    public async Task They_are_told_the_same_where_the_link_breaks_meanwhile(StatusCode status)
    {
        var (application, channel) = await HubSocket.ServeAsync(new Archive { Fault = new RpcException(new Status(status, "gone")) });
        await using var served = application;
        using var open = channel;
        link.Channel = channel;

        var asked = await Assert.ThrowsAsync<RefusedException>(() => AskAsync());
        var read = await Assert.ThrowsAsync<RefusedException>(ReadAsync);

        Assert.That(new[] { asked!, read! }.Select(refused => (refused.Refusal, refused.Message.Contains("连接不上中心", StringComparison.Ordinal))), Is.All.EqualTo((Refusal.Busy, true)));
    }

    [Test]
    public async Task What_the_hub_itself_refuses_comes_as_it_is()
    {
        var (application, channel) = await HubSocket.ServeAsync(new Archive { Fault = new RefusedException(Refusal.NotAParty, "无权查看。", "Not yours.").ToRpcException() });
        await using var served = application;
        using var open = channel;
        link.Channel = channel;

        var asked = await Assert.ThrowsAsync<RpcException>(() => AskAsync());
        var read = await Assert.ThrowsAsync<RpcException>(ReadAsync);

        Assert.That(new[] { asked!, read! }.Select(refused => refused.ToRefusal()?.Refusal), Is.All.EqualTo(Refusal.NotAParty));
    }

    private Task<Wire.SearchReply> AskAsync() =>
        link.AskAsync("不能检索档案", "its archive cannot be searched", async hub => await hub.Archive.SearchAsync(new Wire.SearchRequest(), hub.Once(CancellationToken.None)));

    private async Task ReadAsync()
    {
        await foreach (var chunk in link.ReadAsync("不能检索档案", "its archive cannot be searched", hub => hub.Archive.GetDossier(new Wire.GetDossierRequest()), CancellationToken.None))
        {
            Assert.Fail($"{chunk.Size}");
        }
    }

    private sealed class Archive : Wire.Archive.ArchiveBase
    {
        public RpcException? Fault { get; init; }

        public override Task<Wire.SearchReply> Search(Wire.SearchRequest request, ServerCallContext context) => throw Fault!;

        public override Task GetDossier(Wire.GetDossierRequest request, IServerStreamWriter<Wire.ArchiveChunk> responseStream, ServerCallContext context) => throw Fault!;
    }
}
