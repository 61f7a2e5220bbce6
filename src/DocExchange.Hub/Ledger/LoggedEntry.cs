using DocExchange.Core.Ledger;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;

namespace DocExchange.Hub.Ledger;

/// <summary>An entry that lies on disk, with the proof a caller is given.</summary>
internal sealed record LoggedEntry(long Index, StatementId Id, LedgerEntry Entry, IReadOnlyList<Digest> InclusionProof, SignedCheckpoint Checkpoint, Effect Effect);
