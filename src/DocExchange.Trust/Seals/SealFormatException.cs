using DocExchange.Trust.Faults;

namespace DocExchange.Trust.Seals;

/// <summary>
/// The bytes are not an electronic seal, a seal signature or a seal picture that this product reads.
/// <see cref="Code"/> is stable: <c>SEAL_FORMAT</c>, <c>SEAL_TOO_LARGE</c>, <c>SEAL_VERSION</c>, <c>SEAL_CERTIFICATE_UNREADABLE</c>,
/// <c>SEAL_PICTURE_FORMAT</c> or <c>SEAL_PICTURE_UNSAFE</c>.
/// </summary>
public sealed class SealFormatException(string code, string chinese, string english, Exception? inner = null) : FormatException(english, inner), IWorded
{
    public string Code { get; } = code;

    public string Chinese { get; } = chinese;

    public string English { get; } = english;
}

/// <summary>
/// A seal may not be made or applied in this way. <see cref="Code"/> is stable: <c>SEAL_DEFINITION</c>,
/// <c>SEAL_MAKER_KEY</c>, <c>SEAL_SIGNER_KEY</c>, <c>SEAL_SIGNER_NOT_LISTED</c>, <c>SEAL_EXPIRED</c>,
/// <c>SEAL_NOT_YET_VALID</c>, <c>SEAL_SIGNER_CERTIFICATE_PERIOD</c> or <c>SEAL_VERSION</c>.
/// </summary>
public sealed class SealRefusedException(string code, string chinese, string english) : InvalidOperationException(english), IWorded
{
    public string Code { get; } = code;

    public string Chinese { get; } = chinese;

    public string English { get; } = english;
}
