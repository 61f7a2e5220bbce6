namespace DocExchange.Trust.Certificates;

/// <summary>Delta lists, each put together with the complete list that it builds upon (RFC 5280 §5.2.4).</summary>
internal static class DeltaLists
{
    // Of deltas with complete lists, for a microsecond.
    private const int PairsForOne = 32;

    /// <param name="usable">Complete lists and deltas.</param>
    /// <param name="budget">Remembers where it refuses: then nothing is told of any delta.</param>
    public static IEnumerable<RevocationStatement> Say(IReadOnlyList<UsableList> usable, AskedCertificate subject, StatusRemarks findings, SignatureBudget budget)
    {
        var deltas = usable.Where(used => used.List.Entries.BaseNumber is not null).ToList();
        foreach (var delta in budget.TrySpendWork((long)deltas.Count * usable.Count / PairsForOne) ? deltas : [])
        {
            // The newest complete list of the same scope and signer that the delta builds upon.
            var complete = usable.Where(delta.BuildsUpon).MaxBy(used => used.List.Entries.Number);
            var named = delta.List.Entries.Find(subject.Certificate);
            if (complete is not null)
            {
                var entry = named ?? complete.List.Entries.Find(subject.Certificate);
                yield return delta.Completed(complete, entry?.Reason == RevocationReason.RemoveFromCrl ? null : entry);
                continue;
            }

            // Alone it clears nobody; what it names is revoked all the same.
            findings.Add("CRL_SCOPE", () => PathFindings.ListScope(delta.List));
            if (named is { Reason: not RevocationReason.RemoveFromCrl })
            {
                yield return delta.Says(named) with { Reasons = 0 };
            }
        }
    }
}
