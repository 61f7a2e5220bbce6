using System.Collections.Concurrent;

namespace DocExchange.Trust.Keys;

/// <summary>
/// Instances of a class that is not documented as safe for concurrent use: each is lent to one caller at a time.
/// At most <see cref="MaxIdle"/> are kept. What comes back after <see cref="Dispose"/> is disposed of.
/// </summary>
internal sealed class InstancePool<T>(Func<T> create) : IDisposable
    where T : class
{
    private const int MaxIdle = 8;

    private readonly ConcurrentBag<T> idle = [];
    private int idleCount;
    private volatile bool isDisposed;

    public T Rent()
    {
        if (idle.TryTake(out var instance))
        {
            Interlocked.Decrement(ref idleCount);
            return instance;
        }

        return create();
    }

    public void Return(T instance)
    {
        if (isDisposed || Interlocked.Increment(ref idleCount) > MaxIdle)
        {
            Interlocked.Decrement(ref idleCount);
            (instance as IDisposable)?.Dispose();
            return;
        }

        idle.Add(instance);
        if (isDisposed)
        {
            Drain();
        }
    }

    public void Dispose()
    {
        isDisposed = true;
        Drain();
    }

    private void Drain()
    {
        while (idle.TryTake(out var instance))
        {
            (instance as IDisposable)?.Dispose();
        }
    }
}
