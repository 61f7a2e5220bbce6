namespace DocExchange.Trust.Certificates;

/// <summary>
/// Whether anybody says that the key of a certificate is stolen, whoever it is: only then is it asked who may say so. For one judgement.
/// </summary>
internal sealed class StolenWords(KnownStatus known, SignatureBudget budget)
{
    /// <summary>False too where the budget refuses, which it remembers.</summary>
    public bool AreOf(Certificate certificate) => known.AnswersOn(certificate, budget).Any(answer => answer.SaysStolen(certificate))
        || known.ListsOn(certificate, budget).Any(list => budget.TryRead(list) && list.SaysStolen(certificate));
}
