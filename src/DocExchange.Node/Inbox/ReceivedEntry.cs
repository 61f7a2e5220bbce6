using DocExchange.Core.Ledger;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;

namespace DocExchange.Node.Inbox;

/// <summary>A ledger entry as it came, taken apart as far as it could be.</summary>
/// <param name="Signed">Null where the bytes are no statement; <paramref name="Fault"/> says why.</param>
internal sealed record ReceivedEntry(long Index, ReadOnlyMemory<byte> Bytes, LedgerEntry? Entry, SignedStatement? Signed, string? Fault)
{
    /// <summary>It was kept before; if other bytes were, an alarm says so.</summary>
    public bool IsKnown { get; init; }

    public Statement? Statement => Signed?.Statement;

    /// <summary>The fault in Chinese; null where there is none.</summary>
    public string? FaultChinese { get; init; }

    /// <summary>Believed, so it counts.</summary>
    public LoggedStatement? Logged => Fault is null && Entry is not null && Signed is not null
        ? new LoggedStatement(Index, Entry.ReceivedAt, Signed.Id, Signed.Statement)
        : null;

    /// <summary>Reads the bytes without judging them. Never throws for what they hold.</summary>
    public static ReceivedEntry Read(long index, ReadOnlyMemory<byte> bytes, Func<Digest, byte[]?> objects)
    {
        LedgerEntry? entry = null;
        try
        {
            entry = LedgerEntry.Parse(bytes);
            return new ReceivedEntry(index, bytes, entry, SignedStatement.Parse(entry.Statement, objects), null);
        }
        catch (FormatException fault)
        {
            return new ReceivedEntry(index, bytes, entry, null, fault.Message) { FaultChinese = FaultWords.Of(fault) };
        }
    }
}
