using DocExchange.Pages.SigningIn;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace DocExchange.Node.Desk;

/// <summary>
/// A call at the socket that only a person with an account may make: one that says so with <see cref="AllowedAttribute"/> or
/// <see cref="ForEverybodyAttribute"/> is answered to nobody who has not signed in. What may be done at which office the call
/// itself checks, as the pages do.
/// </summary>
internal sealed class SocketSignIn : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(request, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(request, responseStream, context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(requestStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(requestStream, responseStream, context);
    }

    private static void Admit(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var marks = http.GetEndpoint()?.Metadata;
        var forEverybody = marks?.GetMetadata<ForEverybodyAttribute>() is not null;
        if (forEverybody || marks?.GetMetadata<AllowedAttribute>() is not null)
        {
            http.RequestServices.GetRequiredService<BasicSignIn>().Admit(http, forEverybody);
        }
    }
}

/// <summary>Who calls at the socket after signing in, and what the role named on the call allows at the office of the request.</summary>
internal sealed class SocketCaller(DeskPeople people, Visitor visitor, IHttpContextAccessor http)
{
    /// <summary>The office, and the person in the first of the call's roles that the account has there.</summary>
    /// <exception cref="DocExchange.Core.Refusals.RefusedException">The office is not here, or the account has none of the roles there.</exception>
    public (Core.Offices.PartyId Office, Core.Statements.Actor Actor) At(string office)
    {
        var id = people.Hosted(office);
        return (id, visitor.ActAt(id.Local, Allowed));
    }

    private IReadOnlyList<string> Allowed => http.HttpContext?.GetEndpoint()?.Metadata.GetMetadata<AllowedAttribute>()?.Roles
        ?? throw new InvalidOperationException("The call does not say who may make it.");
}
