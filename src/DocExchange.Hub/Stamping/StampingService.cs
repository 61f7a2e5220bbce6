using DocExchange.Core.Refusals;
using DocExchange.Hub.Archiving;
using DocExchange.Trust.Timestamps;
using Google.Protobuf;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Stamping;

/// <summary>Time-stamps by the hub's own service, for nodes and for the hub's people.</summary>
internal sealed class TimestampsService(BuiltInAuthority own) : Wire.Timestamps.TimestampsBase
{
    public override async Task<Wire.TimestampAnswer> Ask(Wire.TimestampQuestion request, ServerCallContext context)
    {
        if (request.Request.Length > TimestampRequest.MaxSize)
        {
            throw new RefusedException(
                Refusal.TooLarge, $"时间戳请求长 {request.Request.Length} 字节，超过 {TimestampRequest.MaxSize}。",
                $"The time-stamp request has {request.Request.Length} bytes, more than {TimestampRequest.MaxSize}.");
        }

        var answer = await own.Authority.AnswerAsync(request.Request.Memory, context.CancellationToken);
        return new Wire.TimestampAnswer { Response = ByteString.CopyFrom(answer) };
    }
}

/// <summary>The stamping of checkpoints, for the hub's people.</summary>
internal sealed class StampingDesk(CheckpointStamper stamper, HubTimestamps timestamps)
{
    /// <exception cref="RefusedException">The authority gave no good token.</exception>
    public async Task<Wire.StampingStatus> StampAsync(CancellationToken cancellation)
    {
        try
        {
            await stamper.StampAsync(cancellation);
            return Status();
        }
        catch (NoTimestampException fault)
        {
            throw new RefusedException(Refusal.WrongState, fault.Chinese, fault.English);
        }
    }

    public Wire.StampingStatus Status()
    {
        var (last, failingSince, problem, _) = stamper.State;
        var status = new Wire.StampingStatus { IsOwn = timestamps.IsOwn, FailingSince = ArchiveWire.Format(failingSince), Problem = problem };
        if (last is not null)
        {
            status.Last = new Wire.CheckpointStamp
            {
                Size = (ulong)last.Size,
                LedgerIndex = (ulong)last.Index,
                Time = ArchiveWire.Format(last.At),
                Authority = last.Authority,
                IsOwn = last.IsOwn,
            };
        }

        return status;
    }
}

internal static class StampingSetup
{
    public static IServiceCollection AddStamping(this IServiceCollection services) => services
        .AddSingleton<BuiltInAuthority>().AddSingleton<HubTimestamps>().AddSingleton<CheckpointStamper>().AddSingleton<StampingDesk>().AddSingleton<StampingSchedule>()
        .AddHostedService(provider => provider.GetRequiredService<StampingSchedule>());
}
