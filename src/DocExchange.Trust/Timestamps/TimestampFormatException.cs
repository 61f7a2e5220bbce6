using DocExchange.Trust.Faults;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Timestamps;

/// <summary>The bytes are no time-stamp token, request or response, or break a limit. <see cref="Code"/> is stable.</summary>
public sealed class TimestampFormatException : FormatException, IWorded
{
    public TimestampFormatException(string code, string chinese, string english, Exception? cause = null)
        : base(english, cause)
    {
        Code = code;
        Chinese = chinese;
    }

    internal TimestampFormatException(CmsFormatException cause)
        : this(cause.IsOfLimit ? "TST_TOO_LARGE" : "TST_MALFORMED", "时间戳无法读取：" + cause.Chinese, "The time-stamp cannot be read: " + cause.English, cause)
    {
    }

    public string Code { get; }

    public string Chinese { get; }

    public string English => Message;

    /// <summary>What is beyond a limit of the reader is not called wrong.</summary>
    public Finding ToFinding() => Code == "TST_TOO_LARGE"
        ? Finding.Indeterminate(Code, SubIndication.Generic, Chinese, English)
        : Finding.Failed(Code, SubIndication.FormatFailure, Chinese, English);

    internal static TimestampFormatException Malformed(string whatChinese, string what, string why, Exception? cause = null) =>
        new("TST_MALFORMED", $"{whatChinese}格式错误。", $"The {what} is malformed: {why}.", cause);
}
