namespace DocExchange.Trust.Validation;

/// <summary>The three outcomes of ETSI EN 319 102-1 §5.1.3, worst last when compared.</summary>
public enum Indication
{
    TotalPassed,
    Indeterminate,
    TotalFailed,
}

/// <summary>Why a signature is not TOTAL_PASSED, in the words of ETSI EN 319 102-1 §5.1.3.</summary>
public enum SubIndication
{
    None,

    // With TOTAL_FAILED.
    FormatFailure,
    HashFailure,
    SigCryptoFailure,
    Revoked,
    Expired,
    NotYetValid,

    // With INDETERMINATE.
    SignaturePolicyNotAvailable,
    PolicyProcessingError,
    SigConstraintsFailure,
    ChainConstraintsFailure,
    CertificateChainGeneralFailure,
    CryptoConstraintsFailure,
    CryptoConstraintsFailureNoPoe,
    TimestampOrderFailure,
    NoSigningCertificateFound,
    NoCertificateChainFound,
    NoCertificateChainFoundNoPoe,
    RevokedNoPoe,
    RevokedCaNoPoe,
    OutOfBoundsNotRevoked,
    OutOfBoundsNoPoe,
    RevocationOutOfBoundsNoPoe,
    NoPoe,
    TryLater,
    SignedDataNotFound,
    Generic,
}
