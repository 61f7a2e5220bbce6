using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// What is found of the lists and answers that are asked about one certificate. There may be thousands with one fault: the first few are named, the others counted.
/// </summary>
internal sealed class StatusRemarks
{
    private const int MaxOfOneKind = 16;

    private readonly List<Finding> told = [];
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    public IReadOnlyList<Finding> All =>
        [.. told, .. counts.Where(kind => kind.Value > MaxOfOneKind).Select(kind => More(told.First(finding => finding.Code == kind.Key), kind.Value - MaxOfOneKind))];

    /// <summary>What is said of the certificate once.</summary>
    public void Add(Finding finding) => told.Add(finding);

    /// <summary>What is said of one of many lists or answers.</summary>
    /// <param name="code">Of the finding.</param>
    public void Add(string code, Func<Finding> finding)
    {
        var count = counts.GetValueOrDefault(code) + 1;
        counts[code] = count;
        if (count <= MaxOfOneKind)
        {
            told.Add(finding());
        }
    }

    private static Finding More(Finding first, int count) => first with
    {
        Chinese = $"另有 {count} 份吊销列表或 OCSP 应答也是如此，未逐一列出。",
        English = $"So it is with {count} more revocation lists or OCSP answers, which are not named one by one.",
    };
}
