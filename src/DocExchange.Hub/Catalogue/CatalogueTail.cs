using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;

namespace DocExchange.Hub.Catalogue;

/// <summary>What of the catalogue is not yet in its file, for the questions of the writer and of the mailboxes.</summary>
internal sealed class CatalogueTail
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, CatalogueRow> heads = [];
    private readonly Dictionary<(string Chain, long Number), List<CatalogueRow>> positions = [];
    private readonly Dictionary<DocumentId, List<CatalogueRow>> documents = [];
    private readonly Dictionary<PackageId, List<CatalogueRow>> packages = [];
    private readonly Dictionary<string, (DocumentId? Holder, long Index)> numbers = [];
    private readonly Dictionary<Rejection, long> rejections = [];

    // In ledger order. Long while the projection is far behind: what is asked for is at the end, what goes at the beginning.
    private readonly Dictionary<string, LinkedList<long>> mailboxes = [];

    public void Add(IReadOnlyList<CatalogueRow> rows)
    {
        lock (gate)
        {
            foreach (var row in rows)
            {
                Add(row);
            }
        }
    }

    public void Remove(IReadOnlyList<CatalogueRow> rows)
    {
        lock (gate)
        {
            foreach (var row in rows)
            {
                Remove(row);
            }
        }
    }

    public ChainHead? FindHead(string chainId)
    {
        lock (gate)
        {
            return heads.TryGetValue(chainId, out var row) ? new ChainHead(chainId, row.Chain.Number, row.Statement) : null;
        }
    }

    public IReadOnlyList<(StatementId Statement, long Index)> FindPosition(string chainId, long number)
    {
        lock (gate)
        {
            return positions.TryGetValue((chainId, number), out var rows) ? [.. rows.Select(row => (row.Statement, row.Index))] : [];
        }
    }

    public bool TryFindNumber(string key, out DocumentId? holder)
    {
        lock (gate)
        {
            var isKnown = numbers.TryGetValue(key, out var found);
            holder = found.Holder;
            return isKnown;
        }
    }

    public IReadOnlyList<long> EntriesOf(DocumentId document)
    {
        lock (gate)
        {
            return documents.TryGetValue(document, out var rows) ? [.. rows.Select(row => row.Index)] : [];
        }
    }

    public long? RejectionOf(StatementId statement, PartyId sender)
    {
        lock (gate)
        {
            return rejections.TryGetValue(new Rejection(statement, sender), out var index) ? index : null;
        }
    }

    public DocumentSnapshot? Find(DocumentId document)
    {
        lock (gate)
        {
            return documents.TryGetValue(document, out var rows) ? rows[^1].Document : null;
        }
    }

    public IReadOnlyList<DocumentId> FindByPackage(PackageId package)
    {
        lock (gate)
        {
            return packages.TryGetValue(package, out var rows) ? [.. rows.Select(row => row.Document!.Id).Distinct()] : [];
        }
    }

    /// <summary>In ledger order.</summary>
    public IReadOnlyList<long> Mailbox(string node, long from, int limit)
    {
        lock (gate)
        {
            var found = new List<long>();
            for (var at = mailboxes.GetValueOrDefault(node)?.Last; at is not null && at.Value >= from; at = at.Previous)
            {
                found.Add(at.Value);
            }

            found.Reverse();
            return found.Count <= limit ? found : found[..limit];
        }
    }

    private void Add(CatalogueRow row)
    {
        if (row.TakesPlace)
        {
            heads[row.Chain.ChainId] = row;
        }

        foreach (var number in row.Numbers)
        {
            numbers[number.Key] = (number.Holder, row.Index);
        }

        if (row.Rejection is { } rejected)
        {
            rejections[rejected] = row.Index;
        }

        foreach (var node in row.Mailboxes)
        {
            if (!mailboxes.TryGetValue(node, out var entries))
            {
                mailboxes[node] = entries = [];
            }

            entries.AddLast(row.Index);
        }

        Append(positions, (row.Chain.ChainId, row.Chain.Number), row);
        if (row.Document is not { } document)
        {
            return;
        }

        Append(documents, document.Id, row);
        Append(packages, document.Package, row);
    }

    private void Remove(CatalogueRow row)
    {
        if (heads.TryGetValue(row.Chain.ChainId, out var head) && head.Index <= row.Index)
        {
            heads.Remove(row.Chain.ChainId);
        }

        foreach (var key in row.Numbers.Select(number => number.Key))
        {
            if (numbers.TryGetValue(key, out var number) && number.Index <= row.Index)
            {
                numbers.Remove(key);
            }
        }

        if (row.Rejection is { } rejected)
        {
            rejections.Remove(rejected);
        }

        foreach (var node in row.Mailboxes)
        {
            TakeFirst(node, row.Index);
        }

        Take(positions, (row.Chain.ChainId, row.Chain.Number), row);
        if (row.Document is { } document)
        {
            Take(documents, document.Id, row);
            Take(packages, document.Package, row);
        }
    }

    // Rows leave in the order of the ledger.
    private void TakeFirst(string node, long index)
    {
        if (mailboxes.TryGetValue(node, out var entries))
        {
            while (entries.First is { } first && first.Value <= index)
            {
                entries.RemoveFirst();
            }

            if (entries.Count == 0)
            {
                mailboxes.Remove(node);
            }
        }
    }

    private static void Append<TKey>(Dictionary<TKey, List<CatalogueRow>> lists, TKey key, CatalogueRow row)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = [];
        }

        list.Add(row);
    }

    private static void Take<TKey>(Dictionary<TKey, List<CatalogueRow>> lists, TKey key, CatalogueRow row)
        where TKey : notnull
    {
        if (lists.TryGetValue(key, out var list))
        {
            list.RemoveAll(known => known.Index == row.Index);
            if (list.Count == 0)
            {
                lists.Remove(key);
            }
        }
    }
}
