using System.Globalization;
using System.Security.Cryptography;
using DocExchange.Durability;
using DocExchange.Trust.Digests;
using LiteDB;

namespace DocExchange.Hub.Archiving;

/// <summary>
/// What is inside a volume. **Format**, version 1, to be read for decades: a LiteDB 5 file with collation
/// <c>/Ordinal</c> (code units), CHECKPOINT 0, all ids strings, digests in 64 lower-case hexadecimal characters, times
/// in ISO 8601 UTC.
/// <code>
/// volume      _id "volume"; format 1; period "2026-01"; created; closed (a time, or null); packages, statements: how many
/// packages    _id package id; document (indexed); size; number; title; sender; acceptedAt; pieces: how many. Written last:
///             a package that is here is whole
/// pieces      _id "&lt;package id&gt;/&lt;n, 6 digits from 000000&gt;"; bytes. In order they are the package; a small one has one
/// statements  _id "&lt;document id&gt;/&lt;ledger index, 19 digits&gt;"; type; entry: the bytes of the ledger entry; sha256 of them
/// unfinished  _id package id; pieces: so many may be there of a package whose writing was cut off. Empty in a closed volume
/// </code>
/// </summary>
internal static class VolumeContents
{
    public const int Format = 1;

    private const string InfoId = "volume";
    private const char AfterSlash = '0'; // the code unit behind '/', so [id/ … id0) is all of an id

    public static void Prepare(LiteDatabase database, string period, DateTimeOffset created)
    {
        Packages(database).EnsureIndex("document", "$.document");
        Info(database).Insert(new BsonDocument
        {
            ["_id"] = InfoId,
            ["format"] = Format,
            ["period"] = period,
            ["created"] = Written(created),
            ["closed"] = BsonValue.Null,
            ["packages"] = 0L,
            ["statements"] = 0L,
        });
    }

    public static VolumeInfo ReadInfo(LiteDatabase database)
    {
        var info = Info(database).FindById(InfoId) ?? throw new InvalidDataException("its 'volume' document is missing");
        var format = info["format"].AsInt32;
        if (format != Format)
        {
            throw new InvalidDataException($"it has format {format}, this version reads {Format}");
        }

        var closed = info["closed"];
        return new VolumeInfo(
            info["packages"].AsInt64,
            info["statements"].AsInt64,
            closed.IsNull ? null : DateTimeOffset.Parse(closed.AsString, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
    }

    public static void MarkClosed(LiteDatabase database, DateTimeOffset at) => Change(database, info => info["closed"] = Written(at));

    public static PackageEntry? FindPackage(LiteDatabase database, Digest packageId) =>
        Packages(database).FindById(packageId.ToString()) is { } found ? new PackageEntry(found["size"].AsInt64, found["pieces"].AsInt32) : null;

    public static bool HoldsDocument(LiteDatabase database, Digest documentId) =>
        Packages(database).Exists(Field.Is("document", documentId.ToString()));

    public static IReadOnlyList<Digest> PackagesAfter(LiteDatabase database, string last, int count) =>
        [.. Packages(database).Find(Field.Above(Field.Id, last), limit: count).Select(package => Digest.Parse(package["_id"].AsString))];

    public static byte[]? FindPiece(LiteDatabase database, Digest packageId, int piece) =>
        Pieces(database).FindById(PieceId(packageId, piece))?["bytes"].AsBinary;

    public static void PutPiece(LiteDatabase database, Digest packageId, int piece, byte[] bytes) =>
        Pieces(database).Upsert(new BsonDocument { ["_id"] = PieceId(packageId, piece), ["bytes"] = bytes });

    public static void PutPackage(LiteDatabase database, ArchivePackage package, int pieces)
    {
        Packages(database).Insert(new BsonDocument
        {
            ["_id"] = package.PackageId.ToString(),
            ["document"] = package.DocumentId.ToString(),
            ["size"] = package.Size,
            ["number"] = package.Number,
            ["title"] = package.Title,
            ["sender"] = package.Sender,
            ["acceptedAt"] = package.AcceptedAt,
            ["pieces"] = pieces,
        });
        Unfinished(database).Delete(package.PackageId.ToString());
        Change(database, info => info["packages"] = info["packages"].AsInt64 + 1);
    }

    /// <summary>Says that pieces of a package may be there without it.</summary>
    public static void Begin(LiteDatabase database, Digest packageId, int pieces) =>
        Unfinished(database).Upsert(new BsonDocument { ["_id"] = packageId.ToString(), ["pieces"] = pieces });

    /// <summary>Takes a package out; its pieces are unfinished from here on.</summary>
    public static void Forget(LiteDatabase database, Digest packageId, int pieces)
    {
        if (Packages(database).Delete(packageId.ToString()))
        {
            Begin(database, packageId, pieces);
            Change(database, info => info["packages"] = info["packages"].AsInt64 - 1);
        }
    }

    public static IReadOnlyList<(Digest PackageId, int Pieces)> UnfinishedPackages(LiteDatabase database) =>
        [.. Unfinished(database).FindAll().Select(begun => (Digest.Parse(begun["_id"].AsString), begun["pieces"].AsInt32))];

    public static int UnfinishedPieces(LiteDatabase database, Digest packageId) =>
        Unfinished(database).FindById(packageId.ToString())?["pieces"].AsInt32 ?? 0;

    public static void RemovePieces(LiteDatabase database, Digest packageId, int from, int to)
    {
        for (var piece = from; piece < to; piece++)
        {
            Pieces(database).Delete(PieceId(packageId, piece));
        }
    }

    public static void RemoveUnfinished(LiteDatabase database, Digest packageId) => Unfinished(database).Delete(packageId.ToString());

    /// <exception cref="InvalidDataException">Another entry is there for this document and ledger index.</exception>
    public static void PutStatements(LiteDatabase database, IEnumerable<ArchiveStatement> statements)
    {
        var added = 0L;
        foreach (var statement in statements)
        {
            var id = StatementId(statement.DocumentId, statement.LedgerIndex);
            var entry = statement.Entry.ToArray();
            if (Statements(database).FindById(id) is { } present)
            {
                if (!present["entry"].AsBinary.AsSpan().SequenceEqual(entry))
                {
                    throw new InvalidDataException($"it has another entry {statement.LedgerIndex} for the document {statement.DocumentId} than the ledger");
                }

                continue;
            }

            Statements(database).Insert(new BsonDocument
            {
                ["_id"] = id,
                ["type"] = statement.Type,
                ["entry"] = entry,
                ["sha256"] = SHA256.HashData(entry),
            });
            added++;
        }

        if (added > 0)
        {
            Change(database, info => info["statements"] = info["statements"].AsInt64 + added);
        }
    }

    public static IReadOnlyList<StoredStatement> StatementsAfter(LiteDatabase database, Digest documentId, long ledgerIndex, int count) =>
        Page(database, ledgerIndex < 0 ? documentId + "/" : StatementId(documentId, ledgerIndex), documentId.ToString() + AfterSlash, count);

    public static IReadOnlyList<StoredStatement> StatementsAfter(LiteDatabase database, string last, int count) => Page(database, last, "g", count);

    private static IReadOnlyList<StoredStatement> Page(LiteDatabase database, string after, string before, int count) =>
    [
        .. Statements(database)
            .Query()
            .Where("$._id > @0 AND $._id < @1", after, before)
            .OrderBy("$._id")
            .Limit(count)
            .ToEnumerable()
            .Select(Stored),
    ];

    private static StoredStatement Stored(BsonDocument found)
    {
        var id = found["_id"].AsString;
        return new StoredStatement(
            id,
            long.Parse(id.AsSpan((2 * Digest.Size) + 1), NumberStyles.None, CultureInfo.InvariantCulture),
            found["type"].AsString,
            found["entry"].AsBinary,
            found["sha256"].AsBinary);
    }

    private static void Change(LiteDatabase database, Action<BsonDocument> change)
    {
        var info = Info(database).FindById(InfoId);
        change(info);
        Info(database).Update(info);
    }

    private static string PieceId(Digest packageId, int piece) => string.Create(CultureInfo.InvariantCulture, $"{packageId}/{piece:D6}");

    private static string StatementId(Digest documentId, long ledgerIndex) => string.Create(CultureInfo.InvariantCulture, $"{documentId}/{ledgerIndex:D19}");

    private static string Written(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static ILiteCollection<BsonDocument> Info(LiteDatabase database) => database.GetCollection("volume");

    private static ILiteCollection<BsonDocument> Packages(LiteDatabase database) => database.GetCollection("packages");

    private static ILiteCollection<BsonDocument> Pieces(LiteDatabase database) => database.GetCollection("pieces");

    private static ILiteCollection<BsonDocument> Statements(LiteDatabase database) => database.GetCollection("statements");

    private static ILiteCollection<BsonDocument> Unfinished(LiteDatabase database) => database.GetCollection("unfinished");
}

internal sealed record VolumeInfo(long Packages, long Statements, DateTimeOffset? Closed);

internal sealed record PackageEntry(long Size, int Pieces);

internal sealed record StoredStatement(string Id, long LedgerIndex, string Type, byte[] Entry, byte[] Sha256)
{
    public bool IsWhole => SHA256.HashData(Entry).AsSpan().SequenceEqual(Sha256);
}
