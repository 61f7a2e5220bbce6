using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Hub.Offices;
using DocExchange.Protocol;
using DocExchange.Trust.Digests;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace DocExchange.Hub.Operations;

/// <summary>
/// The one place that decides who may call what: by the door of the connection and, for nodes, the certificate the
/// directory binds to them. Also the one place where refusals become statuses.
/// </summary>
internal sealed partial class AuthorisationInterceptor(DirectoryKeeper directories, NodeLimits limits, Strangers strangers, TimeProvider clock, ILogger<AuthorisationInterceptor> log) : Interceptor
{
    private const string Timestamps = "/docexchange.v1.Timestamps/";

    private static readonly string[] NodeServices = ["/docexchange.v1.Exchange/", "/docexchange.v1.Ledger/", "/docexchange.v1.Directory/", "/docexchange.v1.Archive/", Timestamps];
    private static readonly string[] LocalServices = ["/docexchange.v1.Administration/", "/docexchange.v1.KeyAdministration/", Timestamps];
    private static readonly string[] OpenServices = ["/grpc.health.v1.Health/", "/grpc.reflection."];

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, () => continuation(request, context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, () => continuation(Guarded(requests, context), context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, async () =>
        {
            await continuation(request, Guarded(responses, context), context);
            return true;
        });

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, async () =>
        {
            await continuation(Guarded(requests, context), Guarded(responses, context), context);
            return true;
        });

    private async Task<T> GuardAsync<T>(ServerCallContext context, Func<Task<T>> call)
    {
        try
        {
            Authorise(context);
        }
        catch (RefusedException refused)
        {
            var http = context.GetHttpContext();
            strangers.TurnedAway(Doors.Of(http), http.Connection.RemoteIpAddress, $"{refused.Refusal} for {context.Method}: {refused.English}");
            throw refused.ToRpcException();
        }

        using var place = TakePlace(context);
        try
        {
            return await call();
        }
        catch (RefusedException refused)
        {
            LogRefused(context.Method, refused.Refusal, refused.English);
            throw refused.ToRpcException();
        }
        catch (Exception fault) when (fault is not RpcException && StorageException.CauseOf(fault) is { } cause)
        {
            LogFault(fault, context.Method, context.GetHttpContext().TraceIdentifier);
            throw new RefusedException(Refusal.StorageFull, $"中心{cause.State.Chinese}，操作未确认，请稍后重试。", $"The hub's {cause.State.English}; the act is not confirmed. Try again later.").ToRpcException();
        }
        catch (Exception fault) when (fault is not RpcException && !context.CancellationToken.IsCancellationRequested)
        {
            LogFault(fault, context.Method, context.GetHttpContext().TraceIdentifier);
            throw new RpcException(new Status(StatusCode.Internal, $"The hub failed; see its log under {context.GetHttpContext().TraceIdentifier}."));
        }
    }

    private void Authorise(ServerCallContext context)
    {
        var door = Doors.Of(context.GetHttpContext());
        var isAllowed = door switch
        {
            Door.Nodes => IsOf(context.Method, NodeServices) || IsOf(context.Method, OpenServices),
            Door.Enrolment => context.Method.StartsWith("/docexchange.v1.Enrolment/", StringComparison.Ordinal),
            Door.Local => IsOf(context.Method, LocalServices) || IsOf(context.Method, OpenServices),
            _ => false,
        };
        if (!isAllowed)
        {
            throw new RefusedException(Refusal.PermissionDenied, "此端口不提供该服务。", "This service is not offered on this listener.");
        }

        if (door == Door.Nodes)
        {
            Caller.Remember(context, NodeOf(context.GetHttpContext()));
        }
    }

    // A stream that is not read costs memory for as long as it is open.
    private IDisposable? TakePlace(ServerCallContext context)
    {
        if (Doors.Of(context.GetHttpContext()) != Door.Nodes)
        {
            return null;
        }

        var node = Caller.NodeOf(context);
        if (limits.Calls.TryTake(node.ToString()) is { } place)
        {
            return place;
        }

        var full = new RefusedException(
            Refusal.Busy, $"节点 {node} 同时进行的调用已有 {limits.Calls.Most} 个，请稍后重试。", $"The node {node} has {limits.Calls.Most} calls under way, as many as it may. Try again later.");
        LogRefused(context.Method, full.Refusal, full.English);
        throw full.ToRpcException();
    }

    private static bool IsOf(string method, string[] services) => services.Any(service => method.StartsWith(service, StringComparison.Ordinal));

    // A stream may stay open for weeks: the right to it is asked for again with every message, either way.
    private IAsyncStreamReader<T> Guarded<T>(IAsyncStreamReader<T> requests, ServerCallContext context) =>
        new GuardedRequests<T>(requests, () => Authorise(context));

    private IServerStreamWriter<T> Guarded<T>(IServerStreamWriter<T> responses, ServerCallContext context) =>
        new GuardedResponses<T>(responses, () => Authorise(context));

    // Asked on every call, not only when the connection was made: a certificate that is unbound or revoked meanwhile
    // loses its right at once, on open connections too.
    private PartyId NodeOf(HttpContext http)
    {
        var certificate = http.Connection.ClientCertificate
            ?? throw new RefusedException(Refusal.PermissionDenied, "连接没有客户端证书。", "The connection has no client certificate.");
        return directories.Current.HolderOf(Digest.Of(certificate.RawData), CertificateUse.Tls, clock.GetUtcNow()) is { IsMachine: true, IsHub: false } node
            ? node
            : throw new RefusedException(
                Refusal.NotBound,
                $"证书 {certificate.Subject} 未绑定到任何节点，或已失效。",
                $"The certificate {certificate.Subject} is not, or no longer, bound to a node.");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused {Method}: {Refusal}: {Why}")]
    private partial void LogRefused(string method, Refusal refusal, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "Failed {Method} ({Trace})")]
    private partial void LogFault(Exception fault, string method, string trace);
}
