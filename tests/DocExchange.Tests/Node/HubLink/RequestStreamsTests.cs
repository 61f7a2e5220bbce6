using DocExchange.Protocol;
using DocExchange.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using ExchangeBase = DocExchange.Protocol.V1.Exchange.ExchangeBase;

namespace DocExchange.Tests.Node.HubLink;

/// <summary>Files in pieces to somebody who says no before the last of them.</summary>
internal sealed class RequestStreamsTests
{
    // Without the hub's reading on, the answer of one to ten of so many was lost.
    private const int Calls = 500;

    // An answer that does not come fails the test, and does not hold up all others.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Who_is_refused_before_everything_was_sent_is_told_why_every_time()
    {
        var (application, hub) = await HubSocket.ServeAsync(new RefusingHub());
        await using var serving = application;
        using var channel = hub;
        HashSet<(StatusCode, string)> answers = [];
        for (var i = 0; i < Calls; i++)
        {
            using var call = hub.Exchange.Upload();
            var refused = await Assert.ThrowsAsync<RpcException>(() => call.SendAsync(PiecesAsync(), CancellationToken.None).WaitAsync(Limit));
            answers.Add((refused!.StatusCode, refused.Status.Detail));
        }

        Assert.That(answers, Is.EqualTo(new[] { (StatusCode.FailedPrecondition, "停用") }));
    }

    [Test]
    public async Task Who_sends_more_than_is_read_on_for_an_answer_is_stopped()
    {
        var (application, channel) = await HubSocket.ServeAsync(new RefusingHub());
        await using var serving = application;
        using var link = channel;
        using var call = link.Exchange.Upload();
        long sent = 0;
        var refused = await Assert.ThrowsAsync<RpcException>(() => call.SendAsync(EndlessAsync(), CancellationToken.None).WaitAsync(Limit));

        // What lies in windows and buffers between the two comes to it.
        Assert.That(sent, Is.InRange(RequestDrain.MaxBytes, 2L * RequestDrain.MaxBytes));
        Assert.That(refused!.StatusCode, Is.EqualTo(StatusCode.FailedPrecondition).Or.EqualTo(StatusCode.Unavailable));

        async IAsyncEnumerable<UploadRequest> EndlessAsync()
        {
            var piece = ByteString.CopyFrom(new byte[64 * 1024]);
            while (true)
            {
                yield return new UploadRequest { Chunk = piece };
                await Task.Yield();
                sent += piece.Length;
            }
        }
    }

    [Test]
    public async Task An_answer_that_never_comes_is_waited_for_for_twenty_seconds()
    {
        var time = new FakeTimeProvider();
        using var call = new AsyncClientStreamingCall<UploadRequest, UploadReply>(
            null!, new TaskCompletionSource<UploadReply>().Task, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
        var answer = call.AnswerAsync(isWhole: false, CancellationToken.None, time);
        time.Advance(RequestStreams.AnswerLimit - TimeSpan.FromSeconds(1));
        Assert.That(answer.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromSeconds(1));
        var unanswered = await Assert.ThrowsAsync<RpcException>(() => answer.WaitAsync(Limit));
        Assert.That(unanswered!.StatusCode, Is.EqualTo(StatusCode.Unavailable));
    }

    [Test]
    public async Task The_first_of_several_answers_is_waited_for_as_long_and_for_ever_where_everything_was_taken()
    {
        var (time, silent) = (new FakeTimeProvider(), new SilentReader());
        var answers = silent.AnswersAsync(isWhole: false, CancellationToken.None, time);
        var awaited = silent.AnswersAsync(isWhole: true, CancellationToken.None, time);
        time.Advance(RequestStreams.AnswerLimit - TimeSpan.FromSeconds(1));
        Assert.That(answers.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromSeconds(1));
        var unanswered = await Assert.ThrowsAsync<RpcException>(() => answers.WaitAsync(Limit));
        Assert.That((unanswered!.StatusCode, awaited.IsCompleted), Is.EqualTo((StatusCode.Unavailable, false)));
    }

    [Test]
    public async Task Who_gives_up_is_not_told_that_the_other_side_did()
    {
        var (application, hub) = await HubSocket.ServeAsync(new RefusingHub());
        await using var serving = application;
        using var channel = hub;
        using var given = new CancellationTokenSource();
        using var call = hub.Exchange.Upload(cancellationToken: given.Token);
        await given.CancelAsync();
        Assert.That(async () => await call.RequestStream.TryWriteAsync(new UploadRequest(), given.Token).WaitAsync(Limit), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task What_cannot_be_read_is_not_taken_for_an_answer_of_the_other_side()
    {
        var (application, hub) = await HubSocket.ServeAsync(new RefusingHub());
        await using var serving = application;
        using var channel = hub;
        using var call = hub.Exchange.Upload();
        Assert.That(async () => await call.RequestStream.SendAllAsync(BrokenAsync(), CancellationToken.None).WaitAsync(Limit), Throws.InvalidOperationException.With.Message.EqualTo("a broken file"));

        static async IAsyncEnumerable<UploadRequest> BrokenAsync()
        {
            await Task.CompletedTask;
            yield return new UploadRequest();
            throw new InvalidOperationException("a broken file");
        }
    }

    private static async IAsyncEnumerable<UploadRequest> PiecesAsync()
    {
        var piece = ByteString.CopyFrom(new byte[64 * 1024]);
        for (var i = 0; i < 20; i++)
        {
            yield return new UploadRequest { Chunk = piece };
        }

        await Task.CompletedTask;
    }

    private sealed class SilentReader : IAsyncStreamReader<UploadReply>
    {
        public UploadReply Current => new();

        public Task<bool> MoveNext(CancellationToken cancellationToken) => new TaskCompletionSource<bool>().Task;
    }

    private sealed class RefusingHub : ExchangeBase
    {
        public override async Task<UploadReply> Upload(IAsyncStreamReader<UploadRequest> requestStream, ServerCallContext context)
        {
            await requestStream.MoveNext(context.CancellationToken);
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "停用"));
        }
    }
}
