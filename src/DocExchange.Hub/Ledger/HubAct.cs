using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;

namespace DocExchange.Hub.Ledger;

/// <summary>What the hub itself wants to state; number, time and signature are the writer's.</summary>
/// <param name="Directory">The directory version that becomes current with this entry.</param>
internal sealed record HubAct(StatementType Type, StatementBody Body, DocumentId? Document = null, StatementId? Subject = null, OfficeDirectory? Directory = null);
