using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Pages.Auditing;
using DocExchange.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace DocExchange.Hub.Supervision;

/// <summary>
/// Puts every act by the hub's people into the audit trail: what is asked before it is done, then what became of it. Without
/// room for the line there is no act. Reading leaves one line, watching the hub's state none. What comes through the
/// door of enrolment is anybody's; only those who got in are kept.
/// </summary>
internal sealed class AuditInterceptor(AuditTrail trail) : Interceptor
{
    private static readonly string[] Administration = ["/docexchange.v1.Administration/", "/docexchange.v1.KeyAdministration/"];
    private const string Enrolment = "/docexchange.v1.Enrolment/";

    private static readonly string[] Unaudited = ["GetStatus"];
    private static readonly string[] Readings = ["Supervise", "Search", "Get", "GetStory", "GetPackage", "ListVolumes", "ListInvitations"];

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        AuditAsync(context, request, () => continuation(request, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        AuditAsync(context, request, async () =>
        {
            await continuation(request, responses, context);
            return true;
        });

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        AuditAsync(context, null, () => continuation(requests, context));

    private async Task<T> AuditAsync<T>(ServerCallContext context, object? request, Func<Task<T>> act)
    {
        var name = context.Method[(context.Method.LastIndexOf('/') + 1)..];
        if (context.Method.StartsWith(Enrolment, StringComparison.Ordinal))
        {
            var granted = await act();
            Append(new AuditedAct(name, AuditedPerson.Of(context), "done", AuditedRequest.Describe(request as IMessage)));
            return granted;
        }

        return Administration.Any(service => context.Method.StartsWith(service, StringComparison.Ordinal)) && !Unaudited.Contains(name)
            ? await AuditAsync(new AuditedAct(name, AuditedPerson.Of(context), "asked", AuditedRequest.Describe(request as IMessage)), Readings.Contains(name), act)
            : await act();
    }

    private async Task<T> AuditAsync<T>(AuditedAct asked, bool isReading, Func<Task<T>> act)
    {
        if (!isReading)
        {
            return await AuditedDeed.RecordAsync(Append, done => Append(done), asked, act);
        }

        Append(asked);
        return await act();
    }

    private long Append(AuditedAct act)
    {
        try
        {
            return trail.Append(act);
        }
        catch (IOException fault) when (StorageException.CauseOf(fault) is { } cause)
        {
            throw new RefusedException(Refusal.StorageFull, $"中心{cause.State.Chinese}，审计日志无法写入，操作未确认。", $"The hub's {cause.State.English}; the audit trail cannot be written, so the act is not confirmed.");
        }
        catch (IOException fault)
        {
            throw new AuditFailedException(fault);
        }
    }

    private sealed class AuditFailedException(IOException cause) : IOException("The audit trail could not be written.", cause);
}
