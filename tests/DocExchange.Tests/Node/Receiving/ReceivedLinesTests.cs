using DocExchange.Node.Inbox;
using DocExchange.Node.Keys;
using DocExchange.Node.Outbox;
using DocExchange.Node.Receiving;
using DocExchange.Node.Records;
using DocExchange.Tests.Durability;
using DocExchange.Tests.Pages;
using DocExchange.Tests.Pages.Inbox;
using LiteDB;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DocExchange.Tests.Node.Receiving;

/// <summary>The list of what was received, made anew where an earlier version kept none or another one.</summary>
internal sealed class ReceivedLinesTests
{
    private const int Documents = 4;

    [Test]
    public async Task Are_made_whole_by_the_next_start_wherever_the_one_before_was_killed_or_lost_its_power()
    {
        const int MostStates = 40;
        var disk = new RecordingDisk();
        await using var desk = await TestDesk.StartAsync(adapt: services => services.Replace(ServiceDescriptor.Singleton(provider => new NodeRecords(provider.GetRequiredService<DataFolder>(), disk))));
        var arrivals = Arrivals.At(desk);
        foreach (var number in Enumerable.Range(1, Documents))
        {
            await arrivals.ReceiveAsync($"第{number}件");
        }

        var before = RowsOf(desk.Part<NodeRecords>());
        var folder = desk.Part<DataFolder>();
        var old = disk.KilledAfter(disk.Operations.Count);
        using (var records = new NodeRecords(folder, old))
        {
            records.Write(() =>
            {
                records.Received.DeleteAll();
                records.Set("received lines", 0);
            });
        }

        var making = old.Copy();
        Complete(desk, folder, making);
        var last = making.Operations.Count;
        for (var count = making.Origin; count <= last; count += Math.Max(1, (last - making.Origin) / MostStates))
        {
            foreach (var left in new[] { making.KilledAfter(count), making.PowerlessAfter(count, new Random(count)) })
            {
                Assert.That(Complete(desk, folder, left), Is.EqualTo(before), $"after {count} of {last}");
            }
        }

        Assert.That(before, Has.Count.EqualTo(Documents));
    }

    // As the next process does it.
    private static List<string> Complete(TestDesk desk, DataFolder folder, RecordingDisk disk)
    {
        using var records = new NodeRecords(folder, disk);
        using var queue = new StatementQueue(records, desk.Part<KeyRing>(), desk.Part<NodeFile>(), desk.Clock);
        new ReceivedLines(records, desk.Part<KeyRing>(), queue, new DocumentStates(records, desk.Part<ObjectFolder>(), queue), desk.Clock).Complete();
        return RowsOf(records);
    }

    private static List<string> RowsOf(NodeRecords records) => [.. records.Received.FindAll().OrderBy(row => row.Id, StringComparer.Ordinal).Select(row => JsonSerializer.Serialize(BsonMapper.Global.ToDocument(row)))];
}
