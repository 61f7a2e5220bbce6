namespace DocExchange.Trust.Certificates;

/// <param name="Chain">Null where it is judged anyway: the certificate's issuer, or the certificate itself.</param>
internal sealed record ListSigner(Certificate Certificate, ExaminedChain? Chain)
{
    /// <summary>Its chain ends at the anchor of another chain of the leaf: it clears nobody in this one (RFC 5280 §6.3.3 (f)), but what it revokes is revoked.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>Its chain ends at an anchor that no chain of the leaf reaches: what it names is in doubt, and nothing else is heard.</summary>
    public bool IsStranger { get; init; }
}

/// <summary>Who other than the issuer may have signed status information.</summary>
/// <param name="OfList">Who signed a list for the certificate at an index of a chain, the best first.</param>
/// <param name="Renewals">Chains of the other certificates of the key of the authority at an index of a chain.</param>
/// <param name="OfAnswer">Certificates that an answer may name as its responder's, those that did not just come along first.</param>
/// <param name="IsIssued">Whether an issuer certified a responder; asked for often, verified once.</param>
internal sealed record StatusSigners(
    Func<RevocationList, CandidateChain, int, IReadOnlyList<ListSigner>> OfList,
    Func<CandidateChain, int, IReadOnlyList<ExaminedChain>> Renewals,
    Func<OcspResponse, IEnumerable<Certificate>> OfAnswer,
    Func<Certificate, Certificate, bool> IsIssued);
