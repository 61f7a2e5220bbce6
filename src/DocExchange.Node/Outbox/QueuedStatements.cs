using DocExchange.Core.Statements;
using DocExchange.Node.Records;

namespace DocExchange.Node.Outbox;

/// <summary>What waits is read at every act on its document: the last ones stay in memory, by the digest of their bytes.</summary>
internal sealed class QueuedStatements
{
    /// <summary>About 2 MB.</summary>
    private const int MaxReadAlready = 300;

    private readonly Lock reading = new();
    private readonly Dictionary<string, SignedStatement> readAlready = [];
    private readonly Queue<string> oldest = new();

    public SignedStatement Of(QueuedRow row)
    {
        lock (reading)
        {
            if (readAlready.TryGetValue(row.Statement, out var known))
            {
                return known;
            }
        }

        var read = SignedStatement.Parse(row.Cms, _ => row.RecipientObject);
        lock (reading)
        {
            if (readAlready.TryAdd(row.Statement, read))
            {
                oldest.Enqueue(row.Statement);
                if (oldest.Count > MaxReadAlready)
                {
                    readAlready.Remove(oldest.Dequeue());
                }
            }
        }

        return read;
    }
}
