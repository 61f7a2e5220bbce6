namespace DocExchange.Trust.Certificates;

/// <summary>A list that may be held against a certificate.</summary>
/// <param name="Reasons">For which it speaks; none for one that clears nobody.</param>
/// <param name="Signers">The best first; all have the same key.</param>
internal sealed record UsableList(RevocationList List, int Reasons, IReadOnlyList<ListSigner> Signers)
{
    public bool IsUnread { get; init; }

    /// <summary>Those whose chains end at the anchors of other chains of the leaf.</summary>
    public IReadOnlyList<ListSigner> Elsewhere { get; init; } = [];

    /// <summary>Those whose chains end at anchors that no chain of the leaf reaches.</summary>
    public IReadOnlyList<ListSigner> Strangers { get; init; } = [];

    public RevocationStatement Says(RevokedCertificate? entry) => Make(List.Entries.Scope.Partition, entry) with { KeepsExpiredSince = List.Entries.KeepsExpiredSince };

    /// <summary>Of a delta list, with the complete one it is put together with. A complete list that clears nobody does not by being brought up to date.</summary>
    public RevocationStatement Completed(UsableList complete, RevokedCertificate? entry) => Says(entry) with
    {
        Reasons = Reasons & complete.Reasons,
        Sources = [List.Fingerprint, complete.List.Fingerprint],
        KeepsExpiredSince = Later(List.Entries.KeepsExpiredSince, complete.List.Entries.KeepsExpiredSince),
    };

    public IEnumerable<RevocationStatement> SaysElsewhere(RevokedCertificate entry) => new[] { Elsewhere, Strangers }.Where(signers => signers.Count > 0).Select(signers => Says(entry) with
    {
        Reasons = 0,
        Signer = signers[0].Chain,
        OtherSigners = [.. signers.Skip(1).Select(signer => signer.Chain!)],
        IsOfStranger = signers[0].IsStranger,
    });

    public RevocationStatement SaysNothing() => Make("", null) with { IsUnread = true };

    /// <summary>§6.3.3 (c): same issuer, scope and key; numbers that follow one another.</summary>
    public bool BuildsUpon(UsableList complete)
    {
        var (delta, whole) = (List.Entries, complete.List.Entries);
        return whole.BaseNumber is null && whole.Number is { } number && delta.BaseNumber is { } from && delta.Number is { } to
            && number.CompareTo(from) >= 0 && number.CompareTo(to) < 0
            && whole.Scope.Partition == delta.Scope.Partition && complete.Signers[0].Certificate.PublicKeyFingerprint == Signers[0].Certificate.PublicKeyFingerprint;
    }

    private RevocationStatement Make(string partition, RevokedCertificate? entry) => new(partition, List.ThisUpdate, List.NextUpdate, entry, Reasons, Signers[0].Chain)
    {
        OtherSigners = [.. Signers.Skip(1).Select(signer => signer.Chain!)],
        Sources = [List.Fingerprint],
        IsOfStranger = Signers[0].IsStranger,
    };

    /// <summary>Null where one of both is.</summary>
    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one >= other ? one : other > one ? other : null;
}
