using System.Runtime.CompilerServices;
using DocExchange.Core.Refusals;
using DocExchange.Protocol;
using Grpc.Core;

namespace DocExchange.Node.HubLink;

/// <summary>What people ask and only the hub can answer. Where it is not reached they are told so, and what is not touched by that.</summary>
internal static class HubQuestions
{
    /// <param name="chinese">What cannot be done without the hub, as the end of a sentence.</param>
    /// <param name="english">The same in English.</param>
    /// <exception cref="RefusedException">There is no link, or it broke; the hub's own refusals come as they are.</exception>
    public static async Task<T> AskAsync<T>(this LinkStatus link, string chinese, string english, Func<HubChannel, Task<T>> ask)
    {
        var hub = link.Channel ?? throw Unreachable(chinese, english);
        try
        {
            return await ask(hub);
        }
        catch (RpcException failure) when (IsOfLink(failure))
        {
            throw Unreachable(chinese, english);
        }
    }

    /// <summary>The same for an answer in pieces.</summary>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        this LinkStatus link, string chinese, string english, Func<HubChannel, AsyncServerStreamingCall<T>> ask, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var call = ask(link.Channel ?? throw Unreachable(chinese, english));
        while (await MovesAsync())
        {
            yield return call.ResponseStream.Current;
        }

        async Task<bool> MovesAsync()
        {
            try
            {
                return await call.ResponseStream.MoveNext(cancellation);
            }
            catch (RpcException failure) when (IsOfLink(failure))
            {
                throw Unreachable(chinese, english);
            }
        }
    }

    private static bool IsOfLink(RpcException failure) => HubTrust.RefusalIn(failure) is not null || failure.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded && failure.ToRefusal() is null;

    private static RefusedException Unreachable(string chinese, string english) => new(
        Refusal.Busy,
        $"现在连接不上中心，{chinese}。已到的公文照常阅看、签收，待办事项在恢复连接后发出。请稍后再试；原因见 docex node status。",
        $"The hub is not reached at the moment: {english}. What has arrived can be read and signed for; acts are sent when the link is back. Try again later; docex node status says why.");
}
