using DocExchange.Core.Ledger;
using DocExchange.Durability;
using DocExchange.Node.Keys;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using DocExchange.Trust.Merkle;

namespace DocExchange.Node.Auditing;

/// <summary>
/// The checkpoints that the pinned quorum of witnesses cosigned, each verified here. A statement is witnessed once one of
/// them is larger than its index; the oldest such one is its proof of existence.
/// </summary>
internal sealed class WitnessedBook(NodeRecords records, NodeFile node, DirectoryCopy directories, KeyRing keys, AlarmBell alarms)
{
    /// <summary>At so many every second of the older half is dropped.</summary>
    private const int MaxKept = 1_000;

    private const string OfWitnessKey = "witness key ";

    public WitnessPolicy? Policy { get; } = node.WitnessPolicy;

    public WitnessedCheckpoint? Newest => records.Witnessed.Query().OrderByDescending(row => row.Id).FirstOrDefault() is { } row ? Read(row) : null;

    /// <summary>The oldest one kept that covers the entry; null where it is not witnessed yet.</summary>
    public WitnessedCheckpoint? Covering(long index) => records.Witnessed.Query().Where(Field.Above(Field.Id, index)).OrderBy(row => row.Id).FirstOrDefault() is { } row ? Read(row) : null;

    /// <summary>
    /// Notes this node's own key, if none is noted yet: after a renewal the directory kept here still binds the one before,
    /// which is then known for what it is.
    /// </summary>
    public void RememberOwnKey()
    {
        if (keys.Witness is { } own && records.Setting(NameOf(node.Node)) is null)
        {
            records.Write(() => records.Set(NameOf(node.Node), 0, System.Text.Encoding.UTF8.GetBytes(own.Verifier.ToString())));
        }
    }

    /// <summary>The keys that count now. A key that replaced one this node knew is an alarm, and so is a foreign one under its own name.</summary>
    public IReadOnlyList<NoteVerifier> Keys()
    {
        if (Policy is null || directories.FindNewest() is not { } directory)
        {
            return [];
        }

        var bound = Policy.KeysIn(directory);
        foreach (var key in bound)
        {
            Compare(key);
        }

        var own = OfWitnessKey + node.Node + "+";
        alarms.Stand(own, [.. bound.Where(IsForeign).Select(key => new Alarm(
            OfWitnessKey + key, "机构目录给本节点绑定了不属于本节点的见证密钥。请立即联系安全保密管理员。",
            $"The directory binds a witness key to this node that is not its own: {key}. Call the security administrator at once.", []))]);
        return bound;
    }

    /// <summary>Keeps a checkpoint that was found consistent with all others.</summary>
    /// <returns>False where the quorum did not cosign it; it is not kept.</returns>
    public bool Take(SignedNote note)
    {
        if (Policy?.Judge(note, Keys()) is not { } judged)
        {
            return false;
        }

        records.Write(() =>
        {
            records.Witnessed.Upsert(new WitnessedRow
            {
                Id = judged.Checkpoint.Size,
                Note = note.ToBytes(),
                At = judged.At.ToUnixTimeMilliseconds(),
                Keys = [.. judged.Cosignatures.Select(each => each.Verifier.ToString())],
            });
            Thin();
        });
        return true;
    }

    private void Thin()
    {
        if (records.Witnessed.Count() > MaxKept)
        {
            foreach (var row in records.Witnessed.Query().OrderBy(row => row.Id).Limit(MaxKept / 2).ToList().Where((_, position) => position % 2 == 1))
            {
                records.Witnessed.Delete(row.Id);
            }
        }
    }

    // With the keys that counted when it came: one that was replaced since does not undo what it signed.
    private WitnessedCheckpoint? Read(WitnessedRow row) => Policy?.Judge(SignedNote.Parse(row.Note), [.. row.Keys.Select(NoteVerifier.Parse)]);

    private static string NameOf(string witness) => "witness key of " + witness;

    private string? KnownOf(string witness) => records.Setting(NameOf(witness))?.Content is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;

    // Not the key this node had before it renewed its keys, while the directory here is from before then.
    private bool IsForeign(NoteVerifier key) => key.Name == node.Node && keys.Witness is { } own && own.Verifier != key && KnownOf(key.Name) != key.ToString();

    private void Compare(NoteVerifier key)
    {
        var name = NameOf(key.Name);
        var known = KnownOf(key.Name);
        if (known == key.ToString())
        {
            return;
        }

        if (IsForeign(key))
        {
            return;
        }

        records.Write(() => records.Set(name, 0, System.Text.Encoding.UTF8.GetBytes(key.ToString())));
        if (known is not null && !(key.Name == node.Node && keys.Witness is not null))
        {
            alarms.Raise(
                OfWitnessKey + key, $"见证节点 {key.Name} 的见证密钥已更换。请向该节点核实是否重新登记。",
                $"The witness key of {key.Name} was replaced, from {known} to {key}. Ask that node whether it enrolled again.");
        }
    }
}
