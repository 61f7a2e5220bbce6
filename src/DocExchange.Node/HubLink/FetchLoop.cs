using DocExchange.Core.Documents;
using DocExchange.Durability;
using DocExchange.Node.Inbox;
using DocExchange.Node.Records;
using DocExchange.Protocol;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.HubLink;

/// <summary>
/// Brings packages for the offices here, urgent ones first and of equal ones the oldest, once per node, each from where
/// the copy here ends; what arrived whole goes to verification. One under way makes room for a more urgent one.
/// </summary>
internal sealed partial class FetchLoop(
    NodeRecords records, PackageShelf shelf, Delivery delivery, AlarmBell alarms, IOptions<HubLinkOptions> options, TimeProvider time, ILogger<FetchLoop> logger)
{
    private const int MaxChunk = 1024 * 1024;
    private const int AttemptsBeforeAlarm = 3;

    public Task RunAsync(HubChannel hub, Action succeeded, CancellationToken cancellation) => delivery.Wanted.RunAsync(
        Next,
        row => row.Package,
        row => row.Rank,
        async (row, turn) =>
        {
            try
            {
                await FetchAsync(hub, row, turn, cancellation);
                succeeded();
            }
            catch (RpcException failure) when (failure.ToRefusal() is { } refusal)
            {
                Postpone(row, refusal.Message, refusal.English);
            }
            catch (LinkFaultException fault)
            {
                Postpone(row, fault.Chinese.TrimEnd('。'), fault.Message.TrimEnd('.'));
            }
        },
        cancellation);

    private PackageRow? Next(IReadOnlyCollection<string> claimed)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return records.Packages.Find(Field.Is(nameof(PackageRow.State), (int)PackageState.Wanted))
            .Where(row => row.NotBefore <= now && !claimed.Contains(row.Package))
            .OrderByDescending(row => row.Rank)
            .ThenBy(row => row.Since)
            .FirstOrDefault();
    }

    private async Task FetchAsync(HubChannel hub, PackageRow row, WorkClaims.Turn turn, CancellationToken cancellation)
    {
        var package = PackageId.Parse(row.Package);
        if (!shelf.Has(package))
        {
            await using (var part = shelf.OpenPart(package))
            {
                if (!await ReceiveAsync(hub, row, package, part, turn, cancellation))
                {
                    LogInterrupted(row.Package);
                    return;
                }
            }

            if (!await shelf.FinishAsync(package, cancellation))
            {
                Postpone(row, "收到的公文包与其标识不符", "what arrived is not the package of that id");
                return;
            }

            LogFetched(row.Package, row.Id, row.Size);
            if (row.Attempts > AttemptsBeforeAlarm)
            {
                alarms.Stand(KindOf(row), []);
            }
        }

        await delivery.ArrivedAsync(DocumentId.Parse(row.Id), cancellation);
    }

    /// <returns>False when a more urgent one comes first.</returns>
    private static async Task<bool> ReceiveAsync(HubChannel hub, PackageRow row, PackageId package, FileStream part, WorkClaims.Turn turn, CancellationToken cancellation)
    {
        if (part.Length > row.Size)
        {
            part.SetLength(0);
        }

        part.Position = part.Length;
        if (part.Length == row.Size)
        {
            return true;
        }

        using var call = hub.Exchange.Fetch(new Wire.FetchRequest { PackageId = package.Value.ToWire(), Offset = (ulong)part.Length }, cancellationToken: cancellation);
        await foreach (var chunk in call.ResponseStream.ReadAllAsync(cancellation))
        {
            if (chunk.Chunk.Length > MaxChunk || part.Position + chunk.Chunk.Length > row.Size)
            {
                throw new LinkFaultException($"中心发来的公文包 {package} 超过应有的 {row.Size} 字节。", $"The hub sends more than the {row.Size} bytes of the package {package}.");
            }

            await part.WriteAsync(chunk.Chunk.Memory, cancellation);
            if (turn.IsOver && part.Position < row.Size)
            {
                return false;
            }
        }

        if (part.Position != row.Size)
        {
            throw new LinkFaultException($"公文包 {package} 应有 {row.Size} 字节，中心只发来 {part.Position} 字节。", $"The hub sent {part.Position} of {row.Size} bytes of the package {package}.");
        }

        return true;
    }

    private void Postpone(PackageRow row, string chinese, string english)
    {
        var pause = BackOff.PauseAfter(row.Attempts, options.Value.FirstPause, options.Value.LongestPause);
        row.Attempts++;
        row.NotBefore = (time.GetUtcNow() + pause).ToUnixTimeMilliseconds();
        records.Write(() => records.Packages.Update(row));
        if (row.Attempts > AttemptsBeforeAlarm)
        {
            var kind = KindOf(row);
            alarms.Stand(kind, [new Alarm(kind, $"公文包 {row.Package} 取件失败：{chinese}。将继续重试。", $"The package {row.Package} cannot be fetched: {english}. It is tried again.", [])]);
        }
    }

    private static string KindOf(PackageRow row) => $"fetch {row.Package}";

    [LoggerMessage(Level = LogLevel.Information, Message = "The package {Package} waits on its way here for a more urgent one")]
    private partial void LogInterrupted(string package);

    [LoggerMessage(Level = LogLevel.Information, Message = "Fetched the package {Package} of {Document}, {Size} bytes")]
    private partial void LogFetched(string package, string document, long size);
}
