using System.Text;
using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Merkle;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Dossiers;

/// <summary>
/// The ledger's part of a dossier: one checkpoint signed by the ledger's key, cosigned by witnesses, under which every
/// entry lies; and stamped checkpoints of the same tree, which prove the age of what is below them.
/// </summary>
internal sealed class DossierLedger(DossierFile file, DossierManifest manifest, DossierReport report)
{
    private readonly List<(long Size, ProofOfExistence Proof)> proofs = [];

    public Checkpoint? Checkpoint { get; private set; }

    public IReadOnlyList<VerifiedNoteSignature> Cosignatures { get; private set; } = [];

    public int ProofsThatHold { get; private set; }

    /// <param name="known">The ledger's key as the reader knows it; null to take the one in the file.</param>
    public void Open(NoteVerifier? known)
    {
        if (report.Read(DossierLayout.LedgerKey, () => NoteVerifier.Parse(Line(DossierLayout.LedgerKey))) is not { } key)
        {
            return;
        }

        if (known is not null && known != key)
        {
            report.Failed("LEDGER_KEY_DIFFERS", SubIndication.SigConstraintsFailure, $"卷宗所附账本密钥 {key} 不是所给的密钥。", $"The ledger key in the dossier, {key}, is not the one that was given.");
        }

        Checkpoint = report.Read(DossierLayout.Checkpoint, () => Trust.Merkle.Checkpoint.Open(file.Read(DossierLayout.Checkpoint), known ?? key).Checkpoint);
        if (Checkpoint is null)
        {
            return;
        }

        var said = manifest.Checkpoint;
        if (Checkpoint.Origin != key.Name || said.Origin != Checkpoint.Origin || said.Size != Checkpoint.Size || said.Root != Checkpoint.Root.ToString())
        {
            report.Failed("CHECKPOINT_DIFFERS", SubIndication.FormatFailure, "检查点与卷宗目录所述不一致。", "The checkpoint is not the one that dossier.json names.");
        }
    }

    /// <summary>Whether an entry lies under the checkpoint at its index.</summary>
    public bool Proves(long index, ReadOnlySpan<byte> entry)
    {
        var path = DossierLayout.Proof(index);
        if (Checkpoint is null || report.Read(path, () => ProofText.Parse(file.Read(path))) is not { } proof)
        {
            return false;
        }

        if (!proof.IsInclusion || proof.From != index || proof.To != Checkpoint.Size || !MerkleTree.VerifyInclusion(MerkleHash.Leaf(entry), index, Checkpoint.Size, proof.Hashes, Checkpoint.Root))
        {
            report.Failed("PROOF_INVALID", SubIndication.HashFailure, $"账本第 {index} 条的存证证明不成立。", $"The inclusion proof of entry {index} does not hold.");
            return false;
        }

        ProofsThatHold++;
        return true;
    }

    /// <summary>Judges the time-stamps, the newest first: a later one proves the age of the earlier tokens it covers.</summary>
    /// <param name="stampedAt">Where the CheckpointStamped of a size stands in the ledger; null where that is not known.</param>
    /// <param name="work">Of the dossier.</param>
    public void JudgeTimestamps(TrustStore trust, TimestampPolicy policy, DateTimeOffset at, Func<long, long?> stampedAt, FileWork work)
    {
        var validator = new TimestampValidator(trust, policy, work);
        foreach (var size in manifest.Timestamps.OrderDescending())
        {
            if (report.Read(DossierLayout.Consistency(size), () => StampedCheckpoint(size)) is not { } stamped || report.Read(DossierLayout.Token(size), () => file.Read(DossierLayout.Token(size))) is not { } token)
            {
                continue;
            }

            var knownSince = stampedAt(size) is { } index ? ProofsOf(index).Select(proof => proof.Time).Append(at).Min() : at;
            var verdict = validator.Judge(token, ContentDigests.Of(Encoding.UTF8.GetBytes(stamped.Text)), knownSince);
            report.Add(DossierLayout.Token(size), verdict.Signature);
            if (verdict.ProvenAt is { } time)
            {
                var authority = verdict.Signature.Signer?.CommonName ?? verdict.Signature.Signer?.Subject;
                proofs.Add((size, new ProofOfExistence(time, $"time-stamp of {authority} over the ledger's first {size} entries{(verdict.IsBuiltIn ? ", the hub's own service" : "")}") { Chinese = $"{authority} 对账本前 {size} 条加盖的时间戳{(verdict.IsBuiltIn ? "，由中心自带的服务签发" : "")}" }));
            }
        }

        file.RefuseStrays(
            "timestamps/", manifest.Timestamps.SelectMany(size => new[] { DossierLayout.StampedText(size), DossierLayout.Token(size), DossierLayout.Consistency(size) }), report);
    }

    /// <summary>What proves the age of the entry at an index.</summary>
    public IReadOnlyList<ProofOfExistence> ProofsOf(long index) => [.. proofs.Where(each => each.Size > index).Select(each => each.Proof)];

    /// <summary>Whose cosignatures the checkpoint has, and whether they are enough.</summary>
    /// <param name="directory">The newest that the dossier holds: it binds the witnesses' keys.</param>
    public void JudgeWitnesses(OfficeDirectory? directory)
    {
        var keys = WitnessKeys();
        if (Checkpoint is null || report.Read(DossierLayout.Manifest, () => WitnessPolicy.Of(manifest.Quorum, [.. manifest.Witnesses.Select(text => PartyId.Parse(text))])) is not { } policy)
        {
            return;
        }

        foreach (var stranger in keys.Where(key => directory is not null && !IsBound(key, policy, directory)))
        {
            report.Failed("WITNESS_NOT_BOUND", SubIndication.SigConstraintsFailure, $"见证密钥 {stranger} 不在机构目录中。", $"The directory does not bind the witness key {stranger}.");
        }

        var note = SignedNote.Parse(file.Read(DossierLayout.Checkpoint));
        Cosignatures = note.VerifiedBy(keys);
        if (Cosignatures.Count == 0 && keys.Any(key => note.Signatures.Any(key.Made)))
        {
            report.Failed("COSIGNATURE_INVALID", SubIndication.SigCryptoFailure, "检查点的见证签名不成立。", "The cosignatures of the checkpoint do not verify.");
        }
        else if (policy.Judge(note, directory is null ? keys : OnePerNode(policy, directory)) is { } witnessed)
        {
            var names = string.Join(", ", witnessed.Cosignatures.Select(each => each.Verifier.Name));
            proofs.Add((witnessed.Checkpoint.Size, new ProofOfExistence(witnessed.At, $"cosignatures of {names}") { Chinese = $"{names} 的见证签名" }));
            report.Remark("CHECKPOINT_WITNESSED", $"检查点（{witnessed.Checkpoint.Size} 条）已得到 {witnessed.Cosignatures.Count} 份见证，需 {policy.Quorum} 份：{names}。", $"The checkpoint of {witnessed.Checkpoint.Size} entries is witnessed by {witnessed.Cosignatures.Count}, {policy.Quorum} are needed: {names}.");
        }
        else
        {
            report.Remark("CHECKPOINT_NOT_WITNESSED", $"检查点有效的见证不足 {policy.Quorum} 份（共 {Cosignatures.Count} 份签名）：只有中心一方为它作证。公文得到见证后再取一次卷宗，即有见证。", $"The checkpoint has {Cosignatures.Count} cosignatures, not {policy.Quorum} of different witnesses with keys of that time: the hub alone vouches for it. A dossier that is made when the document is witnessed has them.");
        }
    }

    /// <summary>Of each witness the key with which it cosigned while that key was bound to it: an ended one witnesses nothing, and nobody counts twice.</summary>
    private List<NoteVerifier> OnePerNode(WitnessPolicy policy, OfficeDirectory directory) =>
    [
        .. directory.Machines.Where(machine => policy.Names(machine.Id)).SelectMany(machine => machine.WitnessKeys
            .Where(bound => Cosignatures.Any(made => made.Verifier == bound.Key && made.At is { } at && IsWithin(bound.Period, at)))
            .Select(bound => bound.Key)
            .Take(1)),
    ];

    // The witness's clock against the hub's.
    private static bool IsWithin(Period period, DateTimeOffset at) => period.Contains(at) || period.Contains(at + StatementJudge.MaxSkew);

    private static bool IsBound(NoteVerifier key, WitnessPolicy policy, OfficeDirectory directory) =>
        directory.Machines.Any(machine => policy.Names(machine.Id) && machine.WitnessKeys.Any(bound => bound.Key == key));

    private IReadOnlyList<NoteVerifier> WitnessKeys() => report.Read(
        DossierLayout.WitnessKeys,
        () => Encoding.UTF8.GetString(file.Read(DossierLayout.WitnessKeys)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(NoteVerifier.Parse).Distinct().ToList()) ?? [];

    private string Line(string path) => Encoding.UTF8.GetString(file.Read(path)).TrimEnd('\n');

    /// <exception cref="FormatException">The stamped text is not of the ledger that the checkpoint is of.</exception>
    private Checkpoint StampedCheckpoint(long size)
    {
        var stamped = Trust.Merkle.Checkpoint.Parse(Encoding.UTF8.GetString(file.Read(DossierLayout.StampedText(size))));
        var proof = ProofText.Parse(file.Read(DossierLayout.Consistency(size)));
        var named = Checkpoint ?? throw new FormatException("There is no checkpoint to compare with.");
        var (smaller, larger) = stamped.Size <= named.Size ? (stamped, named) : (named, stamped);
        var isOfLedger = stamped.Size == size && stamped.Origin == named.Origin && !proof.IsInclusion && proof.From == smaller.Size && proof.To == larger.Size
            && MerkleTree.VerifyConsistency(smaller.Size, smaller.Root, larger.Size, larger.Root, proof.Hashes);
        return isOfLedger ? stamped : throw new FormatException($"The stamped checkpoint of {size} entries is not of the ledger of the named checkpoint.");
    }
}
