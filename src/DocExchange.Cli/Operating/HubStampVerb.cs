using System.CommandLine;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex hub stamp</c></summary>
internal sealed class HubStampVerb(Terminal terminal) : HubVerb(terminal, "stamp", "立即为账本检查点加盖时间戳", "Stamp the ledger's checkpoint now")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Administration.AdministrationClient hub, CancellationToken cancellation)
    {
        var status = await hub.StampCheckpointAsync(new StampCheckpointRequest(), cancellationToken: cancellation);
        screen.Show(StampingReport.Value(status)!, StampingReport.Lines(screen, status));
        return ExitCode.Ok;
    }
}

/// <summary>How the stamping of checkpoints stands, for people and for programs.</summary>
internal static class StampingReport
{
    /// <summary>Null from a hub that does not say.</summary>
    public static object? Value(StampingStatus? status) => status is null ? null : new
    {
        size = status.Last?.Size,
        ledgerIndex = status.Last?.LedgerIndex,
        time = status.Last?.Time,
        authority = status.Last?.Authority,
        isOwn = status.Last?.IsOwn ?? status.IsOwn,
        failingSince = status.FailingSince.Length > 0 ? status.FailingSince : null,
        problem = status.Problem.Length > 0 ? status.Problem : null,
    };

    public static IEnumerable<string> Lines(Screen screen, StampingStatus? status)
    {
        if (status is null)
        {
            yield break;
        }

        var own = status.Last is { IsOwn: true } ? screen.Say("（中心自备的服务，不构成独立证明）", " (the hub's own service: no independent proof)") : "";
        yield return status.Last is { } last
            ? screen.Say($"时间戳：{last.Time}，{last.Size} 条的检查点，{last.Authority}{own}", $"Time-stamp {last.Time} over the checkpoint of {last.Size} entries, by {last.Authority}{own}")
            : screen.Say("时间戳：尚无", "Time-stamp: none yet");
        if (status.FailingSince.Length > 0)
        {
            yield return screen.Say($"⚠ 自 {status.FailingSince} 起未能加盖时间戳：{status.Problem}", $"⚠ No time-stamp since {status.FailingSince}: {status.Problem}");
        }
    }
}
