using System.Reflection;
using DocExchange.Durability;
using LiteDB;
using LiteDB.Engine;

namespace DocExchange.Tests.Durability;

/// <summary>LiteDB's cache is not safe for two threads at once: what is read and written must be what was asked for.</summary>
internal sealed class SerialEngineTests
{
    private const int Threads = 4;
    private const int Rows = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Test]
    public async Task One_thread_is_in_LiteDB_at_a_time_while_many_read_and_one_writes()
    {
        using var stream = new MemoryStream();
        using var log = new MemoryStream();
        using var inner = new LiteEngine(new EngineSettings { DataStream = stream, LogStream = log });
        var watch = new Watch();
        using var database = new LiteDatabase(new SerialEngine(Watched<ILiteEngine>.Of(inner, watch)));
        var rows = database.GetCollection("rows");
        rows.Insert(Enumerable.Range(0, Rows).Select(Row));

        var readers = Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
            () => Enumerable.Range(0, Rows).Sum(number => rows.FindById(number)["value"].AsInt32 + rows.Query().Where(Field.Between(Field.Id, number, Rows)).ToEnumerable().Count()),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        var writer = Task.Factory.StartNew(() => Enumerable.Range(0, Rows).All(number => rows.Update(Row(number))), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var sums = await Task.WhenAll(readers).WaitAsync(Patience);

        Assert.That(await writer.WaitAsync(Patience), Is.True);
        Assert.That(sums, Is.All.EqualTo(Enumerable.Range(0, Rows).Sum(number => number + Rows - number)));
        Assert.That(watch.Calls, Is.GreaterThan(Threads * Rows), "the watch saw them");
        Assert.That(watch.Most, Is.EqualTo(1));
    }

    // All of a reader on one thread, as LiteDB wants it.
    [Test]
    public void A_checkpoint_waits_for_who_reads_and_who_reads_goes_on()
    {
        using var stream = new MemoryStream();
        using var log = new MemoryStream();
        using var database = new LiteDatabase(new SerialEngine(new LiteEngine(new EngineSettings { DataStream = stream, LogStream = log })));
        var rows = database.GetCollection("rows");
        rows.Insert(Enumerable.Range(0, Rows).Select(Row));
        using var reader = rows.Query().ExecuteReader();
        Assert.That(reader.Read(), Is.True);

        var checkpoint = Task.Run(database.Checkpoint);
        var others = Task.Run(() => rows.FindById(7)["value"].AsInt32);
        Assert.That(others.Wait(Patience), Is.True);
        var read = 1;
        while (reader.Read())
        {
            read++;
        }

        Assert.That((others.Result, read, checkpoint.IsCompleted), Is.EqualTo((7, Rows, false)));
        reader.Dispose();
        Assert.That(checkpoint.Wait(Patience), Is.True);
        Assert.That(rows.FindById(7)["value"].AsInt32, Is.EqualTo(7));
    }

    [TestCase(true, ExpectedResult = 10)]
    [TestCase(false, ExpectedResult = 1)]
    public int Who_changes_something_waits_for_anothers_transaction_and_who_reads_does_not(bool isKept)
    {
        using var stream = new MemoryStream();
        using var log = new MemoryStream();
        using var database = new LiteDatabase(new SerialEngine(new LiteEngine(new EngineSettings { DataStream = stream, LogStream = log })));
        var rows = database.GetCollection("rows");
        rows.Insert(Row(1));
        Assert.That(database.BeginTrans(), Is.True);
        rows.Update(new BsonDocument { ["_id"] = 1, ["value"] = 10 });

        var other = Task.Run(() => rows.Insert(Row(2)));
        var seen = Task.Run(() => rows.FindById(1)["value"].AsInt32);
        Assert.That(seen.Wait(Patience), Is.True);
        Assert.That((seen.Result, other.IsCompleted), Is.EqualTo((1, false)));
        Assert.That(isKept ? database.Commit() : database.Rollback(), Is.True);
        Assert.That(other.Wait(Patience), Is.True);
        Assert.That(rows.FindById(2), Is.Not.Null);
        return rows.FindById(1)["value"].AsInt32;
    }

    private static BsonDocument Row(int number) => new() { ["_id"] = number, ["value"] = number };

    private sealed class Watch
    {
        private int inside;
        private int most;
        private int calls;

        public int Most => Volatile.Read(ref most);

        public int Calls => Volatile.Read(ref calls);

        public void Enter()
        {
            Interlocked.Increment(ref calls);
            var now = Interlocked.Increment(ref inside);
            if (now > 1)
            {
                Interlocked.Exchange(ref most, now);
            }
            else
            {
                Interlocked.CompareExchange(ref most, 1, 0);
            }

            // Another that may come in has the processor now.
            Thread.Yield();
        }

        public void Leave() => Interlocked.Decrement(ref inside);
    }

    /// <summary>Passes every call on, and its readers watched as well.</summary>
    private class Watched<T> : DispatchProxy
        where T : class
    {
        private T inner = null!;
        private Watch watch = null!;

        public static T Of(T inner, Watch watch)
        {
            var proxy = Create<T, Watched<T>>();
            ((Watched<T>)(object)proxy).inner = inner;
            ((Watched<T>)(object)proxy).watch = watch;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            // What a reader holds already touches no page.
            if (targetMethod!.IsSpecialName)
            {
                return targetMethod.Invoke(inner, args);
            }

            watch.Enter();
            try
            {
                var result = targetMethod.Invoke(inner, args);
                return result is IBsonDataReader reader ? Watched<IBsonDataReader>.Of(reader, watch) : result;
            }
            finally
            {
                watch.Leave();
            }
        }
    }
}
