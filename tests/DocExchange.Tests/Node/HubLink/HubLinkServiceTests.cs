using System.Threading.Channels;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node;
using DocExchange.Node.HubLink;
using DocExchange.Node.Records;
using DocExchange.Pages;
using DocExchange.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Node.HubLink;

internal sealed class HubLinkServiceTests
{
    [Test]
    public async Task Tells_that_the_hub_no_longer_takes_the_certificate_and_takes_note_when_it_does()
    {
        using var site = new NodeSite();
        await using var node = NodeApplication.Build(site.Folder, site.Node, new PagesSettings());
        var bell = node.Services.GetRequiredService<AlarmBell>();
        var pause = TimeSpan.FromMilliseconds(20);
        using var service = ActivatorUtilities.CreateInstance<HubLinkService>(node.Services, Options.Create(new HubLinkOptions { FirstPause = pause, LongestPause = pause }));
        var hub = new WaveringHub((await site.LoggedAsync(NodeSite.Dispatch(1), 0)).Entry);
        var (listening, channel) = await HubSocket.ServeAsync(hub, new SilentDirectory(site));
        await using (listening)
        using (channel)
        {
            using var stop = new CancellationTokenSource();
            var running = service.RunAsync(channel, stop.Token);

            try
            {
                await hub.AskedAsync();
                await hub.AnswerAsync(new RefusedException(Refusal.NotBound, "未绑定。", "Not bound."));
                Assert.That(bell.Newest().Single().Chinese, Does.StartWith("中心不再承认本节点的证书：NOT_BOUND: 未绑定。"));
                bell.Close(bell.Newest().Single().Id, new Actor("1", "张三", "security", "local"), "ok");

                await hub.AnswerAsync(null);
                Assert.That(bell.All().Select(row => row.Key), Has.One.StartsWith("over ").And.None.StartsWith("link "));
            }
            finally
            {
                await stop.CancelAsync();
                await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Refuses, or sends an entry and ends, as a test says each time it is asked.</summary>
    private sealed class WaveringHub(byte[] entry) : Wire.Exchange.ExchangeBase
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        private readonly Channel<bool> asked = Channel.CreateUnbounded<bool>();
        private readonly Channel<RefusedException?> answers = Channel.CreateUnbounded<RefusedException?>();

        public Task AskedAsync() => asked.Reader.ReadAsync().AsTask().WaitAsync(Patience);

        /// <summary>Done when the node has dealt with the answer and asks again.</summary>
        public Task AnswerAsync(RefusedException? refusal)
        {
            answers.Writer.TryWrite(refusal);
            return AskedAsync();
        }

        public override async Task Watch(Wire.WatchRequest request, IServerStreamWriter<Wire.WatchEvent> responseStream, ServerCallContext context)
        {
            asked.Writer.TryWrite(true);
            if (await answers.Reader.ReadAsync(context.CancellationToken) is { } refusal)
            {
                throw refusal.ToRpcException();
            }

            await responseStream.WriteAsync(new Wire.WatchEvent { Entry = new Wire.MailboxEntry { Index = 0, Entry = ByteString.CopyFrom(entry) } }, context.CancellationToken);
        }
    }
}
