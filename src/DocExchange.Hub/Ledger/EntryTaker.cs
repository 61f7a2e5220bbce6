using DocExchange.Core.Ledger;
using DocExchange.Core.Statements;
using DocExchange.Hub.Offices;

namespace DocExchange.Hub.Ledger;

/// <summary>Takes into account what lies in the ledger already: at the start, in a rebuild, and after a failed append. For one caller at a time.</summary>
internal sealed class EntryTaker(DocumentReplay replay, LedgerFold fold, DirectoryKeeper directories)
{
    public FoldedEntry Take(long index, ReadOnlyMemory<byte> bytes)
    {
        var logged = replay.Parse(index, LedgerEntry.Parse(bytes));
        if (logged.Statement.Body is DirectoryPublishedBody published)
        {
            directories.Become(directories.Read(published.Directory), index);
        }

        return fold.Take(logged, directories.Current);
    }
}
