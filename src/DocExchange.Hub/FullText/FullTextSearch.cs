using DocExchange.Core.Refusals;
using DocExchange.Hub.Catalogue;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace DocExchange.Hub.FullText;

/// <summary>Finds documents by the words in them, beside everything else that can be asked.</summary>
internal sealed class FullTextSearch(FullTextIndex index, IndexProposals proposals)
{
    private const int MaxWords = 16;

    private readonly QueryBuilder builder = new(new BodyAnalyzer(withSingles: false));

    /// <summary>The ledger size that searches by words reflect; 0 while the index is made anew.</summary>
    public long Size => index.Progress.Size;

    /// <param name="text">Words that each must occur; one without blanks as it stands.</param>
    /// <exception cref="RefusedException">There is no word in it, there are too many, or the index is being repaired.</exception>
    public SearchPage Search(SearchQuery query, string text) =>
        proposals.Search(Parse(text), query, [], query.Before ?? long.MaxValue, Size)
        ?? throw new RefusedException(Refusal.Busy, "全文索引正在重建，请稍后再试，或按文号、标题检索。", "The full-text index is being made anew; try again later, or search by number or title.");

    private BooleanQuery Parse(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > MaxWords)
        {
            throw new RefusedException(Refusal.TooLarge, $"全文检索最多 {MaxWords} 个词。", $"Full text is searched for at most {MaxWords} words.");
        }

        var all = new BooleanQuery();
        foreach (var query in words.Select(word => builder.CreatePhraseQuery(FullTextIndex.TextField, word)).OfType<Query>())
        {
            all.Add(query, Occur.MUST);
        }

        return all.Clauses.Count > 0
            ? all
            : throw new RefusedException(Refusal.FormatFailure, "请输入要检索的文字。", "There is no word to search for.");
    }
}
