using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Node.HubLink;

/// <summary>A hub that is asked for the lines of recipients, and answers as a test says.</summary>
internal sealed class LinkHub(Func<CancellationToken, Task<Wire.RecipientLinksReply>> answer) : Wire.Exchange.ExchangeBase
{
    private int asked;

    /// <summary>How often it was asked.</summary>
    public int Asked => Volatile.Read(ref asked);

    public static LinkHub Saying(params Wire.RecipientLink[] links) => new(_ => Task.FromResult(new Wire.RecipientLinksReply { Links = { links } }));

    public override Task<Wire.RecipientLinksReply> RecipientLinks(Wire.RecipientLinksRequest request, ServerCallContext context)
    {
        Interlocked.Increment(ref asked);
        return answer(context.CancellationToken);
    }
}
