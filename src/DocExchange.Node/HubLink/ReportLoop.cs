using System.Globalization;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Node.Desk;
using DocExchange.Node.Inbox;
using DocExchange.Node.Monitoring;
using DocExchange.Node.Offices;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.HubLink;

/// <summary>Tells the hub's people how the node is, as often as the hub asks.</summary>
internal sealed class ReportLoop(NodeRecords records, DataFolder folder, IDisk disk, StatementQueue queue, EntryBook book, DirectoryCopy directories, AlarmBell alarms, AuditTrail trail, UrgeRequests urgeRequests, ClockWatch clock, TimeProvider time)
{
    private const int MaxAlarms = 20;
    private const int MaxAlarm = 300;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public async Task RunAsync(HubChannel hub, Action succeeded, CancellationToken cancellation)
    {
        IReadOnlyList<ByteString> kept = [];
        while (true)
        {
            var wait = Longest;
            try
            {
                using var call = hub.Exchange.ReportAsync(Report(kept), hub.Once(cancellation));
                Compare(await call.ResponseHeadersAsync);
                var reply = await call.ResponseAsync;
                wait = TimeSpan.FromSeconds(Math.Clamp(reply.AgainAfter, Shortest.TotalSeconds, Longest.TotalSeconds));
                kept = urgeRequests.Take(reply.UrgeRequests);
                succeeded();
            }
            catch (RpcException failure) when (failure.StatusCode == StatusCode.Unimplemented)
            {
                // A hub of an older version does not ask.
            }

            await Task.Delay(wait, time, cancellation);
        }
    }

    // The hub's web server says its time with every answer (RFC 9110 §6.6.1), to the second.
    private void Compare(Metadata headers)
    {
        if (DateTimeOffset.TryParseExact(headers.GetValue("date"), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var there))
        {
            clock.Compare(there);
        }
    }

    private Wire.NodeReport Report(IReadOnlyList<ByteString> kept)
    {
        var (lines, head) = trail.Now();
        var oldest = records.Queue.Query().OrderBy(row => row.Id).Limit(1).FirstOrDefault();
        var open = alarms.Newest().Take(MaxAlarms).ToList();
        return new Wire.NodeReport
        {
            Version = NodeOverview.Version,
            DirectoryVersion = (ulong)(directories.FindNewest()?.Version ?? 0),
            Cursor = (ulong)book.Cursor,
            WaitingStatements = (uint)queue.Count,
            WaitingPackages = (uint)records.Uploads.Count(),
            OldestWaiting = oldest is null ? "" : DateTimeOffset.FromUnixTimeMilliseconds(oldest.At).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            FreeBytes = (ulong)disk.FreeSpace(folder.Root),
            Alarms = { open.Select(alarm => Cut(alarm.Chinese)) },
            AlarmsEnglish = { open.Select(alarm => Cut(alarm.English)) },
            UrgeRequestsKept = { kept },
            TrailLines = (ulong)lines,
            TrailHead = lines == 0 ? ByteString.Empty : head.ToWire(),
        };
    }

    private static string Cut(string text) => text.Length <= MaxAlarm ? text : text[..MaxAlarm];
}
