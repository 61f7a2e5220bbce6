using System.Text.Json.Serialization;

namespace DocExchange.Trust.Validation;

/// <summary>
/// That something existed at <paramref name="Time"/> at the latest, and what proves it (ETSI EN 319 102-1 §5.6.2.3).
/// What expired, was revoked or lost its trust after that time does no harm.
/// </summary>
/// <param name="Source">In words a reader can follow: the authority of a time-stamp, the checkpoint of a ledger.</param>
public sealed record ProofOfExistence(DateTimeOffset Time, string Source)
{
    /// <summary>The same in Chinese; null where names alone say it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Chinese { get; init; }

    [JsonIgnore]
    public string ChineseSource => Chinese ?? Source;

    /// <summary>The best of the proofs up to a time of judgement; null where none is that early.</summary>
    internal static ProofOfExistence? Earliest(IEnumerable<ProofOfExistence> proofs, DateTimeOffset at) =>
        proofs.Where(proof => proof.Time <= at).MinBy(proof => proof.Time);
}
