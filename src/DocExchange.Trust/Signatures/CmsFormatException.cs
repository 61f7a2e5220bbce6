using DocExchange.Trust.Faults;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Signatures;

/// <summary>The bytes are not CMS SignedData, or more than is read. <see cref="Code"/> is stable.</summary>
public sealed class CmsFormatException : FormatException, IWorded
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

    /// <summary>Nothing is known to be wrong with the bytes: they are beyond what this product reads.</summary>
    public bool IsOfLimit { get; private init; }

    /// <summary>What is declined is not called wrong (ETSI EN 319 102-1 §5.1.3): only what was read can be.</summary>
    public Finding ToFinding() => IsOfLimit
        ? Finding.Indeterminate(Code, SubIndication.Generic, Chinese + "未作验证。", English + " Nothing was verified.")
        : Finding.Failed(Code, SubIndication.FormatFailure, Chinese, English);

    /// <summary>Where the rest was judged: what was left out might have said something else.</summary>
    internal Finding ToFindingOfRest() => Finding.Indeterminate("CMS_LIMIT", SubIndication.Generic, Chinese + "超出部分未作验证。", English + " What is beyond that was not verified.");

    internal static CmsFormatException Limit(string code, string chinese, string english) => new(code, chinese, english) { IsOfLimit = true };
}
