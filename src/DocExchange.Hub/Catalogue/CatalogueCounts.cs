using LiteDB;

namespace DocExchange.Hub.Catalogue;

/// <summary>How many documents there are, and how many of them are archived. Kept as they change: to count them, LiteDB would walk through all.</summary>
internal sealed class CatalogueCounts(ILiteCollection<BsonDocument> meta)
{
    private const string Row = "counts";

    public (long Documents, long Archived) Read() => meta.FindById(Row) is { } row ? (row["documents"].AsInt64, row["archived"].AsInt64) : (0, 0);

    /// <summary>Within the transaction of what is counted.</summary>
    public void Add(long documents, long archived)
    {
        if (documents != 0 || archived != 0)
        {
            var before = Read();
            meta.Upsert(new BsonDocument { ["_id"] = Row, ["documents"] = before.Documents + documents, ["archived"] = before.Archived + archived });
        }
    }
}
