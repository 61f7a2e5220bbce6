using DocExchange.Core.Offices;
using DocExchange.Trust.Merkle;

namespace DocExchange.Core.Ledger;

/// <summary>A checkpoint that enough witnesses have cosigned.</summary>
/// <param name="At">When the last cosignature that was needed was made, by that witness's clock.</param>
public sealed record WitnessedCheckpoint(Checkpoint Checkpoint, SignedNote Note, IReadOnlyList<VerifiedNoteSignature> Cosignatures, DateTimeOffset At);

/// <summary>
/// Whose cosignatures count, and how many make a checkpoint witnessed: <see cref="Quorum"/> of the named nodes, or of
/// all nodes where none is named. Set at the hub's set-up, pinned by every node at its enrolment.
/// </summary>
public sealed record WitnessPolicy
{
    /// <summary>A note has room for the ledger's signature and so many others.</summary>
    public const int MaxWitnesses = SignedNote.MaxSignatures - 1;

    private WitnessPolicy(int quorum, IReadOnlyList<PartyId> nodes)
    {
        (Quorum, Nodes) = (quorum, nodes);
    }

    /// <summary>Cosignatures of different witnesses that are needed.</summary>
    public int Quorum { get; }

    /// <summary>Empty where every node is a witness.</summary>
    public IReadOnlyList<PartyId> Nodes { get; }

    /// <exception cref="FormatException">The quorum cannot be reached, or a witness is not a node or named twice.</exception>
    public static WitnessPolicy Of(int quorum, IReadOnlyList<PartyId> nodes)
    {
        if (nodes.Count > MaxWitnesses || nodes.Distinct().Count() != nodes.Count || nodes.Any(node => !node.IsMachine || node.IsHub))
        {
            throw new FormatException($"Witnesses are at most {MaxWitnesses} nodes, each named once; the hub is none.");
        }

        var most = nodes.Count == 0 ? MaxWitnesses : nodes.Count;
        return quorum >= 1 && quorum <= most
            ? new WitnessPolicy(quorum, nodes)
            : throw new FormatException($"The quorum of witnesses is 1 to {most}, not {quorum}.");
    }

    public bool Names(PartyId node) => node is { IsMachine: true, IsHub: false } && (Nodes.Count == 0 || Nodes.Contains(node));

    /// <summary>The keys that count now, as the directory binds them.</summary>
    public IReadOnlyList<NoteVerifier> KeysIn(OfficeDirectory directory) =>
        [.. directory.Machines.Where(machine => Names(machine.Id)).Select(machine => machine.WitnessKey).OfType<NoteVerifier>()];

    /// <summary>Null while fewer than the quorum cosigned, or the note has a wrong signature of a key that counts.</summary>
    /// <param name="keys">One of each witness.</param>
    /// <exception cref="FormatException">The note is no checkpoint.</exception>
    public WitnessedCheckpoint? Judge(SignedNote note, IReadOnlyList<NoteVerifier> keys)
    {
        var cosigned = note.VerifiedBy(keys);
        return cosigned.Count >= Quorum
            ? new WitnessedCheckpoint(Checkpoint.Parse(note.Text), note, cosigned, cosigned.Select(each => each.At!.Value).Order().ElementAt(Quorum - 1))
            : null;
    }
}
