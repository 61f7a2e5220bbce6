using DocExchange.Core.Refusals;
using DocExchange.Node.HubLink;
using DocExchange.Protocol;
using DocExchange.Tests.Node.HubLink;
using DocExchange.Trust.Merkle;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Node.Auditing;

/// <summary>The ledger service of a hub on a Unix socket. It serves whatever ledger and sizes a test sets, and keeps the cosignatures it gets.</summary>
internal sealed class LedgerHub : Wire.Ledger.LedgerBase, IAsyncDisposable
{
    private WebApplication application = null!;

    public required TestLedger Ledger { get; set; }

    public int Newest { get; set; } = 1;

    /// <summary>Null: the newest.</summary>
    public byte[]? Candidate { get; set; }

    public byte[] Witnessed { get; set; } = [];

    public List<SignedNote> Cosignatures { get; } = [];

    public RefusedException? Refuses { get; set; }

    public async Task<HubChannel> StartAsync()
    {
        (application, var channel) = await HubSocket.ServeAsync(this);
        return channel;
    }

    public override Task<Wire.CheckpointReply> GetCheckpoint(Wire.GetCheckpointRequest request, ServerCallContext context) => Task.FromResult(new Wire.CheckpointReply
    {
        Note = ByteString.CopyFrom(Ledger.Note(Newest)),
        Candidate = ByteString.CopyFrom(Candidate ?? Ledger.Note(Newest)),
        Witnessed = ByteString.CopyFrom(Witnessed),
    });

    public override Task<Wire.ProofReply> GetConsistencyProof(Wire.ConsistencyProofRequest request, ServerCallContext context) => request.NewSize > (ulong)Newest
        ? throw new RefusedException(Refusal.NotFound, "超出账本范围", "The ledger does not reach so far.").ToRpcException()
        : Task.FromResult(new Wire.ProofReply { TreeSize = request.NewSize, Hashes = { Ledger.Prove((long)request.OldSize, (long)request.NewSize).Select(hash => hash.ToWire()) } });

    public override Task<Wire.AddCosignatureReply> AddCosignature(Wire.AddCosignatureRequest request, ServerCallContext context)
    {
        if (Refuses is not null)
        {
            throw Refuses.ToRpcException();
        }

        Cosignatures.Add(SignedNote.Parse(request.Note.Span));
        return Task.FromResult(new Wire.AddCosignatureReply { Counted = true, Cosignatures = 1, Quorum = 1 });
    }

    public async ValueTask DisposeAsync() => await application.DisposeAsync();
}
