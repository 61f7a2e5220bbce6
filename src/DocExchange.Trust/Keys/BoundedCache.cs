using System.Diagnostics.CodeAnalysis;

namespace DocExchange.Trust.Keys;

/// <summary>
/// Keeps the <paramref name="capacity"/> most recently used values. A value that is pushed out is left to the
/// garbage collector, since someone may still be using it. Safe for concurrent use.
/// </summary>
internal sealed class BoundedCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Lock gate = new();
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> byKey = [];
    private readonly LinkedList<(TKey Key, TValue Value)> byUse = new();

    public int Count
    {
        get
        {
            lock (gate)
            {
                return byKey.Count;
            }
        }
    }

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (gate)
        {
            if (!byKey.TryGetValue(key, out var node))
            {
                value = default;
                return false;
            }

            if (node != byUse.First)
            {
                byUse.Remove(node);
                byUse.AddFirst(node);
            }

            value = node.Value.Value;
            return true;
        }
    }

    public void Put(TKey key, TValue value)
    {
        lock (gate)
        {
            if (byKey.Remove(key, out var former))
            {
                byUse.Remove(former);
            }
            else if (byKey.Count >= capacity && byUse.Last is { } oldest)
            {
                byUse.RemoveLast();
                byKey.Remove(oldest.Value.Key);
            }

            byKey[key] = byUse.AddFirst((key, value));
        }
    }
}
