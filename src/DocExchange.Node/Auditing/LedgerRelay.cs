using DocExchange.Core.Refusals;
using DocExchange.Node.HubLink;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.Auditing;

/// <summary>
/// Passes questions about the ledger on to the hub, with the node's certificate. It judges nothing: whoever asks verifies
/// the answers against the key this node pinned.
/// </summary>
internal sealed class LedgerRelay(LinkStatus link) : Wire.Ledger.LedgerBase
{
    public override async Task<Wire.CheckpointReply> GetCheckpoint(Wire.GetCheckpointRequest request, ServerCallContext context) =>
        await Hub.Ledger.GetCheckpointAsync(request, Hub.Once(context.CancellationToken));

    public override async Task<Wire.ProofReply> GetInclusionProof(Wire.InclusionProofRequest request, ServerCallContext context) =>
        await Hub.Ledger.GetInclusionProofAsync(request, Hub.Once(context.CancellationToken));

    public override async Task<Wire.ProofReply> GetConsistencyProof(Wire.ConsistencyProofRequest request, ServerCallContext context) =>
        await Hub.Ledger.GetConsistencyProofAsync(request, Hub.Once(context.CancellationToken));

    public override async Task<Wire.TileReply> GetTile(Wire.TileRequest request, ServerCallContext context) =>
        await Hub.Ledger.GetTileAsync(request, Hub.Once(context.CancellationToken));

    public override async Task<Wire.EntryReply> GetEntry(Wire.EntryRequest request, ServerCallContext context) =>
        await Hub.Ledger.GetEntryAsync(request, Hub.Once(context.CancellationToken));

    public override Task<Wire.AddCosignatureReply> AddCosignature(Wire.AddCosignatureRequest request, ServerCallContext context) =>
        throw new RefusedException(Refusal.PermissionDenied, "见证签名只由节点自己提交。", "Only the node itself hands over cosignatures.");

    private HubChannel Hub => link.Channel
        ?? throw new RpcException(new Status(StatusCode.Unavailable, "The node has no link to the hub at the moment."));
}
