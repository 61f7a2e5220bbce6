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
public sealed record RevokedCertificate(string SerialNumber, DateTimeOffset At, RevocationReason Reason, DateTimeOffset? InvalidityDate = null)
{
    /// <summary>invalidityDate says since when the key was bad, which may lie before the day that became known.</summary>
    internal DateTimeOffset Since => InvalidityDate < At ? InvalidityDate.Value : At;

    /// <summary>The key itself is in other hands: then whatever certificate names it, it is.</summary>
    internal bool IsCompromise => Reason is RevocationReason.KeyCompromise or RevocationReason.CaCompromise or RevocationReason.AaCompromise;

    internal bool IsHold => Reason == RevocationReason.CertificateHold;

    /// <summary>
    /// Of what the key signed before, too: RFC 3161 §4 has every token of the key count as invalid where there is no reason, and a list does
    /// not tell that from "unspecified".
    /// </summary>
    internal bool LeavesDoubt =>
        Reason is not (RevocationReason.AffiliationChanged or RevocationReason.Superseded or RevocationReason.CessationOfOperation or RevocationReason.RemoveFromCrl);
}
