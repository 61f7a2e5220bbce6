using DocExchange.Core.Refusals;
using DocExchange.Node.HubLink;
using DocExchange.Node.Records;
using DocExchange.Protocol;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Merkle;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.Auditing;

/// <summary>
/// Asks the hub for its checkpoints again and again: holds the newest to what was seen before, cosigns the one that is
/// being witnessed, and keeps the one that is. On a contradiction nothing is cosigned.
/// </summary>
internal sealed partial class WitnessLoop(
    CheckpointGuard checkpoints, WitnessedBook book, WitnessDuty duty, AlarmBell alarms, IOptions<HubLinkOptions> options, TimeProvider time, ILogger<WitnessLoop> logger)
{
    private const string RefusedKind = "cosignature refused ";

    public async Task RunAsync(HubChannel hub, Action succeeded, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await StepAsync(hub, cancellation);
            succeeded();
            await Task.Delay(options.Value.WitnessInterval, time, cancellation);
        }
    }

    public async Task StepAsync(HubChannel hub, CancellationToken cancellation)
    {
        // Read before the hub is asked: a hub that answers with less than it had signed by then has gone back.
        var seenBefore = checkpoints.Size;
        var reply = await hub.Ledger.GetCheckpointAsync(new Wire.GetCheckpointRequest(), hub.Once(cancellation));
        if (!await checkpoints.SeeNewestAsync(hub, reply.Note, seenBefore, cancellation))
        {
            return;
        }

        if (duty.Witness is { } witness && !reply.Candidate.IsEmpty)
        {
            await CosignAsync(hub, witness, reply.Candidate, cancellation);
        }

        if (!reply.Witnessed.IsEmpty && book.Newest?.Note.ToBytes().AsSpan().SequenceEqual(reply.Witnessed.Span) != true && await checkpoints.SeeAsync(hub, reply.Witnessed, cancellation))
        {
            book.Take(SignedNote.Parse(reply.Witnessed.Span));
        }
    }

    private async Task CosignAsync(HubChannel hub, Witness witness, ByteString candidate, CancellationToken cancellation)
    {
        // What has this node's signature was checked when it was given.
        if (IsCosigned(candidate, witness.Key) || !await checkpoints.SeeAsync(hub, candidate, cancellation))
        {
            return;
        }

        switch (await witness.CosignAsync(candidate.Memory, (old, size, token) => CheckpointGuard.ProveAsync(hub, old, size, token), cancellation))
        {
            case WitnessAnswer.Cosigned cosigned:
                await SubmitAsync(hub, cosigned, cancellation);
                break;
            case WitnessAnswer.Stale stale:
                LogStale(stale.Last.Size);
                break;
            case WitnessAnswer.Refused refused:
                checkpoints.RaiseContradiction(refused.Last ?? [], candidate.ToByteArray());
                break;
        }
    }

    private static bool IsCosigned(ByteString candidate, NoteVerifier key)
    {
        try
        {
            return SignedNote.Parse(candidate.Span).VerifiedBy(key).Count == 1;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private async Task SubmitAsync(HubChannel hub, WitnessAnswer.Cosigned cosigned, CancellationToken cancellation)
    {
        try
        {
            var taken = await hub.Ledger.AddCosignatureAsync(new Wire.AddCosignatureRequest { Note = ByteString.CopyFrom(cosigned.Note.ToBytes()) }, hub.Once(cancellation));
            alarms.Stand(RefusedKind, []);
            LogCosigned(cosigned.Checkpoint.Size, taken.Cosignatures, taken.Quorum);
        }
        catch (RpcException failure) when (failure.ToRefusal() is { } refusal)
        {
            alarms.Stand(RefusedKind, [new Alarm(
                RefusedKind + refusal.Refusal.ToReason(), "中心不接受本节点的见证签名：" + FaultWords.Of(refusal),
                "The hub does not take this node's cosignature: " + refusal.English, [])]);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Cosigned the checkpoint of size {Size}; it has {Cosignatures} cosignatures of {Quorum} needed")]
    private partial void LogCosigned(long size, uint cosignatures, uint quorum);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The hub asks to cosign a checkpoint older than the one of size {Size} that was cosigned; it is not")]
    private partial void LogStale(long size);
}
