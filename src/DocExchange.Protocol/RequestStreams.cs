using Grpc.Core;

namespace DocExchange.Protocol;

/// <summary>
/// Requests in pieces to somebody who may answer before the last: what a write then fails with says nothing of the
/// answer, which the call itself holds (gRPC over HTTP/2: a server may end a call with its trailers at any time).
/// </summary>
public static class RequestStreams
{
    /// <summary>How long the answer may take of somebody who takes no more. It comes before that or, seen about once in a thousand such calls, never.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);

    /// <summary>Sends the pieces as long as the other side takes them.</summary>
    /// <returns>Its answer.</returns>
    /// <exception cref="RpcException">The answer is a refusal, or none came within <see cref="AnswerLimit"/> of its taking no more (UNAVAILABLE).</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task<TReply> SendAsync<TRequest, TReply>(this AsyncClientStreamingCall<TRequest, TReply> call, IAsyncEnumerable<TRequest> pieces, CancellationToken cancellation) =>
        await call.AnswerAsync(isWhole: await call.RequestStream.SendAllAsync(pieces, cancellation), cancellation);

    /// <param name="isWhole">Whether the other side has taken everything.</param>
    /// <inheritdoc cref="SendAsync" path="//returns | //exception"/>
    public static async Task<TReply> AnswerAsync<TRequest, TReply>(
        this AsyncClientStreamingCall<TRequest, TReply> call, bool isWhole, CancellationToken cancellation, TimeProvider? time = null) =>
        await WithinAsync(call.ResponseAsync, isWhole, cancellation, time);

    /// <summary>Waits for the first of several answers.</summary>
    /// <param name="isWhole">Whether the other side has taken everything.</param>
    /// <returns>Whether there is one.</returns>
    /// <inheritdoc cref="SendAsync" path="//exception"/>
    public static async Task<bool> AnswersAsync<TReply>(this IAsyncStreamReader<TReply> answers, bool isWhole, CancellationToken cancellation, TimeProvider? time = null) =>
        await WithinAsync(answers.MoveNext(cancellation), isWhole, cancellation, time);

    /// <returns>False when the other side has ended the call and takes no more; await the call, its answer says why.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static Task<bool> TryWriteAsync<T>(this IClientStreamWriter<T> requests, T piece, CancellationToken cancellation) =>
        TryAsync(() => requests.WriteAsync(piece, cancellation), cancellation);

    /// <summary>Writes one piece after the other as long as the other side takes them, and says that these were all.</summary>
    /// <returns>Whether it has taken them all.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task<bool> SendAllAsync<T>(this IClientStreamWriter<T> requests, IAsyncEnumerable<T> pieces, CancellationToken cancellation)
    {
        await foreach (var piece in pieces.WithCancellation(cancellation))
        {
            if (!await requests.TryWriteAsync(piece, cancellation))
            {
                return false;
            }
        }

        return await requests.TryCompleteAsync(cancellation);
    }

    /// <returns>False when the other side has ended the call before it was told that these were all.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static Task<bool> TryCompleteAsync<T>(this IClientStreamWriter<T> requests, CancellationToken cancellation) =>
        TryAsync(requests.CompleteAsync, cancellation);

    private static async Task<T> WithinAsync<T>(Task<T> answer, bool isWhole, CancellationToken cancellation, TimeProvider? time)
    {
        try
        {
            return await answer.WaitAsync(isWhole ? Timeout.InfiniteTimeSpan : AnswerLimit, time ?? TimeProvider.System, cancellation);
        }
        catch (TimeoutException)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The other side ended the call and did not say why."));
        }
    }

    private static async Task<bool> TryAsync(Func<Task> step, CancellationToken cancellation)
    {
        try
        {
            await step();
            return true;
        }
        catch (Exception ended) when (ended is RpcException or IOException or HttpRequestException or InvalidOperationException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return false;
        }
    }
}
