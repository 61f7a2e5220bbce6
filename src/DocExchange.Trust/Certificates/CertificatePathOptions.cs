namespace DocExchange.Trust.Certificates;

/// <summary>Whether a judgement can pass without a current revocation list.</summary>
public enum RevocationDemand
{
    /// <summary>A missing or stale list makes the result indeterminate (TRY_LATER).</summary>
    Required,

    /// <summary>A missing or stale list is remarked upon; what lists there are still count.</summary>
    WhenAvailable,
}

/// <summary>The limits of a path search and what is demanded of a path.</summary>
public sealed record CertificatePathOptions
{
    public static readonly CertificatePathOptions Default = new();

    public RevocationDemand Revocation { get; init; } = RevocationDemand.Required;

    /// <summary>How many of the certificates that came with a signature are looked at.</summary>
    public int MaxCertificates { get; init; } = 64;

    /// <summary>The certificates of a path, leaf and anchor included.</summary>
    public int MaxDepth { get; init; } = 10;

    /// <summary>How many certificates of one subject are tried as issuer of one certificate.</summary>
    public int MaxSameSubject { get; init; } = 8;

    /// <summary>How many signatures one search verifies at most.</summary>
    public int MaxSignatureChecks { get; init; } = 128;

    /// <summary>
    /// How many revocation lists of one issuer are looked at, newest first. Where there are more, the result is
    /// indeterminate: forged ones could have pushed out the one that revokes.
    /// </summary>
    public int MaxListsPerIssuer { get; init; } = 4096;

    /// <summary>How long a revocation list without nextUpdate is current.</summary>
    public TimeSpan MaxListAge { get; init; } = TimeSpan.FromDays(7);

    public int MinRsaBits { get; init; } = 2048;
}
