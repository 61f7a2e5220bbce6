using DocExchange.Core.Documents;
using DocExchange.Node.Inbox;
using DocExchange.Node.Records;
using DocExchange.Protocol;
using DocExchange.Trust.Faults;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.HubLink;

/// <summary>
/// Brings packages to the hub, urgent ones first and of equal ones the oldest, each from where the hub's copy ends. One
/// under way makes room for a more urgent one.
/// </summary>
internal sealed partial class UploadLoop(
    NodeRecords records, PackageShelf shelf, AlarmBell alarms, IOptions<HubLinkOptions> options, TimeProvider time, ILogger<UploadLoop> logger)
{
    private const int AttemptsBeforeAlarm = 5;

    private readonly WorkClaims claims = new(time);

    public void Wake() => claims.Wake();

    public Task RunAsync(HubChannel hub, Action succeeded, CancellationToken cancellation) => claims.RunAsync(
        Next,
        row => row.Id,
        row => row.Rank,
        async (row, turn) =>
        {
            try
            {
                await UploadAsync(hub, row, turn, cancellation);
                succeeded();
            }
            catch (RpcException failure) when (failure.ToRefusal() is { } refusal)
            {
                Postpone(row, $"公文包 {row.Id} 上传被中心拒绝：{FaultWords.Of(refusal)}", $"The hub refuses the package {row.Id}: {refusal.English}");
            }
            catch (LinkFaultException fault)
            {
                Postpone(row, $"公文包 {row.Id} 上传失败：{fault.Chinese}将继续重试。", $"The package {row.Id} cannot be uploaded: {fault.Message} It is tried again.");
            }
        },
        cancellation);

    private UploadRow? Next(IReadOnlyCollection<string> claimed)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return records.Uploads.FindAll()
            .Where(row => row.IsAnnounced && row.NotBefore <= now && !claimed.Contains(row.Id))
            .OrderByDescending(row => row.Rank)
            .ThenBy(row => row.Since)
            .FirstOrDefault();
    }

    private async Task UploadAsync(HubChannel hub, UploadRow row, WorkClaims.Turn turn, CancellationToken cancellation)
    {
        var package = PackageId.Parse(row.Id);
        var held = await hub.Exchange.QueryUploadAsync(new Wire.QueryUploadRequest { PackageId = package.Value.ToWire() }, hub.Once(cancellation));
        if (!held.Complete)
        {
            await using var file = shelf.OpenRead(package);
            if (!await SendAsync(hub, package, file, Math.Min((long)held.Held, file.Length), turn, cancellation))
            {
                LogInterrupted(row.Id);
                return;
            }
        }

        records.Write(() => records.Uploads.Delete(row.Id));
        if (row.Attempts > AttemptsBeforeAlarm)
        {
            alarms.Stand(KindOf(row), []);
        }

        LogUploaded(row.Id, row.Document, row.Size);
    }

    /// <returns>False when a more urgent one comes first.</returns>
    private async Task<bool> SendAsync(HubChannel hub, PackageId package, FileStream file, long offset, WorkClaims.Turn turn, CancellationToken cancellation)
    {
        using var call = hub.Exchange.Upload(cancellationToken: cancellation);
        file.Position = offset;
        var request = new Wire.UploadRequest { PackageId = package.Value.ToWire(), Size = (ulong)file.Length, Offset = (ulong)offset };
        var buffer = new byte[options.Value.ChunkSize];
        var isFirst = true;
        var isWhole = true;
        for (int read; (read = await file.ReadAsync(buffer, cancellation)) > 0 || isFirst; isFirst = false)
        {
            if (turn.IsOver)
            {
                return false;
            }

            request.Chunk = ByteString.CopyFrom(buffer, 0, read);
            isWhole = await call.RequestStream.TryWriteAsync(request, cancellation);
            if (!isWhole)
            {
                break;
            }

            request = new Wire.UploadRequest();
        }

        isWhole = isWhole && await call.RequestStream.TryCompleteAsync(cancellation);
        var reply = await call.AnswerAsync(isWhole, cancellation);
        if (reply.Held != (ulong)file.Length)
        {
            throw new LinkFaultException($"公文包 {package} 有 {file.Length} 字节，中心只收到 {reply.Held} 字节。", $"The hub holds {reply.Held} of {file.Length} bytes of the package {package}.");
        }

        return true;
    }

    private static string KindOf(UploadRow row) => $"upload {row.Id}";

    // One package the hub will not have, or not whole, must not stop the others.
    private void Postpone(UploadRow row, string chinese, string english)
    {
        var first = options.Value.FirstPause;
        var pause = BackOff.PauseAfter(row.Attempts, first, options.Value.LongestPause);
        row.Attempts++;
        row.NotBefore = (time.GetUtcNow() + pause).ToUnixTimeMilliseconds();
        records.Write(() => records.Uploads.Update(row));
        if (row.Attempts > AttemptsBeforeAlarm)
        {
            alarms.Stand(KindOf(row), [new Alarm(KindOf(row), chinese, english, [])]);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The package {Package} waits on its way to the hub for a more urgent one")]
    private partial void LogInterrupted(string package);

    [LoggerMessage(Level = LogLevel.Information, Message = "The hub holds the package {Package} of {Document}, {Size} bytes")]
    private partial void LogUploaded(string package, string document, long size);
}
