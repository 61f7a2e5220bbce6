using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Ofd;

/// <summary>The bytes are not a ZIP file or XML as OFD has them, or break a limit. <see cref="Code"/> is stable.</summary>
public sealed class OfdFormatException(string code, string chinese, string english, Exception? inner = null) : FormatException(english, inner)
{
    public string Code { get; } = code;

    public string Chinese { get; } = chinese;

    public string English => Message;

    public Finding ToFinding() => Finding.Failed(Code, SubIndication.FormatFailure, Chinese, English);
}
