namespace DocExchange.Durability;

/// <summary>
/// Lets the two files of a LiteDB database be copied as they stood at one moment. Between two checkpoints of LiteDB the data
/// file does not change, and its log only grows. While a copy is taken a checkpoint therefore waits before it writes;
/// transactions go on, unless LiteDB wants a checkpoint after one.
/// </summary>
internal sealed class PageGate
{
    private readonly object gate = new();
    private int copies;

    /// <summary>Adds to the log. What is read of it under <see cref="Still{T}"/> ends with a whole page.</summary>
    public void Append(Action write)
    {
        lock (gate)
        {
            write();
        }
    }

    /// <summary>Writes over pages, or empties the log: only while nobody copies.</summary>
    public void Overwrite(Action write)
    {
        lock (gate)
        {
            while (copies > 0)
            {
                Monitor.Wait(gate);
            }

            write();
        }
    }

    /// <summary>Nothing is written while this runs.</summary>
    public T Still<T>(Func<T> look)
    {
        lock (gate)
        {
            return look();
        }
    }

    /// <summary>No page is written over while this runs.</summary>
    public void Copy(Action copy)
    {
        lock (gate)
        {
            copies++;
        }

        try
        {
            copy();
        }
        finally
        {
            lock (gate)
            {
                copies--;
                Monitor.PulseAll(gate);
            }
        }
    }
}
