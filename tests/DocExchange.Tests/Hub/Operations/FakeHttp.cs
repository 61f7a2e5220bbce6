using System.Net;
using System.Security.Cryptography.X509Certificates;
using DocExchange.Hub.Operations;
using Grpc.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace DocExchange.Tests.Hub.Operations;

/// <summary>A call as it comes through one of the hub's doors.</summary>
internal static class FakeHttp
{
    // Where Grpc.AspNetCore keeps the HttpContext of a call.
    private const string HttpContextKey = "__HttpContext";

    public static ServerCallContext Call(string method, Door door, X509Certificate2? certificate = null)
    {
        var connection = new DefaultConnectionContext();
        if (door != Door.Unknown)
        {
            Doors.Mark(connection, door);
        }

        var http = new DefaultHttpContext();
        http.Features.Set<IConnectionItemsFeature>(connection);
        http.Connection.ClientCertificate = certificate;
        http.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.7");
        var context = new FakeCallContext(method);
        context.UserState[HttpContextKey] = http;
        return context;
    }
}
