using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Trust.Digests;

namespace DocExchange.Core.Statements;

/// <summary>SHA-256 of a statement's signed content. Signatures are malleable, so their bytes name nothing.</summary>
public readonly record struct StatementId(Digest Value)
{
    /// <exception cref="FormatException">The text is not 64 hexadecimal characters.</exception>
    public static StatementId Parse(string text) => new(Digest.Parse(text));

    public override string ToString() => Value.ToString();
}

/// <summary>The person who acted, as the node that signed knows them.</summary>
/// <param name="SignIn">How they signed in: password, certificate, token, local.</param>
public sealed record Actor(string Id, string Name, string Role, string SignIn);

/// <summary>
/// A statement's place among those of one signing key and data folder: numbered from 1, each naming its predecessor.
/// The first of a chain names none, or the head of the chain it continues after a restore or a move.
/// </summary>
public sealed record ChainPosition(string ChainId, long Number, StatementId? Previous);

/// <summary>
/// A record of one act: what is signed. <see cref="StatementXml"/> gives it its bytes, a CMS signature its weight.
/// </summary>
public sealed record Statement
{
    public required string Exchange { get; init; }

    public required StatementType Type { get; init; }

    /// <summary>The office, node or hub that acts; its certificate must be bound to it in the directory.</summary>
    public required PartyId Issuer { get; init; }

    /// <summary>Null where a machine acts.</summary>
    public Actor? Actor { get; init; }

    /// <summary>The issuer's clock, UTC, to the millisecond. The ledger's receivedAt governs deadlines.</summary>
    public required DateTimeOffset ClaimedAt { get; init; }

    public DocumentId? Document { get; init; }

    /// <summary>
    /// The statement this one answers: Accepted names the Dispatched, ReturnReceived the Returned, Rejected the Dispatched or what was
    /// not fit for the ledger; of bytes that were no statement, it is their SHA-256.
    /// </summary>
    public StatementId? Subject { get; init; }

    public required ChainPosition Chain { get; init; }

    public required StatementBody Body { get; init; }

    /// <summary>The version of its form where this program does not know it: it is then of an unknown type, and no longer taken in. Null otherwise.</summary>
    public string? UnknownVersion { get; init; }
}
