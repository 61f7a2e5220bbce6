using System.Reflection;
using DocExchange.Core.Offices;
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
    NodeRecords records, NodeFile node, KeyRing keys, EntryBook book, StatementQueue queue, DirectoryCopy directories, CheckpointGuard checkpoints, WitnessedBook witnessed, LinkStatus link, AlarmBell alarms)
{
    public static string Version { get; } = typeof(NodeOverview).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public Local.NodeStatus Status()
    {
        var directory = directories.FindNewest();
        var status = new Local.NodeStatus
        {
            Node = node.Node,
            Version = Version,
            Link = link.State.ToString(),
            LinkProblem = link.Problem,
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
        status.Alarms.AddRange(alarms.Newest().Select(alarm => alarm.Chinese));
        return status;
    }
}
