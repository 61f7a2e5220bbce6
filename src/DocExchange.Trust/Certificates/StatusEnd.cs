using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// Until when the word of an authority or responder on other certificates is believed: ETSI EN 319 102-1 §5.6.2.1 (validation time
/// sliding). What ended at or before the time of judgement is a finding of its own; this is about what ended since.
/// </summary>
/// <param name="NotAfter">The first end of a certificate above what is spoken of; nothing signed later counts.</param>
/// <param name="RevokedAt">The first revocation above; nothing signed then or later counts.</param>
/// <param name="DoubtSince">The first revocation above that leaves doubt: whoever has the key can date back, so only what is proven to be older counts.</param>
internal readonly record struct StatusEnd(DateTimeOffset? NotAfter, DateTimeOffset? RevokedAt, DateTimeOffset? DoubtSince)
{
    public static readonly StatusEnd None;

    /// <summary>Since when somebody else may have the key of the last certificate, before the time of judgement too: since then anybody may have signed by it.</summary>
    public DateTimeOffset? KeyDoubtSince { get; init; }

    /// <summary>What <see cref="RevokedAt"/> is known by: what is in doubt only where nothing else is. It ends the word all the same.</summary>
    public RevocationStatement? RevokedBy { get; init; }

    /// <summary>The same with those above, of what came after the time of judgement: whoever has the key of an authority makes signers of his own below it.</summary>
    public DateTimeOffset? AnyDoubtSince => KeyDoubtSince is { } since ? First(DoubtSince, since) : DoubtSince;

    public bool Allows(RevocationStatement statement, StatusProofs proofs) =>
        NotAfter?.HasExpiredAt(statement.SignedAt) != true
        && !(statement.SignedAt >= RevokedAt)
        && (DoubtSince is null || proofs.TimeOf(statement) < DoubtSince);

    public StatusEnd With(DateTimeOffset notAfter, DateTimeOffset at) => notAfter.HasExpiredAt(at) ? this : this with { NotAfter = First(NotAfter, notAfter) };

    /// <summary>By what revokes the next certificate.</summary>
    public StatusEnd With(RevocationStatement revoking, DateTimeOffset at)
    {
        var entry = revoking.Entry!;
        var end = entry.LeavesDoubt ? this with { KeyDoubtSince = First(KeyDoubtSince, entry.Since) } : this;
        return revoking.RevokesAt(at) ? end : end with
        {
            RevokedAt = First(RevokedAt, entry.Since),
            RevokedBy = RevokedBy is { } known && (known.IsInDoubt, known.Entry!.Since).CompareTo((revoking.IsInDoubt, entry.Since)) <= 0 ? known : revoking,
            DoubtSince = entry.LeavesDoubt ? First(DoubtSince, entry.Since) : DoubtSince,
        };
    }

    private static DateTimeOffset First(DateTimeOffset? known, DateTimeOffset other) => known < other ? known.Value : other;
}

/// <summary>By when the lists and answers that came with a signature are proven to have existed.</summary>
internal sealed class StatusProofs(IReadOnlyDictionary<Digest, DateTimeOffset> proven)
{
    public static readonly StatusProofs None = new(new Dictionary<Digest, DateTimeOffset>());

    public static StatusProofs Of(IEnumerable<RevocationList> lists, IEnumerable<OcspResponse> answers, DateTimeOffset at) =>
        new(lists.Select(list => list.Fingerprint).Concat(answers.Select(answer => answer.Fingerprint)).Distinct().ToDictionary(each => each, _ => at));

    /// <summary>Of those that are carried, the earlier time counts.</summary>
    public StatusProofs With(IEnumerable<(Digest Source, DateTimeOffset At)> more)
    {
        var times = proven.ToDictionary();
        foreach (var (source, at) in more)
        {
            if (times.TryGetValue(source, out var known) && at < known)
            {
                times[source] = at;
            }
        }

        return new StatusProofs(times);
    }

    /// <summary>Null where nothing proves it.</summary>
    public DateTimeOffset? TimeOf(RevocationStatement statement) =>
        statement.Sources.Count > 0 && statement.Sources.All(proven.ContainsKey) ? statement.Sources.Max(source => proven[source]) : null;
}
