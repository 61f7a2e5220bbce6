using DocExchange.Trust.Faults;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Dossiers;

/// <summary>Collects what is found in a dossier: of the whole, and signature by signature.</summary>
internal sealed class DossierReport
{
    private const int MaxFindings = 1_000;

    private readonly List<SignatureVerdict> signatures = [];
    private readonly List<string> parts = [];
    private readonly List<Finding> findings = [];
    private Finding? more;

    public Verdict Verdict => new([.. signatures], more is null ? [.. findings] : [.. findings, more]);

    public IReadOnlyList<string> Parts => [.. parts];

    public void Add(string part, SignatureVerdict signature)
    {
        signatures.Add(signature.Of is { } of ? signature with { Of = of + (signatures.Count - PlaceIn(part)) } : signature);
        parts.Add(part);
    }

    /// <summary>Beyond the limit one more says that there are more, and is as bad as the worst of them.</summary>
    public void Add(Finding finding)
    {
        if (findings.Count < MaxFindings || finding.Indication == Indication.TotalPassed)
        {
            findings.Add(finding);
        }
        else if (more is null || finding.Indication > more.Indication)
        {
            more = finding with { Code = "MORE_FINDINGS", Chinese = "还有更多问题，未逐一列出。", English = "There is more that is wrong and not listed." };
        }
    }

    public void Failed(string code, SubIndication sub, string chinese, string english) => Add(Finding.Failed(code, sub, chinese, english));

    public void Open(string code, SubIndication sub, string chinese, string english) => Add(Finding.Indeterminate(code, sub, chinese, english));

    public void Remark(string code, string chinese, string english) => Add(Finding.Remark(code, chinese, english));

    /// <summary>Reads a part; what cannot be read is a finding, and null.</summary>
    public T? Read<T>(string path, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException)
        {
            Failed("DOSSIER_PART_UNREADABLE", SubIndication.FormatFailure, $"“{path}”无法读取：{FaultWords.Of(fault)}", $"'{path}' cannot be read: {fault.Message}");
            return null;
        }
    }

    // Places in the list of one part, such as a time-stamp's signature, become places in the list of all.
    private int PlaceIn(string part) => parts.Count - parts.FindLastIndex(other => other != part) - 1;
}
