using Google.Protobuf;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Node.HubLink;

/// <summary>Has nothing but the anchor.</summary>
internal sealed class SilentDirectory(NodeSite site) : Wire.Directory.DirectoryBase
{
    public override Task<Wire.GetTrustReply> GetTrust(Wire.GetTrustRequest request, ServerCallContext context) =>
        Task.FromResult(new Wire.GetTrustReply { Certificates = ByteString.CopyFromUtf8(site.Root.ToPem()) });

    public override Task<Wire.GetDirectoryReply> GetDirectory(Wire.GetDirectoryRequest request, ServerCallContext context) =>
        throw new RpcException(new Status(StatusCode.NotFound, "None yet."));
}
