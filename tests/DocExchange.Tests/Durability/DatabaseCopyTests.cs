using DocExchange.Durability;
using LiteDB;

namespace DocExchange.Tests.Durability;

internal sealed class DatabaseCopyTests
{
    private const int Copies = 12;
    private const int RowsOfOne = 40;

    [Test]
    public async Task A_copy_taken_while_others_write_has_all_that_had_returned_and_nothing_by_halves()
    {
        using var folder = new TemporaryFolder();
        using var database = new DurableDatabase(new LocalDisk(), folder.Under("people.litedb"));
        var returned = 0;
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(() =>
        {
            // Each transaction is some 40 pages, so that LiteDB works its log off every few of them.
            for (var number = 1; !stop.IsCancellationRequested; number++)
            {
                var current = number;
                database.Write(() =>
                {
                    for (var row = 0; row < RowsOfOne; row++)
                    {
                        Rows(database.Database).Upsert(new BsonDocument { ["_id"] = $"{row}", ["number"] = current, ["padding"] = new byte[7_000] });
                    }

                    return true;
                });
                Volatile.Write(ref returned, number);
            }
        });
        for (var copy = 0; copy < Copies; copy++)
        {
            var before = Volatile.Read(ref returned);
            while (Volatile.Read(ref returned) < before + 3)
            {
                await Task.Yield();
            }

            var promised = Volatile.Read(ref returned);
            var place = Directory.CreateDirectory(folder.Under($"copy-{copy}")).FullName;
            database.Copy((name, content, length) => CopyFile(Path.Combine(place, name), content, length));

            using var copied = new DurableDatabase(new LocalDisk(), Path.Combine(place, "people.litedb"));
            var numbers = Rows(copied.Database).FindAll().Select(row => row["number"].AsInt32).ToList();
            Assert.That(numbers, promised == 0 ? Is.Empty : Has.Count.EqualTo(RowsOfOne));
            Assert.That(numbers.Distinct().Count(), Is.EqualTo(1), "one transaction, whole");
            Assert.That(numbers[0], Is.GreaterThanOrEqualTo(promised));
        }

        await stop.CancelAsync();
        await writing;
    }

    private static ILiteCollection<BsonDocument> Rows(LiteDatabase database) => database.GetCollection("rows");

    // In small pieces, so that much happens in between.
    private static void CopyFile(string path, Stream content, long length)
    {
        using var target = File.Create(path);
        var buffer = new byte[8192];
        for (var left = length; left > 0;)
        {
            var read = content.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            target.Write(buffer, 0, read);
            left -= read;
        }
    }
}
