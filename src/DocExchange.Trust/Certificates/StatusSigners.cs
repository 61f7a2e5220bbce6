namespace DocExchange.Trust.Certificates;

/// <param name="Chain">Null where it is judged anyway: the certificate's issuer, or the certificate itself.</param>
internal sealed record ListSigner(Certificate Certificate, ExaminedChain? Chain);

/// <summary>Who other than the issuer may have signed status information.</summary>
/// <param name="OfList">Who signed a list for the certificate at an index of a chain, the best first.</param>
/// <param name="Renewals">Chains of the other certificates of the key of the authority at an index of a chain.</param>
/// <param name="OfAnswer">Known certificates that an answer may name as its responder's.</param>
internal sealed record StatusSigners(
    Func<RevocationList, CandidateChain, int, IReadOnlyList<ListSigner>> OfList,
    Func<CandidateChain, int, IReadOnlyList<ExaminedChain>> Renewals,
    Func<OcspResponse, IEnumerable<Certificate>> OfAnswer);
