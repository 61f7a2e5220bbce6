namespace DocExchange.Trust.Certificates;

/// <summary>
/// Whether anybody says that the key of a certificate is stolen, whoever it is: only then is it asked who may say so. For one judgement.
/// </summary>
internal sealed class StolenWords(ILookup<string, RevocationList> listsByIssuer, IReadOnlyList<OcspResponse> answers, SignatureBudget budget)
{
    /// <summary>False too where the budget refuses, which it remembers.</summary>
    public bool AreOf(Certificate certificate)
    {
        List<RevocationList> lists =
        [
            .. certificate.PublicationPoints.All.SelectMany(point => point.Issuers ?? Enumerable.Empty<string>()).Prepend(certificate.IssuerKey).Distinct().SelectMany(name => listsByIssuer[name]),
        ];
        return budget.TrySpendWork(lists.Count + answers.Count)
            && (answers.Any(answer => answer.SaysStolen(certificate)) || lists.Exists(list => budget.TryRead(list) && list.SaysStolen(certificate)));
    }
}
