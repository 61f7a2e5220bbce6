using System.Globalization;
using DocExchange.Core.Documents;
using DocExchange.Hub.Catalogue;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Store;
using LuceneDirectory = Lucene.Net.Store.Directory;

namespace DocExchange.Hub.FullText;

/// <summary>
/// All documents by title, number, type, date and office, and the words of accepted ones: of bodies, titles and attachments' names. Derived and disposable; one that cannot be
/// read, or is of another form, is removed and made anew. Searches see what was committed last. Safe for concurrent use; one
/// caller writes.
/// </summary>
internal sealed class FullTextIndex : IDisposable
{
    public const string TitleField = "title";
    public const string TextField = "text";

    private const int RamBufferMiB = 16;

    /// <summary>Of all entries, the newest sixteenth is searched first.</summary>
    private const int OfAll = 16;

    private readonly string folder;
    private readonly System.Threading.Lock gate = new();
    private volatile Opened opened;

    public FullTextIndex(string folder)
    {
        this.folder = folder;
        opened = Open(folder);
    }

    public FullTextProgress Progress => opened.Progress;

    /// <summary>Puts a document in, or in place of what it was; seen after the next <see cref="Commit"/>.</summary>
    /// <param name="texts">Null for one that is not accepted: its words are nobody's to find yet.</param>
    public void Put(DocumentSnapshot document, IEnumerable<string>? texts)
    {
        var at = (document.AcceptedAt ?? document.DispatchedAt).ToUnixTimeMilliseconds();
        var entry = new Document
        {
            new StringField("id", document.Id.ToString(), Field.Store.YES),
            new Int64Field("order", document.DispatchedIndex, Field.Store.YES),
            new NumericDocValuesField("sort", document.DispatchedIndex),
            new Int64Field("at", at, Field.Store.NO),

            // What is not accepted may be by now, at any later time.
            new Int64Field("atMost", document.AcceptedAt is null ? long.MaxValue : at, Field.Store.NO),
            new StringField("type", document.Type, Field.Store.NO),
            new TextField(TitleField, document.Title, Field.Store.NO),
        };
        for (var length = 1; length <= document.Number.Length; length++)
        {
            // Every beginning is a term: the numbers of a year are found without walking through them.
            entry.Add(new StringField("number", document.Number[..length], Field.Store.NO));
        }

        foreach (var party in document.Parties)
        {
            entry.Add(new StringField("party", party, Field.Store.NO));
        }

        foreach (var text in texts?.Prepend(document.Title) ?? [])
        {
            entry.Add(new TextField(TextField, text, Field.Store.NO));
        }

        opened.Writer.UpdateDocument(new Term("id", document.Id.ToString()), entry);
    }

    /// <summary>What was put in is on disk and found from now on.</summary>
    public void Commit(FullTextProgress progress)
    {
        var now = opened;
        now.Writer.SetCommitData(progress.Write());
        now.Writer.Commit();
        now.Searchers.MaybeRefreshBlocking();
        now.Progress = progress;
    }

    /// <summary>Documents that answer the query but for words of the title, newest first.</summary>
    /// <param name="before">Only those dispatched below this ledger index; the largest for all.</param>
    /// <returns>Each with the ledger index of its Dispatched; fewer than <paramref name="limit"/> when there are no more.</returns>
    /// <exception cref="IOException">The index is damaged.</exception>
    public IReadOnlyList<(DocumentId Id, long Order)> Find(Query text, SearchQuery query, long before, int limit)
    {
        var (searchers, size) = (opened.Searchers, opened.Progress.Size);
        var searcher = searchers.Acquire();
        try
        {
            // The index goes through documents from the oldest on. Of what many have, a page is full with the newest.
            var end = Math.Min(before, size);
            var recent = end - (end / OfAll);
            var newest = Newest(searcher, Filtered(text, query, recent, before), limit);
            return newest.Count == limit || recent <= 0 ? newest : [.. newest, .. Newest(searcher, Filtered(text, query, 0, recent), limit - newest.Count)];
        }
        finally
        {
            searchers.Release(searcher);
        }
    }

    /// <summary>Lets go of the files and opens them again; what was not committed is lost, what cannot be read is removed.</summary>
    public void Reopen()
    {
        lock (gate)
        {
            opened.Dispose();
            opened = Open(folder);
        }
    }

    /// <summary>Removes everything, to be made anew.</summary>
    public void Clear()
    {
        lock (gate)
        {
            opened.Dispose();
            Remove(folder);
            opened = Open(folder);
        }
    }

    public static void Remove(string folder)
    {
        if (System.IO.Directory.Exists(folder))
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            opened.Dispose();
        }
    }

    private static List<(DocumentId Id, long Order)> Newest(IndexSearcher searcher, Query query, int limit) =>
    [
        .. searcher.Search(query, null, limit, new Sort(new SortField("sort", SortFieldType.INT64, reverse: true))).ScoreDocs.Select(hit => searcher.Doc(hit.Doc)).Select(found => (
            DocumentId.Parse(found.Get("id", CultureInfo.InvariantCulture)),
            long.Parse(found.Get("order", CultureInfo.InvariantCulture), NumberStyles.None, CultureInfo.InvariantCulture))),
    ];

    private static BooleanQuery AnyParty(IEnumerable<string> parties)
    {
        var any = new BooleanQuery();
        foreach (var party in parties)
        {
            any.Add(new TermQuery(new Term("party", party)), Occur.SHOULD);
        }

        return any;
    }

    private static BooleanQuery Filtered(Query text, SearchQuery query, long from, long before)
    {
        var all = new BooleanQuery { { text, Occur.MUST } };
        Require(from > 0 || before < long.MaxValue ? NumericRangeQuery.NewInt64Range("order", from, before, true, false) : null);
        Require(query.Number is { Length: > 0 } number ? new TermQuery(new Term("number", number)) : null);
        Require(query.Offices.Count > 0 ? AnyParty(query.Offices) : null);
        Require(query.Type is { } type ? new TermQuery(new Term("type", type)) : null);
        Require(query.From is { } since ? NumericRangeQuery.NewInt64Range("atMost", since.ToUnixTimeMilliseconds(), null, true, true) : null);
        Require(query.Until is { } until ? NumericRangeQuery.NewInt64Range("at", null, until.ToUnixTimeMilliseconds(), true, false) : null);
        Require(query.Parties is { } parties ? AnyParty(parties) : null);

        return all;

        void Require(Query? one)
        {
            if (one is not null)
            {
                all.Add(one, Occur.MUST);
            }
        }
    }

    private static Opened Open(string folder)
    {
        try
        {
            return Opened.Of(folder);
        }
        catch (Exception damage) when (damage is IOException or ArgumentException or InvalidOperationException or FormatException or IndexOutOfRangeException or UnauthorizedAccessException)
        {
            Remove(folder);
            return Opened.Of(folder);
        }
    }

    private sealed class Opened(LuceneDirectory files, IndexWriter writer, SearcherManager searchers, FullTextProgress progress) : IDisposable
    {
        private FullTextProgress progress = progress;

        public IndexWriter Writer => writer;

        public SearcherManager Searchers => searchers;

        public FullTextProgress Progress
        {
            get => Volatile.Read(ref progress);
            set => Volatile.Write(ref progress, value);
        }

        public static Opened Of(string folder)
        {
            var files = FSDirectory.Open(folder);
            try
            {
                var writer = new IndexWriter(files, new IndexWriterConfig(BodyAnalyzer.Version, new BodyAnalyzer(withSingles: true)) { OpenMode = OpenMode.CREATE_OR_APPEND, RAMBufferSizeMB = RamBufferMiB });
                try
                {
                    if (FullTextProgress.Read(writer.CommitData) is not { } progress)
                    {
                        progress = FullTextProgress.None;
                        writer.DeleteAll();
                        writer.SetCommitData(progress.Write());
                        writer.Commit();
                    }

                    return new Opened(files, writer, new SearcherManager(files, null), progress);
                }
                catch
                {
                    writer.Rollback();
                    throw;
                }
            }
            catch
            {
                files.Dispose();
                throw;
            }
        }

        // What is not committed is looked at again from the ledger; nothing is finished on the way out.
        public void Dispose()
        {
            searchers.Dispose();
            writer.Rollback();
            files.Dispose();
        }
    }
}
