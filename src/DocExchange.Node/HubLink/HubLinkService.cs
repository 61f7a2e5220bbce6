using System.Security.Cryptography.X509Certificates;
using DocExchange.Core.Refusals;
using DocExchange.Node.Auditing;
using DocExchange.Node.Inbox;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;
using DocExchange.Protocol;
using DocExchange.Trust.Faults;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace DocExchange.Node.HubLink;

/// <summary>
/// Keeps the link to the hub for as long as it is switched on: mailbox, statements, uploads and fetches each go on by
/// themselves and come back after a failure, for weeks if need be.
/// </summary>
internal sealed partial class HubLinkService(
    NodeFile node,
    KeyRing keys,
    X509Certificate2 tls,
    LinkStatus status,
    MailboxLoop mailbox,
    PostLoop posting,
    UploadLoop uploads,
    FetchLoop fetches,
    WitnessLoop witnessing,
    ReportLoop reporting,
    Delivery delivery,
    AlarmBell alarms,
    IOptions<HubLinkOptions> options,
    TimeProvider time,
    ILogger<HubLinkService> logger) : BackgroundService
{
    private readonly UnboundAlarm unbound = new(alarms, tls.Thumbprint);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await status.WaitUntilOnAsync(stoppingToken);
                using var running = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, status.TurnedOff);
                using var hub = HubChannel.Open(node, keys, tls, options.Value, time);
                status.Channel = hub;
                try
                {
                    await RunAsync(hub, running.Token);
                }
                finally
                {
                    status.Channel = null;
                }
            }
            catch (OperationCanceledException)
            {
                // Switched off, or the node stops.
            }
        }
    }

    /// <summary>All the work over one connection, until it is cancelled.</summary>
    internal Task RunAsync(HubChannel hub, CancellationToken cancellation) => Task.WhenAll(
    [
        KeepAsync(("收文", "mailbox"), true, (succeeded, token) => mailbox.RunAsync(hub, () => CertificateTaken(succeeded), token), cancellation),
        KeepAsync(("提交凭证", "statements"), true, (succeeded, token) => posting.RunAsync(hub, succeeded, token), cancellation),
        KeepAsync(("见证", "witnessing"), false, (succeeded, token) => witnessing.RunAsync(hub, succeeded, token), cancellation),
        KeepAsync(("报告状态", "reports"), false, (succeeded, token) => reporting.RunAsync(hub, succeeded, token), cancellation),
        KeepAsync(("核验公文包", "packages"), false, ReconsiderAsync, cancellation),
        .. Enumerable.Range(0, options.Value.ParallelUploads).Select(_ => KeepAsync(("上传", "uploads"), false, (succeeded, token) => uploads.RunAsync(hub, succeeded, token), cancellation)),
        .. Enumerable.Range(0, options.Value.ParallelFetches).Select(_ => KeepAsync(("取件", "fetches"), false, (succeeded, token) => fetches.RunAsync(hub, succeeded, token), cancellation)),
    ]);

    // The mailbox is answered only over a connection whose certificate the hub took.
    private void CertificateTaken(Action succeeded)
    {
        unbound.Over();
        succeeded();
    }

    // What a crash left undone is taken up once; after that the mailbox says what is to be done.
    private async Task ReconsiderAsync(Action succeeded, CancellationToken cancellation)
    {
        await delivery.ReconsiderAsync(cancellation);
        succeeded();
        await Task.Delay(Timeout.Infinite, cancellation);
    }

    private async Task KeepAsync((string Chinese, string English) work, bool isLink, Func<Action, CancellationToken, Task> run, CancellationToken cancellation)
    {
        var backOff = new BackOff(options.Value.FirstPause, options.Value.LongestPause);
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await run(backOff.Succeeded, cancellation);
            }
            catch (Exception) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                var problem = Describe(failure);
                status.Failed(($"{work.Chinese}：{problem.Chinese}", $"{work.English}: {problem.English}"), isLink);
                if (failure is RpcException rpc && rpc.ToRefusal() is { Refusal: Refusal.NotBound or Refusal.Revoked })
                {
                    unbound.Raise(problem);
                }

                var pause = backOff.NextPause();
                LogFailed(failure is RpcException or LinkFaultException ? null : failure, work.English, problem.English, pause);
                await Task.Delay(pause, time, cancellation);
            }
        }
    }

    // What the other side or the network says of itself is English and stays in the English text (ARCHITECTURE 78).
    internal static (string Chinese, string English) Describe(Exception failure) => failure switch
    {
        LinkFaultException fault => (fault.Chinese, fault.Message),
        RpcException rpc when HubTrust.RefusalIn(rpc) is { } stranger => (stranger.Chinese, stranger.Message),
        RpcException rpc when rpc.ToRefusal() is { } refusal => ($"{refusal.Refusal.ToReason()}: {refusal.Message}", $"{refusal.Refusal.ToReason()}: {refusal.English}"),
        RpcException rpc => ($"{Word(rpc.StatusCode)}（{rpc.StatusCode}）。", $"{rpc.StatusCode}: {rpc.Status.Detail}"),
        _ => (FaultWords.Of(failure), failure.Message),
    };

    private static string Word(StatusCode code) => code switch
    {
        StatusCode.Unavailable => "连接不上：中心没有运行，或地址、端口、网络不通",
        StatusCode.DeadlineExceeded => "中心没有及时应答",
        StatusCode.Cancelled => "连接中断",
        StatusCode.Unauthenticated or StatusCode.PermissionDenied => "中心不接受本节点的证书",
        StatusCode.ResourceExhausted => "中心繁忙，或数据超过上限",
        StatusCode.Unimplemented => "中心版本不支持此操作",
        StatusCode.DataLoss => "收到的数据不完整",
        _ => "中心内部错误，请查看其日志",
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "The link's {Work} failed, next attempt in {Pause}: {Problem}")]
    private partial void LogFailed(Exception? failure, string work, string problem, TimeSpan pause);
}
