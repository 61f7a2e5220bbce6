using System.Text;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Durability;
using DocExchange.Hub.Submission;
using DocExchange.Hub.Supervision;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using LiteDB;

namespace DocExchange.Hub.Offices;

/// <summary>An invitation as the hub keeps it: the secret only as SHA-256.</summary>
internal sealed record StoredInvitation(string Node, string Name, IReadOnlyList<string> Offices, byte[] SecretHash, DateTimeOffset Expires, byte[]? RequestHash, byte[]? Reply);

/// <summary>site.litedb: what is decided here and nowhere else. Authoritative; back it up. Every change is on disk when it returns. Safe for concurrent use.</summary>
internal sealed class SiteStore : IDisposable
{
    private readonly DurableDatabase files;

    public SiteStore(string path, IDisk? disk = null)
    {
        files = new DurableDatabase(disk ?? new LocalDisk(), path);

        // A reader that meets a collection being made by another thread fails: all are made here.
        foreach (var collection in new[] { Invitations, Bindings, Certificates, Lists, Reports, Bodies })
        {
            collection.EnsureIndex("kind");
        }

        Requests.EnsureIndex("kept");
    }

    /// <summary>Cancelled when its database failed: the hub has to be started again.</summary>
    public CancellationToken Broken => files.Broken;

    /// <summary>The write that failed, or the damage that was found; null while there is none.</summary>
    public Exception? Fault => files.Fault;

    private ILiteCollection<BsonDocument> Invitations => files.Database.GetCollection("invitations");

    private ILiteCollection<BsonDocument> Bindings => files.Database.GetCollection("bindings");

    private ILiteCollection<BsonDocument> Certificates => files.Database.GetCollection("certificates");

    private ILiteCollection<BsonDocument> Lists => files.Database.GetCollection("lists");

    private ILiteCollection<BsonDocument> Reports => files.Database.GetCollection("reports");

    private ILiteCollection<BsonDocument> Requests => files.Database.GetCollection("urgeRequests");

    private ILiteCollection<BsonDocument> Bodies => files.Database.GetCollection("bodies");

    public StoredInvitation? FindInvitation(string node) => Invitations.FindById(node) is { } row ? ReadInvitation(row) : null;

    public IReadOnlyList<StoredInvitation> AllInvitations() => [.. Invitations.FindAll().Select(ReadInvitation)];

    public void RemoveInvitation(string node) => files.Write(() => Invitations.Delete(node));

    /// <summary>What a node last said of itself, as the hub keeps it over restarts.</summary>
    public (byte[] Report, DateTimeOffset At)? FindReport(string node) => Reports.FindById(node) is { } row
        ? (row["report"].AsBinary, DateTimeOffset.FromUnixTimeMilliseconds(row["at"].AsInt64))
        : null;

    public void SaveReport(string node, byte[] report, DateTimeOffset at) =>
        files.Write(() => Reports.Upsert(new BsonDocument { ["_id"] = node, ["report"] = report, ["at"] = at.ToUnixTimeMilliseconds() }));

    /// <summary>The last one for the document.</summary>
    public UrgeRequest? FindUrgeRequest(DocumentId document) => Requests.FindById(document.ToString()) is { } row ? ReadUrgeRequest(row) : null;

    /// <summary>Those their node has not confirmed.</summary>
    public IReadOnlyList<UrgeRequest> UrgeRequestsOnTheWay() => [.. Requests.Find(Field.Is("kept", false)).Select(ReadUrgeRequest)];

    /// <summary>In the place of the one before for the document; those older than <paramref name="oldest"/> go.</summary>
    public void Save(UrgeRequest request, DateTimeOffset oldest) => files.Write(() =>
    {
        Requests.DeleteMany(Field.Below("at", oldest.ToUnixTimeMilliseconds()));
        return Requests.Upsert(new BsonDocument
        {
            ["_id"] = request.Document.ToString(),
            ["id"] = request.Id.ToArray(),
            ["sender"] = request.Sender.ToString(),
            ["by"] = request.AskedBy,
            ["at"] = request.At.ToUnixTimeMilliseconds(),
            ["kept"] = request.IsKept,
        });
    });

    /// <summary>Its node has it. One that another took the place of meanwhile is left as it is.</summary>
    public void ConfirmUrgeRequest(DocumentId document, Digest id) => files.Write(() =>
    {
        if (Requests.FindById(document.ToString()) is not { } row || Digest.FromBytes(row["id"].AsBinary) != id)
        {
            return false;
        }

        row["kept"] = true;
        return Requests.Update(row);
    });

    /// <summary>What the intake found of the signatures inside a document's body; null where there were none.</summary>
    public BodyVerdict? FindBody(DocumentId document) => Bodies.FindById(document.ToString()) is { } row ? BodyVerdict.Parse(row["verdict"].AsBinary) : null;

    public void Save(DocumentId document, BodyVerdict verdict) =>
        files.Write(() => Bodies.Upsert(new BsonDocument { ["_id"] = document.ToString(), ["verdict"] = verdict.ToJson() }));

    public void RemoveBody(DocumentId document) => files.Write(() => Bodies.Delete(document.ToString()));

    public void Save(StoredInvitation invitation) => files.Write(() => Invitations.Upsert(new BsonDocument
    {
        ["_id"] = invitation.Node,
        ["name"] = invitation.Name,
        ["offices"] = new BsonArray(invitation.Offices.Select(office => new BsonValue(office))),
        ["secretHash"] = invitation.SecretHash,
        ["expires"] = invitation.Expires.ToUnixTimeMilliseconds(),
        ["requestHash"] = invitation.RequestHash is { } hash ? hash : BsonValue.Null,
        ["reply"] = invitation.Reply is { } reply ? reply : BsonValue.Null,
    }));

    public IReadOnlyList<PendingBinding> PendingBindings() => [.. Bindings.FindAll().Select(Read)];

    /// <summary>The one change of keys that waits for this node.</summary>
    public PendingBinding? FindPendingBinding(string node) => Bindings.FindById(node) is { } row ? Read(row) : null;

    public void Save(PendingBinding pending) => files.Write(() => Bindings.Upsert(new BsonDocument
    {
        ["_id"] = pending.Change.Node.ToString(),
        ["change"] = pending.Change.ToXml(),
        ["approvals"] = new BsonArray(pending.Approvals.Select(approval => new BsonValue(approval))),
    }));

    public void RemovePendingBinding(string node) => files.Write(() => Bindings.Delete(node));

    /// <summary>A certificate that the outside authority gave for this public key.</summary>
    public Certificate? FindCertificate(Digest publicKey) => Certificates.FindById(publicKey.ToString()) is { } row ? Certificate.Parse(row["certificate"].AsBinary) : null;

    public void Save(Certificate certificate) =>
        files.Write(() => Certificates.Upsert(new BsonDocument { ["_id"] = certificate.PublicKeyFingerprint.ToString(), ["certificate"] = certificate.Der }));

    /// <summary>The newest imported list of each signer and partition.</summary>
    public IReadOnlyList<RevocationList> RevocationLists() => [.. Lists.FindAll().Select(row => RevocationList.Parse(row["list"].AsBinary))];

    /// <summary>The list that one of this signer would replace.</summary>
    public RevocationList? FindRevocationList(RevocationList like, Certificate signer) =>
        RevocationLists().Where(known => known.Partition == like.Partition && known.IsSignedBy(signer)).MaxBy(known => known.ThisUpdate);

    /// <summary>In the place of the signer's other lists of the same partition.</summary>
    public void Save(RevocationList list, Certificate signer) => files.Write(() =>
    {
        var id = Digest.Of(Encoding.UTF8.GetBytes($"{signer.PublicKeyFingerprint}\n{list.Partition}")).ToString();
        Lists.Upsert(new BsonDocument { ["_id"] = id, ["list"] = list.Der });

        // The first version kept one for each name of an issuer.
        if (Lists.FindById(Digest.Of(Encoding.UTF8.GetBytes(list.Issuer)).ToString()) is { } row
            && RevocationList.Parse(row["list"].AsBinary) is var old && old.Partition == list.Partition && old.IsSignedBy(signer))
        {
            Lists.Delete(row["_id"]);
        }

        return id;
    });

    /// <summary>Gives out the database's files as they stand at one moment; see <see cref="DurableDatabase.Copy"/>.</summary>
    public void Copy(Action<string, Stream, long> take) => files.Copy(take);

    public void Dispose() => files.Dispose();

    private static StoredInvitation ReadInvitation(BsonDocument row) => new(
        row["_id"].AsString,
        row["name"].AsString,
        [.. row["offices"].AsArray.Select(office => office.AsString)],
        row["secretHash"].AsBinary,
        DateTimeOffset.FromUnixTimeMilliseconds(row["expires"].AsInt64),
        row["requestHash"].IsNull ? null : row["requestHash"].AsBinary,
        row["reply"].IsNull ? null : row["reply"].AsBinary);

    private static UrgeRequest ReadUrgeRequest(BsonDocument row) => new(
        Digest.FromBytes(row["id"].AsBinary), new DocumentId(Digest.Parse(row["_id"].AsString)), PartyId.Parse(row["sender"].AsString),
        row["by"].AsString, DateTimeOffset.FromUnixTimeMilliseconds(row["at"].AsInt64), row["kept"].AsBoolean);

    private static PendingBinding Read(BsonDocument row) =>
        new(BindingChange.Parse(row["change"].AsBinary), [.. row["approvals"].AsArray.Select(approval => approval.AsBinary)]);
}
