using DocExchange.Core.Refusals;
using DocExchange.Hub.Catalogue;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace DocExchange.Hub.FullText;

/// <summary>
/// Finds documents by the words in them, beside everything else that can be asked. The index proposes; the catalogue, which
/// knows each document as it is now, decides what matches and who may see it.
/// </summary>
internal sealed class FullTextSearch(FullTextIndex index, ICatalogue catalogue)
{
    private const int MaxWords = 16;
    private const int Scan = 5_000;
    private const int AtOnce = 200;

    private readonly QueryBuilder builder = new(new BodyAnalyzer(withSingles: false));

    /// <summary>The ledger size that searches by words reflect; 0 while the index is made anew.</summary>
    public long Size => index.Progress.Size;

    /// <param name="text">Words that each must occur; one without blanks as it stands.</param>
    /// <exception cref="RefusedException">There is no word in it, there are too many, or the index is being repaired.</exception>
    public SearchPage Search(SearchQuery query, string text)
    {
        var (size, words) = (Size, Parse(text));
        var found = new List<DocumentSnapshot>();
        var before = query.Before ?? long.MaxValue;
        for (var seen = 0; seen < Scan;)
        {
            var page = Propose(words, query, before);
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

            if (page.Count < AtOnce)
            {
                return new SearchPage(found, null, size);
            }
        }

        return new SearchPage(found, before, size);
    }

    private IReadOnlyList<(Core.Documents.DocumentId Id, long Order)> Propose(Query words, SearchQuery query, long before)
    {
        try
        {
            return index.Find(words, query, before, AtOnce);
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException or IndexOutOfRangeException or FormatException)
        {
            // Its files are damaged or were just put aside. The feed makes them anew; the other ways to search go on.
            throw new RefusedException(Refusal.Busy, "全文索引正在重建，请稍后再试，或按文号、标题检索。", "The full-text index is being made anew; try again later, or search by number or title.");
        }
    }

    private BooleanQuery Parse(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > MaxWords)
        {
            throw new RefusedException(Refusal.TooLarge, $"全文检索最多 {MaxWords} 个词。", $"Full text is searched for at most {MaxWords} words.");
        }

        var all = new BooleanQuery();
        foreach (var query in words.Select(word => builder.CreatePhraseQuery("text", word)).OfType<Query>())
        {
            all.Add(query, Occur.MUST);
        }

        return all.Clauses.Count > 0
            ? all
            : throw new RefusedException(Refusal.FormatFailure, "请输入要检索的文字。", "There is no word to search for.");
    }
}
