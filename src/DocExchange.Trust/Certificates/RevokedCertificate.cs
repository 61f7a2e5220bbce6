namespace DocExchange.Trust.Certificates;

/// <summary>Why a certificate was revoked, with the numbers of RFC 5280 §5.3.1.</summary>
public enum RevocationReason
{
    Unspecified = 0,
    KeyCompromise = 1,
    CaCompromise = 2,
    AffiliationChanged = 3,
    Superseded = 4,
    CessationOfOperation = 5,
    CertificateHold = 6,
    RemoveFromCrl = 8,
    PrivilegeWithdrawn = 9,
    AaCompromise = 10,
}

/// <param name="SerialNumber">Hexadecimal, as <see cref="Certificate.SerialNumber"/> gives it.</param>
/// <param name="InvalidityDate">Since when the key is known or suspected to be bad, when that was before <paramref name="At"/>.</param>
public sealed record RevokedCertificate(string SerialNumber, DateTimeOffset At, RevocationReason Reason, DateTimeOffset? InvalidityDate = null);
