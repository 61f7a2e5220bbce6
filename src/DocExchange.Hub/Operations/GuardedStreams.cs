using Grpc.Core;

namespace DocExchange.Hub.Operations;

/// <summary>What a client streams; <paramref name="authorise"/> throws before a message is handed on that the client may no longer send.</summary>
internal sealed class GuardedRequests<T>(IAsyncStreamReader<T> requests, Action authorise) : IAsyncStreamReader<T>
{
    public T Current => requests.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        var isThere = await requests.MoveNext(cancellationToken);
        authorise();
        return isThere;
    }
}

/// <summary>What the hub streams; <paramref name="authorise"/> throws before a message is sent that the client may no longer have.</summary>
internal sealed class GuardedResponses<T>(IServerStreamWriter<T> responses, Action authorise) : IServerStreamWriter<T>
{
    public WriteOptions? WriteOptions
    {
        get => responses.WriteOptions;
        set => responses.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        authorise();
        return responses.WriteAsync(message, cancellationToken);
    }
}
