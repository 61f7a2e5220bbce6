using DocExchange.Protocol;
using DocExchange.Protocol.V1;
using DocExchange.Trust.Timestamps;
using Google.Protobuf;
using Grpc.Core;

namespace DocExchange.Cli.Stamping;

/// <summary>How a request gets to the authority: over HTTP, or over the socket of a running hub.</summary>
internal sealed class StampingWay : ITimestampSender, IDisposable
{
    private readonly ITimestampSender sender;
    private readonly IDisposable held;

    private StampingWay(ITimestampSender sender, IDisposable held) => (this.sender, this.held) = (sender, held);

    public static StampingWay To(HttpTimestamps http) => new(http, http);

    public static StampingWay To(LocalSocket hub) => new(new HubSender(new Timestamps.TimestampsClient(hub.Channel)), hub);

    public Task<byte[]> SendAsync(ReadOnlyMemory<byte> request, int maxResponse, CancellationToken cancellation) => sender.SendAsync(request, maxResponse, cancellation);

    public void Dispose() => held.Dispose();

    private sealed class HubSender(Timestamps.TimestampsClient hub) : ITimestampSender
    {
        public async Task<byte[]> SendAsync(ReadOnlyMemory<byte> request, int maxResponse, CancellationToken cancellation)
        {
            try
            {
                var answer = await hub.AskAsync(new TimestampQuestion { Request = ByteString.CopyFrom(request.Span) }, cancellationToken: cancellation);
                return answer.Response.ToByteArray();
            }
            catch (RpcException fault) when (fault.StatusCode is StatusCode.Unavailable or StatusCode.Internal)
            {
                throw new IOException("The hub did not answer: " + fault.Status.Detail, fault);
            }
        }
    }
}
