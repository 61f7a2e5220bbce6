namespace DocExchange.Trust.Certificates;

/// <summary>
/// The lists and answers of one store, found by whom they may speak of: a dossier may hold tens of thousands, and as many certificates to ask for. Who asks
/// pays for what is found. Safe for concurrent use.
/// </summary>
internal sealed class KnownStatus
{
    // Microseconds for each that is found: who may have signed it, what it says.
    private const long CostOfList = 4;
    private const long CostOfAnswer = 4;

    /// <summary>Keyed by <see cref="CertificateNames.KeyOf"/>, the newest first.</summary>
    private readonly ILookup<string, RevocationList> listsByIssuer;

    /// <summary>Keyed by <see cref="Certificate.SerialNumber"/>.</summary>
    private readonly Lazy<ILookup<string, OcspResponse>> answersBySerial;

    public KnownStatus(TrustStore store)
        : this(
            store.RevocationLists.DistinctBy(list => list.Fingerprint).OrderByDescending(list => list.ThisUpdate).ToLookup(list => list.IssuerKey),
            new Lazy<ILookup<string, OcspResponse>>(() => BySerial(store.OcspResponses)))
    {
    }

    private KnownStatus(ILookup<string, RevocationList> listsByIssuer, Lazy<ILookup<string, OcspResponse>> answersBySerial)
    {
        this.listsByIssuer = listsByIssuer;
        this.answersBySerial = answersBySerial;
    }

    public KnownStatus WithoutAnswers() => new(listsByIssuer, new Lazy<ILookup<string, OcspResponse>>(() => BySerial([])));

    /// <summary>
    /// Under the names of its issuer and of those whom its distribution points name, the newest first, whoever signed them. None where the budget refuses,
    /// which it remembers.
    /// </summary>
    /// <param name="max">More are not looked at.</param>
    public IReadOnlyList<RevocationList> ListsOn(Certificate certificate, SignatureBudget budget, int max = int.MaxValue)
    {
        var ofNames = certificate.PublicationPoints.All.SelectMany(point => point.Issuers ?? Enumerable.Empty<string>()).Prepend(certificate.IssuerKey).Distinct()
            .Select(name => listsByIssuer[name]).Where(lists => lists.Any()).ToList();
        if (!budget.TrySpendWork(CostOfList * ofNames.Sum(lists => (long)Math.Min(lists.Count(), max))))
        {
            return [];
        }

        return ofNames is [var ofOne] ? [.. ofOne.Take(max)] : [.. ofNames.SelectMany(lists => lists.Take(max)).OrderByDescending(list => list.ThisUpdate).Take(max)];
    }

    /// <summary>Those that speak of its serial number, whoever its issuer is. None where the budget refuses, which it remembers.</summary>
    public IReadOnlyList<OcspResponse> AnswersOn(Certificate certificate, SignatureBudget budget)
    {
        var answers = answersBySerial.Value[certificate.SerialNumber];
        return budget.TrySpendWork(CostOfAnswer * answers.Count()) ? [.. answers] : [];
    }

    private static ILookup<string, OcspResponse> BySerial(IReadOnlyList<OcspResponse> answers) =>
        answers.SelectMany(answer => answer.SerialNumbers.Select(serial => (serial, answer))).ToLookup(pair => pair.serial, pair => pair.answer);
}
