using DocExchange.Core.Statements;

namespace DocExchange.Hub.Ledger;

/// <summary>
/// What was last read from the ledger, or written to it: an entry is asked for six times and more within its first second. Entries
/// never change. At most so many bytes of them, the first in goes first. Safe for concurrent use.
/// </summary>
internal sealed class RecentStatements(int mostBytes = RecentStatements.MostBytes)
{
    private const int MostBytes = 4 * 1024 * 1024;

    /// <summary>What each takes besides its bytes: the statement read from them.</summary>
    private const int Overhead = 2 * 1024;

    private readonly Lock guard = new();
    private readonly Dictionary<long, (DateTimeOffset ReceivedAt, SignedStatement Signed)> known = [];
    private readonly Queue<long> inOrder = [];
    private long bytes;

    public (DateTimeOffset ReceivedAt, SignedStatement Signed)? Find(long index)
    {
        lock (guard)
        {
            return known.TryGetValue(index, out var found) ? found : null;
        }
    }

    /// <summary>Only of what is on disk: an entry that could not be written may be followed by another in its place.</summary>
    public void Add(long index, DateTimeOffset receivedAt, SignedStatement signed)
    {
        lock (guard)
        {
            if (!known.TryAdd(index, (receivedAt, signed)))
            {
                return;
            }

            inOrder.Enqueue(index);
            bytes += SizeOf(signed);
            while (bytes > mostBytes)
            {
                var oldest = inOrder.Dequeue();
                bytes -= SizeOf(known[oldest].Signed);
                known.Remove(oldest);
            }
        }
    }

    private static long SizeOf(SignedStatement signed) => signed.Cms.Length + (signed.RecipientObject?.Length ?? 0) + Overhead;
}
