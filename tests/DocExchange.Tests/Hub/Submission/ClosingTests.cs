using System.Threading.Channels;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Submission;
using DocExchange.Tests.Hub.Operations;
using Google.Protobuf;
using Grpc.Core;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Hub.Submission;

/// <summary>A hub that stops waits for no call that would last for ever.</summary>
internal sealed class ClosingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Answers_the_statements_it_took_and_ends_the_streams_of_the_nodes()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var exchange = hub.Make<ExchangeService>();
        var statement = await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default));
        var requests = Channel.CreateUnbounded<Wire.PostRequest>();
        var replies = new StreamedReplies<Wire.PostReply>();
        var followed = new TaskCompletionSource();
        var watching = exchange.Watch(new Wire.WatchRequest(), new StreamedReplies<Wire.WatchEvent>(_ => followed.TrySetResult()), From(DistrictNode));
        await followed.Task.WaitAsync(Patience);
        var arriving = new Arriving(requests.Reader);
        var posting = exchange.Post(arriving, replies, From(DistrictNode));
        await requests.Writer.WriteAsync(new Wire.PostRequest { Statement = ByteString.CopyFrom(statement.Cms.Span) });
        await arriving.Emptied.WaitAsync(Patience);
        Assert.That(posting.IsCompleted || watching.IsCompleted, Is.False);

        hub.Get<Closing>().Begin();
        await posting.WaitAsync(Patience);
        await watching.WaitAsync(Patience);
        Assert.That(replies.Messages.Single().Logged.Index, Is.EqualTo((ulong)hub.Ledger.Size - 1));
    }

    private static FakeCallContext From(PartyId node)
    {
        var context = new FakeCallContext();
        Caller.Remember(context, node);
        return context;
    }

    /// <summary>A stream whose end nobody knows; <see cref="Emptied"/> when it was asked for more than the first.</summary>
    private sealed class Arriving(ChannelReader<Wire.PostRequest> requests) : IAsyncStreamReader<Wire.PostRequest>
    {
        private readonly TaskCompletionSource emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Emptied => emptied.Task;

        public Wire.PostRequest Current { get; private set; } = new();

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (Current.Statement.Length > 0)
            {
                emptied.TrySetResult();
            }

            Current = await requests.ReadAsync(cancellationToken);
            return true;
        }
    }
}
