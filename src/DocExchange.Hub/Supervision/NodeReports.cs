using System.Collections.Concurrent;
using System.Globalization;
using DocExchange.Core.Offices;
using DocExchange.Durability.Auditing;
using DocExchange.Hub.Offices;
using DocExchange.Protocol;
using Google.Protobuf;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Supervision;

/// <param name="At">When it said so, by the hub's clock.</param>
internal sealed record KeptReport(Wire.NodeReport Report, DateTimeOffset At);

/// <summary>
/// What nodes last said of themselves. Shown, never relied on. Kept over restarts; the head of each node's audit trail goes
/// into the hub's own once a day, so that the node cannot make its past anew. Safe for concurrent use.
/// </summary>
internal sealed class NodeReports(SiteStore site, AuditTrail trail, TimeProvider clock)
{
    /// <summary>How often a node is asked to report.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private const int MaxAlarms = 20;
    private const int MaxAlarm = 300;
    private const int MaxShort = 60;

    private static readonly TimeSpan SaveInterval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan TrailInterval = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<PartyId, KeptReport> newest = new();
    private readonly ConcurrentDictionary<PartyId, DateTimeOffset> saved = new();
    private readonly ConcurrentDictionary<PartyId, DateTimeOffset> heads = new();

    /// <summary>Null where the node never reported.</summary>
    public KeptReport? Of(PartyId node) => newest.TryGetValue(node, out var known) ? known : Load(node);

    public void Take(PartyId node, Wire.NodeReport said)
    {
        var now = clock.GetUtcNow();
        var report = Bounded(said);
        newest[node] = new KeptReport(report, now);
        if (now - saved.GetValueOrDefault(node) >= SaveInterval)
        {
            site.SaveReport(node.ToString(), report.ToByteArray(), now);
            saved[node] = now;
        }

        if (report.TrailLines > 0 && report.TrailHead.Length == Trust.Digests.Digest.Size && now - heads.GetValueOrDefault(node) >= TrailInterval)
        {
            heads[node] = now;
            trail.Append(new AuditedAct("NodeTrailHead", node.ToString(), "done", new Dictionary<string, string>
            {
                ["lines"] = report.TrailLines.ToString(CultureInfo.InvariantCulture),
                ["head"] = Convert.ToHexStringLower(report.TrailHead.Span),
            }));
        }
    }

    private KeptReport? Load(PartyId node) => site.FindReport(node.ToString()) is { } row
        ? newest.GetOrAdd(node, new KeptReport(Bounded(Wire.NodeReport.Parser.ParseFrom(row.Report)), row.At))
        : null;

    private static Wire.NodeReport Bounded(Wire.NodeReport said)
    {
        var report = said.Clone();
        report.Version = Cut(said.Version, MaxShort);
        report.OldestWaiting = Cut(said.OldestWaiting, MaxShort);
        report.UrgeRequestsKept.Clear();
        report.Alarms.Clear();
        report.AlarmsEnglish.Clear();
        foreach (var (chinese, english) in BothLanguages.Of(said.Alarms, said.AlarmsEnglish).Take(MaxAlarms))
        {
            report.Alarms.Add(Cut(chinese, MaxAlarm));
            report.AlarmsEnglish.Add(Cut(english, MaxAlarm));
        }

        report.TrailHead = said.TrailHead.Length <= Trust.Digests.Digest.Size ? said.TrailHead : ByteString.Empty;
        return report;
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[most - 1]) ? most - 1 : most), "…");
}
