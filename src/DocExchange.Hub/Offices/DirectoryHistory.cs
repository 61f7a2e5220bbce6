using System.Collections.Concurrent;
using DocExchange.Core.Statements;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Ledger;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Offices;

/// <summary>Where in the ledger each directory version was published. Reads only what everybody's mailbox holds.</summary>
internal sealed class DirectoryHistory(ICatalogue catalogue, DocumentReplay replay)
{
    private const int PageSize = 200;

    private readonly ConcurrentDictionary<long, (long Version, Digest Directory)?> published = new();
    private readonly ConcurrentDictionary<long, long> indexes = new();

    public long? IndexOf(long version)
    {
        if (indexes.TryGetValue(version, out var known))
        {
            return known;
        }

        foreach (var index in All())
        {
            if (At(index) is { } found)
            {
                indexes.TryAdd(found.Version, index);
                if (found.Version == version)
                {
                    return index;
                }
            }
        }

        return null;
    }

    /// <summary>The ledger index of the newest version; null in an empty ledger.</summary>
    public long? Newest() => All().Where(index => At(index) is not null).Select(index => (long?)index).LastOrDefault();

    /// <summary>Where each version was published, in the order of the ledger.</summary>
    public IReadOnlyList<(long Index, Digest Directory)> Published() =>
        [.. All().Select(index => (Index: index, Found: At(index))).Where(each => each.Found is not null).Select(each => (each.Index, each.Found!.Value.Directory))];

    public Digest DigestAt(long index) => At(index)?.Directory ?? throw new InvalidOperationException($"Ledger entry {index} publishes no directory.");

    private (long Version, Digest Directory)? At(long index) => published.GetOrAdd(index, at =>
        replay.Read(at).Statement.Body is DirectoryPublishedBody body ? (body.Version, body.Directory) : null);

    private IEnumerable<long> All()
    {
        for (var from = 0L; ;)
        {
            var page = catalogue.Mailbox(CatalogueRow.Everyone, from, PageSize);
            foreach (var index in page)
            {
                yield return index;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }

            from = page[^1] + 1;
        }
    }
}
