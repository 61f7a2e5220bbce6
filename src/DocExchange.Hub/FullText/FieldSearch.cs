using DocExchange.Core.Documents;
using DocExchange.Hub.Catalogue;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace DocExchange.Hub.FullText;

/// <summary>
/// Finds documents by title, type, dates and offices. What the catalogue's own keys answer is asked of it alone; of
/// anything else it would read one document after the other, and the index proposes instead. Documents the index does not have
/// yet are taken from the catalogue; recipients added by a resend are found when the index has it, seconds later.
/// </summary>
internal sealed class FieldSearch(FullTextIndex index, IndexProposals proposals, ICatalogue catalogue)
{
    /// <summary>With more documents behind the index, or no index, the catalogue reads through its own.</summary>
    private const int MostNewer = 500;

    /// <summary>Of the words of a title; the catalogue holds what is proposed against all of them.</summary>
    private const int MaxRuns = 16;

    private readonly QueryBuilder builder = new(new BodyAnalyzer(withSingles: false));

    public SearchPage Search(SearchQuery query)
    {
        var (indexed, size) = (index.Progress.Size, catalogue.ProjectedSize);
        if (indexed == 0 || IsKeyed(query))
        {
            return catalogue.Search(query);
        }

        var before = query.Before ?? long.MaxValue;
        var newer = before <= indexed ? [] : catalogue.DispatchedAfter(indexed - 1, MostNewer + 1);
        return newer.Count > MostNewer
            ? catalogue.Search(query)
            : proposals.Search(Words(query.TitleWords), query, Newest(newer, query, before), Math.Min(before, indexed), size) ?? catalogue.Search(query);
    }

    private static bool IsKeyed(SearchQuery query)
    {
        var isNarrowed = query.TitleWords.Count > 0 || query.Type is not null || query.From is not null || query.Until is not null;
        var isOfOneOffice = query.Parties is null ? query.Offices.Count <= 1 : query.Parties.Count == 1 && query.Offices.Count == 0;
        // A whole number is that of one document, or of a few; of its beginning there may be any number.
        return query.Number is { Length: > 0 } number ? DocumentNumber.TryParse(number, out var whole) && whole.ToString() == number : !isNarrowed && isOfOneOffice;
    }

    private static List<DocumentSnapshot> Newest(IEnumerable<DocumentSnapshot> documents, SearchQuery query, long before) =>
        [.. documents.Where(document => document.DispatchedIndex < before && CatalogueDocuments.Matches(document, query)).OrderByDescending(document => document.DispatchedIndex)];

    /// <summary>
    /// What the titles with all the words have in common for the index, and others may: runs of Chinese characters as phrases,
    /// runs of letters and digits as its words, or as their beginnings, ends or parts where no Chinese character stands beside them.
    /// </summary>
    private Query Words(IEnumerable<string> words)
    {
        var all = new BooleanQuery();
        foreach (var run in words.SelectMany(Runs).Take(MaxRuns))
        {
            // Null for characters that are no word to the index.
            var query = char.IsAscii(run.Text[0]) ? Latin(run) : builder.CreatePhraseQuery(FullTextIndex.TitleField, run.Text);
            if (query is not null)
            {
                all.Add(query, Occur.MUST);
            }
        }

        return all.Clauses.Count > 0 ? all : new MatchAllDocsQuery();
    }

    // Whatever begins or ends with anything has the index look at each of its words.
    private static Query Latin(Run run)
    {
        var term = new Term(FullTextIndex.TitleField, run.Text.ToLowerInvariant());
        return (run.IsBegun, run.IsEnded) switch
        {
            (true, true) => new TermQuery(term),
            (true, false) => new PrefixQuery(term),
            (false, true) => new WildcardQuery(new Term(term.Field, $"*{term.Text}")),
            _ => new WildcardQuery(new Term(term.Field, $"*{term.Text}*")),
        };
    }

    private static IEnumerable<Run> Runs(string word)
    {
        for (var start = 0; start < word.Length;)
        {
            var kind = KindOf(word[start]);
            var end = start + 1;
            while (end < word.Length && KindOf(word[end]) == kind)
            {
                end++;
            }

            if (kind != Kind.Other)
            {
                yield return new Run(word[start..end], start > 0 && KindOf(word[start - 1]) == Kind.Chinese, end < word.Length && KindOf(word[end]) == Kind.Chinese);
            }

            start = end;
        }
    }

    private static Kind KindOf(char character) =>
        char.IsAsciiLetterOrDigit(character) ? Kind.Latin
        : character is >= '\u4E00' and <= '\u9FFF' ? Kind.Chinese
        : Kind.Other;

    /// <param name="IsBegun">A Chinese character stands before it: a word of the index begins with it.</param>
    /// <param name="IsEnded">One stands behind it: a word ends with it.</param>
    private sealed record Run(string Text, bool IsBegun, bool IsEnded);

    private enum Kind
    {
        Other,
        Latin,
        Chinese,
    }
}
