using System.Security.Cryptography;
using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Protocol;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace DocExchange.Node.Desk;

/// <summary>Refusals become google.rpc.Status, here and nowhere else; a fault is logged under a number that the caller is told, and nothing of it.</summary>
internal sealed partial class RefusalInterceptor(ILogger<RefusalInterceptor> logger) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, () => continuation(request, context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, () => continuation(requestStream, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, async () =>
        {
            await continuation(request, responseStream, context);
            return true;
        });

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, async () =>
        {
            await continuation(requestStream, responseStream, context);
            return true;
        });

    private async Task<T> GuardAsync<T>(ServerCallContext context, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (RpcException)
        {
            // The hub's own words, passed on.
            throw;
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled."));
        }
        catch (Exception fault)
        {
            throw AsRefusal(fault)?.ToRpcException() ?? Report(fault, context);
        }
    }

    /// <summary>What an exception of the node means to the person who acts; null where it is a fault.</summary>
    public static RefusedException? AsRefusal(Exception fault) => fault switch
    {
        TokenException token => new RefusedException(Refusal.WrongState, token.Chinese, token.English),
        RefusedException refused => refused,
        PackageFormatException format => new RefusedException(Refusal.FormatFailure, format.Chinese, format.English),
        SealRefusedException seal => new RefusedException(Refusal.SignatureMissing, seal.Chinese, seal.English),
        MetadataException metadata => new RefusedException(
            Refusal.FormatFailure,
            string.Join("；", metadata.Problems.Select(problem => problem.Chinese)),
            string.Join(" ", metadata.Problems.Select(problem => problem.English))),
        IOException when StorageException.CauseOf(fault) is { } cause => new RefusedException(
            Refusal.StorageFull, $"节点{cause.State.Chinese}，操作未确认。请联系系统管理员处理磁盘后重试。", $"The node's {cause.State.English}; the act is not confirmed. Have the disk seen to, then repeat."),
        FormatException format => new RefusedException(Refusal.FormatFailure, "输入有误：" + FaultWords.Of(format), format.Message),
        _ => null,
    };

    private RpcException Report(Exception fault, ServerCallContext context)
    {
        var number = RandomNumberGenerator.GetHexString(8, lowercase: true);
        LogFault(fault, context.Method, number);
        return new RpcException(new Status(StatusCode.Internal, $"The node failed. Its log says why, under the number {number}."));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed, number {Number}")]
    private partial void LogFault(Exception fault, string method, string number);
}
