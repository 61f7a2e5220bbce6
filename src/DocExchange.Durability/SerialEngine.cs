using LiteDB;
using LiteDB.Engine;

namespace DocExchange.Durability;

/// <summary>
/// LiteDB with one thread at a time inside it. LiteDB gives a page of its cache to a reader first and counts the reader
/// afterwards; a thread that looks for room in between takes the page away and fills it with another, and the first reads
/// that instead, or copies it into what it writes (LiteDB 5.0.20, <c>MemoryCache.GetReadablePage</c> beside <c>Extend</c>).
/// </summary>
/// <remarks>
/// Between two rows of a reader and between two steps of a transaction others have their turn; whoever changes something
/// waits for another's transaction to end, and a checkpoint for the readers that are open. LiteDB reads one page at a time of
/// its stream as it is, so what is given away is small.
/// </remarks>
/// <param name="engine">Disposed with this.</param>
public sealed class SerialEngine(ILiteEngine engine) : ILiteEngine
{
    /// <summary>How long a checkpoint waits for open readers: LiteDB's own limit.</summary>
    private static readonly TimeSpan CheckpointWait = TimeSpan.FromMinutes(1);

    private readonly object gate = new();
    private Thread? transacting;
    private int reading;

    public bool BeginTrans() => Change(() =>
    {
        var isNew = engine.BeginTrans();
        transacting = Thread.CurrentThread;
        return isNew;
    });

    public bool Commit() => End(engine.Commit);

    public bool Rollback() => End(engine.Rollback);

    public IBsonDataReader Query(string collection, Query query)
    {
        lock (gate)
        {
            var reader = new Reader(this, engine.Query(collection, query));
            reading++;
            return reader;
        }
    }

    /// <exception cref="TimeoutException">Somebody reads since a minute; nothing was done.</exception>
    public int Checkpoint()
    {
        var until = Environment.TickCount64 + (long)CheckpointWait.TotalMilliseconds;
        lock (gate)
        {
            while (reading > 0 || IsAnothersTransaction)
            {
                var left = until - Environment.TickCount64;
                if (left <= 0 || !Monitor.Wait(gate, TimeSpan.FromMilliseconds(left)))
                {
                    throw new TimeoutException($"The log of a database could not be worked into it: somebody is reading or writing since {CheckpointWait.TotalSeconds:0} s.");
                }
            }

            return engine.Checkpoint();
        }
    }

    public long Rebuild(RebuildOptions options) => Change(() => engine.Rebuild(options));

    public int Insert(string collection, IEnumerable<BsonDocument> docs, BsonAutoId autoId) => Change(() => engine.Insert(collection, docs, autoId));

    public int Update(string collection, IEnumerable<BsonDocument> docs) => Change(() => engine.Update(collection, docs));

    public int UpdateMany(string collection, BsonExpression transform, BsonExpression predicate) => Change(() => engine.UpdateMany(collection, transform, predicate));

    public int Upsert(string collection, IEnumerable<BsonDocument> docs, BsonAutoId autoId) => Change(() => engine.Upsert(collection, docs, autoId));

    public int Delete(string collection, IEnumerable<BsonValue> ids) => Change(() => engine.Delete(collection, ids));

    public int DeleteMany(string collection, BsonExpression predicate) => Change(() => engine.DeleteMany(collection, predicate));

    public bool DropCollection(string name) => Change(() => engine.DropCollection(name));

    public bool RenameCollection(string name, string newName) => Change(() => engine.RenameCollection(name, newName));

    public bool EnsureIndex(string collection, string name, BsonExpression expression, bool unique) => Change(() => engine.EnsureIndex(collection, name, expression, unique));

    public bool DropIndex(string collection, string name) => Change(() => engine.DropIndex(collection, name));

    public BsonValue Pragma(string name)
    {
        lock (gate)
        {
            return engine.Pragma(name);
        }
    }

    public bool Pragma(string name, BsonValue value) => Change(() => engine.Pragma(name, value));

    public void Dispose()
    {
        lock (gate)
        {
            engine.Dispose();
            transacting = null;
            Monitor.PulseAll(gate);
        }
    }

    private bool IsAnothersTransaction => transacting is { } other && other != Thread.CurrentThread;

    // Waits outside LiteDB, which would wait inside for what only the other can end.
    private T Change<T>(Func<T> change)
    {
        lock (gate)
        {
            while (IsAnothersTransaction)
            {
                Monitor.Wait(gate);
            }

            return change();
        }
    }

    private bool End(Func<bool> end)
    {
        lock (gate)
        {
            try
            {
                return end();
            }
            finally
            {
                if (!IsAnothersTransaction)
                {
                    transacting = null;
                    Monitor.PulseAll(gate);
                }
            }
        }
    }

    private sealed class Reader(SerialEngine owner, IBsonDataReader rows) : IBsonDataReader
    {
        private bool isDisposed;

        public BsonValue this[string field] => rows[field];

        public string Collection => rows.Collection;

        public BsonValue Current => rows.Current;

        public bool HasValues => rows.HasValues;

        public bool Read()
        {
            lock (owner.gate)
            {
                return rows.Read();
            }
        }

        public void Dispose()
        {
            lock (owner.gate)
            {
                if (isDisposed)
                {
                    return;
                }

                isDisposed = true;
                try
                {
                    rows.Dispose();
                }
                finally
                {
                    owner.reading--;
                    Monitor.PulseAll(owner.gate);
                }
            }
        }
    }
}
