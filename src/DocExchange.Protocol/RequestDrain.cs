using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace DocExchange.Protocol;

/// <summary>
/// Reads on what a caller is still sending after its call was refused, so that it hears why: a server that answers
/// earlier resets the stream (RFC 9113 §8.1), and about one caller in a thousand then never got the answer. At most
/// <see cref="MaxBytes"/> and <see cref="MaxTime"/>; who sends more than that gets the reset. The outermost of those that refuse.
/// </summary>
public sealed class RequestDrain(TimeProvider time) : Interceptor
{
    /// <summary>Bytes of messages that are read for nothing.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>How long they are waited for.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(5);

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch when (!context.CancellationToken.IsCancellationRequested)
        {
            await DrainAsync(requestStream);
            throw;
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch when (!context.CancellationToken.IsCancellationRequested)
        {
            await DrainAsync(requestStream);
            throw;
        }
    }

    private async Task DrainAsync<TRequest>(IAsyncStreamReader<TRequest> requests)
    {
        try
        {
            await ReadAsync(requests).WaitAsync(MaxTime, time);
        }
        catch (Exception ended) when (ended is not OutOfMemoryException)
        {
            // Whatever ends it, the caller is told why it was refused.
        }
    }

    private static async Task ReadAsync<TRequest>(IAsyncStreamReader<TRequest> requests)
    {
        for (long read = 0; read <= MaxBytes && await requests.MoveNext(CancellationToken.None);)
        {
            read += Math.Max(1, (requests.Current as IMessage)?.CalculateSize() ?? 0);
        }
    }
}
