using LiteDB;

namespace DocExchange.Node.Records;

// What the database holds. Settable because LiteDB fills them; treat a row as read-only after it was read, and times
// as milliseconds since 1970, UTC.

/// <summary>A chain of statements of one party, made by this data folder.</summary>
internal sealed class ChainRow
{
    public required string Id { get; set; }

    public required string Party { get; set; }

    /// <summary>The number the next statement gets.</summary>
    public long Next { get; set; } = 1;

    /// <summary>Id of the statement before it; null at the beginning.</summary>
    public string? Head { get; set; }

    /// <summary>False once another chain continues it.</summary>
    public bool IsOpen { get; set; } = true;
}

/// <summary>A ledger entry, verbatim; its id is the ledger index.</summary>
internal sealed class EntryRow
{
    // The first index is 0, which LiteDB would replace by an id of its own.
    [BsonId(autoId: false)]
    public long Id { get; set; }

    public required byte[] Entry { get; set; }

    public string? Statement { get; set; }

    public required string Type { get; set; }

    public string? Issuer { get; set; }

    public string? Document { get; set; }

    public string? Chain { get; set; }

    public long Number { get; set; }

    public List<byte[]> Proof { get; set; } = [];

    public byte[]? Checkpoint { get; set; }

    /// <summary>Why it was not believed; such an entry has no effect here.</summary>
    public string? Fault { get; set; }
}

internal enum PackageState
{
    /// <summary>To be fetched.</summary>
    Wanted,

    /// <summary>Here, to be verified.</summary>
    Unverified,

    /// <summary>Here and sound.</summary>
    Verified,

    /// <summary>Here and not sound; the findings say why.</summary>
    Unsound,
}

/// <summary>The package of a document, by document id.</summary>
internal sealed class PackageRow
{
    public required string Id { get; set; }

    public required string Package { get; set; }

    public long Size { get; set; }

    public int Rank { get; set; }

    /// <summary>When the hub accepted the document: the age in the line of those of one rank. Zero, the oldest, in rows of an older version.</summary>
    public long Since { get; set; }

    public PackageState State { get; set; }

    public string? Indication { get; set; }

    public List<string> Findings { get; set; } = [];

    /// <summary>What was found of each seal in the package, in their order; none for a package judged by an older version.</summary>
    public List<SealRow> Seals { get; set; } = [];

    public int Attempts { get; set; }

    public long NotBefore { get; set; }
}

/// <summary>The verdict on one seal of a package, as it was when the package came.</summary>
internal sealed class SealRow
{
    public required string Signer { get; set; }

    public long? SignedAt { get; set; }

    public required string Indication { get; set; }

    public List<string> Chinese { get; set; } = [];

    public List<string> English { get; set; } = [];
}

/// <summary>A package on its way to the hub, by package id; deleted when the hub has all of it.</summary>
internal sealed class UploadRow
{
    public required string Id { get; set; }

    public required string Document { get; set; }

    public long Size { get; set; }

    public int Rank { get; set; }

    /// <summary>When it was sent: the age in the line of those of one rank. Zero, the oldest, in rows of an older version.</summary>
    public long Since { get; set; }

    /// <summary>The hub has logged the Dispatched, so it expects the bytes.</summary>
    public bool IsAnnounced { get; set; }

    public int Attempts { get; set; }

    public long NotBefore { get; set; }
}

/// <summary>A 发文字号 in use, by its text.</summary>
internal sealed class NumberRow
{
    public required string Id { get; set; }

    public required string Series { get; set; }

    public int Value { get; set; }

    /// <summary>By which rows are found in their order.</summary>
    public string Place => PlaceOf(Series, Value);

    public required string Document { get; set; }

    /// <summary>Given to a draft that has not left; automatic numbering passes over it.</summary>
    public bool IsReserved { get; set; }

    public static string PlaceOf(string series, int value) => $"{series}|{value:D10}";
}

/// <summary>A 公文标识 of a document made or sent here. Ids of one office, year and type sort by their serial.</summary>
internal sealed class IdentifierRow
{
    public required string Id { get; set; }

    public required string Document { get; set; }

    /// <summary>Kept for a draft that has not left.</summary>
    public bool IsReserved { get; set; }
}

/// <summary>A line of the inbox or the outbox. Ids sort in the order they are listed.</summary>
internal sealed class ListedRow
{
    public required string Id { get; set; }

    public required string Document { get; set; }

    public required string Office { get; set; }

    public required string State { get; set; }

    public long? SignBy { get; set; }

    public bool IsOpen { get; set; }

    /// <summary>Outbox: office, then time, newest first.</summary>
    public string? OfficeKey { get; set; }

    /// <summary>Outbox: the same where somebody still has to act, on either side; null otherwise.</summary>
    public string? OpenKey { get; set; }

    /// <summary>A DocumentSummary message.</summary>
    public required byte[] Summary { get; set; }
}

/// <summary>A directory version; the XML is an object.</summary>
internal sealed class DirectoryRow
{
    public long Id { get; set; }

    public long Index { get; set; }

    public required string Content { get; set; }
}

/// <summary>A checkpoint that the quorum cosigned; its id is the ledger's size.</summary>
internal sealed class WitnessedRow
{
    [BsonId(autoId: false)]
    public long Id { get; set; }

    public required byte[] Note { get; set; }

    /// <summary>When the last cosignature the quorum needed was made.</summary>
    public long At { get; set; }

    /// <summary>The keys whose cosignatures were verified, as vkeys.</summary>
    public List<string> Keys { get; set; } = [];
}

internal sealed class SettingRow
{
    public required string Id { get; set; }

    public long Number { get; set; }

    public byte[]? Content { get; set; }
}

/// <summary>Something people must look at, with what proves it.</summary>
internal sealed class AlarmRow
{
    public int Id { get; set; }

    public long At { get; set; }

    /// <summary>Names the matter.</summary>
    public required string Key { get; set; }

    public required string Chinese { get; set; }

    public required string English { get; set; }

    public List<byte[]> Evidence { get; set; } = [];

    /// <summary>0 while it is open.</summary>
    public long ClosedAt { get; set; }

    public string ClosedBy { get; set; } = "";

    public string Note { get; set; } = "";

    [BsonIgnore]
    public bool IsClosed => ClosedAt > 0;
}
