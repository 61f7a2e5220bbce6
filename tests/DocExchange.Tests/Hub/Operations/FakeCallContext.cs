using Grpc.Core;

namespace DocExchange.Tests.Hub.Operations;

/// <summary>A call without a network.</summary>
internal sealed class FakeCallContext(string method = "/test/Call") : ServerCallContext
{
    protected override string MethodCore => method;

    protected override string HostCore => "";

    protected override string PeerCore => "";

    protected override DateTime DeadlineCore => DateTime.MaxValue;

    protected override Metadata RequestHeadersCore { get; } = [];

    protected override CancellationToken CancellationTokenCore => CancellationToken.None;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}

/// <summary>What a client streams.</summary>
internal sealed class StreamedRequests<T>(IEnumerable<T> requests) : IAsyncStreamReader<T>
{
    private readonly IEnumerator<T> next = requests.GetEnumerator();

    public T Current => next.Current;

    public Task<bool> MoveNext(CancellationToken cancellationToken) => Task.FromResult(next.MoveNext());
}

/// <summary>What a server streams, kept; <paramref name="seen"/> is told of each message.</summary>
internal sealed class StreamedReplies<T>(Action<T>? seen = null) : IServerStreamWriter<T>
{
    public List<T> Messages { get; } = [];

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message)
    {
        Messages.Add(message);
        seen?.Invoke(message);
        return Task.CompletedTask;
    }

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return WriteAsync(message);
    }
}
