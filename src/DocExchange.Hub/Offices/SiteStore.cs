using LiteDB;

namespace DocExchange.Hub.Offices;

/// <summary>An invitation as the hub keeps it: the secret only as SHA-256.</summary>
internal sealed record StoredInvitation(string Node, string Name, IReadOnlyList<string> Offices, byte[] SecretHash, DateTimeOffset Expires, byte[]? RequestHash, byte[]? Reply);

/// <summary>site.litedb: what is decided here and nowhere else. Authoritative; back it up. Safe for concurrent use.</summary>
internal sealed class SiteStore(string path) : IDisposable
{
    private readonly LiteDatabase database = new(new ConnectionString { Filename = path, Connection = ConnectionType.Direct });

    private ILiteCollection<BsonDocument> Invitations => database.GetCollection("invitations");

    public StoredInvitation? FindInvitation(string node) => Invitations.FindById(node) is { } row
        ? new StoredInvitation(
            node,
            row["name"].AsString,
            [.. row["offices"].AsArray.Select(office => office.AsString)],
            row["secretHash"].AsBinary,
            DateTimeOffset.FromUnixTimeMilliseconds(row["expires"].AsInt64),
            row["requestHash"].IsNull ? null : row["requestHash"].AsBinary,
            row["reply"].IsNull ? null : row["reply"].AsBinary)
        : null;

    public void Save(StoredInvitation invitation) => Invitations.Upsert(new BsonDocument
    {
        ["_id"] = invitation.Node,
        ["name"] = invitation.Name,
        ["offices"] = new BsonArray(invitation.Offices.Select(office => new BsonValue(office))),
        ["secretHash"] = invitation.SecretHash,
        ["expires"] = invitation.Expires.ToUnixTimeMilliseconds(),
        ["requestHash"] = invitation.RequestHash is { } hash ? hash : BsonValue.Null,
        ["reply"] = invitation.Reply is { } reply ? reply : BsonValue.Null,
    });

    public void Dispose() => database.Dispose();
}
