namespace DocExchange.Trust.Certificates;

/// <summary>A certificate of a chain that lists and answers are asked about.</summary>
internal sealed class AskedCertificate(CandidateChain chain, int index)
{
    public CandidateChain Chain { get; } = chain;

    public int Index { get; } = index;

    public Certificate Certificate { get; } = chain.Certificates[index];

    public Certificate Issuer { get; } = chain.Certificates[index + 1];

    public IssuerHashes IssuerHashes { get; } = new(chain.Certificates[index], chain.Certificates[index + 1]);

    public string IssuerKey { get; } = chain.Certificates[index].IssuerKey;

    public IReadOnlyList<PublicationPoint> Points => Certificate.PublicationPoints.All;

    /// <summary>A namesake of the issuer that is no authority must have been certified for lists: a keyUsage that is not there gives no such right.</summary>
    public bool MaySign(ListSigner signer) => ChainRules.MaySignLists(signer.Certificate)
        && (signer.Certificate.IsAuthority || signer.Certificate.Inner.GetKeyUsage() is not null || !IsOfOtherKey(signer));

    public bool IsOfOtherKey(ListSigner signer) => signer.Chain is not null
        && signer.Certificate.SubjectKey == Issuer.SubjectKey && signer.Certificate.PublicKeyFingerprint != Issuer.PublicKeyFingerprint;

    /// <summary>For which a list speaks, as <see cref="RevocationReasons"/>; null where it cannot be read.</summary>
    public int? ReasonsOf(RevocationList list)
    {
        try
        {
            return list.Entries.Scope.ReasonsFor(Certificate, Points);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // Entries are parsed late; whatever is malformed in them makes the list unusable.
            return null;
        }
    }
}
