using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Pages.Auditing;
using DocExchange.Pages.SigningIn;
using DocExchange.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Connections.Features;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Auditing;

/// <summary>
/// Puts what is asked at the socket into the node's audit trail before it is done; without room for the line there is no
/// act. What became of an act on a document its statement says; a line follows where it was refused. Lists leave none.
/// </summary>
internal sealed class DeskAudit(AuditTrail trail) : Interceptor
{
    private const string Package = "/docexchange.local.v1.";

    // What is done about people and tokens the journal has already.
    private static readonly string[] Services = ["Desk", "Drafting", "SealQueue", "Registers", "Reception"];

    private static readonly string[] Unaudited =
    [
        "GetStatus", "ListAlarms", "Preview", "ListOutbox", "ListInbox", "Show", "ListStatements", "ListSentRegister", "ListReceivedRegister", "GetTrust",
        "ListDrafts", "ShowDraft", "GetNumberSeries", "ListWaiting", "ShowWaiting", "ListSealUses", "SuggestRegisterNumber",
    ];

    // What leaves a statement behind, or only gives something out, needs no line of its own when it is done.
    private static readonly string[] Stated =
    [
        "Send", "Compose", "Countersign", "Dispatch", "Act", "Save", "SaveDossier", "Search", "SendDraft", "SaveDraftPart", "SaveWaitingPart",
        "SaveSentRegister", "SaveReceivedRegister", "SaveSealRegister", "SaveBoard", "SaveReport", "SaveSheets", "PreviewBody",
    ];

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        IsAudited(context) ? AuditAsync(context, request as IMessage, () => continuation(request, context)) : continuation(request, context);

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        IsAudited(context)
            ? AuditAsync(context, request as IMessage, async () =>
            {
                await continuation(request, responses, context);
                return true;
            })
            : continuation(request, responses, context);

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        IsAudited(context) ? AuditAsync(context, requests, wrapped => continuation(wrapped, context)) : continuation(requests, context);

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        IsAudited(context)
            ? AuditAsync(context, requests, async wrapped =>
            {
                await continuation(wrapped, responses, context);
                return true;
            })
            : continuation(requests, responses, context);

    private static bool IsAudited(ServerCallContext context) =>
        Services.Any(service => context.Method.StartsWith($"{Package}{service}/", StringComparison.Ordinal)) && !Unaudited.Contains(NameOf(context));

    private static string NameOf(ServerCallContext context) => context.Method[(context.Method.LastIndexOf('/') + 1)..];

    private Task<TResponse> AuditAsync<TResponse>(ServerCallContext context, IMessage? request, Func<Task<TResponse>> act)
    {
        var asked = AskedBy(context, request);
        return AuditedDeed.RecordAsync(Append, AppendUnlessStated, asked, act);
    }

    // What is asked for stands in the first message of a stream.
    private async Task<TResponse> AuditAsync<TRequest, TResponse>(ServerCallContext context, IAsyncStreamReader<TRequest> requests, Func<IAsyncStreamReader<TRequest>, Task<TResponse>> act)
    {
        var isAny = await requests.MoveNext(context.CancellationToken);
        return await AuditAsync(context, isAny ? requests.Current as IMessage : null, () => act(new Begun<TRequest>(requests, isAny)));
    }

    private void AppendUnlessStated(AuditedAct done)
    {
        if (!Stated.Contains(done.Act))
        {
            Append(done);
        }
    }

    private static AuditedAct AskedBy(ServerCallContext context, IMessage? request)
    {
        var http = context.GetHttpContext();
        var peer = PeerAccount.Of(http.Features.Get<IConnectionSocketFeature>()?.Socket);
        var who = Visitor.Find(http) is { } account ? $"{account.Id} {account.Name} {peer}"
            : PersonIn(request) is { } person ? $"{peer}: {person.Id} {person.Name} ({person.Role})"
            : peer;
        return new AuditedAct(NameOf(context), who, "asked", AuditedRequest.Describe(request));
    }

    private static Local.Person? PersonIn(IMessage? request) => request?.Descriptor.Fields.InDeclarationOrder()
        .Where(field => field.FieldType == Google.Protobuf.Reflection.FieldType.Message && field is { IsRepeated: false, IsMap: false })
        .Select(field => field.Accessor.GetValue(request))
        .Select(value => value as Local.Person ?? (value is IMessage inner ? PersonIn(inner) : null))
        .FirstOrDefault(person => person is not null);

    private long Append(AuditedAct act)
    {
        try
        {
            return trail.Append(act);
        }
        catch (IOException fault) when (StorageException.CauseOf(fault) is { } cause)
        {
            throw new RefusedException(Refusal.StorageFull, $"节点{cause.State.Chinese}，审计日志无法写入，操作未执行。", $"The node's {cause.State.English}; the audit trail cannot be written, so nothing is done.");
        }
    }

    /// <summary>A stream whose first message was looked at already.</summary>
    private sealed class Begun<T>(IAsyncStreamReader<T> requests, bool isAny) : IAsyncStreamReader<T>
    {
        private bool isFirst = true;

        public T Current => requests.Current;

        public Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!isFirst)
            {
                return requests.MoveNext(cancellationToken);
            }

            isFirst = false;
            return Task.FromResult(isAny);
        }
    }
}
