using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using LiteDB;
using static DocExchange.Hub.Catalogue.CatalogueKeys;

namespace DocExchange.Hub.Catalogue;

/// <summary>
/// The collections of the catalogue. All ranges are over the primary key, whose parts are joined by <c>|</c> with
/// numbers padded to sort: LiteDB pages by key quickly, and by skipping slowly.
/// </summary>
internal sealed class CatalogueTables
{
    public const string ArchivedTo = "statementsArchivedTo";

    private const int PageScan = 5_000;
    private const int PageRows = 500;
    private const int MostOfNumber = 1_000;

    private readonly DurableDatabase files;
    private readonly ILiteCollection<BsonDocument> meta;
    private readonly CatalogueCounts counts;
    private readonly ILiteCollection<BsonDocument> heads;
    private readonly ILiteCollection<BsonDocument> positions;
    private readonly ILiteCollection<BsonDocument> documents;
    private readonly ILiteCollection<BsonDocument> documentEntries;
    private readonly ILiteCollection<BsonDocument> parties;
    private readonly ILiteCollection<BsonDocument> packages;
    private readonly ILiteCollection<BsonDocument> numbers;
    private readonly ILiteCollection<BsonDocument> mailboxes;
    private readonly ILiteCollection<BsonDocument> phases;
    private readonly ILiteCollection<BsonDocument> unarchived;
    private readonly ILiteCollection<BsonDocument> awaited;
    private readonly ILiteCollection<BsonDocument> rejections;

    public CatalogueTables(DurableDatabase files, TimeZoneInfo zone)
    {
        this.files = files;
        var database = files.Database;
        meta = Open(database, "meta");
        counts = new CatalogueCounts(meta);
        heads = Open(database, "heads");
        positions = Open(database, "positions");
        documents = Open(database, "documents");
        documents.EnsureIndex("number", "$.number");
        documentEntries = Open(database, "documentEntries");
        parties = Open(database, "parties");
        packages = Open(database, "packages");
        numbers = Open(database, "numbers");
        mailboxes = Open(database, "mailboxes");
        phases = Open(database, "phases");
        unarchived = Open(database, "unarchived");
        awaited = Open(database, "awaited");
        rejections = Open(database, "rejections");
        Supervision = new CatalogueSupervision(Open(database, "inProgress"), Open(database, "due"), Open(database, "tallies"), zone);
        CatalogueForm.Require(meta, isNew: ReadSize() == 0, zone);
    }

    /// <summary>The collections.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "meta", "heads", "positions", "documents", "documentEntries", "parties", "packages", "numbers", "mailboxes", "phases", "unarchived", "awaited", "rejections", "inProgress", "due", "tallies",
    ];

    public CatalogueSupervision Supervision { get; }

    public static BsonMapper Mapper() => new() { EmptyStringToNull = false, TrimWhitespace = false };

    public long ReadSize() => meta.FindById("size")?["value"].AsInt64 ?? 0;

    public long ReadStatementsArchivedTo() => meta.FindById(ArchivedTo)?["value"].AsInt64 ?? 0;

    public void WriteStatementsArchivedTo(long index) => Transact(() => meta.Upsert(new BsonDocument { ["_id"] = ArchivedTo, ["value"] = index }));

    /// <summary>All rows of a batch and the size they reach, in one transaction.</summary>
    public void Write(IReadOnlyList<CatalogueRow> batch) => Transact(() =>
    {
        positions.Upsert(batch.Select(row => new BsonDocument { ["_id"] = PositionKey(row.Chain.ChainId, row.Chain.Number) + row.Statement, ["index"] = row.Index }));
        documentEntries.Upsert(batch.Where(row => row.Document is not null).Select(row => new BsonDocument { ["_id"] = EntryKey(row.Document!.Id, row.Index) }));
        mailboxes.Upsert(batch.SelectMany(row => row.Mailboxes.Select(node => new BsonDocument { ["_id"] = MailboxKey(node, row.Index) })));
        WriteHeads(batch);
        WriteNumbers(batch);
        rejections.Upsert(batch.Where(row => row.Rejection is not null).Select(row => new BsonDocument { ["_id"] = RejectionKey(row.Rejection!.Statement, row.Rejection.Sender), ["index"] = row.Index }));
        var added = batch.Where(row => row.Document is not null).GroupBy(row => row.Document!.Id)
            .Count(last => WriteDocument(last.Last().Document!, last.Any(row => row.Type is StatementType.Dispatched or StatementType.Resent)));
        counts.Add(added, 0);
        Supervision.Write(batch);
        meta.Upsert(new BsonDocument { ["_id"] = "size", ["value"] = batch[^1].Index + 1 });
    });

    public ChainHead? FindHead(string chainId) =>
        heads.FindById(chainId) is { } row ? new ChainHead(chainId, row["number"].AsInt64, StatementId.Parse(row["statement"].AsString)) : null;

    public IEnumerable<(StatementId Statement, long Index)> FindPosition(string chainId, long number)
    {
        var prefix = PositionKey(chainId, number);
        return Range(positions, prefix, prefix + "~", 1_000).Select(row => (StatementId.Parse(row["_id"].AsString[prefix.Length..]), row["index"].AsInt64)).ToList();
    }

    public DocumentId? HolderOfNumber(string key) => numbers.FindById(key) is { } row ? DocumentId.Parse(row["document"].AsString) : null;

    /// <summary>Every document whose Dispatched promised this package.</summary>
    public IEnumerable<DocumentId> FindByPackage(PackageId package) =>
        Range(packages, $"{package}|", $"{package}|~", int.MaxValue).Select(row => DocumentId.Parse(row["document"].AsString)).ToList();

    public IEnumerable<long> EntriesOf(DocumentId document) =>
        Range(documentEntries, $"{document}|", $"{document}|~", int.MaxValue).Select(row => IndexOf(row["_id"].AsString)).ToList();

    public IReadOnlyList<DocumentSnapshot> Find(IEnumerable<DocumentId> found) => [.. found.Select(Find).OfType<DocumentSnapshot>()];

    public DocumentSnapshot? Find(DocumentId document) => documents.FindById(document.ToString()) is { } row ? CatalogueDocuments.Read(row) : null;

    public IReadOnlyList<DocumentSnapshot> DispatchedAfter(long index, int limit) =>
        Find(Range(parties, $"{CatalogueRow.Everyone}|{Pad(index + 1)}", $"{CatalogueRow.Everyone}|~", limit).Select(row => DocumentId.Parse(row["document"].AsString)));

    public IEnumerable<long> Mailbox(string node, long from, int limit) =>
        Range(mailboxes, MailboxKey(node, from), $"{node}|~", limit).Select(row => IndexOf(row["_id"].AsString)).ToList();

    public IReadOnlyList<DocumentSnapshot> InPhase(DocumentPhase phase) =>
        [.. Range(phases, $"{phase}|", $"{phase}|~", int.MaxValue).Select(row => Find(DocumentId.Parse(row["document"].AsString))!)];

    public IReadOnlyList<DocumentSnapshot> Unarchived(int limit) =>
        [.. Range(unarchived, "", "~", limit).Select(row => Find(DocumentId.Parse(row["document"].AsString))!)];

    public int CountUnarchived(int most) => Range(unarchived, "", "~", most).Count();

    public int CountInPhase(DocumentPhase phase) => Range(phases, $"{phase}|", $"{phase}|~", int.MaxValue).Count();

    /// <summary>Documents that somebody owes an answer to, by deadline, the earliest first.</summary>
    public IReadOnlyList<DocumentSnapshot> Awaited(int limit) =>
        [.. Range(awaited, "", "~", limit).Select(row => Find(DocumentId.Parse(row["document"].AsString))!)];

    public long? RejectionOf(StatementId statement, PartyId sender) => rejections.FindById(RejectionKey(statement, sender)) is { } row ? row["index"].AsInt64 : null;

    public void MarkArchived(IReadOnlyList<(DocumentId Document, string Volume)> archived) => Transact(() =>
    {
        foreach (var (document, volume) in archived)
        {
            if (Find(document) is { } found)
            {
                counts.Add(0, found is { AcceptedAt: not null, Volume.Length: 0 } ? 1 : 0);
                documents.Update(CatalogueDocuments.Write(found with { Volume = volume }));
                unarchived.Delete(Pad(found.DispatchedIndex));
            }
        }
    });

    public (long Documents, long Archived) Count() => counts.Read();

    /// <summary>Newest first. A page looks at so many documents at most, then says where to go on.</summary>
    public (IReadOnlyList<DocumentSnapshot> Documents, long? Next) Search(SearchQuery query)
    {
        var found = new List<DocumentSnapshot>();
        var before = query.Before ?? long.MaxValue;
        var ofNumber = FewOf(query.Number);
        for (var seen = 0; seen < PageScan;)
        {
            var page = NewestBefore(query, ofNumber, before, seen == 0 ? query.PageSize : PageRows);
            if (page.Count == 0)
            {
                return (found, null);
            }

            // One by one: a page is often full before its rows are at an end.
            foreach (var document in page.Select(id => Find(id)!))
            {
                before = document.DispatchedIndex;
                seen++;
                if (CatalogueDocuments.Matches(document, query))
                {
                    found.Add(document);
                    if (found.Count == query.PageSize)
                    {
                        return (found, before);
                    }
                }
            }
        }

        return (found, before);
    }

    // Rows are read, changed and written back by the projection and by the archiver: one at a time.
    private void Transact(Action write) => files.Write(() =>
    {
        write();
        return true;
    });

    // LiteDB shows a new collection to readers a moment before its first page, and a reader in between takes that for
    // damage: every collection exists before anybody reads. The row that made it goes, also where a process was killed before that.
    private static ILiteCollection<BsonDocument> Open(LiteDatabase database, string name)
    {
        var rows = database.GetCollection(name);
        if (!database.CollectionExists(name))
        {
            rows.Insert(new BsonDocument { ["_id"] = "" });
        }

        rows.Delete("");
        return rows;
    }

    /// <summary>Those whose number begins so, newest first; null where more have it: then the newest are looked for as of anything else.</summary>
    private List<DocumentSnapshot>? FewOf(string? number) =>
        number is { Length: > 0 } && documents.Query().Where(Field.Between("number", number, number + "\uFFFF")).Limit(MostOfNumber + 1).ToList() is { Count: <= MostOfNumber } few
            ? [.. few.Select(CatalogueDocuments.Read).OrderByDescending(document => document.DispatchedIndex)]
            : null;

    private List<DocumentId> NewestBefore(SearchQuery query, List<DocumentSnapshot>? ofNumber, long before, int limit)
    {
        if (ofNumber is not null)
        {
            return [.. ofNumber.Where(document => document.DispatchedIndex < before).Select(document => document.Id)];
        }

        var prefix = query.Parties is [var single] ? single : query.Offices is [var only] ? only : CatalogueRow.Everyone;
        return [.. parties.Query().Where(Field.Between(Field.Id, $"{prefix}|", $"{prefix}|{Pad(before - 1)}")).OrderByDescending("_id").Limit(limit).ToEnumerable()
            .Select(row => DocumentId.Parse(row["document"].AsString))];
    }

    private void WriteHeads(IReadOnlyList<CatalogueRow> batch)
    {
        foreach (var chain in batch.Where(row => row.TakesPlace).GroupBy(row => row.Chain.ChainId))
        {
            var last = chain.Last();
            heads.Upsert(new BsonDocument { ["_id"] = chain.Key, ["number"] = last.Chain.Number, ["statement"] = last.Statement.ToString() });
        }
    }

    private void WriteNumbers(IReadOnlyList<CatalogueRow> batch)
    {
        foreach (var number in batch.SelectMany(row => row.Numbers))
        {
            if (number.Holder is { } holder)
            {
                numbers.Upsert(new BsonDocument { ["_id"] = number.Key, ["document"] = holder.ToString() });
            }
            else
            {
                numbers.Delete(number.Key);
            }
        }
    }

    /// <returns>Whether it is new.</returns>
    private bool WriteDocument(DocumentSnapshot document, bool hasNewParties)
    {
        var id = document.Id.ToString();
        var before = Find(document.Id);
        document = document with { Volume = before?.Volume ?? "" };
        documents.Upsert(CatalogueDocuments.Write(document));
        Supervision.Write(document);
        var order = Pad(document.DispatchedIndex);
        if (before is null || hasNewParties)
        {
            packages.Upsert(new BsonDocument { ["_id"] = $"{document.Package}|{id}", ["document"] = id });
            parties.Upsert(document.Parties.Append(CatalogueRow.Everyone).Select(party => new BsonDocument { ["_id"] = $"{party}|{order}", ["document"] = id }));
        }

        if (before?.Phase != document.Phase)
        {
            phases.Delete($"{before?.Phase}|{order}");
            phases.Upsert(new BsonDocument { ["_id"] = $"{document.Phase}|{order}", ["document"] = id });
        }

        if (before?.AwaitedBy is { } noLonger && document.AwaitedBy != noLonger)
        {
            awaited.Delete(DeadlineKey(noLonger, order));
        }

        if (document.AwaitedBy is { } deadline && before?.AwaitedBy != deadline)
        {
            awaited.Upsert(new BsonDocument { ["_id"] = DeadlineKey(deadline, order), ["document"] = id });
        }

        if (document.AcceptedAt is not null && document.Volume.Length == 0)
        {
            unarchived.Upsert(new BsonDocument { ["_id"] = order, ["document"] = id });
        }

        return before is null;
    }

    private static IEnumerable<BsonDocument> Range(ILiteCollection<BsonDocument> rows, string low, string high, int limit) =>
        rows.Query().Where(Field.Between(Field.Id, low, high)).OrderBy("_id").Limit(limit).ToEnumerable();
}
