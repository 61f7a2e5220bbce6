using DocExchange.Trust.Faults;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Certificates;

/// <summary>The bytes are no certificate, revocation list or OCSP response, or more than is read of one.</summary>
public sealed class CertificateFormatException : FormatException, IWorded
{
    private CertificateFormatException(string chinese, string english, Exception? cause = null)
        : base(english, cause) => Chinese = chinese;

    public string Chinese { get; }

    public string English => Message;

    /// <summary>Nothing is known to be wrong with the bytes: they are beyond what this product reads.</summary>
    public bool IsOfLimit { get; private init; }

    /// <summary>All was read and speaks of no certificate: a responder's refusal to answer.</summary>
    public bool IsOfNoStatement { get; private init; }

    public static CertificateFormatException Malformed(string chinese, string english) => new(chinese, english);

    internal static CertificateFormatException Limit(string chinese, string english) => new(chinese, english) { IsOfLimit = true };

    internal static CertificateFormatException NoStatement(string chinese, string english) => new(chinese, english) { IsOfNoStatement = true };

    /// <summary>What something was thought to be, without a full stop, and why it is not; of a limit where the cause is.</summary>
    internal static CertificateFormatException Of(string chinese, string english, Exception cause)
    {
        var (why, isOfLimit) = cause switch
        {
            CertificateFormatException own => (own.Chinese, own.IsOfLimit),
            CmsFormatException scanned => (scanned.Chinese, scanned.IsOfLimit),
            _ => (null, false),
        };

        // The library gives its reasons in English only.
        return new CertificateFormatException(why is null ? chinese + "。" : $"{chinese}：{why}", $"{english}: {cause.Message.TrimEnd('.')}.", cause) { IsOfLimit = isOfLimit };
    }
}
