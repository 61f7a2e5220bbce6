using System.Buffers.Binary;
using DocExchange.Durability;

namespace DocExchange.Tests.Durability;

/// <summary>Pages as LiteDB 5 writes them to its log: the transaction's number at byte 14, whether it confirms at byte 18.</summary>
internal sealed class LogStreamTests
{
    private const int PageSize = 8192;

    private static readonly byte[] Mark = [.. Enumerable.Range(1, 16).Select(value => (byte)value)];

    [Test]
    public async Task Waits_for_the_transaction_with_the_mark_and_for_no_other()
    {
        using var log = new LogStream(new RecordingDisk().OpenOrCreate("/data/node-log.litedb"), new PageGate(), new PageFault(() => { }));
        log.Await(Mark);
        var waiting = Task.Run(log.Wait);

        Write(log, transaction: 7, confirms: true);
        Assert.That(waiting.IsCompleted, Is.False, "another one, before");
        Write(log, transaction: 8, confirms: false, Mark);
        Write(log, transaction: 9, confirms: true);
        Assert.That(waiting.IsCompleted, Is.False, "another one, between its pages");
        Write(log, transaction: 8, confirms: true);

        await waiting.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Test]
    public async Task A_transaction_of_a_single_page_is_known_by_it()
    {
        using var log = new LogStream(new RecordingDisk().OpenOrCreate("/data/node-log.litedb"), new PageGate(), new PageFault(() => { }));
        log.Await(Mark);
        Write(log, transaction: 1, confirms: true, Mark);
        await Task.Run(log.Wait).WaitAsync(TimeSpan.FromMinutes(1));
    }

    private static void Write(LogStream log, uint transaction, bool confirms, params ReadOnlySpan<byte> mark)
    {
        var page = new byte[PageSize];
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(14), transaction);
        page[18] = confirms ? (byte)1 : (byte)0;
        mark.CopyTo(page.AsSpan(5000));
        log.Write(page, 0, page.Length);
    }
}
