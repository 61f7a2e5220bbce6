namespace DocExchange.Trust.Certificates;

/// <summary>Whether a judgement can pass without a current revocation list.</summary>
public enum RevocationDemand
{
    /// <summary>A missing or stale list makes the result indeterminate (TRY_LATER).</summary>
    Required,

    /// <summary>A missing or stale list is remarked upon; what lists there are still count.</summary>
    WhenAvailable,

    /// <summary>Neither lists nor answers are looked at.</summary>
    Ignored,
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

    /// <summary>How many other certificates of an issuer's key are asked whether they go on speaking for what it issued; how many are tried as issuer, the budget alone bounds.</summary>
    public int MaxSameSubject { get; init; } = 8;

    /// <summary>How many signatures one search verifies at most.</summary>
    public int MaxSignatureChecks { get; init; } = 128;

    /// <summary>
    /// How much work one search takes on at most, signatures, the entries of revocation lists, names and policies together, in
    /// microseconds of one core by the estimates of <see cref="VerificationCost"/> and <see cref="RuleCost"/>: 1 s. What lies beyond is not looked at, and the result is
    /// indeterminate.
    /// </summary>
    public long MaxWork { get; init; } = 1_000_000;

    /// <summary>How much work the searches for all signers of one CMS or PDF take on, in the same measure: 1.2 s. What is needed by several is counted once.</summary>
    public long MaxFileWork { get; init; } = 1_200_000;

    /// <summary>The same for all time-stamps and counter-signatures, which anybody can add: 0.5 s.</summary>
    public long MaxAddedWork { get; init; } = 500_000;

    /// <summary>
    /// How many revocation lists of one issuer are looked at, newest first. Where there are more, the result is
    /// indeterminate: forged ones could have pushed out the one that revokes.
    /// </summary>
    public int MaxListsPerIssuer { get; init; } = 4096;

    /// <summary>How long a revocation list without nextUpdate is current.</summary>
    public TimeSpan MaxListAge { get; init; } = TimeSpan.FromDays(7);

    public int MinRsaBits { get; init; } = 2048;

    /// <summary>How many complete chains are judged for one certificate.</summary>
    public int MaxChains { get; init; } = 4;

    /// <summary>The initial values of policy processing (RFC 5280 §6.1.1).</summary>
    public PolicyDemands Policies { get; init; } = PolicyDemands.None;

    /// <summary>Whether what RFC 5280 §4 and §5 demand of conforming issuers is demanded of each certificate and list too.</summary>
    public bool RequiresProfile { get; init; }

    /// <summary>
    /// Whether a list or answer given out after the time of judgement still speaks for it, and a revocation counts only
    /// since its date, as with signatures made earlier. Otherwise what a list names is revoked (RFC 5280 §6.3.3).
    /// </summary>
    public bool AcceptsLaterStatus { get; init; } = true;

    /// <summary>
    /// When the verification takes place: lists and answers that say to be of later clear nobody and lift no hold. Null where what is given is known to exist.
    /// </summary>
    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>
    /// Whether DSA signatures, with SHA-1 too, are verified and remarked upon rather than refused. Only so where the path
    /// alone is asked for, <see cref="CertificateUsage.Any"/>; a search sets it for itself and all it looks up on the way.
    /// </summary>
    internal bool AcceptsDsa { get; init; }
}

/// <summary>What a path is asked to assert about policies (RFC 5280 §6.1.1 (c) to (g)).</summary>
/// <param name="Acceptable">Dotted object identifiers, the user-initial-policy-set; empty for any policy.</param>
public sealed record PolicyDemands(IReadOnlySet<string> Acceptable, bool RequireExplicit, bool InhibitMapping, bool InhibitAny)
{
    public static readonly PolicyDemands None = new(new HashSet<string>(), false, false, false);

    /// <summary>Any policy will do, so that a path without policies passes.</summary>
    public bool IsIndifferent => Acceptable.Count == 0 && !RequireExplicit;
}
