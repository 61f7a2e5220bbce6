using System.Globalization;
using System.Reflection;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Durability.Upgrades;
using DocExchange.Node.Auditing;
using DocExchange.Node.HubLink;
using DocExchange.Node.Inbox;
using DocExchange.Node.Keys;
using DocExchange.Node.Offices;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using Google.Protobuf;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Desk;

/// <summary>How the node is, in one message.</summary>
internal sealed class NodeOverview(
    NodeRecords records, DataFolder folder, NodeFile node, KeyRing keys, EntryBook book, StatementQueue queue, DirectoryCopy directories, CheckpointGuard checkpoints, WitnessedBook witnessed, LinkStatus link, AlarmBell alarms)
{
    private readonly DataVersion data = DataVersion.Read(folder.Root, new LocalDisk());

    public static string Version { get; } = typeof(NodeOverview).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public Local.NodeStatus Status()
    {
        var directory = directories.FindNewest();
        var status = new Local.NodeStatus
        {
            Node = node.Node,
            Version = Version,
            DataVersion = (uint)data.Number,
            DataProgram = data.Program,
            Link = link.State.ToString(),
            LinkProblem = link.Problem.Chinese,
            LinkProblemEnglish = link.Problem.English,
            Cursor = (ulong)book.Cursor,
            DirectoryVersion = (ulong)(directory?.Version ?? 0),
            WaitingStatements = (uint)queue.Count,
            WaitingPackages = (uint)records.Uploads.Count(),
            Checkpoint = ByteString.CopyFrom(checkpoints.Newest),
            WitnessedSize = (ulong)(witnessed.Newest?.Checkpoint.Size ?? 0),
        };
        status.Offices.AddRange(node.Offices.Select(PartyId.Parse).Select(office => new Local.HostedOffice
        {
            Office = office.ToString(),
            Name = directory?.Find(office)?.Name ?? "",
            HasSeal = keys.HasSeal(office),
        }));
        var open = alarms.Newest();
        status.Alarms.AddRange(open.Select(alarm => alarm.Chinese));
        status.AlarmsEnglish.AddRange(open.Select(alarm => alarm.English));
        return status;
    }

    public IEnumerable<Local.NodeAlarm> Alarms(bool closedToo) => (closedToo ? alarms.All() : alarms.Newest()).Select(ToWire);

    /// <exception cref="Core.Refusals.RefusedException">Not by the security administrator, or the alarm is not to be closed.</exception>
    public Local.NodeAlarm CloseAlarm(Local.CloseAlarmRequest request) =>
        ToWire(alarms.Close((int)Math.Min(request.Number, int.MaxValue), DeskPeople.Actor(request.Person, "关闭告警", Rights.For(Right.CloseAlarms)), request.Note));

    private static Local.NodeAlarm ToWire(AlarmRow row) => new()
    {
        Number = (uint)row.Id,
        At = TimeOf(row.At),
        Chinese = row.Chinese,
        English = row.English,
        ClosedAt = row.IsClosed ? TimeOf(row.ClosedAt) : "",
        ClosedBy = row.ClosedBy,
        Note = row.Note,
    };

    private static string TimeOf(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
