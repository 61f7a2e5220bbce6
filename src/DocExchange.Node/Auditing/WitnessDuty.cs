using DocExchange.Node.Keys;
using DocExchange.Trust.Merkle;

namespace DocExchange.Node.Auditing;

/// <summary>Whether this node is a witness: the policy pinned at its enrolment names it, and it has a witness key.</summary>
internal sealed class WitnessDuty(NodeFile node, KeyRing keys, IWitnessMemory memory, TimeProvider time) : IDisposable
{
    /// <summary>Null where the node is none.</summary>
    public Witness? Witness { get; } = node.WitnessPolicy?.Names(node.Id) == true && keys.Witness is { } key
        ? new Witness(key, NoteVerifier.Parse(node.LedgerKey), node.Genesis, memory, time)
        : null;

    public byte[]? Last => memory.Last;

    public void Dispose() => Witness?.Dispose();
}
