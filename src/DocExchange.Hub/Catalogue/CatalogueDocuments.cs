using DocExchange.Core.Documents;
using DocExchange.Core.Routing;
using LiteDB;

namespace DocExchange.Hub.Catalogue;

/// <summary>A document's row, and whether it answers a query.</summary>
internal static class CatalogueDocuments
{
    public static BsonDocument Write(DocumentSnapshot document) => new()
    {
        ["_id"] = document.Id.ToString(),
        ["package"] = document.Package.ToString(),
        ["packageSize"] = document.PackageSize,
        ["number"] = document.Number,
        ["title"] = document.Title,
        ["type"] = document.Type,
        ["urgency"] = document.Urgency,
        ["sender"] = document.Sender,
        ["issuers"] = new BsonArray(document.Issuers.Select(id => new BsonValue(id))),
        ["parties"] = new BsonArray(document.Parties.Select(id => new BsonValue(id))),
        ["phase"] = document.Phase.ToString(),
        ["dispatchedAt"] = document.DispatchedAt.ToUnixTimeMilliseconds(),
        ["acceptedAt"] = document.AcceptedAt is { } accepted ? accepted.ToUnixTimeMilliseconds() : BsonValue.Null,
        ["dispatchedIndex"] = document.DispatchedIndex,
        ["recipients"] = document.Recipients,
        ["delivered"] = document.Delivered,
        ["signedFor"] = document.SignedFor,
        ["returned"] = document.Returned,
        ["isFinal"] = document.IsFinal,
        ["holdsNumber"] = document.HoldsNumber,
        ["awaitedBy"] = document.AwaitedBy is { } awaited ? awaited.ToUnixTimeMilliseconds() : BsonValue.Null,
        ["signBy"] = document.SignBy is { } signBy ? signBy.ToUnixTimeMilliseconds() : BsonValue.Null,
        ["withdrawn"] = new BsonArray(document.Withdrawn.Select(id => new BsonValue(id))),
        ["volume"] = document.Volume,
    };

    public static DocumentSnapshot Read(BsonDocument row) => new()
    {
        Id = DocumentId.Parse(row["_id"].AsString),
        Package = PackageId.Parse(row["package"].AsString),
        PackageSize = row["packageSize"].AsInt64,
        Number = row["number"].AsString,
        Title = row["title"].AsString,
        Type = row["type"].AsString,
        Urgency = row["urgency"].AsString,
        Sender = row["sender"].AsString,
        Issuers = [.. row["issuers"].AsArray.Select(id => id.AsString)],
        Parties = [.. row["parties"].AsArray.Select(id => id.AsString)],
        Phase = Enum.Parse<DocumentPhase>(row["phase"].AsString),
        DispatchedAt = DateTimeOffset.FromUnixTimeMilliseconds(row["dispatchedAt"].AsInt64),
        AcceptedAt = row["acceptedAt"].IsNull ? null : DateTimeOffset.FromUnixTimeMilliseconds(row["acceptedAt"].AsInt64),
        DispatchedIndex = row["dispatchedIndex"].AsInt64,
        Recipients = row["recipients"].AsInt32,
        Delivered = row["delivered"].AsInt32,
        SignedFor = row["signedFor"].AsInt32,
        Returned = row["returned"].AsInt32,
        IsFinal = row["isFinal"].AsBoolean,
        HoldsNumber = row["holdsNumber"].AsBoolean,
        AwaitedBy = row["awaitedBy"].IsNull ? null : DateTimeOffset.FromUnixTimeMilliseconds(row["awaitedBy"].AsInt64),
        SignBy = row["signBy"].IsNull ? null : DateTimeOffset.FromUnixTimeMilliseconds(row["signBy"].AsInt64),
        Withdrawn = [.. row["withdrawn"].AsArray.Select(id => id.AsString)],
        Volume = row["volume"].AsString,
    };

    public static bool Matches(DocumentSnapshot document, SearchQuery query)
    {
        var at = document.AcceptedAt ?? document.DispatchedAt;
        return (query.Number is not { Length: > 0 } number || document.Number.StartsWith(number, StringComparison.Ordinal))
            && query.TitleWords.All(word => document.Title.Contains(word, StringComparison.OrdinalIgnoreCase))
            && (query.Offices.Count == 0 || query.Offices.Any(document.Parties.Contains))
            && (query.From is not { } from || at >= from)
            && (query.Until is not { } until || at < until)
            && (query.Type is not { } type || document.Type == type)
            && (query.Parties is not { } parties || parties.Any(document.IsVisibleTo));
    }
}
