using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Core.Supervision;

namespace DocExchange.Hub.Catalogue;

/// <summary>What is asked of the archive. Null or empty means any.</summary>
internal sealed record SearchQuery(
    string? Number, IReadOnlyList<string> TitleWords, IReadOnlyList<string> Offices, DateTimeOffset? From, DateTimeOffset? Until, string? Type,
    IReadOnlyList<string>? Parties, int PageSize, long? Before);

internal sealed record SearchPage(IReadOnlyList<DocumentSnapshot> Documents, long? Next, long IndexedSize);

/// <summary>
/// Everything the screens, the mailboxes and the writer's decisions ask: derived from the ledger, disposable.
/// <see cref="Add"/> is visible to <see cref="FindPosition"/>, <see cref="FindHead"/>, <see cref="HolderOfNumber"/>,
/// <see cref="RejectionOf"/>, <see cref="EntriesOf"/> and <see cref="Mailbox"/> at once, to searches when projected. Safe for concurrent use; one caller adds.
/// </summary>
internal interface ICatalogue : IAsyncDisposable
{
    /// <summary>Cancelled when its database failed: the hub has to be started again.</summary>
    CancellationToken Broken { get; }

    /// <summary>The write that failed, or the damage that was found; null while there is none.</summary>
    Exception? Fault { get; }

    /// <summary>Entries below this ledger size were added.</summary>
    long AddedSize { get; }

    /// <summary>Entries below this ledger size are projected.</summary>
    long ProjectedSize { get; }

    /// <summary>Takes in the next entries, in the order of the ledger. What was added before is passed over.</summary>
    void Add(IReadOnlyList<CatalogueRow> rows);

    /// <summary>Returns when entries up to this ledger size were added.</summary>
    Task WaitForAddedAsync(long size, CancellationToken cancellation);

    /// <summary>Returns when at least this ledger size is projected.</summary>
    Task WaitForAsync(long size, CancellationToken cancellation);

    ChainHead? FindHead(string chainId);

    /// <summary>The logged statements that claimed a place in a chain: one, or more where its signer equivocated.</summary>
    IReadOnlyList<(StatementId Statement, long Index)> FindPosition(string chainId, long number);

    DocumentId? HolderOfNumber(string issuer, string number);

    /// <summary>The ledger indices of a document's entries, in order; empty for an unknown document.</summary>
    IReadOnlyList<long> EntriesOf(DocumentId document);

    /// <summary>
    /// The documents whose Dispatched promised this package, the accepted one first. There is at most one of these, since
    /// a package tells which document it is; anybody may promise.
    /// </summary>
    IReadOnlyList<DocumentSnapshot> FindByPackage(PackageId package);

    DocumentSnapshot? Find(DocumentId document);

    SearchPage Search(SearchQuery query);

    /// <summary>A node's mailbox from an index on, in ledger order, at most <paramref name="limit"/>.</summary>
    IReadOnlyList<long> Mailbox(string node, long from, int limit);

    /// <summary>Documents in this phase, for work to be taken up again after a start.</summary>
    IReadOnlyList<DocumentSnapshot> InPhase(DocumentPhase phase);

    /// <summary>Accepted documents that no archive volume holds yet, oldest first.</summary>
    IReadOnlyList<DocumentSnapshot> Unarchived(int limit);

    /// <summary>How many of them there are; counting ends at <paramref name="most"/>.</summary>
    int CountUnarchived(int most);

    int CountInPhase(DocumentPhase phase);

    /// <summary>Projected documents that somebody owes an answer to by a deadline, the earliest first.</summary>
    IReadOnlyList<DocumentSnapshot> Awaited(int limit);

    /// <summary>Projected documents whose Dispatched stands above this index, in the order of the ledger.</summary>
    IReadOnlyList<DocumentSnapshot> DispatchedAfter(long index, int limit);

    /// <summary>Projected documents that somebody owes an answer to, newest first, dispatched below this index.</summary>
    IReadOnlyList<DocumentSnapshot> InProgress(long before, int limit);

    /// <summary>How many documents somebody owes an answer to.</summary>
    long CountInProgress();

    /// <summary>Who owes an answer whose deadline was before that time, the oldest deadline first.</summary>
    IReadOnlyList<OverdueDuty> Overdue(DateTimeOffset before, int limit);

    /// <summary>How each office received what was sent to it on these days, first and last included.</summary>
    IReadOnlyDictionary<string, ReceptionTally> Receptions(DateOnly from, DateOnly until);

    /// <summary>The entry that rejects this statement, which itself was not taken when that node sent it; null where there is none.</summary>
    long? RejectionOf(StatementId statement, PartyId sender);

    /// <summary>All in one transaction.</summary>
    void MarkArchived(IReadOnlyList<(DocumentId Document, string Volume)> archived);

    /// <summary>Entries below this index that belong into archive volumes have been copied there.</summary>
    long StatementsArchivedTo { get; set; }

    /// <summary>Number of documents, and how many of them are archived.</summary>
    (long Documents, long Archived) Count();
}
