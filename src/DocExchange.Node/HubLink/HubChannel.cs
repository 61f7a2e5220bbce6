using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using DocExchange.Node.Keys;
using DocExchange.Trust.Digests;
using Grpc.Core;
using Grpc.Net.Client;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.HubLink;

/// <summary>One connection to the hub, mTLS, HTTP/2, kept alive by pings.</summary>
internal sealed class HubChannel : IDisposable
{
    private const int MaxMessage = 20 * 1024 * 1024;

    private readonly ChannelBase channel;
    private readonly IDisposable[] owned;
    private readonly TimeSpan callDeadline;
    private readonly TimeProvider time;

    /// <param name="owned">Disposed with the channel.</param>
    public HubChannel(ChannelBase channel, TimeSpan callDeadline, TimeProvider time, params IDisposable[] owned)
    {
        (this.channel, this.callDeadline, this.time, this.owned) = (channel, callDeadline, time, owned);
        Exchange = new Wire.Exchange.ExchangeClient(channel);
        Directory = new Wire.Directory.DirectoryClient(channel);
        Ledger = new Wire.Ledger.LedgerClient(channel);
        Archive = new Wire.Archive.ArchiveClient(channel);
    }

    public Wire.Exchange.ExchangeClient Exchange { get; }

    public Wire.Directory.DirectoryClient Directory { get; }

    public Wire.Ledger.LedgerClient Ledger { get; }

    public Wire.Archive.ArchiveClient Archive { get; }

    public static HubChannel Open(NodeFile node, KeyRing keys, X509Certificate2 tls, HubLinkOptions options, TimeProvider time)
    {
        var handler = HubTransport.Handler(
            node.HubAddress,
            new SslClientAuthenticationOptions
            {
                ClientCertificateContext = SslStreamCertificateContext.Create(tls, null, offline: true),
                RemoteCertificateValidationCallback = HubTrust.ByAuthorities(keys.Authorities, Digest.Parse(node.RootSha256)),
            },
            options.CallDeadline,
            options.KeepAlive);
        var channel = GrpcChannel.ForAddress(HubTransport.UriOf(node.HubName, node.HubAddress), new GrpcChannelOptions
        {
            HttpHandler = handler,
            MaxReceiveMessageSize = MaxMessage,
            MaxSendMessageSize = MaxMessage,
        });
        return new HubChannel(channel, options.CallDeadline, time, channel, handler);
    }

    /// <summary>For a call with one answer.</summary>
    public CallOptions Once(CancellationToken cancellation) => new(deadline: time.GetUtcNow().UtcDateTime + callDeadline, cancellationToken: cancellation);

    public void Dispose()
    {
        foreach (var item in owned)
        {
            item.Dispose();
        }
    }
}
