using DocExchange.Hub.Catalogue;
using Lucene.Net.Search;

namespace DocExchange.Hub.FullText;

/// <summary>The index proposes; the catalogue, which knows each document as it is now, decides what matches and who may see it.</summary>
internal sealed class IndexProposals(FullTextIndex index, ICatalogue catalogue)
{
    private const int Scan = 5_000;
    private const int AtOnce = 200;

    /// <summary>Newest first. A page looks at so many documents at most, then says where to go on.</summary>
    /// <param name="newer">What is found already, newer than all that the index is asked for.</param>
    /// <param name="before">The index is asked for documents dispatched below this ledger index.</param>
    /// <param name="size">The ledger size that the answer reflects.</param>
    /// <returns>Null where the index cannot be read: its files are damaged or were just put aside; the feed makes them anew.</returns>
    public SearchPage? Search(Query words, SearchQuery query, IReadOnlyList<DocumentSnapshot> newer, long before, long size)
    {
        var found = newer.Take(query.PageSize).ToList();
        if (found.Count == query.PageSize)
        {
            return new SearchPage(found, found[^1].DispatchedIndex, size);
        }

        for (var seen = 0; seen < Scan;)
        {
            var limit = seen == 0 ? Math.Min(AtOnce, query.PageSize) : AtOnce;
            if (Propose(words, query, before, limit) is not { } page)
            {
                return null;
            }

            foreach (var (id, order) in page)
            {
                before = order;
                seen++;
                if (catalogue.Find(id) is { } document && CatalogueDocuments.Matches(document, query))
                {
                    found.Add(document);
                }

                if (found.Count == query.PageSize)
                {
                    return new SearchPage(found, before, size);
                }
            }

            if (page.Count < limit)
            {
                return new SearchPage(found, null, size);
            }
        }

        return new SearchPage(found, before, size);
    }

    private IReadOnlyList<(Core.Documents.DocumentId Id, long Order)>? Propose(Query words, SearchQuery query, long before, int limit)
    {
        try
        {
            return index.Find(words, query, before, limit);
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException or IndexOutOfRangeException or FormatException)
        {
            return null;
        }
    }
}
