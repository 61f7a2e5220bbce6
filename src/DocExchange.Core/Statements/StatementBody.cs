using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Trust.Digests;

namespace DocExchange.Core.Statements;

/// <summary>What a type of statement says beyond the common fields. Closed: one record a shape.</summary>
public abstract record StatementBody
{
    private protected StatementBody()
    {
    }
}

/// <summary>Opened, SignedFor, ReturnReceived, Completed; Withdrawn, Voided and Returned must give a reason.</summary>
/// <param name="Reason">At most 2,000 characters.</param>
public sealed record PlainBody(string? Reason = null) : StatementBody
{
    public const int MaxReason = 2_000;
}

/// <summary>
/// The offices a document is for. As many as fit <see cref="MaxInline"/> stand in the statement; more go into an object,
/// one id a line, that the statement names by SHA-256, so that a statement always fits a ledger entry.
/// </summary>
/// <param name="Main">主送.</param>
/// <param name="Copies">抄送.</param>
public sealed record RecipientList(IReadOnlyList<PartyId> Main, IReadOnlyList<PartyId> Copies)
{
    public const int MaxInline = 800;

    /// <summary>Most bytes the list may take of the statement; ids are 3 to 74 characters long.</summary>
    public const int MaxInlineBytes = 26_000;

    public int Count => Main.Count + Copies.Count;

    public IEnumerable<PartyId> All => Main.Concat(Copies);

    /// <summary>Whether the list stands in the statement itself.</summary>
    internal bool FitsInline => Count <= MaxInline && All.Sum(id => id.ToString().Length + ElementBytes) <= MaxInlineBytes;

    // <Main></Main>
    private const int ElementBytes = 13;
}

/// <summary>The promise a Dispatched makes: what the screens list, and exactly to whom it goes.</summary>
public sealed record DispatchBody : StatementBody
{
    public required PackageId Package { get; init; }

    public required long PackageSize { get; init; }

    public required string Title { get; init; }

    /// <summary>发文字号; null for a document without one.</summary>
    public string? Number { get; init; }

    /// <summary>文种 code, 01 to 0F.</summary>
    public required string DocumentType { get; init; }

    public string? Urgency { get; init; }

    public string? Classification { get; init; }

    public DateTimeOffset? SignBy { get; init; }

    public DateTimeOffset? ReplyBy { get; init; }

    /// <summary>The directory version the recipients were expanded against.</summary>
    public required long DirectoryVersion { get; init; }

    /// <summary>The issuing offices, host first.</summary>
    public required IReadOnlyList<PartyId> Issuers { get; init; }

    public required RecipientList Recipients { get; init; }

    /// <summary>The document that this 更正重印件 replaces and whose number it may keep.</summary>
    public DocumentId? Replaces { get; init; }
}

/// <summary>Resent (new recipients), Urged, DeadlinePassed and SentOnPaper (those concerned).</summary>
public sealed record RecipientsBody(RecipientList Recipients, string? Reason = null) : StatementBody;

/// <summary>Superseded: the document that takes the place of the one named.</summary>
public sealed record SupersededBody(DocumentId Replacement, string Reason) : StatementBody;

public sealed record AcceptedBody(PackageId Package, long PackageSize) : StatementBody;

/// <summary>One reason of a Rejected.</summary>
public sealed record RejectionReason(string Code, string Chinese, string English);

/// <summary>Rejected: all reasons. For a classified document it holds digest, sender and time only.</summary>
public sealed record RejectedBody(PartyId Sender, IReadOnlyList<RejectionReason> Reasons) : StatementBody;

/// <summary>Delivered: the package lies verified in this office's inbox.</summary>
public sealed record DeliveredBody(PartyId Recipient, PackageId Package) : StatementBody;

/// <summary>Registered: the office's own number for it (收文编号).</summary>
public sealed record RegisteredBody(string RegisterNumber) : StatementBody;

/// <summary>HandedOver: the system it went to.</summary>
public sealed record HandedOverBody(string System) : StatementBody;

public sealed record DirectoryPublishedBody(long Version, Digest Directory) : StatementBody;

/// <param name="InvalidityDate">From when the key must be thought known to others, where that is earlier (RFC 5280 §5.3.2).</param>
public sealed record CertificateRevokedBody(Digest Certificate, DateTimeOffset RevokedAt, DateTimeOffset? InvalidityDate, string Reason, Digest RevocationList) : StatementBody;

public sealed record SealStoppedBody(string EsId, Digest Seal, string Reason) : StatementBody;

public sealed record VolumeClosedBody(string Volume, Digest Content, long Packages) : StatementBody;

/// <summary>CheckpointStamped: an RFC 3161 token over a checkpoint, kept as an object.</summary>
public sealed record CheckpointStampedBody(long Size, Digest Root, Digest Token) : StatementBody;

public sealed record AuditHeadBody(long Count, Digest Head) : StatementBody;

public sealed record RelayedBody(PartyId To, PackageId Package) : StatementBody;

/// <summary>A type this version does not know.</summary>
public sealed record UnknownBody(string TypeName) : StatementBody;
