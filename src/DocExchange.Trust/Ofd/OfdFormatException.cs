using DocExchange.Trust.Faults;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Ofd;

/// <summary>The bytes are not a ZIP file or XML as OFD has them, or break a limit. <see cref="Code"/> is stable.</summary>
public sealed class OfdFormatException(string code, string chinese, string english, Exception? inner = null) : FormatException(english, inner), IWorded
{
    public string Code { get; } = code;

    public string Chinese { get; } = chinese;

    public string English => Message;

    /// <summary>Nothing is wrong with the bytes; judging them all would take too long.</summary>
    internal bool IsOfEffort => Code == OfdFindings.NotAllChecked.Code;

    /// <summary>What is beyond a limit of the reader is not called wrong.</summary>
    public Finding ToFinding() =>
        IsOfEffort ? OfdFindings.NotAllChecked
        : Code.StartsWith("OFD_TOO_", StringComparison.Ordinal) ? Finding.Indeterminate(Code, SubIndication.Generic, Chinese + "未作验证。", English + " Nothing was verified.")
        : Finding.Failed(Code, SubIndication.FormatFailure, Chinese, English);
}
