using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Signatures;

/// <summary>The bytes are not CMS SignedData, or break a limit. <see cref="Code"/> is stable.</summary>
public sealed class CmsFormatException : FormatException
{
    public CmsFormatException(string code, string chinese, string english, Exception? cause = null)
        : base(english, cause)
    {
        Code = code;
        Chinese = chinese;
    }

    public string Code { get; }

    public string Chinese { get; }

    public string English => Message;

    public Finding ToFinding() => Finding.Failed(Code, SubIndication.FormatFailure, Chinese, English);
}
